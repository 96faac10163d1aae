"""Losses, with the gradient of their first argument. A class score's axis is always 1: (N, C) or (N, C, H, W)."""

import numpy as np

from cnnviz import _check
from cnnviz._check import Array

from .activation import log_softmax

REDUCTIONS = ("mean", "sum", "none")


def cross_entropy(
    x: Array,
    target: Array,
    weight: Array | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Array:
    """Minus the logarithm of the probability that softmax(x) gives to the target.

    x (N, C, ...) are scores (logits). target is either whole numbers (N, ...) below C, of which `ignore_index` is left
    out, or probabilities in x's shape. `weight` (C,) weighs the classes; with "mean" the losses' weights divide too.
    `label_smoothing` moves that part of the target evenly to all classes.
    Shape: a scalar, or (N, ...) with reduction "none". Raises ValueError for a class that does not exist, and for NaN.

    >>> float(cross_entropy(np.zeros((1, 4)), np.array([2])).round(4))
    1.3863
    """
    shares, divisor = _targets(x, target, weight, ignore_index, reduction, label_smoothing)
    losses: Array = -(shares * log_softmax(x, 1)).sum(axis=1)
    if reduction == "none":
        return losses
    value: Array = losses.sum() / divisor
    return value


def cross_entropy_backward(
    x: Array,
    target: Array,
    weight: Array | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
    grad: Array | float = 1.0,
) -> Array:
    """The gradient of x: the probabilities minus the target's, if the classes weigh the same.

    `grad` is the loss's own gradient, (N, ...) with reduction "none".
    """
    shares, divisor = _targets(x, target, weight, ignore_index, reduction, label_smoothing)
    d_x: Array = np.exp(log_softmax(x, 1)) * shares.sum(axis=1, keepdims=True) - shares
    grad = np.asarray(grad, d_x.dtype)
    d_x *= np.expand_dims(grad, 1) if reduction == "none" else grad / divisor
    return d_x


def _targets(
    x: Array, target: Array, weight: Array | None, ignore_index: int, reduction: str, label_smoothing: float
) -> tuple[Array, Array]:
    """What each class's log-probability is multiplied by (x's shape), and what the losses' sum is divided by."""
    who = "cross_entropy"
    x, target = _check.floating(who, x), np.asarray(target)
    if x.ndim < 2:
        raise _check.bad_value(who, "scores (N, C) or (N, C, ...)", x.shape, "add a batch axis with x[None]")
    _check.one_of(who, "reduction", reduction, REDUCTIONS)
    smooth = _check.number(who, "label_smoothing", label_smoothing, 0, 1)
    if weight is not None and np.shape(weight) != (x.shape[1],):
        raise _check.bad_value(who, f"weight ({x.shape[1]},), one number a class", np.shape(weight))
    weights = np.ones(x.shape[1], x.dtype) if weight is None else np.asarray(weight, x.dtype)
    weights = weights.reshape(-1, *(1,) * (x.ndim - 2))
    whole = np.issubdtype(target.dtype, np.integer)
    wanted = _one_hot(x, target, ignore_index) if whole else _probabilities(x, target)
    spread: Array = wanted.sum(axis=1, keepdims=True) if whole else np.ones_like(wanted[:, :1])  # 0 where ignored
    shares = weights * (wanted * (1 - smooth) + spread * (smooth / x.shape[1]))
    if reduction != "mean":
        return shares, np.ones((), x.dtype)
    # As torch: by the weights of the classes that were asked for; for probabilities by their number.
    divisor: Array = (wanted * weights).sum() if whole else spread.sum()
    if divisor == 0:
        raise _check.bad_value(who, "a target to average over", "none that counts", 'give some, or reduction="sum"')
    return shares, divisor


def _one_hot(x: Array, target: Array, ignore_index: int) -> Array:
    """(N, ...) whole numbers -> (N, C, ...) of zeros and ones; all zeros where the target is `ignore_index`."""
    shape = (x.shape[0], *x.shape[2:])
    if target.shape != shape:
        raise _check.bad_value("cross_entropy", f"targets {shape} for scores {x.shape}", target.shape)
    classes = x.shape[1]
    counted = target != ignore_index
    wrong = target[counted & ((target < 0) | (target >= classes))]
    if wrong.size:
        raise _check.bad_value("cross_entropy", f"targets from 0 to {classes - 1}", wrong[0])
    hot = np.expand_dims(target, 1) == np.arange(classes).reshape(-1, *(1,) * (x.ndim - 2))
    wanted: Array = (hot & np.expand_dims(counted, 1)).astype(x.dtype)
    return wanted


def _probabilities(x: Array, target: Array) -> Array:
    target = _check.floating("cross_entropy", target, "target")
    if target.shape != x.shape:
        do = "class numbers must be whole: target.astype(int)" if target.shape == x[:, 0].shape else ""
        raise _check.bad_value("cross_entropy", f"target probabilities {x.shape}", target.shape, do)
    if np.isnan(target).any():
        raise _check.bad_value("cross_entropy", "target probabilities", "NaN")
    return target.astype(x.dtype, copy=False)


def mse_loss(x: Array, target: Array, reduction: str = "mean") -> Array:
    """The mean (or "sum", or with "none" each) of the squared differences.

    Raises ValueError for another shape of the target, and for nothing to average over.

    >>> float(mse_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0])))
    2.0
    """
    squares = np.square(_difference(x, target, reduction))
    if reduction == "none":
        return squares
    value: Array = squares.mean() if reduction == "mean" else squares.sum()
    return value


def mse_loss_backward(x: Array, target: Array, reduction: str = "mean", grad: Array | float = 1.0) -> Array:
    """The gradient of x: twice the difference, by their number with "mean"."""
    d_x = 2 * _difference(x, target, reduction)
    d_x *= np.asarray(grad, d_x.dtype) / (d_x.size if reduction == "mean" else 1)
    return d_x


def _difference(x: Array, target: Array, reduction: str) -> Array:
    x, target = _check.floating("mse_loss", x), _check.floating("mse_loss", target, "target")
    _check.one_of("mse_loss", "reduction", reduction, REDUCTIONS)
    if x.shape != target.shape:
        raise _check.bad_value("mse_loss", f"a target of x's shape {x.shape}", target.shape)
    _check.same_dtype("mse_loss", x, target=target)
    if reduction == "mean" and not x.size:
        raise _check.bad_value(
            "mse_loss", "a target to average over", f"none in {x.shape}", 'give some, or reduction="sum"'
        )
    return x - target
