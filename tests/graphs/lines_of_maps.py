"""Kinds of lines that read maps (N, C, H, W); see lines.py."""

import torch
from torch import nn

from tests.graphs.lines_anywhere import divisor

MODES = ("zeros", "zeros", "zeros", "reflect", "replicate", "circular")


def _pair(t, low, high):
    return t.whole(low, high) if t.chance(0.6) else (t.whole(low, high), t.whole(low, high))


def _size(t, least=1, most=9):
    return t.one([t.whole(least, most), (t.whole(least, most), t.whole(least, most))])


def conv(t):
    channels = t.shape[1]
    groups = t.one([1, 1, channels, divisor(t, channels)])
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
    groups = t.one([1, divisor(t, t.shape[1])])
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
            lambda: nn.GroupNorm(divisor(t, channels), channels, affine=affine),
            lambda: nn.InstanceNorm2d(channels, affine=affine, track_running_stats=t.chance(0.5)),
            lambda: nn.LayerNorm(t.shape[t.whole(1, 3) :], elementwise_affine=affine),
        ]
    )
    return f"{t.part(made())}({{v}})"


def norm_of_channels(t):
    return f"F.layer_norm({{v}}.permute(0, 2, 3, 1), ({t.shape[1]},)).permute(0, 3, 1, 2)"


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


def halves(t):
    return t.one(
        [
            "F.glu({v}, 1)",
            "torch.cat([part * (i + 1) for i, part in enumerate(({v}).chunk(2, 1))], 1)",
            "torch.cat({v}.chunk(2, 1)[::-1], 1)",
        ]
    )


def reshape(t):
    c, h, w = t.shape[1:]
    d, e = divisor(t, c), divisor(t, h)
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
