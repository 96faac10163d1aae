"""Wrong convolutions with a name. A hint says what the answer is, and what to look at: never the line to write."""

from functools import partial
from typing import Any

import numpy as np

from ._answers import Array
from ._calling import Function
from ._exercise import mistake
from ._windows import frame, hanging, spread

_FLIPPED = (
    "That is a true convolution: the kernel is turned by 180° before it slides. The layer that is called convolution "
    "correlates. Which weight meets the pixel at the top left of the window?"
)
_HALF_FLIPPED = "The kernel is mirrored along one axis. Which weight meets the pixel at the top left of the window?"
_TRANSPOSED = "Rows and columns of the kernel are exchanged: is the first index of a kernel down, or to the right?"
_SWAPPED = "Rows and columns of the output are exchanged: is the first index of a plane down, or to the right?"
_SHORT = "The last row and column are missing. At how many places does a window of 3 fit into 4 pixels? Count them."
_SAME = "The output is as large as the input: windows that hang over the edge were counted. Only those that fit count."
_MEAN = "Each window is averaged: the products are to be added up, and nothing is divided by their number."
_LAST_TAP = "Only the last product of a window is left. What happens to the sum when the next product arrives?"
_NO_KERNEL = "The pixels are added up without their weights."
_WHOLE = (
    "Fractions are lost: the answer holds whole numbers. Of which dtype is the array that you write into? An array "
    "made like the input has the input's dtype."
)
_CLIPPED = "Negative results have become 0. That is another layer's work: a convolution keeps them."


def _last_tap(x: Array, k: Array) -> Array:
    h, w = (n - m + 1 for n, m in zip(x.shape, k.shape, strict=True))
    last: Array = x[-h:, -w:] * k[-1, -1]
    return last


