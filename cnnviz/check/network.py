"""Checks of the other parts of a first network: the ReLU and the loss."""

from typing import Any

import numpy as np

from ._answers import Array
from ._calling import Function
from ._exercise import Case, Exercise, mistake
from ._verdict import Verdict

_f = np.float32

RELU = Exercise(
    name="relu",
    required=("x",),
    optional={},
    truth=lambda x: np.maximum(x, 0),
    cases=(
        Case("a positive number", {"x": np.array([3], _f)}),
        Case("a negative number", {"x": np.array([-2], _f)}),
        Case("zero between them", {"x": np.array([-1, 0, 4], _f)}),
        Case("fractions", {"x": np.array([-0.5, 0.25, 0.75, 2.5], _f)}),
        Case("feature maps", {"x": (np.arange(24) * 7 % 24 - 12).astype(_f).reshape(2, 3, 2, 2) / 4}),
    ),
    mistakes=(
        mistake("keeps the negative", "The positive numbers are gone.", lambda f, x: np.minimum(x, 0)),
        mistake(
            "absolute value", "Negative numbers lose their sign. What should be left of them?", lambda f, x: abs(x)
        ),
        mistake(
            "step for ramp",
            "The answer says where x is positive. A positive number is handed on as it is.",
            lambda f, x: (x > 0).astype(x.dtype),
            lambda f, x: (x >= 0).astype(x.dtype),
            lambda f, x: np.sign(x),
        ),
        mistake("nothing done", "The numbers come back as they were.", lambda f, x: x.copy()),
        mistake(
            "sign turned",
            "Positive numbers become negative, or the other way round.",
            lambda f, x: f(-x),
            lambda f, x: -f(x),
        ),
        mistake(
            "negative numbers dropped",
            "Negative numbers are left out, and the shape is lost.",
            lambda f, x: x[x > 0],
            lambda f, x: x[x >= 0],
        ),
        mistake(
            "leaky",
            "A little of the negative numbers leaks through. That is another layer, the leaky ReLU.",
            lambda f, x: np.where(x > 0, x, 0.01 * x),
            lambda f, x: np.where(x > 0, x, 0.1 * x),
            lambda f, x: np.where(x > 0, x, 0.2 * x),
        ),
        mistake(
            "clipped at one", "Large numbers are cut off too. A ReLU has no upper end.", lambda f, x: np.clip(x, 0, 1)
        ),
        mistake(
            "whole numbers only",
            "Fractions are lost: of which dtype is the array that you write into?",
            lambda f, x: f(x).astype(np.int64),
        ),
        mistake(
            "one number for all",
            "One number came for the whole array. Every cell is treated by itself.",
            lambda f, x: max(x.max(), 0) * np.ones(()),
        ),
    ),
)


def relu(function: Function) -> Verdict:
    """Check `f(x)`: x where it is positive, else 0, in an array of the same shape that is not x.

    >>> bool(relu(lambda x: x * (x > 0)))
    True
    """
    return RELU.judge(function)


def _log_softmax(z: Array) -> Array:
    shifted = z.astype(np.float64) - z.max(axis=1, keepdims=True)
    rest: Array = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return rest


def _own(table: Array, labels: Array) -> Array:
    """Each row's entry in the column of its label."""
    chosen: Array = table[np.arange(len(labels)), labels]
    return chosen


def _naive(z: Array) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(z)  # in x's own float32: beyond 88 this is infinite
        ratio: Array = powers / powers.sum(axis=1, keepdims=True)
    return ratio


def _log(p: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithm: Array = np.log(p)
    return logarithm


def _down_the_batch(f: Function, z: Array, y: Array) -> Any:
    return -_own(_log_softmax(z.T).T, y).mean()


def _scores(about: str, rows: list[list[float]], labels: list[int]) -> Case:
    return Case(about, {"logits": np.array(rows, _f), "labels": np.array(labels)})


CROSS_ENTROPY = Exercise(
    name="cross_entropy",
    required=("logits", "labels"),
    optional={},
    truth=lambda z, y: -_own(_log_softmax(z), y).mean(),
    returns="number",
    cases=(
        _scores("no preference between two classes", [[0, 0]], [0]),
        _scores("a right preference", [[2, 0]], [0]),
        _scores("a wrong preference", [[2, 0]], [1]),
        _scores("three classes", [[1, -1, 2]], [0]),
        _scores("two images", [[2, 0, 1], [0, 1, -1]], [0, 2]),
        _scores("three images", [[1, 0, 2, -1], [0, 3, 1, 1], [2, 2, -2, 0]], [3, 1, 0]),
        _scores(
            "logits of 1000, as an untuned network gives",
            [[1000, 990, 0, 3], [2, 1000, 998, 1], [4, 0, 1, 2]],
            [0, 2, 1],
        ),
    ),
    mistakes=(
        mistake("sign forgotten", "The loss is negative: the logarithm of a probability is.", lambda f, z, y: -f(z, y)),
        mistake(
            "sum for mean",
            "The images' losses are added up. Their mean does not depend on the size of the batch.",
            lambda f, z, y: f(z, y) * len(y),
        ),
        mistake(
            "mean over the classes too",
            "The mean is taken over all entries of the table. There is one loss for each image.",
            lambda f, z, y: f(z, y) / z.shape[1],
        ),
        mistake(
            "softmax down the batch",
            "The probabilities of the images add up to 1 for each class. Which numbers should compete with each other?",
            _down_the_batch,
        ),
        mistake(
            "no softmax",
            "The logits themselves are averaged, as if they were logarithms. What must they become first?",
            lambda f, z, y: -_own(z.astype(float), y).mean(),
        ),
        mistake(
            "no logarithm",
            "The probability itself is averaged. What is the loss when the right class has probability 1?",
            lambda f, z, y: -_own(np.exp(_log_softmax(z)), y).mean(),
            lambda f, z, y: _own(np.exp(_log_softmax(z)), y).mean(),
            lambda f, z, y: 1 - _own(np.exp(_log_softmax(z)), y).mean(),
        ),
        mistake(
            "another logarithm",
            "The logarithm has another base. The natural one is meant, `np.log`.",
            lambda f, z, y: f(z, y) / np.log(2),
            lambda f, z, y: f(z, y) / np.log(10),
        ),
        mistake(
            "all classes counted",
            "The logarithms of all classes are taken. Only the probability of the right one counts.",
            lambda f, z, y: -_log_softmax(z).mean(),
            lambda f, z, y: -_log_softmax(z).sum(axis=1).mean(),
        ),
        mistake(
            "best class for right class",
            "The loss looks at the class with the largest logit. It should look at the label's.",
            lambda f, z, y: f(z, z.argmax(axis=1)),
        ),
        mistake(
            "overflow",
            "With logits of 1000 the exponential is infinite. Softmax stays the same when one number is taken from "
            "all logits of an image: which one makes the largest exponential 1?",
            lambda f, z, y: -_own(_log(_naive(z)), y).mean(),
            lambda f, z, y: -(_own(z, y) - _log(_infinite_sum(z))).mean(),
        ),
    ),
)


def _infinite_sum(z: Array) -> Array:
    with np.errstate(over="ignore"):
        total: Array = np.exp(z).sum(axis=1)
    return total


def cross_entropy(function: Function) -> Verdict:
    """Check `f(logits, labels)`: the mean over the batch of minus the log of the right class's probability.

    logits (N, classes) float32, labels (N,) of whole numbers -> one number, finite also for logits of 1000.
    """
    return CROSS_ENTROPY.judge(function)
