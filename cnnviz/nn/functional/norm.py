"""Batch normalisation, and dropout's mask."""

import numpy as np

from cnnviz import _check
from cnnviz._check import Array


def batch_norm(
    x: Array,
    running_mean: Array | None = None,
    running_var: Array | None = None,
    weight: Array | None = None,
    bias: Array | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Array:
    """Each channel, minus its mean, by its standard deviation; then times `weight` plus `bias`, one of each a channel.

    While `training` mean and variance are the batch's own, and the running ones, if given, move to them in place by
    `momentum` (the running variance to the unbiased one, over n - 1); else they are the running ones.
    Shape: (N, C, H, W) -> the same. Raises ValueError for a batch of one value a channel, which has no spread.

    >>> x = np.array([1.0, 3.0]).reshape(2, 1, 1, 1)
    >>> batch_norm(x, training=True, eps=0.0).ravel()
    array([-1.,  1.])
    """
    x, mean, var = _moments(x, running_mean, running_var, weight, bias, training, eps)
    if training and running_mean is not None and running_var is not None:
        count = x.size // x.shape[1]
        running_mean += momentum * (mean - running_mean)
        running_var += momentum * (var * (count / (count - 1)) - running_var)
    scale = 1 / np.sqrt(var + x.dtype.type(eps))
    if weight is not None:
        scale = scale * weight
    shift = -mean * scale if bias is None else bias - mean * scale
    y: Array = x * _by_channel(scale)
    y += _by_channel(shift)  # in place: new memory takes longer than the sum
    return y


def batch_norm_backward(
    grad: Array,
    x: Array,
    running_mean: Array | None = None,
    running_var: Array | None = None,
    weight: Array | None = None,
    training: bool = False,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:
    """The gradients of x, weight and bias. While `training` every x also moved its batch's mean and variance."""
    x, mean, var = _moments(x, running_mean, running_var, weight, None, training, eps)
    inverse = 1 / np.sqrt(var + x.dtype.type(eps))
    normal = (x - _by_channel(mean)) * _by_channel(inverse)
    d_bias, d_weight = grad.sum(axis=(0, 2, 3)), (grad * normal).sum(axis=(0, 2, 3))
    scale = inverse if weight is None else inverse * weight
    if training:
        count = x.dtype.type(x.size // x.shape[1])
        grad = grad - _by_channel(d_bias / count) - normal * _by_channel(d_weight / count)
    return grad * _by_channel(scale), d_weight, d_bias


def _moments(
    x: Array,
    running_mean: Array | None,
    running_var: Array | None,
    weight: Array | None,
    bias: Array | None,
    training: bool,
    eps: float,
) -> tuple[Array, Array, Array]:
    """The checked x with the mean and the (biased) variance of each channel that apply."""
    who = "batch_norm"
    x = _check.images(who, x)
    channels = (x.shape[1],)
    vectors = {"running_mean": running_mean, "running_var": running_var, "weight": weight, "bias": bias}
    for name, vector in vectors.items():
        if vector is not None and np.shape(vector) != channels:
            raise _check.bad_value(who, f"{name} {channels}, one number a channel", np.shape(vector))
    _check.same_dtype(who, x, **vectors)
    _check.number(who, "eps", eps, 0)
    if not training:
        if running_mean is None or running_var is None:
            raise _check.bad_value(who, "running_mean and running_var when not training", None)
        return x, np.asarray(running_mean), np.asarray(running_var)
    if x.size <= x.shape[1]:
        raise _check.bad_value(
            who, "more than one value a channel while training", x.shape, "use a larger batch, or eval()"
        )
    mean = x.mean(axis=(0, 2, 3))
    return x, mean, np.square(x - _by_channel(mean)).mean(axis=(0, 2, 3))


def _by_channel(vector: Array) -> Array:
    return vector[:, None, None]


def dropout_mask(shape: tuple[int, ...], p: float, dtype: np.dtype[np.floating], rng: np.random.Generator) -> Array:
    """Zeros with probability p, else 1 / (1 - p), so that what is multiplied by it keeps its mean.

    >>> dropout_mask((4,), 0.0, np.dtype("f4"), np.random.default_rng(0))
    array([1., 1., 1., 1.], dtype=float32)
    """
    p = _check.number("dropout", "p", p, 0, 1)
    if p == 1:
        return np.zeros(shape, dtype)
    mask: Array = (rng.random(shape, np.float32) >= p).astype(dtype)
    mask *= 1 / (1 - p)
    return mask