CORRELATE2D = (
    mistake("flipped kernel", _FLIPPED, lambda f, x, k: f(x, k[::-1, ::-1])),
    mistake("kernel mirrored", _HALF_FLIPPED, lambda f, x, k: f(x, k[::-1]), lambda f, x, k: f(x, k[:, ::-1])),
    mistake("transposed kernel", _TRANSPOSED, lambda f, x, k: f(x, k.T)),
    mistake("rows and columns swapped", _SWAPPED, lambda f, x, k: f(x, k).T),
    mistake("off by one", _SHORT, lambda f, x, k: f(x, k)[:-1, :-1]),
    mistake(
        "as large as the input",
        _SAME,
        lambda f, x, k: f(np.pad(x, [(0, n - 1) for n in k.shape]), k),
        lambda f, x, k: f(np.pad(x, [((n - 1) // 2, n // 2) for n in k.shape]), k),
        lambda f, x, k: f(np.pad(x, [(n // 2, (n - 1) // 2) for n in k.shape]), k),
    ),
    mistake("average for sum", _MEAN, lambda f, x, k: f(x, k) / k.size),
    mistake("only the last product", _LAST_TAP, lambda f, x, k: _last_tap(x, k)),
    mistake("weights not used", _NO_KERNEL, lambda f, x, k: f(x, np.ones_like(k))),
    mistake(
        "whole numbers only",
        _WHOLE,
        # Wraps at 256 as assigning to an array of uint8 does; by int64, since what C does with 300.0 is not defined.
        lambda f, x, k: f(x, k).astype(np.int64).astype(x.dtype),
        lambda f, x, k: f(x, k).astype(np.int64),
        lambda f, x, k: f(x.astype(np.int64), k.astype(np.int64)),
    ),
    mistake(
        "sums kept in 8 bits",
        "Sums above 255 start again at 0: the adding is done in the photograph's own dtype, uint8. What does "
        "`np.uint8(200) + np.uint8(250)` give?",
        lambda f, x, k: np.where(x.dtype == np.uint8, f(x, k) % 256, f(x, k)),
    ),
    mistake("negative values clipped", _CLIPPED, lambda f, x, k: np.maximum(f(x, k), 0)),
)


def _one_sided(f: Function, x: Array, w: Array, b: Array | None, s: int, p: int, before: bool) -> Any:
    sides = (p, 0) if before else (0, p)
    return f(np.pad(x, [(0, 0), (0, 0), sides, sides]), w, b, s, 0)


def _one_axis(f: Function, x: Array, w: Array, b: Array | None, s: int, p: int, rows: bool) -> Any:
    return f(np.pad(x, [(0, 0), (0, 0), (p * rows,) * 2, (p * (not rows),) * 2]), w, b, s, 0)


def _bias_times(f: Function, x: Array, w: Array, b: Array | None, s: int, p: int, times: int) -> Any:
    return f(x, w, None if b is None else b * times, s, p)


def _split_channels(f: Function, x: Array, w: Array, b: Array | None, s: int, p: int) -> Array:
    """(N, O, C, H', W'): every channel with its own kernel, and nobody added them."""
    each = [f(x[:, c : c + 1], w[:, c : c + 1], b, s, p) for c in range(x.shape[1])]
    return np.stack(each, axis=2)


def _last_of_everything(f: Function, x: Array, w: Array, b: Array | None, s: int, p: int) -> Any:
    only = np.zeros_like(w)
    only[:, -1, -1, -1] = w[:, -1, -1, -1]
    return f(x, only, b, s, p)


def _first_steps(f: Function, x: Array, w: Array, b: Array | None, s: int, p: int) -> Any:
    """The output has its right size, but the window moves on by one pixel at a time."""
    h, wide = f(x, w, b, s, p).shape[-2:]
    return f(x, w, b, 1, p)[..., :h, :wide]


def _spread(f: Function, x: Array, w: Array, b: Array | None, s: int, p: int) -> Any:
    h, wide = (n + 2 * p - k + 1 for n, k in zip(x.shape[2:], w.shape[2:], strict=True))
    return spread(f(x, w, b, s, p), s, h, wide)


def _same_size(f: Function, x: Array, w: Array, b: Array | None, s: int, p: int, after: bool) -> Any:
    margins = [(0, k - 1) if after else ((k - 1) // 2, k // 2) for k in w.shape[2:]]
    return f(np.pad(x, [(0, 0), (0, 0), *margins]), w, b, s, 0)


CONV2D = (
    mistake("flipped kernel", _FLIPPED, lambda f, x, w, b, s, p: f(x, w[:, :, ::-1, ::-1], b, s, p)),
    mistake(
        "kernel mirrored",
        _HALF_FLIPPED,
        lambda f, x, w, b, s, p: f(x, w[:, :, ::-1], b, s, p),
        lambda f, x, w, b, s, p: f(x, w[..., ::-1], b, s, p),
    ),
    mistake("transposed kernel", _TRANSPOSED, lambda f, x, w, b, s, p: f(x, w.swapaxes(2, 3), b, s, p)),
    mistake("rows and columns swapped", _SWAPPED, lambda f, x, w, b, s, p: f(x, w, b, s, p).swapaxes(2, 3)),
    mistake(
        "kernel channels reversed",
        "The channels of the kernel are turned round too: channel 0 of the kernel belongs to channel 0 of the input.",
        lambda f, x, w, b, s, p: f(x, w[:, ::-1], b, s, p),
        lambda f, x, w, b, s, p: f(x, w[:, ::-1, ::-1, ::-1], b, s, p),
    ),
    mistake(
        "weight axes swapped",
        "A weight has the shape (O, C, kh, kw): the filter comes first, then the channel it looks at.",
        lambda f, x, w, b, s, p: f(x, w.swapaxes(0, 1), b, s, p),
    ),
    mistake(
        "forgotten bias",
        "The bias is missing: each filter adds its own number to all of its output.",
        lambda f, x, w, b, s, p: f(x, w, None, s, p),
    ),
    mistake(
        "bias added per tap",
        "The bias is added again with every product of the window. How often does it belong into one output cell?",
        lambda f, x, w, b, s, p: _bias_times(f, x, w, b, s, p, w[0].size),
        lambda f, x, w, b, s, p: _bias_times(f, x, w, b, s, p, w[0, 0].size),
    ),
    mistake(
        "bias added per channel",
        "The bias is added again for every input channel. How often does it belong into one output cell?",
        lambda f, x, w, b, s, p: _bias_times(f, x, w, b, s, p, w.shape[1]),
    ),
    mistake(
        "one bias for all",
        "Every filter adds the same bias. There is one for each filter: bias has the shape (O,).",
        lambda f, x, w, b, s, p: f(x, w, None if b is None else np.full_like(b, b[0]), s, p),
        lambda f, x, w, b, s, p: f(x, w, None if b is None else np.full_like(b, b.sum()), s, p),
    ),
    mistake(
        "bias subtracted",
        "The bias is taken away; it is added.",
        lambda f, x, w, b, s, p: _bias_times(f, x, w, b, s, p, -1),
    ),
    mistake(
        "channels not summed",
        "There is one result for each input channel. A filter looks at all channels at once and writes one number.",
        _split_channels,
        lambda f, *rest: _split_channels(f, *rest).swapaxes(1, 2),
        lambda f, *rest: (lambda y: y.reshape(y.shape[0], -1, *y.shape[3:]))(_split_channels(f, *rest)),
        lambda f, *rest: (lambda y: y.reshape(y.shape[0], -1, *y.shape[3:]))(_split_channels(f, *rest).swapaxes(1, 2)),
    ),
    mistake(
        "channels averaged",
        "The channels' results are averaged. They are added up, like everything else in the window.",
        lambda f, x, w, b, s, p: f(x, w / w.shape[1], b, s, p),
    ),
    mistake(
        "only the first channel",
        "Only the first input channel counts. A filter has a kernel for each of them.",
        lambda f, x, w, b, s, p: f(x[:, :1], w[:, :1], b, s, p),
    ),
    mistake(
        "only the last channel",
        "Only the last input channel is left. What happens to the result when the next channel's arrives?",
        lambda f, x, w, b, s, p: f(x[:, -1:], w[:, -1:], b, s, p),
    ),
    mistake(
        "first channel's kernel for all",
        "Every channel is weighted with the first channel's kernel. A filter has a kernel of its own for each.",
        lambda f, x, w, b, s, p: f(x, np.broadcast_to(w[:, :1], w.shape), b, s, p),
    ),
    mistake("only the last product", _LAST_TAP, _last_of_everything),
    mistake(
        "only the first filter",
        "Only the first filter is there. Each of the O filters writes a channel of the output.",
        lambda f, x, w, b, s, p: f(x, w[:1], None if b is None else b[:1], s, p),
        lambda f, x, w, b, s, p: np.repeat(f(x, w[:1], None if b is None else b[:1], s, p), len(w), axis=1),
    ),
    mistake(
        "filters added up",
        "The filters' results are added up into one map. Each filter has an output channel of its own.",
        lambda f, x, w, b, s, p: f(x, w, b, s, p).sum(axis=1, keepdims=True),
    ),
    mistake(
        "only the first image",
        "Only the first image of the batch is there. The output has as many images as the input.",
        lambda f, x, w, b, s, p: f(x[:1], w, b, s, p),
        lambda f, x, w, b, s, p: f(x[:1], w, b, s, p)[0],
        lambda f, x, w, b, s, p: np.repeat(f(x[:1], w, b, s, p), len(x), axis=0),
    ),
    mistake(
        "images added up",
        "The images of the batch are added up. They have nothing to do with one another.",
        lambda f, x, w, b, s, p: f(x, w, b, s, p).sum(axis=0, keepdims=True),
        lambda f, x, w, b, s, p: (
            f(x, w, None, s, p).sum(axis=0, keepdims=True) + (0 if b is None else b[:, None, None])
        ),
    ),
    mistake(
        "channels last",
        "The output's axes stand in another order: they are (N, O, H, W), channels second.",
        lambda f, x, w, b, s, p: f(x, w, b, s, p).transpose(0, 2, 3, 1),
    ),
    mistake(
        "filters before images",
        "The output's axes stand in another order: they are (N, O, H, W), images first.",
        lambda f, x, w, b, s, p: f(x, w, b, s, p).swapaxes(0, 1),
    ),
    mistake(
        "swapped stride and padding",
        "The stride is used as padding, and the padding as stride. Which of them is how far the window moves?",
        lambda f, x, w, b, s, p: f(x, w, b, p, s),
    ),
    mistake(
        "stride ignored",
        "The window moves by one pixel whatever the stride.",
        lambda f, x, w, b, s, p: f(x, w, b, 1, p),
    ),
    mistake(
        "stride along one axis only",
        "The stride holds along one axis only. The window moves by it to the right and down.",
        lambda f, x, w, b, s, p: f(x, w, b, 1, p)[:, :, ::s],
        lambda f, x, w, b, s, p: f(x, w, b, 1, p)[..., ::s],
    ),
    mistake(
        "window moves by one",
        "The output has its right size, yet the window stands in the wrong place. Where in the input does the window "
        "for output column 1 begin when the stride is 2?",
        _first_steps,
    ),
    mistake(
        "gaps where the stride steps",
        "The output's numbers lie apart, with zeros between. At stride 2 the window stands at column 4: which "
        "output column is that?",
        _spread,
    ),
    mistake("padding ignored", "The frame of zeros is missing.", lambda f, x, w, b, s, p: f(x, w, b, s, 0)),
    mistake(
        "padding on one side only",
        "The padding is there once for each axis. It goes on both sides: how much larger does a row become?",
        partial(_one_sided, before=True),
        partial(_one_sided, before=False),
    ),
    mistake(
        "padding along one axis only",
        "The frame is missing along one axis: it goes all the way round.",
        partial(_one_axis, rows=True),
        partial(_one_axis, rows=False),
    ),
    mistake(
        "padding of one",
        "The frame is always one pixel wide. Its width is the number that `padding` says.",
        lambda f, x, w, b, s, p: f(x, w, b, s, min(p, 1)),
    ),
    mistake(
        "padding not with zeros",
        "The frame does not hold zeros.",
        lambda f, x, w, b, s, p: f(frame(x, p, mode="edge"), w, b, s, 0),
        lambda f, x, w, b, s, p: f(frame(x, p, mode="reflect"), w, b, s, 0),
        lambda f, x, w, b, s, p: f(frame(x, p, mode="wrap"), w, b, s, 0),
        lambda f, x, w, b, s, p: f(frame(x, p, constant_values=1), w, b, s, 0),
    ),
    mistake("off by one", _SHORT, lambda f, x, w, b, s, p: f(x, w, b, s, p)[..., :-1, :-1]),
    mistake(
        "ceil for floor",
        "The last window hangs over the edge. When it no longer fits, it is left out: the division rounds down.",
        lambda f, x, w, b, s, p: f(hanging(frame(x, p), w.shape[2:], s), w, b, s, 0),
    ),
    mistake(
        "as large as the input",
        _SAME + " Only `padding` adds room.",
        partial(_same_size, after=True),
        partial(_same_size, after=False),
    ),
    mistake(
        "average for sum",
        _MEAN,
        lambda f, x, w, b, s, p: f(x, w / w[0].size, b, s, p),
        lambda f, x, w, b, s, p: f(x, w / w[0, 0].size, b, s, p),
    ),
    mistake("weights not used", _NO_KERNEL, lambda f, x, w, b, s, p: f(x, np.ones_like(w), b, s, p)),
    mistake("negative values clipped", _CLIPPED, lambda f, x, w, b, s, p: np.maximum(f(x, w, b, s, p), 0)),
    mistake("whole numbers only", _WHOLE, lambda f, x, w, b, s, p: f(x, w, b, s, p).astype(np.int64)),
)
