"""What a recording has to equal: copies taken in hooks, and autograd through copies that nobody overwrites."""

import torch
from torch import nn


def leaves(model):
    return {name: module for name, module in model.named_modules() if not list(module.children())}


def copies_in_hooks(model, x, grad=False):
    """{name: [a clone of what each call gave]} and the output, from one plain forward."""
    kept = {}

    def hook(name):
        return lambda _, __, output: kept.setdefault(name, []).append(output.detach().clone())

    handles = [module.register_forward_hook(hook(name)) for name, module in leaves(model).items()]
    try:
        with torch.set_grad_enabled(grad):
            output = model(x.clone())
    finally:
        for handle in handles:
            handle.remove()
    return kept, output.detach()


def gradients_through_copies(model, x, score):
    """{name: [the gradient at what each call gave]}: every layer hands on a clone of a clone that is kept."""
    kept = {}

    def hook(name):
        def separate(_, __, output):
            own = output.clone()
            kept.setdefault(name, []).append(own)
            return own.clone()

        return separate

    handles = [module.register_forward_hook(hook(name)) for name, module in leaves(model).items()]
    with torch.enable_grad():
        value = score(model(x.clone().requires_grad_().clone()))
    for handle in handles:
        handle.remove()
    flat = [(name, own) for name, calls in kept.items() for own in calls]
    found = torch.autograd.grad(value, [own for _, own in flat], allow_unused=True)
    gradients = {}
    for (name, _), gradient in zip(flat, found, strict=True):
        gradients.setdefault(name, []).append(gradient)
    return gradients


def assert_equal(recording, outputs, gradients=None):
    """Bit for bit, call by call."""
    assert set(recording) == set(outputs)
    for name, calls in outputs.items():
        recorded = recording[name].calls
        assert len(recorded) == len(calls), name
        assert all(torch.equal(one.output, own) for one, own in zip(recorded, calls, strict=True)), name
        if gradients is not None:
            for one, own in zip(recorded, gradients[name], strict=True):
                assert (one.gradient is None) == (own is None), name
                assert own is None or torch.equal(one.gradient, own), name


class Skip(nn.Module):
    """A residual block; which layers work in place, and how the paths meet, are drawn."""

    def __init__(self, channels, inplace, shortcut, meet):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm = nn.BatchNorm2d(channels)
        self.act = nn.ReLU(inplace=inplace[0])
        self.drop = nn.Dropout(0.3, inplace=inplace[1])
        self.mix = nn.Conv2d(channels, channels, 1)
        self.shortcut = shortcut
        self.last = nn.ELU(inplace=inplace[2])
        self.meet = meet

    def forward(self, x):
        y = self.mix(self.drop(self.act(self.norm(self.conv(x)))))
        short = self.shortcut(x)
        if self.meet == "in place":
            y += short
        elif self.meet == "sum":
            y = y + short
        else:
            y = y * short + short + x
        return self.last(y)


def network(draw, seed):
    """A random small network for (N, 2, 8, 8) with 3 outputs; `draw(options)` chooses."""
    flag = (False, True)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        layers = [nn.Conv2d(2, 4, 3)]
        for _ in range(draw((1, 2, 3))):
            on = [draw(flag) for _ in range(3)]
            kind = draw(("skip", "aliases", "kept outputs", "views"))
            if kind == "skip":
                shortcut = draw((nn.Identity, nn.Sequential, nn.Dropout2d))()
                layers.append(Skip(4, on, shortcut, draw(("in place", "sum", "product"))))
            elif kind == "aliases":
                layers += [nn.Dropout(0.5, on[0]), nn.ReLU(on[1]), nn.Identity(), nn.ReLU6(on[2])]
            elif kind == "kept outputs":
                layers += [nn.Sigmoid(), nn.LeakyReLU(0.1, on[0]), nn.Hardswish(on[1])]
            else:
                layers += [nn.Flatten(2), nn.ReLU(on[0]), nn.Unflatten(2, (6, 6)), nn.SiLU(on[1])]
        layers += [nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.ReLU(draw(flag)), nn.Identity(), nn.Linear(16, 3)]
        return nn.Sequential(*layers).train(draw(flag)).requires_grad_(draw(flag))
