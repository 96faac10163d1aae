"""Wrong attributions with a name: the wrong number explained, the wrong weights, the wrong cover."""

from typing import Any

import numpy as np

from ._answers import Array
from ._calling import Function
from ._exercise import mistake


def _softmax(logits: Array) -> Array:
    powers = np.exp(logits.astype(np.float64) - logits.max(1, keepdims=True))
    shares: Array = powers / powers.sum(1, keepdims=True)
    return shares


def _of_probability(f: Function, z: Array, t: Array) -> Array:
    p = _softmax(z)
    slopes: Array = p[np.arange(len(t)), t][:, None] * (f(z, t) - p)
    return slopes


SCORE_GRADIENT = (
    mistake(
        "gradient of the probability",
        "This is the gradient of the class's probability, after softmax. It falls to 0 where the network is certain, "
        "and it also tells what speaks against the other classes. The score before softmax is meant.",
        _of_probability,
    ),
    mistake(
        "gradient of the loss",
        "This is where training begins: the gradient of the loss, or of the log of the probability. Here the score "
        "itself is explained, before softmax.",
        lambda f, z, t: _softmax(z) - f(z, t),
        lambda f, z, t: f(z, t) - _softmax(z),
        lambda f, z, t: (_softmax(z) - f(z, t)) / len(t),
    ),
    mistake(
        "probabilities for a gradient",
        "The probabilities came back. By how much does the class's score grow when one of the logits grows by a "
        "little?",
        lambda f, z, t: _softmax(z),
    ),
    mistake(
        "all classes at once",
        "Every class is given a gradient: then the sum of all scores is explained, not one class.",
        lambda f, z, t: np.ones(z.shape),
    ),
    mistake(
        "the likeliest class",
        "The class with the largest logit is explained. `target` says which one was asked for.",
        lambda f, z, t: f(z, z.argmax(1)),
    ),
    mistake(
        "the score for its slope",
        "The class's place holds its score. The gradient there is a slope: by how much does the score grow when this "
        "logit grows by 1?",
        lambda f, z, t: f(z, t) * z,
    ),
    mistake(
        "divided by the batch",
        "The gradient shrinks as more images come. Each image's score is explained by itself; no mean is taken.",
        lambda f, z, t: f(z, t) / len(t),
    ),
    mistake("sign turned", "The sign is turned round.", lambda f, z, t: -f(z, t)),
    mistake(
        "one number an image",
        "One number came for each image. A gradient has the shape of what it is for: (N, classes).",
        lambda f, z, t: z[np.arange(len(t)), t],
        lambda f, z, t: np.ones(len(t)),
    ),
)


def _weights(gradient: Array) -> Array:
    means: Array = gradient.mean((2, 3), keepdims=True)
    return means


def _cut(summed: Array) -> Array:
    return np.maximum(summed, 0)


def _scaled(f: Function, maps: Array, gradient: Array) -> Array:
    cam = f(maps, gradient)
    top = cam.max((-2, -1), keepdims=True)
    shares: Array = np.divide(cam, top, out=np.zeros(cam.shape), where=top != 0)
    return shares


GRADCAM = (
    mistake(
        "forgot the ReLU",
        "Negative numbers are left in the map. They speak for other classes; Grad-CAM shows what speaks for this one.",
        lambda f, a, g: (_weights(g) * a).sum(1),
    ),
    mistake(
        "ReLU too early",
        "What is negative is cut off before the maps are summed, so that no map can speak against another. Sum first.",
        lambda f, a, g: (_cut(_weights(g)) * a).sum(1),
        lambda f, a, g: _cut((_cut(_weights(g)) * a).sum(1)),
        lambda f, a, g: _cut(_weights(g) * a).sum(1),
    ),
    mistake(
        "sum for mean",
        "The map has the right shape and is too large, by the number of its pixels: each gradient was summed, not "
        "averaged. Drawn from zero to its largest it looks the same, and so the slip goes unseen; compared between "
        "layers or sizes of pictures it is not the same.",
        lambda f, a, g: f(a, g * (g.shape[2] * g.shape[3])),
    ),
    mistake(
        "weighted pixel by pixel",
        "Each pixel is multiplied by its own gradient. That is another method: with its sign it is called HiResCAM, "
        "with the positive part alone LayerCAM. Grad-CAM gives a whole map one weight.",
        lambda f, a, g: _cut((g * a).sum(1)),
        lambda f, a, g: (g * a).sum(1),
        lambda f, a, g: _cut((_cut(g) * a).sum(1)),
    ),
    mistake(
        "activations for weights",
        "The weights are means of the maps. A bright map is not yet one that the class cares for: what says how the "
        "score depends on it?",
        lambda f, a, g: f(a, np.broadcast_to(_weights(a), a.shape)),
    ),
    mistake(
        "no weights",
        "The maps are added up as they are: the class plays no part in the answer.",
        lambda f, a, g: _cut(a.sum(1)),
        lambda f, a, g: _cut(a.mean(1)),
    ),
    mistake(
        "largest gradient for mean",
        "The weight is the largest gradient of the map. Its mean is meant.",
        lambda f, a, g: f(a, np.broadcast_to(g.max((2, 3), keepdims=True), g.shape)),
    ),
    mistake(
        "one weight for all maps",
        "All maps of an image have the same weight: the mean went over the channels too.",
        lambda f, a, g: f(a, np.broadcast_to(g.mean((1, 2, 3), keepdims=True), g.shape)),
    ),
    mistake(
        "one weight for all images",
        "The mean went over the batch too. Each image has a gradient of its own.",
        lambda f, a, g: f(a, np.broadcast_to(g.mean((0, 2, 3), keepdims=True), g.shape)),
    ),
    mistake(
        "mean along one axis only",
        "The mean went along the rows or the columns only: a map has both.",
        lambda f, a, g: _cut((g.mean(2, keepdims=True) * a).sum(1)),
        lambda f, a, g: _cut((g.mean(3, keepdims=True) * a).sum(1)),
    ),
    mistake(
        "mean over the maps",
        "The weighted maps are averaged. Their sum is meant: a second map that agrees makes the case stronger.",
        lambda f, a, g: f(a, g) / a.shape[1],
    ),
    mistake(
        "maps not summed",
        "One map for each channel came out. They are summed, so that one map is left for each image.",
        lambda f, a, g: _cut(_weights(g) * a),
        lambda f, a, g: _weights(g) * a,
    ),
    mistake(
        "magnitude for ReLU",
        "What is negative has become positive: evidence against the class is drawn as evidence for it.",
        lambda f, a, g: np.abs((_weights(g) * a).sum(1)),
        lambda f, a, g: _cut((np.abs(_weights(g)) * a).sum(1)),
    ),
    mistake("sign turned", "The map shows what speaks against the class.", lambda f, a, g: f(a, -g)),
    mistake(
        "gradients weighted, not maps",
        "The weights multiply the gradient. The maps say where; the gradient says only how much each of them counts.",
        lambda f, a, g: f(g, g),
    ),
    mistake(
        "scaled to one",
        "Each map is divided by its largest number. That is for drawing: it hides that one map is a hundred times as "
        "strong as another.",
        _scaled,
    ),
    mistake(
        "only the first image",
        "Only the first image of the batch is there.",
        lambda f, a, g: f(a[:1], g[:1]),
        lambda f, a, g: f(a[:1], g[:1])[0],
    ),
    mistake(
        "whole numbers only",
        "Fractions are lost: of which dtype is the array that you write into?",
        lambda f, a, g: f(a, g).astype(np.int64),
    ),
)


