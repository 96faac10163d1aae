"""torch's arithmetic and activations in the vocabulary's words."""

from collections.abc import Callable, Sequence
from math import prod
from numbers import Real
from typing import Any

import numpy as np

from ._draft import Draft, Emitter

Handler = Callable[..., Any]

# Klambauer et al., 2017.
SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def _number(value: Any) -> float | None:
    """A Python number, or a known tensor of no axes, as a float; None for a tensor of several."""
    if isinstance(value, Real):
        return float(value)
    return float(value) if not isinstance(value, Draft) and value.ndim == 0 else None


def _scale(t: Emitter, x: Any, factor: float, offset: float = 0.0) -> Draft:
    return t.emit("scale", {"factor": factor, "offset": offset}, x, shape=t.tensor(x).shape)


def _add(t: Emitter, self: Any, other: Any, alpha: float = 1) -> Draft:
    for x, number, factor in ((self, other, alpha), (other, self, 1)):
        if (plain := _number(number)) is not None:
            return _scale(t, x, 1.0 if x is self else float(alpha), plain * factor)
    return t.emit("add", {}, self, other if alpha == 1 else _scale(t, other, float(alpha)))


def _sub(t: Emitter, self: Any, other: Any, alpha: float = 1) -> Draft:
    if _number(self) is not None or _number(other) is not None:
        return _add(t, self, other, -alpha)
    return t.emit("sub", {}, self, other if alpha == 1 else _scale(t, other, float(alpha)))


def _rsub(t: Emitter, self: Any, other: Any, alpha: float = 1) -> Draft:
    return _sub(t, other, self, alpha)


def _mul(t: Emitter, self: Any, other: Any) -> Draft:
    for x, number in ((self, other), (other, self)):
        if (plain := _number(number)) is not None:
            return _scale(t, x, plain)
    return t.emit("mul", {}, self, other)


def _div(t: Emitter, self: Any, other: Any, rounding_mode: str | None = None) -> Draft:
    if rounding_mode is not None:
        raise t.refused(f"{t.node.target} with rounding_mode={rounding_mode!r}")
    if (plain := _number(other)) is not None:
        return _scale(t, self, 1 / plain)
    return t.emit("div", {}, self if (top := _number(self)) is None else np.full(1, top, np.float32), other)


def _pow(t: Emitter, self: Any, exponent: Any) -> Draft:
    if exponent != 2:
        raise t.refused(f"{t.node.target} of another exponent than 2")
    return t.emit("mul", {}, self, self)


def _abs(t: Emitter, self: Any) -> Draft:
    """ReLU of both signs: at 0 its slope is 0, as that of torch's abs."""
    both = [t.emit("relu", {}, x) for x in (self, _scale(t, self, -1.0))]
    return t.emit("add", {}, *both)


def _fill(t: Emitter, self: Any, value: Any) -> Draft:
    """One number in every cell, of any batch."""
    if (plain := _number(value)) is None or not t.node.meta["val"].is_floating_point():
        raise t.refused(f"{t.node.target} with another value than one floating-point number")
    return _scale(t, self, 0.0, plain)


def _mean(t: Emitter, self: Any, dim: Sequence[int] | None = None, keepdim: bool = False, dtype: Any = None) -> Draft:
    axes = [int(d) for d in dim] if dim else list(range(len(self.shape)))
    return t.emit("mean", {"dim": axes, "keepdim": keepdim}, self)


def _sum(t: Emitter, self: Any, dim: Sequence[int] | None = None, keepdim: bool = False, dtype: Any = None) -> Draft:
    mean = _mean(t, self, dim, keepdim)
    return _scale(t, mean, float(prod(self.shape[axis] for axis in mean.args["dim"])))


def _plain(op: str) -> Handler:
    return lambda t, self: t.emit(op, {}, self)


def _softmax(op: str) -> Handler:
    return lambda t, self, dim, **_: t.emit(op, {"dim": dim}, self)


