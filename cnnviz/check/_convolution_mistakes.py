"""Wrong convolutional layers with a name: the kernel, the bias, channels, filters and images, stride and padding."""

from functools import partial
from typing import Any

import numpy as np

from ._answers import Array
from ._calling import Function
from ._correlation_mistakes import (
    CLIPPED,
    FLIPPED,
    HALF_FLIPPED,
    LAST_TAP,
    MEAN,
    NO_KERNEL,
    SAME,
    SHORT,
    SWAPPED,
    TRANSPOSED,
    WHOLE,
)
from ._exercise import mistake
from ._windows import frame, hanging, spread


def _framed(
    f: Function, x: Array, w: Array, b: Array | None, s: int, p: int, rows: tuple[int, int], columns: tuple[int, int]
) -> Any:
    """Padding that is so many times p before and after the rows and the columns."""
    around = [(0, 0), (0, 0), (p * rows[0], p * rows[1]), (p * columns[0], p * columns[1])]
    return f(np.pad(x, around), w, b, s, 0)


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


def _first_steps(
    f: Function, x: Array, w: Array, b: Array | None, s: int, p: int, down: bool = True, along: bool = True
) -> Any:
    """The output has its right size, but the window moves on by one pixel at a time, down or along or both."""
    rows, columns = f(x, w, b, s, p).shape[-2:]
    every = f(x, w, b, 1, p)
    every = every[:, :, :rows] if down else every[:, :, ::s]
    return every[..., :columns] if along else every[..., ::s]


def _spread(f: Function, x: Array, w: Array, b: Array | None, s: int, p: int) -> Any:
    h, wide = (n + 2 * p - k + 1 for n, k in zip(x.shape[2:], w.shape[2:], strict=True))
    return spread(f(x, w, b, s, p), s, h, wide)


def _same_size(f: Function, x: Array, w: Array, b: Array | None, s: int, p: int, after: bool) -> Any:
    margins = [(0, k - 1) if after else ((k - 1) // 2, k // 2) for k in w.shape[2:]]
    return f(np.pad(x, [(0, 0), (0, 0), *margins]), w, b, s, 0)


CONV2D = (
    mistake("flipped kernel", FLIPPED, lambda f, x, w, b, s, p: f(x, w[:, :, ::-1, ::-1], b, s, p)),
    mistake(
        "kernel mirrored",
        HALF_FLIPPED,
        lambda f, x, w, b, s, p: f(x, w[:, :, ::-1], b, s, p),
        lambda f, x, w, b, s, p: f(x, w[..., ::-1], b, s, p),
    ),
    mistake("transposed kernel", TRANSPOSED, lambda f, x, w, b, s, p: f(x, w.swapaxes(2, 3), b, s, p)),
    mistake("rows and columns swapped", SWAPPED, lambda f, x, w, b, s, p: f(x, w, b, s, p).swapaxes(2, 3)),
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
    mistake("only the last product", LAST_TAP, _last_of_everything),
    mistake(
        "only the first filter",
        "Only the first filter is there. Each of the O filters writes a channel of the output.",
        lambda f, x, w, b, s, p: f(x, w[:1], None if b is None else b[:1], s, p),
        lambda f, x, w, b, s, p: np.repeat(f(x, w[:1], None if b is None else b[:1], s, p), len(w), axis=1),
    ),
    mistake(
        "only the last filter",
        "Only the last filter is left, in the first channel. Where does each of the O filters write?",
        lambda f, x, w, b, s, p: (
            f(x, w[::-1], None if b is None else b[::-1], s, p) * (np.arange(len(w)) == 0)[:, None, None]
        ),
        lambda f, x, w, b, s, p: f(x, w[-1:], None if b is None else b[-1:], s, p),
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
        lambda f, x, w, b, s, p: f(x, w, b, s, p) * (np.arange(len(x)) == 0)[:, None, None, None],
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
        partial(_first_steps, along=False),
        partial(_first_steps, down=False),
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
        "The padding is missing on one side. It goes on both: how much longer does a row become?",
        *(partial(_framed, rows=side, columns=side) for side in ((1, 0), (0, 1), (2, 0), (0, 2))),
        *(partial(_framed, rows=side, columns=(1, 1)) for side in ((1, 0), (0, 1))),
        *(partial(_framed, rows=(1, 1), columns=side) for side in ((1, 0), (0, 1))),
    ),
    mistake(
        "padding along one axis only",
        "The frame is missing along one axis: it goes all the way round.",
        partial(_framed, rows=(1, 1), columns=(0, 0)),
        partial(_framed, rows=(0, 0), columns=(1, 1)),
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
    mistake(
        "off by one",
        SHORT,
        lambda f, x, w, b, s, p: f(x, w, b, s, p)[..., :-1, :-1],
        lambda f, x, w, b, s, p: f(x, w, b, s, p)[..., :-1, :],
        lambda f, x, w, b, s, p: f(x, w, b, s, p)[..., :-1],
    ),
    mistake(
        "ceil for floor",
        "The last window hangs over the edge. When it no longer fits, it is left out: the division rounds down.",
        lambda f, x, w, b, s, p: f(hanging(frame(x, p), w.shape[2:], s), w, b, s, 0),
    ),
    mistake(
        "as large as the input",
        SAME + " Only `padding` adds room.",
        partial(_same_size, after=True),
        partial(_same_size, after=False),
    ),
    mistake(
        "average for sum",
        MEAN,
        lambda f, x, w, b, s, p: f(x, w / w[0].size, b, s, p),
        lambda f, x, w, b, s, p: f(x, w / w[0, 0].size, b, s, p),
        lambda f, x, w, b, s, p: f(x, w, b, s, p) / w[0].size,
    ),
    mistake("weights not used", NO_KERNEL, lambda f, x, w, b, s, p: f(x, np.ones_like(w), b, s, p)),
    mistake("negative values clipped", CLIPPED, lambda f, x, w, b, s, p: np.maximum(f(x, w, b, s, p), 0)),
    mistake("whole numbers only", WHOLE, lambda f, x, w, b, s, p: f(x, w, b, s, p).astype(np.int64)),
)
