"""Every operation of the vocabulary as a call of torch."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

Params = dict[str, Tensor]


def _conv2d(x: Tensor, p: Params, stride: Any, padding: Any, dilation: Any, groups: int, padding_mode: str) -> Tensor:
    if min(padding) < 0:
        raise ValueError("torch.nn.Conv2d takes no negative padding")
    top, bottom, left, right = padding
    mode = "constant" if padding_mode == "zeros" else padding_mode
    padded = F.pad(x, (left, right, top, bottom), mode=mode) if any(padding) else x
    return F.conv2d(padded, p["weight"], p.get("bias"), stride, 0, dilation, groups)


def _conv_transpose2d(x: Tensor, p: Params, **args: Any) -> Tensor:
    return F.conv_transpose2d(x, p["weight"], p.get("bias"), **args)


def _max_pool2d(x: Tensor, _p: Params, padding: Any, **args: Any) -> Tensor:
    return F.max_pool2d(x, padding=padding[::2], **args)


def _avg_pool2d(x: Tensor, _p: Params, padding: Any, **args: Any) -> Tensor:
    return F.avg_pool2d(x, padding=padding[::2], **args)


def _batch_norm(x: Tensor, p: Params, training: bool, eps: float) -> Tensor:
    running = [p[name].detach().clone() if name in p else None for name in ("running_mean", "running_var")]
    return F.batch_norm(x, *running, p.get("weight"), p.get("bias"), training, eps=eps)


def _moment(x: Tensor, p: Params, eps: float, **args: Any) -> Tensor:
    norm = F.group_norm if "num_groups" in args else F.layer_norm
    return norm(x, *args.values(), p.get("weight"), p.get("bias"), eps)


def _pad(x: Tensor, _p: Params, padding: Any, mode: str, value: float) -> Tensor:
    top, bottom, left, right = padding
    return F.pad(x, (left, right, top, bottom), mode, value if mode == "constant" else None)


def _interpolate(x: Tensor, _p: Params, size: Any, mode: str, align_corners: bool, scale: Any) -> Tensor:
    how = {"size": list(size)} if scale is None else {"scale_factor": list(scale)}
    out = F.interpolate(x, **how, mode=mode, align_corners=align_corners if mode == "bilinear" else None)
    if out.shape[2:] != tuple(size):
        raise ValueError(f"the size {size} is not what torch makes of the scale {scale}: {tuple(out.shape[2:])}")
    return out


TORCH: dict[str, Callable[..., Tensor]] = {
    "conv2d": _conv2d,
    "conv_transpose2d": _conv_transpose2d,
    "max_pool2d": _max_pool2d,
    "avg_pool2d": _avg_pool2d,
    "adaptive_avg_pool2d": lambda x, _p, output_size: F.adaptive_avg_pool2d(x, output_size),
    "adaptive_max_pool2d": lambda x, _p, output_size: F.adaptive_max_pool2d(x, output_size),
    "mean": lambda x, _p, dim, keepdim: x.mean(dim, keepdim),
    "linear": lambda x, p: F.linear(x, p["weight"], p.get("bias")),
    "relu": lambda x, _p: F.relu(x),
    "leaky_relu": lambda x, _p, negative_slope: F.leaky_relu(x, negative_slope),
    "prelu": lambda x, p: F.prelu(x, p["weight"]),
    "relu6": lambda x, _p: F.relu6(x),
    "hardtanh": lambda x, _p, min_val, max_val, closed: (torch.clamp if closed else F.hardtanh)(
        x, float("-inf") if min_val is None else min_val, float("inf") if max_val is None else max_val
    ),
    "hardswish": lambda x, _p: F.hardswish(x),
    "hardsigmoid": lambda x, _p: F.hardsigmoid(x),
    "sigmoid": lambda x, _p: torch.sigmoid(x),
    "tanh": lambda x, _p: torch.tanh(x),
    "silu": lambda x, _p: F.silu(x),
    "mish": lambda x, _p: F.mish(x),
    "gelu": lambda x, _p, approximate: F.gelu(x, approximate=approximate),
    "elu": lambda x, _p, alpha: F.elu(x, alpha),
    "softplus": lambda x, _p, beta, threshold: F.softplus(x, beta, threshold),
    "softmax": lambda x, _p, dim: torch.softmax(x, dim),
    "log_softmax": lambda x, _p, dim: torch.log_softmax(x, dim),
    "batch_norm": _batch_norm,
    "group_norm": _moment,
    "layer_norm": _moment,
    "add": lambda x, other, _p: x + other,
    "sub": lambda x, other, _p: x - other,
    "mul": lambda x, other, _p: x * other,
    "div": lambda x, other, _p: x / other,
    "scale": lambda x, _p, factor, offset: x * factor + offset,
    "constant": lambda p: p["value"] * 1,
    "cat": lambda *xs, dim: torch.cat(xs[:-1], dim),
    "pad": _pad,
    "interpolate": _interpolate,
    "permute": lambda x, _p, dims: x.permute(dims) * 1,
    "reshape": lambda x, _p, shape: x.reshape(shape) * 1,
    "slice": lambda x, _p, **args: torch.ops.aten.slice.Tensor(x, *args.values()) * 1,
    "pixel_shuffle": lambda x, _p, upscale_factor: F.pixel_shuffle(x, upscale_factor),
    "flatten": lambda x, _p, start_dim, end_dim: torch.flatten(x, start_dim, end_dim),
    "identity": lambda x, _p: x * 1,
}
