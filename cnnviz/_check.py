"""One voice for argument errors: who needs what, what came, what to do.

    Conv2d(3, 8, kernel_size=(5, 5)) needs (N, 3, H, W), got (3, 28, 28): add a batch axis with x[None]

A pure function raises in its own name ("conv2d needs ..."); the layer that called it puts its own in front by setting
`who`, so that the reader learns which layer it was.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from numbers import Integral, Real
from reprlib import repr as shortly
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
T = TypeVar("T")


class Refused(Exception):  # noqa: N818  (the error is whose; this is what it did)
    """An argument that cannot be used. `who` may be set by a caller with a better name for itself."""

    def __init__(self, who: object, rest: str) -> None:
        super().__init__(who, rest)
        self.who = who
        self.rest = rest

    def __str__(self) -> str:
        return f"{self.who} {self.rest}"


class BadValue(Refused, ValueError):  # noqa: N818
    """The right kind of thing with a value that cannot be used."""


class BadType(Refused, TypeError):  # noqa: N818
    """The wrong kind of thing."""


def _sentence(needs: str, got: object, do: str) -> str:
    return f"needs {needs}, got {got}" + (f": {do}" if do else "")


def bad_value(who: object, needs: str, got: object, do: str = "") -> BadValue:
    """A ValueError that says who needs what, what came, and what to do about it.

    >>> raise bad_value("conv2d", "groups that divide 3 channels", 2, "use groups=3 or groups=1")
    Traceback (most recent call last):
    ...
    cnnviz._check.BadValue: conv2d needs groups that divide 3 channels, got 2: use groups=3 or groups=1
    """
    return BadValue(who, _sentence(needs, got, do))


def bad_type(who: object, needs: str, got: object, do: str = "") -> BadType:
    """A TypeError in the same words."""
    return BadType(who, _sentence(needs, got, do))


def integer(who: object, name: str, value: Any, minimum: int = 1) -> int:
    """`value` as an int of at least `minimum`; raises BadType for 2.5 or True, BadValue for too little.

    >>> integer("Linear", "in_features", np.int64(3))
    3
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, Integral):
        raise bad_type(who, f"{name} as a whole number", repr(value))
    if value < minimum:
        raise bad_value(who, f"{name} of at least {minimum}", value)
    return int(value)


def pair(who: object, name: str, value: Any, minimum: int = 1) -> tuple[int, int]:
    """A size for height and width: one number for both, or two.

    >>> pair("MaxPool2d", "kernel_size", 2), pair("MaxPool2d", "kernel_size", [2, 3])
    ((2, 2), (2, 3))
    """
    if isinstance(value, Sequence | np.ndarray) and not isinstance(value, str):
        if len(value) != 2:
            raise bad_value(who, f"{name} as one number or (height, width)", value)
        return integer(who, name, value[0], minimum), integer(who, name, value[1], minimum)
    one = integer(who, name, value, minimum)
    return one, one


