"""Wrong max pooling with a name: forward, and the ways a gradient takes a wrong turn."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ._answers import Array
from ._calling import Function
from ._exercise import mistake
from ._windows import hanging, spread, windows


def _reduced(how: Callable[..., Any]) -> Callable[..., Any]:
    """Pooling that takes something else than the maximum from each window."""
    return lambda f, x, k, s: how(windows(x, (k, k), s or k))


def _index(seen: Array) -> Array:
    at: Array = seen.reshape(*seen.shape[:-2], -1).argmax(-1)
    return at


def _farthest(seen: Array) -> Array:
    flat = seen.reshape(*seen.shape[:-2], -1)
    return np.take_along_axis(flat, np.abs(flat).argmax(-1)[..., None], -1)[..., 0]


def _first_steps(f: Function, x: Array, k: int, s: int | None) -> Any:
    height, width = f(x, k, s).shape[-2:]
    return f(x, k, 1)[..., :height, :width]


def _spread(f: Function, x: Array, k: int, s: int | None) -> Array:
    return spread(f(x, k, s), s or k, x.shape[2] - k + 1, x.shape[3] - k + 1)


MAX_POOL2D = (
    mistake(
        "average for maximum",
        "Each window is averaged. That is average pooling; which single pixel should speak for the window?",
        _reduced(lambda seen: seen.mean((-2, -1))),
    ),
    mistake("sum for maximum", "Each window is added up.", _reduced(lambda seen: seen.sum((-2, -1)))),
    mistake("minimum for maximum", "Each window gives its smallest value.", _reduced(lambda seen: seen.min((-2, -1)))),
    mistake(
        "starts from zero",
        "Where a window holds only negative numbers the answer is 0. What is the largest value seen before the first "
        "pixel is looked at? 0 is already too much.",
        lambda f, x, k, s: np.maximum(f(x, k, s), 0),
    ),
    mistake(
        "largest magnitude",
        "The number farthest from zero is taken, not the largest: -9 is less than -3.",
        _reduced(_farthest),
        _reduced(lambda seen: np.abs(seen).max((-2, -1))),
    ),
    mistake(
        "place for value",
        "The answer says where in its window the largest value stands. The value itself is wanted.",
        _reduced(_index),
    ),
    mistake(
        "one pixel for each window",
        "Each window gives the pixel in one fixed place, whatever the others hold: pixels are skipped, not compared.",
        *(_reduced(lambda seen, i=i, j=j: seen[..., i, j]) for i in (0, -1) for j in (0, -1)),
        lambda f, x, k, s: x[:, :, :: s or k, :: s or k],
        lambda f, x, k, s: x[:, :, ::k, ::k],
    ),
    mistake(
        "along one axis only",
        "The largest value is sought along one axis of the window only. A window has rows and columns.",
        _reduced(lambda seen: seen[..., 0, :].max(-1)),
        _reduced(lambda seen: seen[..., 0].max(-1)),
        lambda f, x, k, s: windows(x, (k, 1), s or k).max((-2, -1)),
        lambda f, x, k, s: windows(x, (1, k), s or k).max((-2, -1)),
    ),
    mistake(
        "maximum over the channels",
        "The channels are compared with each other. Each is pooled by itself, so that their number stays.",
        lambda f, x, k, s: f(x, k, s).max(axis=1, keepdims=True),
        lambda f, x, k, s: f(x, k, s).max(axis=1),
        lambda f, x, k, s: np.broadcast_to(f(x, k, s).max(axis=1, keepdims=True), f(x, k, s).shape),
    ),
    mistake(
        "maximum over the batch",
        "The images are compared with each other. Each is pooled by itself.",
        lambda f, x, k, s: f(x, k, s).max(axis=0, keepdims=True),
        lambda f, x, k, s: f(x, k, s).max(axis=0),
    ),
    mistake(
        "maximum over the whole map",
        "The largest value of the whole map is taken. Each window has one of its own.",
        lambda f, x, k, s: x.max(axis=(2, 3), keepdims=True),
        lambda f, x, k, s: x.max(axis=(2, 3)),
        lambda f, x, k, s: np.broadcast_to(x.max(axis=(2, 3), keepdims=True), f(x, k, s).shape),
    ),
    mistake(
        "only the first channel",
        "Only the first channel is there. Each is pooled by itself.",
        lambda f, x, k, s: f(x[:, :1], k, s),
    ),
    mistake(
        "only the first image",
        "Only the first image of the batch is there.",
        lambda f, x, k, s: f(x[:1], k, s),
        lambda f, x, k, s: f(x[:1], k, s)[0],
    ),
    mistake(
        "stride ignored",
        "The windows always stand side by side. When `stride` is given, it says how far they move.",
        lambda f, x, k, s: f(x, k, None),
    ),
    mistake(
        "stride of one",
        "The window moves by one pixel at a time. Without `stride` it moves by its own size; with it, by that.",
        lambda f, x, k, s: f(x, k, 1),
        lambda f, x, k, s: f(x, k, s or 1),
    ),
    mistake(
        "stride of two",
        "The window moves by two pixels whatever its size and stride.",
        lambda f, x, k, s: f(x, k, 2),
        lambda f, x, k, s: f(x, k, s or 2),
        lambda f, x, k, s: f(x, 2, 2),
    ),
    mistake(
        "swapped size and stride",
        "The stride is used as the window's size, and the size as stride. Which of them is how far the window moves?",
        lambda f, x, k, s: f(x, s or k, k),
    ),
    mistake(
        "stride along one axis only",
        "The stride holds along one axis only. The window moves by it to the right and down.",
        lambda f, x, k, s: f(x, k, 1)[:, :, :: s or k],
        lambda f, x, k, s: f(x, k, 1)[..., :: s or k],
    ),
    mistake(
        "window moves by one",
        "The output has its right size, yet the window stands in the wrong place. Where in the input does the window "
        "for output column 1 begin when the stride is 2?",
        _first_steps,
    ),
    mistake(
        "gaps where the stride steps",
        "The output's numbers lie apart, with zeros between. At stride 2 the window stands at column 4: which output "
        "column is that?",
        _spread,
    ),
    mistake(
        "ceil for floor",
        "The last window hangs over the edge. When it no longer fits, it is left out: the division rounds down.",
        lambda f, x, k, s: f(hanging(x, (k, k), s or k, fill=-np.inf), k, s),
        lambda f, x, k, s: f(hanging(x, (k, k), s or k, fill=0), k, s),
    ),
    mistake(
        "off by one",
        "The last row and column are missing. At how many places does a window of 2 fit into 4 pixels at stride 2?",
        lambda f, x, k, s: f(x, k, s)[..., :-1, :-1],
    ),
    mistake(
        "rows and columns swapped",
        "Rows and columns of the output are exchanged: is the first index of a plane down, or to the right?",
        lambda f, x, k, s: f(x, k, s).swapaxes(2, 3),
    ),
    mistake(
        "channels last",
        "The output's axes stand in another order: they are (N, C, H, W), channels second.",
        lambda f, x, k, s: f(x, k, s).transpose(0, 2, 3, 1),
    ),
    mistake(
        "whole numbers only",
        "Fractions are lost: of which dtype is the array that you write into?",
        lambda f, x, k, s: f(x, k, s).astype(np.int64),
    ),
)


def _routed(share: Callable[[Array], Array], overwrite: bool = False) -> Callable[..., Array]:
    """The backward pass that hands each window's gradient out by `share(window)`."""

    def spoil(f: Function, grad: Array, x: Array, k: int, s: int | None) -> Array:
        step, d_x = s or k, np.zeros(x.shape)
        for n, c, i, j in np.ndindex(grad.shape):
            at = n, c, slice(i * step, i * step + k), slice(j * step, j * step + k)
            part = share(x[at]) * grad[n, c, i, j]
            d_x[at] = np.where(part != 0, part, d_x[at]) if overwrite else d_x[at] + part
        return d_x

    return spoil


