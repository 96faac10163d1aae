"""Checks of attribution methods that readers write: where the gradient begins, Grad-CAM, and occlusion."""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import _attribution_mistakes as known
from ._answers import Array
from ._calling import Function
from ._exercise import Case, Exercise
from ._verdict import Verdict

_f = np.float32


def _one_hot(logits: Array, target: Array) -> Array:
    return np.eye(logits.shape[1])[target]


def _scores(about: str, rows: list[list[float]], target: list[int]) -> Case:
    return Case(about, {"logits": np.array(rows, _f), "target": np.array(target)})


SCORE_GRADIENT = Exercise(
    name="score_gradient",
    required=("logits", "target"),
    optional={},
    truth=_one_hot,
    cases=(
        _scores("two classes, no preference", [[0, 0]], [0]),
        _scores("a class that is not the likeliest", [[2, 0]], [1]),
        _scores("three classes", [[1, -1, 2]], [2]),
        _scores("two images", [[2, 0, 1], [0, 1, -1]], [2, 0]),
        _scores("three images", [[1, 0, 2, -1], [0, 3, 1, 1], [2, 2, -2, 0]], [3, 1, 0]),
    ),
    mistakes=known.SCORE_GRADIENT,
)


def score_gradient(function: Function) -> Verdict:
    """Check `f(logits, target)`: the gradient of each image's class score, before softmax, for its logits.

    logits (N, classes) float32, target (N,) of whole numbers -> (N, classes), where the way back begins.

    >>> bool(score_gradient(lambda logits, target: np.eye(logits.shape[1])[target]))
    True
    """
    return SCORE_GRADIENT.judge(function)


def _gradcam(maps: Array, gradient: Array) -> Array:
    weights = gradient.astype(np.float64).mean((2, 3), keepdims=True)
    cam: Array = np.maximum((weights * maps).sum(1), 0)
    return cam


def _maps(about: str, maps: Any, gradient: Any) -> Case:
    return Case(about, {"maps": np.array(maps, _f), "gradient": np.array(gradient, _f)})


def _mixed(*shape: int, step: int, low: int) -> Array:
    """Whole numbers from `low` on, each once, in an order without symmetry: the same on every machine."""
    n = int(np.prod(shape))
    return (np.arange(n) * step % n + low).reshape(shape)


GRADCAM = Exercise(
    name="gradcam",
    required=("maps", "gradient"),
    optional={},
    truth=_gradcam,
    cases=(
        _maps("one map, the same gradient everywhere", [[[[1, 2], [0, 4]]]], [[[[3, 3], [3, 3]]]]),
        _maps("a gradient that differs from pixel to pixel", [[[[1, 2], [0, 4]]]], [[[[8, 0], [0, 4]]]]),
        _maps("a map that speaks against the class", [[[[1, 2], [0, 4]]]], [[[[-1, 2], [-5, 0]]]]),
        _maps(
            "two maps that disagree",
            [[[[1, 2], [0, 4]], [[3, 0], [2, 1]]]],
            [[[[2, 6], [4, 0]], [[-4, 0], [-2, -2]]]],
        ),
        _maps("three columns", _mixed(1, 2, 2, 3, step=5, low=0), _mixed(1, 2, 2, 3, step=7, low=-4)),
        _maps("two images", _mixed(2, 2, 2, 2, step=7, low=0), _mixed(2, 2, 2, 2, step=5, low=-6)),
        _maps("maps with negative numbers", _mixed(2, 3, 2, 2, step=11, low=-8), _mixed(2, 3, 2, 2, step=5, low=-14)),
        _maps("everything at once", _mixed(2, 3, 3, 4, step=29, low=-20) / 4, _mixed(2, 3, 3, 4, step=41, low=-40)),
    ),
    mistakes=known.GRADCAM,
)


def gradcam(function: Function) -> Verdict:
    """Check `f(maps, gradient)`: Grad-CAM at the size of the maps, what is negative cut off.

    maps (N, C, h, w) and the gradient of the class score there, of the same shape -> (N, h, w).
    """
    return GRADCAM.judge(function)


class _Score:
    """A network in miniature, that a verdict can show by its formula."""

    def __init__(self, formula: str, compute: Callable[[Array], Any]) -> None:
        self.formula, self.compute = formula, compute

    def __call__(self, x: Array) -> float:
        return float(self.compute(np.asarray(x, np.float64)))

    def __repr__(self) -> str:
        return f"(lambda x: {self.formula})"


def _occlusion(score: Function, x: Array, patch: int) -> Array:
    rows, columns = (size - patch + 1 for size in x.shape)
    falls = np.empty((rows, columns))
    for i, j in np.ndindex(rows, columns):
        covered = x.copy()
        covered[i : i + patch, j : j + patch] = 0
        falls[i, j] = score(x) - score(covered)
    return falls


_SUM = _Score("x.sum()", lambda x: x.sum())
_CORNER = _Score("3 * x[0, 0]", lambda x: 3 * x[0, 0])
_LARGEST = _Score("x.max()", lambda x: x.max())
_PAIR = _Score("x[0, 0] * x[1, 2] - x[-1, -1] + 2", lambda x: x[0, 0] * x[1, 2] - x[-1, -1] + 2)


def _covered(about: str, score: _Score, x: Any, patch: int) -> Case:
    return Case(about, {"score": score, "x": np.array(x, _f), "patch": patch})


OCCLUSION = Exercise(
    name="occlusion",
    required=("score", "x", "patch"),
    optional={},
    truth=_occlusion,
    cases=(
        _covered("a patch of one pixel", _SUM, [[1, 2], [0, 4]], 1),
        _covered("a score of one pixel only", _CORNER, [[2, 5], [3, 1]], 1),
        _covered("the patch is the picture", _SUM, [[1, 2], [3, 4]], 2),
        _covered("two places", _SUM, [[1, 2, 0], [3, 4, 5]], 2),
        _covered("the largest pixel", _LARGEST, [[1, 5, 0], [3, 4, 2], [0, 1, 9]], 2),
        _covered(
            "two pixels that need each other, and one that speaks against them",
            _PAIR,
            [[3, 1, 0, 2], [5, 1, 4, 6], [2, 7, 1, 3]],
            2,
        ),
        _covered("fractions", _PAIR, _mixed(4, 5, step=7, low=1) / 4, 3),
    ),
    mistakes=known.OCCLUSION,
)


def occlusion(function: Function) -> Verdict:
    """Check `f(score, x, patch)`: how much the score falls when a square of zeros covers part of the picture.

    score: a function from pictures to numbers. x (H, W) float32; entry [i, j] of the answer, (H - patch + 1,
    W - patch + 1), is for the square of `patch` pixels a side whose top left pixel is [i, j].
    """
    return OCCLUSION.judge(function)
