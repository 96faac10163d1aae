"""Kinds of lines that read maps, sequences or vectors; see lines.py."""

from math import prod

import torch
from torch import nn


def divisor(t, number):
    """One of a number's divisors."""
    return t.one([d for d in range(1, number + 1) if number % d == 0])


LAYERS = [
    *("ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "CELU", "SiLU", "Mish", "Hardswish", "Hardsigmoid", "Hardtanh"),
    *("Sigmoid", "Tanh", "Softplus", "GELU", "LogSigmoid", "PReLU", "Identity", "Dropout"),
]
INPLACE = ("ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "CELU", "SiLU", "Mish", "Hardswish", "Hardsigmoid", "Hardtanh")
FUNCTIONS = [
    *(
        "F.relu({v})",
        "F.relu6({v} * 4)",
        "F.leaky_relu({v}, 0.2)",
        "F.elu({v}, 0.7)",
        "F.celu({v}, 0.6)",
        "F.silu({v})",
    ),
    *("F.gelu({v}, approximate='tanh')", "F.softplus({v}, beta=2, threshold=3)", "F.hardtanh({v}, -0.4, 0.7)"),
    *("{v}.sigmoid()", "torch.tanh({v})", "{v}.clamp(min=-0.2)", "{v}.clamp(-0.5, 0.6)", "torch.clamp({v}, max=0.3)"),
    *("F.hardswish({v})", "F.mish({v})", "F.logsigmoid({v})", "F.selu({v})", "{v}.relu()", "F.softsign({v})"),
]
ARITHMETIC = [
    *("{v} * 0.7", "1 - {v}", "{v} / 3", "-{v}", "{v} ** 2", "{v}.square()", "{v} + 0.3", "2 / ({v}.square() + 1)"),
    *("torch.rsub({v}, 1.5, alpha=2)", "{v}.mul(2).sub(0.5)", "{v} - {v}.mean(1, keepdim=True)"),
    *("{v} * torch.sigmoid({v})", "{v} + torch.tensor(0.25)", "{v}.abs() + 0.5", "{v} + torch.ones_like({v})"),
]
IN_PLACE = [
    *(
        "!{v}.relu_()",
        "!{v}.mul_(0.5)",
        "!{v} += 0.25",
        "!{v}.clamp_(-0.5, 1.5)",
        "!F.leaky_relu({v}, 0.1, inplace=True)",
    ),
    *("!{v}.add_({v}.mean(1, keepdim=True))", "!{v} *= 1.5", "!{v}.sigmoid_()", "!{v}[:, :1] *= 2", "!{v}[:, 0] = 0.5"),
    *(
        "!{v}[..., 1:] += 1",
        "!{v}.view({v}.shape[0], -1).mul_(0.8)",
        "!{v}.flatten(1)[:, 1:].neg_()",
        "!{v}.div_(2)",
        "!{v}[:, -1].zero_()",
        "!{v}[:, :, 0] = {v}[:, :, -1]",
    ),
]


def layer(t):
    name = t.one(LAYERS)
    if name == "PReLU":
        return f"{t.part(nn.PReLU(t.one([1, t.shape[1]])))}({{v}})"
    return f"{t.part(getattr(nn, name)(**({'inplace': t.chance(0.5)} if name in INPLACE else {})))}({{v}})"


def function(t):
    return t.one(FUNCTIONS)


def arithmetic(t):
    return t.one(ARITHMETIC)


def in_place(t):
    return t.one(IN_PLACE)


def with_another(t):
    other = t.like(lambda shape: shape == t.shape)
    return other and t.one(
        [
            f"{{v}} + {other}",
            f"{{v}} - {other}",
            f"{{v}} * {other}",
            f"{{v}} / ({other}.sigmoid() + 0.5)",
            f"torch.add({{v}}, {other}, alpha=0.5)",
            f"!{{v}} += {other}",
            f"!{{v}}.copy_({other})",
            f"torch.stack([{{v}}, {other}], dim={t.whole(1, len(t.shape) - 1)}).flatten(1, 2)",
        ]
    )


def cat(t):
    dim = t.whole(1, len(t.shape) - 1)
    cut = lambda shape: (len(shape), *shape[:dim], *shape[dim + 1 :])  # noqa: E731
    other = t.like(lambda shape: cut(shape) == cut(t.shape)) or "{v} * 0.5"
    parts = f"{{v}}, {other}" if t.chance(0.7) else f"{other}, {{v}}, {other}"
    return f"torch.cat([{parts}], {dim if t.chance(0.7) else dim - len(t.shape)})"


def stored(t):
    """Arithmetic with a parameter or buffer that is as large, or smaller and repeated."""
    shape = [size if t.chance(0.6) else 1 for size in t.shape[1:]]
    value = t.part(torch.rand(*shape[t.whole(0, len(shape) - 1) :]) + 0.5)
    return t.one(["{v} * %s", "{v} + %s", "%s - {v}", "{v} / %s", "{v} - %s.sigmoid()"]) % value


def made(t):
    size = t.shape[-1]
    return t.one(["{v} * torch.arange(1.0, %d)", "{v} + torch.linspace(0, 1, %d)[:-1]"]) % (size + 1)


def cut(t):
    dim = t.whole(1, len(t.shape) - 1)
    size, at = t.shape[dim], ", ".join([":"] * dim)
    first = t.whole(0, size - 1)
    return t.one(
        [
            f"{{v}}[{at}, {first}:]",
            f"{{v}}[{at}, :{first - size}]",
            f"{{v}}[{at}, {first}::{t.whole(1, 3)}]",
            f"{{v}}.narrow({dim}, {first}, {t.whole(1, size - first)})",
            f"{{v}}.chunk({t.whole(1, 3)}, {dim})[-1]",
            f"torch.split({{v}}, {t.whole(1, size)}, {dim})[0]",
            f"{{v}}.select({dim}, {first})",
            f"{{v}}[{at}, {first}]",
            f"{{v}}.unbind({dim})[{first}].unsqueeze({dim})",
        ]
    )


def turn(t):
    dims = list(range(1, len(t.shape)))
    t.rng.shuffle(dims)
    a, b = t.one(dims), t.one(dims)
    return t.one([f"{{v}}.permute(0, {', '.join(map(str, dims))})", f"{{v}}.transpose({a}, {b})"])


def mean(t):
    dims = sorted(t.rng.sample(range(1, len(t.shape)), t.whole(1, max(1, len(t.shape) - 2))))
    dims = [dim - len(t.shape) if t.chance(0.3) else dim for dim in dims]
    keep = t.chance(0.6)
    if t.chance(0.3):
        return f"{{v}}.sum({dims}, keepdim={keep}) / {prod(t.shape[d] for d in dims)}"
    return f"{{v}}.mean({dims if len(dims) > 1 or t.chance(0.5) else dims[0]}, keepdim={keep})"


def softmax(t):
    dim = t.whole(1, len(t.shape) - 1)
    return t.one([f"{{v}}.softmax({dim})", f"F.log_softmax({{v}}, dim={dim - len(t.shape)})"])


def linear(t):
    size = t.shape[-1]
    if t.chance(0.5):
        return f"{t.part(nn.Linear(size, t.whole(1, 8), bias=t.chance(0.7)))}({{v}})"
    return f"{{v}} @ {t.part(torch.randn(size, t.whole(1, 6)) / size**0.5)}"


def norm_of_last(t):
    return f"{t.part(nn.LayerNorm(t.shape[-1], elementwise_affine=t.chance(0.6)))}({{v}})"


def norm_of_vector(t):
    return f"{t.part(nn.BatchNorm1d(t.shape[1], affine=t.chance(0.6)))}({{v}})"


def to_maps(t):
    *_, size = t.shape
    if len(t.shape) == 3:
        return t.one(["{v}.unsqueeze(2)", "{v}.unsqueeze(1)", "{v}[:, :, None]", "{v}[..., None]"])
    d = divisor(t, size)
    e = divisor(t, size // d)
    return t.one(
        ["{v}[:, :, None, None]", f"{{v}}.view(-1, {d}, {e}, {size // d // e})", f"{{v}}.unflatten(1, (-1, {d}))"]
    )


EVERYWHERE = [layer, function, arithmetic, in_place, with_another, cat, stored, made, cut, turn, mean, softmax]
EVERYWHERE += [layer, layer, layer, function, function, function, with_another, with_another, linear, norm_of_last]