def _ones(where: Array, window: Array) -> Array:
    share: Array = where.reshape(window.shape).astype(np.float64)
    return share


def _first(window: Array, last: bool = False) -> Array:
    flat = window.ravel()
    at = flat.size - 1 - flat[::-1].argmax() if last else flat.argmax()
    return _ones(np.arange(flat.size) == at, window)


def _all(window: Array) -> Array:
    return _ones(window == window.max(), window)


def _corner(window: Array) -> Array:
    return _ones(np.arange(window.size) == 0, window)


MAX_POOL2D_BACKWARD = (
    mistake(
        "ties counted twice",
        "When several pixels are the largest, each is given the whole gradient: more comes out than went in. One pixel "
        "was handed on, so one is paid.",
        _routed(_all),
    ),
    mistake(
        "ties shared",
        "When several pixels are the largest, the gradient is split among them. A fair rule, and a subgradient, but "
        "not the layer's: it goes to the first of them in reading order.",
        _routed(lambda window: _all(window) / _all(window).sum()),
    ),
    mistake(
        "last of the ties",
        "When several pixels are the largest, the last of them is paid. Which one does `argmax` find? And does your "
        "comparison let an equal pixel take over?",
        _routed(lambda window: _first(window, last=True)),
    ),
    mistake(
        "spread over the window",
        "Every pixel of the window is given a part. How would the output change if a pixel that is not the largest "
        "grew by a little?",
        _routed(lambda window: np.full(window.shape, 1 / window.size)),
        _routed(np.ones_like),
    ),
    mistake(
        "to the corner",
        "The gradient always goes to the window's top left pixel. Which pixel was handed on?",
        _routed(_corner),
    ),
    mistake(
        "to the smallest",
        "The gradient goes to the window's smallest pixel.",
        _routed(lambda window: _first(-window)),
    ),
    mistake(
        "windows overwrite each other",
        "Where windows overlap, one pixel may be the largest in several: each of them pays, and the payments add up.",
        _routed(_first, overwrite=True),
    ),
    mistake(
        "value for slope",
        "The gradient is multiplied by the pixel's value. The largest pixel is handed on as it is: if it grows by a "
        "little, by how much does the output grow?",
        lambda f, g, x, k, s: f(g, x, k, s) * x,
    ),
    mistake(
        "gradient not used",
        "The places are right, but every one is given 1: the output's gradient has to arrive there.",
        lambda f, g, x, k, s: f(np.ones_like(g), x, k, s),
    ),
    mistake(
        "stride ignored",
        "The windows always stand side by side. When `stride` is given, it says how far they move.",
        lambda f, g, x, k, s: f(g[..., : x.shape[2] // k, : x.shape[3] // k], x, k, None),
    ),
    mistake(
        "only the first channel",
        "Only the first channel receives a gradient.",
        lambda f, g, x, k, s: f(g * (np.arange(g.shape[1]) == 0)[:, None, None], x, k, s),
    ),
    mistake(
        "only the first image",
        "Only the first image receives a gradient.",
        lambda f, g, x, k, s: f(g * (np.arange(len(g)) == 0)[:, None, None, None], x, k, s),
    ),
)
