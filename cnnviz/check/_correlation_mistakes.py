"""Wrong correlations of one plane with a name, and the hints that a whole layer shares.

A hint says what the answer is, and what to look at: never the line to write.
"""

import numpy as np

from ._answers import Array
from ._exercise import mistake

FLIPPED = (
    "That is a true convolution: the kernel is turned by 180° before it slides. The layer that is called convolution "
    "correlates. Which weight meets the pixel at the top left of the window?"
)
HALF_FLIPPED = "The kernel is mirrored along one axis. Which weight meets the pixel at the top left of the window?"
TRANSPOSED = "Rows and columns of the kernel are exchanged: is the first index of a kernel down, or to the right?"
SWAPPED = "Rows and columns of the output are exchanged: is the first index of a plane down, or to the right?"
SHORT = "The last row and column are missing. At how many places does a window of 3 fit into 4 pixels? Count them."
SAME = "The output is as large as the input: windows that hang over the edge were counted. Only those that fit count."
MEAN = "Each window is averaged: the products are to be added up, and nothing is divided by their number."
LAST_TAP = "Only the last product of a window is left. What happens to the sum when the next product arrives?"
NO_KERNEL = "The pixels are added up without their weights."
WHOLE = (
    "Fractions are lost: the answer holds whole numbers. Of which dtype is the array that you write into? An array "
    "made like the input has the input's dtype."
)
CLIPPED = "Negative results have become 0. That is another layer's work: a convolution keeps them."


def _last_tap(x: Array, k: Array) -> Array:
    h, w = (n - m + 1 for n, m in zip(x.shape, k.shape, strict=True))
    last: Array = x[-h:, -w:] * k[-1, -1]
    return last


CORRELATE2D = (
    mistake("flipped kernel", FLIPPED, lambda f, x, k: f(x, k[::-1, ::-1])),
    mistake("kernel mirrored", HALF_FLIPPED, lambda f, x, k: f(x, k[::-1]), lambda f, x, k: f(x, k[:, ::-1])),
    mistake("transposed kernel", TRANSPOSED, lambda f, x, k: f(x, k.T)),
    mistake("rows and columns swapped", SWAPPED, lambda f, x, k: f(x, k).T),
    mistake("off by one", SHORT, lambda f, x, k: f(x, k)[:-1, :-1]),
    mistake(
        "as large as the input",
        SAME,
        lambda f, x, k: f(np.pad(x, [(0, n - 1) for n in k.shape]), k),
        lambda f, x, k: f(np.pad(x, [((n - 1) // 2, n // 2) for n in k.shape]), k),
        lambda f, x, k: f(np.pad(x, [(n // 2, (n - 1) // 2) for n in k.shape]), k),
    ),
    mistake("average for sum", MEAN, lambda f, x, k: f(x, k) / k.size),
    mistake("only the last product", LAST_TAP, lambda f, x, k: _last_tap(x, k)),
    mistake("weights not used", NO_KERNEL, lambda f, x, k: f(x, np.ones_like(k))),
    mistake(
        "whole numbers only",
        WHOLE,
        # An array made like x. Written as whole numbers, since what becomes of 300.0 in uint8 is the machine's choice.
        lambda f, x, k: f(x, k) if x.dtype.kind == "f" else f(x, k).astype(np.int64).astype(x.dtype),
        lambda f, x, k: f(x, k) if x.dtype.kind == "f" else np.clip(f(x, k).astype(np.int64), 0, 255),
        lambda f, x, k: f(x, k).astype(np.int64),
        lambda f, x, k: f(x.astype(np.int64), k.astype(np.int64)),
    ),
    mistake(
        "sums kept in 8 bits",
        "Sums above 255 start again at 0: the adding is done in the photograph's own dtype, uint8. What does "
        "`np.uint8(200) + np.uint8(250)` give?",
        lambda f, x, k: np.where(x.dtype == np.uint8, f(x, k) % 256, f(x, k)),
    ),
    mistake("negative values clipped", CLIPPED, lambda f, x, k: np.maximum(f(x, k), 0)),
)
