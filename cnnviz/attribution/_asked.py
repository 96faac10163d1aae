"""A model that is asked about pictures: scores, gradients and layers as arrays, whichever library it is of."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cnnviz import _check
from cnnviz._arrays import channels_last, plain
from cnnviz._check import Array
from cnnviz.recorder import record
from cnnviz.recorder.target import classes

T = TypeVar("T")
Ints = NDArray[np.int64]

# The name of the model itself among its layers.
WHOLE = ""


class Asked:
    """A model, pictures (N, C, H, W) and a class for each; `who` speaks in errors.

    Pictures of a Keras model that has channels last are turned on the way in, and what comes out of it on the way back.
    """

    def __init__(self, who: str, model: Any, x: Any, target: Any = None) -> None:
        self.who, self.model, self._given = who, model, x
        self._channels_last = channels_last(model)
        self.pictures = _check.images(who, self._out(plain(x)))
        with self._speaking():
            count = len(self.pictures)
            self.classes = self._likeliest() if target is None else classes(target, (count, np.iinfo(np.int64).max))

    def scores(self, pictures: Array) -> Array:
        """(N, classes): what the model says. Raises ValueError for a model that gives something else."""
        with self._speaking():
            output = record(self.model, self._in(pictures), layers=WHOLE).output
        if not hasattr(output, "ndim") or output.ndim != 2:
            got = f"an output of shape {tuple(output.shape)}" if hasattr(output, "shape") else type(output).__name__
            raise _check.bad_value(self.who, "a model that gives scores (N, classes)", got)
        return plain(output)

    def class_scores(self, pictures: Array, each: Ints) -> Array:
        """(N,): the score of each picture's class."""
        scores = self.scores(pictures)
        with self._speaking():
            picked: Array = scores[np.arange(len(each)), classes(each, scores.shape)]
        return picked

    def gradients(self, pictures: Array, each: Ints) -> Array:
        """(N, C, H, W): of each picture's class score, with respect to its pixels."""
        with self._speaking():
            recording = record(self.model, self._in(pictures), layers=WHOLE, gradients_of=each)
        if recording.input_gradient is None:
            return np.zeros_like(pictures)  # the score does not depend on the picture
        return self._out(plain(recording.input_gradient))

    def layer(self, name: str) -> tuple[Array, Array | None]:
        """(N, C, H, W) both: a layer's output, and the gradient of each picture's class score there, None without."""
        with self._speaking():
            found = record(self.model, self._in(self.pictures), layers=name, gradients_of=self.classes)[name]
        gradient = None if found.gradient is None else self._out(plain(found.gradient))
        return self._out(plain(found.output)), gradient

    def map_sizes(self, shapes: dict[str, Any]) -> dict[str, tuple[int, int]]:
        """The height and width of each layer's maps by name, of those whose output is maps."""
        height, width = (1, 2) if self._channels_last else (2, 3)
        maps = {name: shape for name, shape in shapes.items() if isinstance(shape, tuple) and len(shape) == 4}
        return {name: (shape[height], shape[width]) for name, shape in maps.items() if isinstance(shape[0], int)}

    def one(self) -> Any:
        """The first picture, as the model takes it."""
        return self._in(self.pictures[:1])

    def _likeliest(self) -> Ints:
        each: Ints = self.scores(self.pictures).argmax(1)
        return each

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """What the recorder refuses is refused in the method's name."""
        try:
            yield
        except _check.Refused as error:
            if error.who == "record":
                error.who = self.who
            raise

    def _in(self, pictures: Array) -> Any:
        """As the model takes them: on its device and in the given precision, followed by autograd."""
        turned = np.ascontiguousarray(pictures.transpose(0, 2, 3, 1)) if self._channels_last else pictures
        torch = sys.modules.get("torch")
        if torch is None or not isinstance(self.model, torch.nn.Module):
            return turned
        like = self._given if isinstance(self._given, torch.Tensor) else next(self.model.parameters(), torch.zeros(0))
        dtype = like.dtype if isinstance(self._given, torch.Tensor) else None
        return torch.tensor(turned, dtype=dtype, device=like.device, requires_grad=True)

    def _out(self, array: Array) -> Array:
        """Maps that came from the model as (N, C, H, W)."""
        return array.transpose(0, 3, 1, 2) if self._channels_last and array.ndim == 4 else array


def grouped(variants: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size` variants, to be sent through a model together."""
    rest = iter(variants)
    while group := list(islice(rest, max(1, size))):
        yield group
