"""Kinds of lines of random networks: each makes one for what is read, `{v}`.

`t` is a `Growing` of random_nets.py; "!" stands before a line that is no expression. None, or a line that torch
refuses, is one that is not there.
"""

from math import prod

import torch
from torch import nn

MODES = ("zeros", "zeros", "zeros", "reflect", "replicate", "circular")


def _divisor(t, number):
    return t.one([d for d in range(1, number + 1) if number % d == 0])


def _pair(t, low, high):
    return t.whole(low, high) if t.chance(0.6) else (t.whole(low, high), t.whole(low, high))


def _size(t, least=1, most=9):
    return t.one([t.whole(least, most), (t.whole(least, most), t.whole(least, most))])


def conv(t):
    channels = t.shape[1]
    groups = t.one([1, 1, channels, _divisor(t, channels)])
    out = groups * t.whole(1, max(1, 8 // groups))
    stride = t.one([1, 1, 1, _pair(t, 1, 3)])
    padding = "same" if stride == 1 and t.chance(0.2) else t.one(["valid", 0, 1, _pair(t, 0, 3)])
    sizes = {"stride": stride, "padding": padding, "dilation": t.one([1, 1, 1, _pair(t, 1, 3)])}
    kernel = t.one([1, 3, _pair(t, 1, 5)])
    how = {"groups": groups, "bias": t.chance(0.7), "padding_mode": t.one(MODES)}
    return f"{t.part(nn.Conv2d(channels, out, kernel, **sizes, **how))}({{v}})"


def conv_of_function(t):
    out, groups = t.whole(1, 6), t.one([1, 1, t.shape[1]])
    weight = t.part(torch.randn(out * groups, t.shape[1] // groups, *(t.whole(1, 3), t.whole(1, 3))) * 0.5)
    return f"F.conv2d({{v}}, {weight}, stride={t.whole(1, 2)}, padding={t.whole(0, 2)}, groups={groups})"


def conv_transpose(t):
    groups = t.one([1, _divisor(t, t.shape[1])])
    stride = _pair(t, 1, 3)
    sizes = {"stride": stride, "padding": _pair(t, 0, 2), "dilation": t.one([1, 1, _pair(t, 1, 2)])}
    sizes["output_padding"] = t.one([0, _pair(t, 0, 2)])
    made = nn.ConvTranspose2d(t.shape[1], groups * t.whole(1, 3), _pair(t, 1, 4), groups=groups, **sizes)
    return f"{t.part(made)}({{v}})"


def max_pool(t):
    kernel = _pair(t, 1, 4)
    sizes = f"{kernel}, {t.one([None, _pair(t, 1, 3)])}, {t.one([0, _pair(t, 0, 2)])}, {t.one([1, 1, _pair(t, 1, 2)])}"
    return f"F.max_pool2d({{v}}, {sizes}, ceil_mode={t.chance(0.5)})"


def avg_pool(t):
    sizes = {"stride": t.one([None, _pair(t, 1, 3)]), "padding": t.one([0, _pair(t, 0, 2)])}
    how = {"ceil_mode": t.chance(0.5), "count_include_pad": t.chance(0.5)}
    return f"{t.part(nn.AvgPool2d(_pair(t, 1, 4), **sizes, **how))}({{v}})"


def adaptive(t):
    kind, size = t.one(["avg", "max"]), t.one([_size(t), (None, t.whole(1, 5)), (t.whole(1, 5), None)])
    return f"F.adaptive_{kind}_pool2d({{v}}, {size})"


def norm(t):
    channels, affine = t.shape[1], t.chance(0.6)
    made = t.one(
        [
            lambda: nn.BatchNorm2d(channels, eps=t.one([1e-5, 1e-3]), affine=affine),
            lambda: nn.GroupNorm(_divisor(t, channels), channels, affine=affine),
            lambda: nn.InstanceNorm2d(channels, affine=affine, track_running_stats=t.chance(0.5)),
            lambda: nn.LayerNorm(t.shape[t.whole(1, 3) :], elementwise_affine=affine),
        ]
    )
    return f"{t.part(made())}({{v}})"


def norm_of_channels(t):
    return f"F.layer_norm({{v}}.permute(0, 2, 3, 1), ({t.shape[1]},)).permute(0, 3, 1, 2)"


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


def excite(t):
    channels = t.shape[1]
    narrow = t.whole(1, 4)
    gate = nn.Sequential(nn.Conv2d(channels, narrow, 1), nn.ReLU(inplace=True), nn.Conv2d(narrow, channels, 1))
    pooled = t.one(["{v}.mean((2, 3), keepdim=True)", "F.adaptive_avg_pool2d({v}, 1)"])
    return f"{{v}} * {t.one(['F.hardsigmoid', 'torch.sigmoid'])}({t.part(gate)}({pooled}))"


def again(t):
    """The same layer or layers twice."""
    channels = t.shape[1]
    block = t.one(
        [
            lambda: nn.Conv2d(channels, channels, 3, padding=1, groups=t.one([1, channels])),
            lambda: nn.Sequential(nn.Conv2d(channels, channels, 1), nn.BatchNorm2d(channels), nn.ReLU(inplace=True)),
        ]
    )
    name = t.part(block())
    return f"{name}({name}({{v}})) + {{v}}" if t.chance(0.6) else f"{name}({name}({{v}}))"


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


def halves(t):
    return t.one(
        [
            "F.glu({v}, 1)",
            "torch.cat([part * (i + 1) for i, part in enumerate(({v}).chunk(2, 1))], 1)",
            "torch.cat({v}.chunk(2, 1)[::-1], 1)",
        ]
    )


def turn(t):
    dims = list(range(1, len(t.shape)))
    t.rng.shuffle(dims)
    a, b = t.one(dims), t.one(dims)
    return t.one([f"{{v}}.permute(0, {', '.join(map(str, dims))})", f"{{v}}.transpose({a}, {b})"])


def reshape(t):
    c, h, w = t.shape[1:]
    d, e = _divisor(t, c), _divisor(t, h)
    return t.one(
        [
            f"{{v}}.flatten({t.whole(1, 2)})",
            "{v}.flatten(2).transpose(1, 2)",
            f"{{v}}.reshape({{v}}.shape[0], {c * h}, {w})",
            "{v}.view({v}.size(0), -1)",
            f"{{v}}.reshape(-1, {d}, {c // d}, {h}, {w}).transpose(1, 2).reshape(-1, {c}, {h}, {w})",
            f"{{v}}.unflatten(2, ({e}, {h // e})).mean(2)",
            f"{{v}}.reshape(-1, {c}, {e}, {h // e}, {w}).permute(0, 1, 3, 2, 4).flatten(1, 2)",
            "{v}.unsqueeze(1).squeeze(1)",
            f"F.channel_shuffle({{v}}, {d})",
            f"{{v}}.reshape({{v}}.shape[0], {w}, {h}, {c})",
        ]
    )


def resize(t):
    mode = t.one(["'nearest'", "'bilinear'", "'bilinear', align_corners=True"])
    factor = t.one([2, 0.5, 1.5, t.rng.uniform(0.4, 2.6), (t.rng.uniform(0.4, 2.6), 2.0)])
    size = t.one([f"size={_size(t, 1, 14)}", f"scale_factor={factor}"])
    return f"F.interpolate({{v}}, {size}, mode={mode})"


def pad(t):
    mode = t.one(["'reflect'", "'replicate'", "'circular'", "'constant'"])
    sides = [t.whole(0, 2) for _ in range(4)] if mode != "'constant'" or t.chance(0.5) else [t.whole(-2, 2)] * 4
    plain = [f"F.pad({{v}}, {sides}, mode={mode})", f"F.pad({{v}}, {sides[:2]}, value={t.one([0.0, 0.7])})"]
    kind = t.one([nn.ZeroPad2d, nn.ReflectionPad2d, nn.ReplicationPad2d, nn.CircularPad2d])
    return t.one([*plain, f"{t.part(kind(tuple(t.whole(0, 2) for _ in range(4))))}({{v}})"])


def shuffle(t):
    channels = t.shape[1]
    if channels % 4:
        return f"F.pixel_shuffle({t.part(nn.Conv2d(channels, 4 * t.whole(1, 2), 1))}({{v}}), 2)"
    return t.one(["F.pixel_shuffle({v}, 2)", "F.pixel_unshuffle({v}, 2)"])


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


def expand(t):
    c = t.shape[1]
    return t.one(
        [
            "{v} + {v}.mean((2, 3), keepdim=True).expand_as({v})",
            f"{{v}}.mean(1, keepdim=True).expand(-1, {c + 1}, -1, -1)",
            f"{{v}}.repeat(1, {t.whole(1, 2)}, 1, {t.whole(1, 2)})",
            f"{{v}}[:, :1].expand(-1, {c}, -1, -1) * {{v}}",
        ]
    )


def linear(t):
    size = t.shape[-1]
    made = t.part(nn.Linear(size, t.whole(1, 8), bias=t.chance(0.7)))
    return t.one([f"{made}({{v}})", f"{{v}} @ {t.part(torch.randn(size, t.whole(1, 6)) / size**0.5)}"])


def norm_of_last(t):
    return f"{t.part(nn.LayerNorm(t.shape[-1], elementwise_affine=t.chance(0.6)))}({{v}})"


def norm_of_vector(t):
    return f"{t.part(nn.BatchNorm1d(t.shape[1], affine=t.chance(0.6)))}({{v}})"


def to_maps(t):
    *_, size = t.shape
    if len(t.shape) == 3:
        return t.one(["{v}.unsqueeze(2)", "{v}.unsqueeze(1)", "{v}[:, :, None]", "{v}[..., None]"])
    d = _divisor(t, size)
    e = _divisor(t, size // d)
    return t.one(
        ["{v}[:, :, None, None]", f"{{v}}.view(-1, {d}, {e}, {size // d // e})", f"{{v}}.unflatten(1, (-1, {d}))"]
    )


def to_scores(t):
    size = t.shape[1] if len(t.shape) == 4 else t.shape[-1]
    read = (
        t.one(["{v}.mean((2, 3))", "torch.flatten(F.adaptive_avg_pool2d({v}, 1), 1)"]) if len(t.shape) == 4 else "{v}"
    )
    return f"{t.part(nn.Linear(size, 5))}({read})"


def to_scores_of_all(t):
    return f"{t.part(nn.Linear(prod(t.shape[1:]), 5))}({{v}}.flatten(1))"


EVERYWHERE = [layer, function, arithmetic, in_place, with_another, cat, stored, made, cut, turn, mean, softmax]
EVERYWHERE += [layer, layer, layer, function, function, function, with_another, with_another, linear, norm_of_last]
OF_MAPS = [
    conv,
    conv,
    conv,
    conv,
    conv,
    conv_of_function,
    conv_transpose,
    max_pool,
    avg_pool,
    adaptive,
    norm,
    norm,
    norm,
]
OF_MAPS += [norm_of_channels, excite, again, halves, reshape, reshape, resize, resize, pad, shuffle, expand, again]
LINES = {
    4: [*OF_MAPS, *EVERYWHERE],
    3: [*EVERYWHERE, norm_of_vector, to_maps, to_maps],
    2: [*EVERYWHERE, norm_of_vector, to_maps, to_maps],
    5: [lambda t: f"{{v}}.flatten({t.whole(1, 2)}, 3)", lambda t: "{v}.mean(2)", turn, function],
}
LAST = {4: [to_scores, to_scores_of_all], 3: [to_scores, to_scores_of_all], 2: [to_scores], 5: [to_scores_of_all]}
