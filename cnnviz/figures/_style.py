"""The tokens of `widgets/css/tokens.css` and the colour scales of `js/lib/colour_scale.js`, for matplotlib.

A test holds them together. Both scales are safe for the common colour-blindnesses and can be read in grey.
"""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb
from numpy.typing import ArrayLike, NDArray

from cnnviz import _check
from cnnviz._arrays import plain

TOKENS = {
    "input": "#2f6db5",
    "parameter": "#7b4bb3",
    "output": "#b8690b",
    "output-text": "#a35c08",
    "paper": "#fdfdfb",
    "ink": "#22252b",
    "quiet": "#62666e",
    "rule": "#d9dad5",
    "negative": "#2f6db5",
    "positive": "#d97c11",
    "wrong": "#b0186f",
}
SHADES = 255  # on each side of zero
FULL_HUE = 0.86  # of the largest value: the number on it stays readable
SMALL = 9  # points


def _shades(hue: str) -> NDArray[np.float64]:
    """From paper, one shade for zero, to the hue: as bytes, since the page rounds too."""
    paper, end = (np.array(to_rgb(TOKENS[name])) * 255 for name in ("paper", hue))
    share = np.arange(SHADES + 1)[:, None] / SHADES * FULL_HUE
    return np.asarray(np.floor(paper + (end - paper) * share + 0.5) / 255)


# Numbers that are not finite are drawn in the colour of what is wrong.
DIVERGING = ListedColormap(
    np.concatenate([_shades("negative")[:0:-1], _shades("positive")]), name="cnnviz_diverging"
).with_extremes(bad=TOKENS["wrong"])
SEQUENTIAL = ListedColormap(_shades("positive"), name="cnnviz_sequential").with_extremes(bad=TOKENS["wrong"])


def scale_of(values: NDArray[Any]) -> dict[str, Any]:
    """What `imshow` needs: symmetric about zero where a value is negative, else from zero."""
    finite = values[np.isfinite(values)]
    end = float(np.abs(finite).max(initial=0)) or 1.0
    signed = bool((finite < 0).any())
    return {"cmap": DIVERGING if signed else SEQUENTIAL, "vmin": -end if signed else 0.0, "vmax": end}


def readable_on(colour: Sequence[float]) -> str:
    """Ink or paper, whichever has more contrast on `colour` (WCAG's relative luminance).

    >>> readable_on((1.0, 1.0, 0.9)), readable_on((0.1, 0.1, 0.4))
    ('#22252b', '#fdfdfb')
    """

    def contrast(name: str) -> float:
        light, dark = sorted((_luminance(to_rgb(TOKENS[name])), _luminance(colour[:3])), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    return TOKENS[max(("ink", "paper"), key=contrast)]


def _luminance(rgb: Sequence[float]) -> float:
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in rgb]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def numbers(who: str, name: str, value: ArrayLike, ndim: int, shape: str) -> NDArray[np.float64]:
    """`value` as floats with `ndim` axes and at least one number; torch's tensors too."""
    array = plain(value)
    if array.dtype.kind not in "fiub":
        raise _check.bad_type(who, f"{name} as real numbers", f"dtype {array.dtype}")
    if array.ndim != ndim or array.size == 0:
        do = f"take one of the batch with {name}[0]" if array.ndim == ndim + 1 else ""
        raise _check.bad_value(who, f"{name} {shape} with at least one number", array.shape, do)
    return array.astype(np.float64)


def axes(who: str, ax: Axes | None, size: tuple[float, float]) -> Axes:
    """`ax`, or the Axes of a new figure of `size` inches, in the tokens' colours."""
    if ax is None:
        _, ax = plt.subplots(figsize=size, layout="constrained", facecolor=TOKENS["paper"])
    elif not isinstance(ax, Axes):
        raise _check.bad_type(who, "ax as matplotlib Axes", type(ax).__name__, "make them with plt.subplots()")
    ax.set_facecolor(TOKENS["paper"])
    return ax


def titled(ax: Axes, title: str | None) -> Axes:
    """Sets the title, to the left as everywhere in cnnviz."""
    if title:
        ax.set_title(title, loc="left", color=TOKENS["ink"], fontsize=11)
    return ax


def bare(ax: Axes) -> None:
    """No frame, no ticks."""
    ax.set_axis_off()
    ax.set_aspect("equal")


def scale_bar(ax: Axes, image: Any) -> None:
    """The colour scale beside `ax`, with its ends as numbers, and zero where it lies between."""
    low, high = image.get_clim()
    beside = ax.inset_axes((1.02, 0.0, 0.025, 1.0))
    bar = ax.figure.colorbar(image, cax=beside, ticks=sorted({low, 0.0, high}), format="{x:.3g}")
    bar.outline.set_visible(False)
    beside.tick_params(length=0, labelsize=SMALL, labelcolor=TOKENS["quiet"])
