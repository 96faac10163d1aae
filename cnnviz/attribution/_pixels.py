"""Methods that follow the gradient to the pixels."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnviz import _check
from cnnviz._arrays import plain
from cnnviz._check import Array

from ._asked import Asked, grouped


def saliency(model: Any, x: Any, target: Any = None) -> Array:
    """The gradient of the class score with respect to each pixel, signed, (N, C, H, W); `heat` takes its magnitude.

    After Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks", 2014.
    Raises ValueError for pictures or a target that do not fit the model.

    >>> from cnnviz import nn
    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    >>> bool((saliency(model, np.ones((1, 1, 2, 2), np.float32), target=1).ravel() == model[1].weight[1]).all())
    True
    """
    asked = Asked("saliency", model, x, target)
    return _float32(asked.gradients(asked.pictures, asked.classes))


def gradient_x_input(model: Any, x: Any, target: Any = None) -> Array:
    """The gradient times the pixel, (N, C, H, W): the share of the score that the linear approximation gives a pixel.

    After Shrikumar and others, "Not Just a Black Box", 2016. Raises what `saliency` does.
    """
    asked = Asked("gradient_x_input", model, x, target)
    return _float32(asked.gradients(asked.pictures, asked.classes) * asked.pictures)


def smoothgrad(
    model: Any, x: Any, target: Any = None, *, samples: int = 25, noise: float = 0.15, seed: int = 0, batch: int = 16
) -> Array:
    """The mean gradient over noisy copies of the picture, (N, C, H, W).

    samples: how many copies. noise: its standard deviation, as a share of the picture's range from its smallest to its
    largest number. seed: the same noise each time. batch: about how many pictures go through the model at once.
    After Smilkov and others, "SmoothGrad: removing noise by adding noise", 2017. Raises what `saliency` does.
    """
    count = _check.integer("smoothgrad", "samples", samples)
    share = _check.number("smoothgrad", "noise", noise, 0)
    asked = Asked("smoothgrad", model, x, target)
    pictures, rng = asked.pictures, np.random.default_rng(_check.integer("smoothgrad", "seed", seed, 0))
    axes = (1, 2, 3)
    sigma = share * (pictures.max(axes, keepdims=True) - pictures.min(axes, keepdims=True))
    noisy = (pictures + sigma * rng.standard_normal(pictures.shape, pictures.dtype.type) for _ in range(count))
    return _float32(_summed(asked, noisy, [1 / count] * count, batch))


def integrated_gradients(
    model: Any, x: Any, target: Any = None, *, baseline: ArrayLike = 0.0, steps: int = 50, batch: int = 16
) -> Array:
    """The gradient along the straight way from a baseline to the picture, times their difference, (N, C, H, W).

    The attributions of a picture sum to the difference of the scores of picture and baseline: `completeness_error` says
    how nearly, and more `steps` bring it nearer. baseline: a number, or an array that broadcasts to the pictures.
    steps: points on the way, by the rule of Gauss and Legendre. batch: about how many pictures go through at once.
    After Sundararajan, Taly and Yan, "Axiomatic Attribution for Deep Networks", 2017. Raises what `saliency` does.
    """
    count = _check.integer("integrated_gradients", "steps", steps)
    asked = Asked("integrated_gradients", model, x, target)
    start = starting("integrated_gradients", baseline, asked.pictures)
    points, weights = np.polynomial.legendre.leggauss(count)
    way = (start + asked.pictures.dtype.type((point + 1) / 2) * (asked.pictures - start) for point in points)
    mean = _summed(asked, way, list(weights / 2), batch)
    return _float32(mean * (asked.pictures - start))


def completeness_error(
    attributions: ArrayLike, model: Any, x: Any, target: Any = None, *, baseline: ArrayLike = 0.0
) -> Array:
    """(N,): by how much the sum of each picture's attributions differs from its score less that of the baseline."""
    asked = Asked("completeness_error", model, x, target)
    given = np.asarray(attributions, np.float64)
    if given.shape != asked.pictures.shape:
        needs = f"attributions of the pictures' shape {asked.pictures.shape}"
        raise _check.bad_value("completeness_error", needs, given.shape)
    start = starting("completeness_error", baseline, asked.pictures)
    scores = [asked.class_scores(pictures, asked.classes).astype(np.float64) for pictures in (asked.pictures, start)]
    error: Array = given.sum((1, 2, 3)) - (scores[0] - scores[1])
    return error


def starting(who: str, baseline: ArrayLike, pictures: Array) -> Array:
    """The baseline in the pictures' shape and precision; raises ValueError for one that does not broadcast to it."""
    given = plain(baseline).astype(pictures.dtype)
    try:
        return np.broadcast_to(given, pictures.shape)
    except ValueError:
        do = "give a number, (C, 1, 1), (C, H, W) or (N, C, H, W)"
        needs = f"a baseline that broadcasts to the pictures {pictures.shape}"
        raise _check.bad_value(who, needs, given.shape, do) from None


def _summed(asked: Asked, variants: Iterable[Array], weights: list[float], batch: int) -> Array:
    """The weighted sum of the gradients at variants of the pictures, `batch` pictures or so at once."""
    total, at = np.zeros(asked.pictures.shape), 0
    for group in grouped(variants, _check.integer(asked.who, "batch", batch) // len(asked.pictures)):
        gradients = asked.gradients(np.concatenate(group), np.tile(asked.classes, len(group)))
        parts = gradients.reshape(len(group), *asked.pictures.shape)
        total += np.tensordot(weights[at : at + len(group)], parts, 1)
        at += len(group)
    return total


def _float32(array: Array) -> Array:
    return array.astype(np.float32)