def _slid(change: Any, end: int = 1, step: int = 1) -> Any:
    """Occlusion with pictures that `change(x, rows, columns)` makes; it ends `1 - end` places early."""

    def spoil(f: Function, score: Function, x: Array, k: int) -> Array:
        places = [range(0, max(0, size - k + end), step) for size in x.shape]
        falls = [[score(x) - score(change(x, slice(i, i + k), slice(j, j + k))) for j in places[1]] for i in places[0]]
        return np.array(falls, np.float64).reshape(len(places[0]), len(places[1]))

    return spoil


def _with(value: Any) -> Any:
    """A change that writes `value(x)` into the square."""

    def change(x: Array, rows: slice, columns: slice) -> Array:
        covered = x.copy()
        covered[rows, columns] = value(x)
        return covered

    return change


def _only(x: Array, rows: slice, columns: slice) -> Array:
    left = np.zeros_like(x)
    left[rows, columns] = x[rows, columns]
    return left


def _stays(f: Function, score: Function, x: Array, k: int) -> Array:
    whole, covered, falls = score(x), x.copy(), np.empty(tuple(size - k + 1 for size in x.shape))
    for i, j in np.ndindex(falls.shape):
        covered[i : i + k, j : j + k] = 0
        falls[i, j] = whole - score(covered)
    return falls


OCCLUSION = (
    mistake(
        "sign turned",
        "Where the score falls the answer is negative. A square that the class needs should stand out as positive.",
        lambda f, score, x, k: -f(score, x, k),
    ),
    mistake(
        "the score that is left",
        "These are the scores of the covered pictures. How far have they fallen from that of the whole one?",
        lambda f, score, x, k: score(x) - f(score, x, k),
    ),
    mistake(
        "patches stay",
        "Each square stays covered when the next one is: the picture grows darker and darker. Begin each time from the "
        "whole picture.",
        _stays,
    ),
    mistake(
        "all but the patch",
        "Everything but the square is covered. That asks another question: what is enough, not what is needed?",
        _slid(_only),
    ),
    mistake(
        "another cover",
        "The square is covered with something else than zeros. What covers decides what can be found, so keep to 0.",
        _slid(_with(lambda x: 1)),
        _slid(_with(lambda x: x.mean())),
        _slid(_with(lambda x: x.max())),
    ),
    mistake(
        "last places missing",
        "The last row and column of places are missing. At how many places does a square of 2 fit into 3 pixels?",
        _slid(_with(lambda x: 0), end=0),
    ),
    mistake(
        "one pixel for the patch",
        "One pixel is covered at each place. `patch` says how many a side there are.",
        lambda f, score, x, k: f(score, x, 1)[: x.shape[0] - k + 1, : x.shape[1] - k + 1],
        lambda f, score, x, k: f(score, x, 1),
    ),
    mistake(
        "ratio for difference",
        "The fall is divided by the whole score. A score may be 0 or negative, and then a ratio says nothing.",
        lambda f, score, x, k: f(score, x, k) / score(x),
    ),
    mistake(
        "cut off at zero",
        "Where covering helps the class, the fall is negative. Keep the sign: it is half of what there is to learn.",
        lambda f, score, x, k: np.maximum(f(score, x, k), 0),
    ),
    mistake(
        "rows and columns swapped",
        "Rows and columns are exchanged: is the first index of a picture down, or to the right?",
        lambda f, score, x, k: f(score, x, k).T,
    ),
    mistake(
        "whole numbers only",
        "Fractions are lost: of which dtype is the array that you write into?",
        lambda f, score, x, k: f(score, x, k).astype(np.int64),
    ),
)