def _hardtanh(t: Emitter, self: Any, min_val: float | None, max_val: float | None) -> Draft:
    if (min_val, max_val) == (0, 6):
        return t.emit("relu6", {}, self)
    low, high = (None if bound is None else float(bound) for bound in (min_val, max_val))
    return t.emit("hardtanh", {"min_val": low, "max_val": high}, self)


def _clamp(t: Emitter, self: Any, min: Any = None, max: Any = None) -> Draft:
    low, high = (None if bound is None else _number(bound) for bound in (min, max))
    if (low, high) != (min, max) and any(_number(bound) is None for bound in (min, max) if bound is not None):
        raise t.refused(f"{t.node.target} with bounds that are not two numbers")
    return t.emit("hardtanh", {"min_val": low, "max_val": high, "closed": True}, self)


def _elu(t: Emitter, self: Any, alpha: float, scale: float = 1, input_scale: float = 1) -> Draft:
    x = self if input_scale == 1 else _scale(t, self, float(input_scale))
    y = t.emit("elu", {"alpha": float(alpha)}, x)
    return y if scale == 1 else _scale(t, y, float(scale))


def _celu(t: Emitter, self: Any, alpha: float) -> Draft:
    return _scale(t, _elu(t, _scale(t, self, 1 / alpha), 1.0), float(alpha))


def _log_sigmoid(t: Emitter, self: Any) -> Draft:
    y = t.emit("softplus", {"beta": 1.0, "threshold": 20.0}, _scale(t, self, -1.0))
    return _scale(t, y, -1.0)


def _leaky_relu(t: Emitter, self: Any, negative_slope: float) -> Draft:
    return t.emit("leaky_relu", {"negative_slope": float(negative_slope)}, self)


def _softplus(t: Emitter, self: Any, beta: float, threshold: float) -> Draft:
    return t.emit("softplus", {"beta": float(beta), "threshold": float(threshold)}, self)


HANDLERS: dict[str, Handler] = {
    "add": _add,
    "sub": _sub,
    "subtract": _sub,
    "rsub": _rsub,
    "mul": _mul,
    "multiply": _mul,
    "div": _div,
    "divide": _div,
    "true_divide": _div,
    "reciprocal": lambda t, self: _div(t, 1.0, self),
    "neg": lambda t, self: _scale(t, self, -1.0),
    "square": lambda t, self: _pow(t, self, 2),
    "pow": _pow,
    "abs": _abs,
    "absolute": _abs,
    "fill": _fill,
    "zero": lambda t, self: _fill(t, self, 0.0),
    "full_like": lambda t, self, fill_value, **_: _fill(t, self, fill_value),
    "zeros_like": lambda t, self, **_: _fill(t, self, 0.0),
    "ones_like": lambda t, self, **_: _fill(t, self, 1.0),
    "mean": _mean,
    "sum": _sum,
    **{op: _plain(op) for op in ("relu", "relu6", "hardswish", "hardsigmoid", "mish", "sigmoid", "tanh", "silu")},
    "leaky_relu": _leaky_relu,
    "prelu": lambda t, self, weight: t.emit("prelu", {}, self, weight=weight),
    "_prelu_kernel": lambda t, self, weight: t.emit("prelu", {}, self, weight=weight.flatten()),
    "gelu": lambda t, self, approximate: t.emit("gelu", {"approximate": approximate}, self),
    "elu": _elu,
    "selu": lambda t, self: _elu(t, self, SELU_ALPHA, SELU_SCALE),
    "celu": _celu,
    "softplus": _softplus,
    "log_sigmoid": _log_sigmoid,
    "hardtanh": _hardtanh,
    "clamp": _clamp,
    "clip": _clamp,
    "clamp_min": _clamp,
    "clamp_max": _clamp,
    "softmax": _softmax("softmax"),
    "_softmax": _softmax("softmax"),
    "log_softmax": _softmax("log_softmax"),
    "_log_softmax": _softmax("log_softmax"),
}