def number(
    who: object,
    name: str,
    value: Any,
    low: float = -np.inf,
    high: float = np.inf,
    *,
    below: bool = False,
) -> float:
    """`value` as a float in [low, high], or [low, high) with `below`; raises for NaN and for what is no number.

    >>> number("Dropout", "p", 0.5, 0, 1)
    0.5
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, float | Real):
        raise bad_type(who, f"{name} as a number", repr(value))
    plain = float(value)
    inside = low <= plain < high if below else low <= plain <= high
    if not inside:
        raise bad_value(who, f"{name} in [{low:g}, {high:g}{')' if below else ']'}", value)
    return plain


def flag(who: object, name: str, value: Any, do: str = "") -> bool:
    """`value` as a bool; raises BadType for anything but True and False, so that no array or word passes for one.

    >>> flag("Linear", "bias", np.bool_(True))
    True
    """
    if not isinstance(value, bool | np.bool_):
        raise bad_type(who, f"{name} as True or False", shortly(value), do)
    return bool(value)


def function(who: object, name: str, value: T) -> T:
    """`value` if it can be called; else BadType."""
    if not callable(value):
        raise bad_type(who, f"{name} as a function", shortly(value), "give the function itself, without calling it")
    return value


def precision(who: object, dtype: DTypeLike) -> np.dtype[Any]:
    """What a layer's parameters may be, float32 or float64, as a dtype; else BadType.

    >>> precision("Linear", "float64")
    dtype('float64')
    """
    try:
        found = None if dtype is None else np.dtype(dtype)
    except TypeError:
        found = None
    if found is None or found not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise bad_type(who, "dtype np.float32 or np.float64", found or shortly(dtype))
    return found


def one_of(who: object, name: str, value: Any, options: Iterable[str]) -> str:
    """`value` if it is one of `options`; else an error that lists them and guesses what was meant.

    >>> one_of("load", "name", "emoji10", ["emoji10", "photos"])
    'emoji10'
    """
    names = list(options)
    if value in names:
        return str(value)
    close = get_close_matches(str(value), names, n=1)
    raise bad_value(
        who, f"{name} to be one of {', '.join(names)}", repr(value), f"did you mean {close[0]!r}?" if close else ""
    )


def floating(who: object, x: ArrayLike, name: str = "x") -> Array:
    """`x` as a float32 or float64 array, never copied; other dtypes raise BadType with the remedy."""
    array = np.asarray(x)
    if array.dtype != np.float32 and array.dtype != np.float64:
        do = f"convert with {name}.astype(np.float32)" + (" / 255" if array.dtype == np.uint8 else "")
        raise bad_type(who, f"{name} in float32 or float64", array.dtype, do)
    return array


def writable(who: object, x: ArrayLike) -> None:
    """Raises BadType for what inplace=True could not write over: a list, or a read-only array."""
    if not isinstance(x, np.ndarray) or not x.flags.writeable:
        got = "a read-only one" if isinstance(x, np.ndarray) else type(x).__name__
        raise bad_type(who, "an array to write over", got, "pass np.array(x), a copy, or leave out inplace=True")


def images(who: object, x: ArrayLike, channels: int | None = None) -> Array:
    """`x` as a batch of images (N, C, H, W) of floats; `channels` is what C must be.

    Raises BadValue for another number of axes or channels, or no pixels, BadType for another dtype.
    """
    array = np.asarray(x)
    needs = f"(N, {'C' if channels is None else channels}, H, W)"
    if array.ndim == 3:
        raise bad_value(who, needs, array.shape, "add a batch axis with x[None]")
    if array.ndim != 4:
        raise bad_value(who, needs, array.shape)
    if channels is not None and array.shape[1] != channels:
        last = array.shape[3] == channels
        raise bad_value(who, needs, array.shape, "put channels second with x.transpose(0, 3, 1, 2)" if last else "")
    if 0 in array.shape[1:]:
        raise bad_value(who, f"{needs} with at least one channel and pixel", array.shape)
    return floating(who, array)


def same_dtype(who: object, x: Array, **others: Array | None) -> None:
    """Raises BadType when a parameter's dtype is not x's: mixed precision is nearly always an oversight."""
    for name, other in others.items():
        if other is not None and other.dtype != x.dtype:
            do = f"x.astype(np.{other.dtype})" + (", or model.double()" if x.dtype == np.float64 else "")
            raise bad_type(who, f"x in {other.dtype} like its {name}", x.dtype, do)


def window(
    who: object, size: Sequence[int], margins: Sequence[int], span: tuple[int, int], spare: tuple[int, int] = (0, 0)
) -> None:
    """Raises BadValue when a window of `span` = (height, width) does not fit into the padded image.

    `spare` is how much of it may lie outside.
    """
    top, bottom, left, right = margins
    height, width = size[0] + top + bottom, size[1] + left + right
    least = (span[0] - spare[0], span[1] - spare[1])
    if least[0] > height or least[1] > width:
        what = "the window's size" if spare == (0, 0) else f"for a window of {span[0]} x {span[1]}"
        raise bad_value(
            who,
            f"an image of at least {least[0]} x {least[1]}, {what}",
            f"{height} x {width} with its padding",
            "use a larger image, more padding or a smaller kernel",
        )
