"""torch's rearrangements in the vocabulary's words, and what changes nothing at all.

The first axis is the batch's: a shape says -1 there, so that a graph takes other batches than its example.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from ._draft import Draft, Emitter, Shape

Handler = Callable[..., Any]
ELEMENTWISE = ("add", "sub", "rsub", "mul", "div")


def _same(t: Emitter, self: Any, **_: Any) -> Any:
    return self


def _converted(t: Emitter, self: Any, dtype: Any = None, **_: Any) -> Any:
    if dtype is not None and not (dtype.is_floating_point and dtype.itemsize >= 4):
        raise t.refused(f"{t.node.target} to {dtype}")
    return self


def _dropped(t: Emitter, input: Any, train: bool | None, **_: Any) -> Any:
    if train:
        raise t.refused(f"{t.node.target} in training")
    return input


def _reshape(t: Emitter, self: Draft, to: Shape | None = None, **_: Any) -> Draft:
    shape = t.shape if to is None else to
    source = self.inputs[0] if self.op in ("reshape", "flatten") and self.inputs[0].shape else self
    if source.shape == shape:
        return source
    if len(shape) == 2 and len(source.shape) > 2 and source.shape[0] == shape[0]:
        return t.emit("flatten", {"start_dim": 1, "end_dim": -1}, source, shape=shape)
    # A squeeze or x[0] that takes the batch's axis away holds for this batch alone: another is refused, not mixed up.
    gone = self.shape[:1] != shape[:1] and t.node.target._schema.name in ("aten::squeeze", "aten::select")
    return t.emit("reshape", {"shape": list(shape) if gone else [-1, *shape[1:]]}, source, shape=shape)


def _permute(t: Emitter, self: Draft, dims: Sequence[int]) -> Draft:
    order, source = [int(d) % len(dims) for d in dims], self
    if self.op == "permute":
        order, source = [self.args["dims"][d] for d in order], self.inputs[0]
    if order == sorted(order):
        return source
    return t.emit("permute", {"dims": order}, source)


def _transpose(t: Emitter, self: Draft, dim0: int = 0, dim1: int = 1) -> Draft:
    dims = list(range(len(self.shape)))
    dims[dim0], dims[dim1] = dims[dim1], dims[dim0]
    return _permute(t, self, dims)


def _between(t: Emitter, x: Draft, dim: int, start: int, stop: int, step: int = 1) -> Draft:
    """X from start to before stop along an axis; x itself where that is all of it."""
    axis = dim % len(x.shape)
    size = len(range(start, stop, step))
    if size == x.shape[axis]:
        return x
    args = {"dim": axis, "start": start, "stop": stop, "step": step}
    return t.emit("slice", args, x, shape=(*x.shape[:axis], size, *x.shape[axis + 1 :]))


def _slice(
    t: Emitter, self: Draft, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Draft:
    return _between(t, self, dim, *slice(start, end, step).indices(self.shape[dim]))


def _select(t: Emitter, self: Draft, dim: int, index: int) -> Draft:
    at = index % self.shape[dim]
    return _reshape(t, _between(t, self, dim, at, at + 1))


def _split(t: Emitter, self: Draft, split_size: int, dim: int = 0) -> tuple[Draft, ...]:
    size = self.shape[dim]
    starts = range(0, size, split_size)
    return tuple(_between(t, self, dim, start, min(start + split_size, size)) for start in starts)


def _split_with_sizes(t: Emitter, self: Draft, split_sizes: Sequence[int], dim: int = 0) -> tuple[Draft, ...]:
    ends = list(accumulate(split_sizes))
    return tuple(_between(t, self, dim, end - size, end) for end, size in zip(ends, split_sizes, strict=True))


def _unbind(t: Emitter, self: Draft, dim: int = 0) -> tuple[Draft, ...]:
    return tuple(_select(t, self, dim, index) for index in range(self.shape[dim]))


def _chunk(t: Emitter, self: Draft, chunks: int, dim: int = 0) -> tuple[Draft, ...]:
    return _split(t, self, -(-self.shape[dim] // chunks), dim)


def _cat(t: Emitter, tensors: Sequence[Any], dim: int = 0) -> Draft:
    return t.emit("cat", {"dim": dim}, *tensors) if len(tensors) > 1 else t.tensor(tensors[0])


def _stack(t: Emitter, tensors: Sequence[Any], dim: int = 0) -> Draft:
    axis = dim % len(t.shape)
    one = (*t.shape[:axis], 1, *t.shape[axis + 1 :])
    return _cat(t, [_reshape(t, t.tensor(x), one) for x in tensors], axis)


def _slice_scatter(
    t: Emitter, self: Any, src: Any, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Draft:
    """What is left of an assignment to x[a:b]: the part before, the new one, and the part behind."""
    if step != 1:
        raise t.refused(f"{t.node.target} with a step")
    x, new = t.tensor(self), t.tensor(src)
    first, past, _ = slice(start, end).indices(x.shape[dim])
    if past <= first:
        return x
    before, behind = range(first), range(past, x.shape[dim])
    parts = [_between(t, x, dim, 0, first)] if before else []
    parts += [new]
    parts += [_between(t, x, dim, past, x.shape[dim])] if behind else []
    return _cat(t, parts, dim) if len(parts) > 1 else new


def _select_scatter(t: Emitter, self: Any, src: Any, dim: int, index: int) -> Draft:
    x = t.tensor(self)
    axis, at = dim % len(x.shape), index % x.shape[dim]
    row = _reshape(t, t.tensor(src), (*x.shape[:axis], 1, *x.shape[axis + 1 :]))
    return _slice_scatter(t, x, row, axis, at, at + 1)


def _copy(t: Emitter, self: Any, src: Any, **_: Any) -> Draft:
    new = t.tensor(src)
    if new.shape != t.shape:
        raise t.refused(f"{t.node.target} of {new.shape} to {t.shape}")
    return new


def _expand(t: Emitter, self: Draft, **_: Any) -> Draft:
    """Arithmetic with a tensor of the full shape repeats the smaller one by itself; else a product with ones does."""
    if all(map(_repeats_by_itself, t.node.users)):
        return self
    if len(self.shape) != len(t.shape) or self.shape[0] != t.shape[0]:
        raise t.refused(f"{t.node.target} from {self.shape} to {t.shape}")
    ones = [1 if before == after else after for before, after in zip(self.shape, t.shape, strict=True)]
    return t.emit("mul", {}, self, np.ones(ones, np.float32))


def _repeats_by_itself(user: Any) -> bool:
    if getattr(user.target, "_schema", None) is None or user.target._schema.name[6:] not in ELEMENTWISE:
        return False
    shape = user.meta["val"].shape
    read = [value for value in user.args[:2] if hasattr(value, "meta") and value.meta["val"].shape == shape]
    return any("expand" not in str(value.target) for value in read)


def _repeat(t: Emitter, self: Draft, repeats: Sequence[int]) -> Draft:
    if len(repeats) != len(self.shape) or repeats[0] != 1:
        raise t.refused(f"{t.node.target} from {self.shape} to {t.shape}")
    y, shape = self, list(self.shape)
    for axis, times in enumerate(repeats):
        if times != 1:
            shape[axis] *= times
            y = t.emit("cat", {"dim": axis}, *[y] * times, shape=tuple(shape))
    return y


def _channel_shuffle(t: Emitter, self: Draft, groups: int) -> Draft:
    n, c, h, w = self.shape
    parts = _reshape(t, self, (n, groups, c // groups, h, w))
    swapped = t.emit("permute", {"dims": [0, 2, 1, 3, 4]}, parts, shape=(n, c // groups, groups, h, w))
    return _reshape(t, swapped)


def _pixel_shuffle(t: Emitter, self: Draft, upscale_factor: int) -> Draft:
    return t.emit("pixel_shuffle", {"upscale_factor": upscale_factor}, self)


def _pixel_unshuffle(t: Emitter, self: Draft, downscale_factor: int) -> Draft:
    n, c, h, w = self.shape
    r = downscale_factor
    parts = _reshape(t, self, (n, c, h // r, r, w // r, r))
    turned = t.emit("permute", {"dims": [0, 1, 3, 5, 2, 4]}, parts, shape=(n, c, r, r, h // r, w // r))
    return _reshape(t, turned)


def _glu(t: Emitter, self: Draft, dim: int = -1) -> Draft:
    value, gate = _chunk(t, self, 2, dim)
    return t.emit("mul", {}, value, t.emit("sigmoid", {}, gate))


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("clone", "contiguous", "detach", "alias", "lift_fresh_copy", "positive"), _same),
    **dict.fromkeys(("to", "_to_copy", "type_as"), _converted),
    **dict.fromkeys(("dropout", "feature_dropout", "alpha_dropout", "feature_alpha_dropout"), _dropped),
    **dict.fromkeys(("_assert_tensor_metadata", "_assert_async"), lambda t, **_: None),
    **dict.fromkeys(
        ("view", "_unsafe_view", "reshape", "view_as", "squeeze", "unsqueeze", "flatten", "unflatten"), _reshape
    ),
    "permute": _permute,
    "transpose": _transpose,
    "t": _transpose,
    "slice": _slice,
    "select": _select,
    "narrow": lambda t, self, dim, start, length: _slice(t, self, dim, start, start + length),
    "split": _split,
    "split_with_sizes": _split_with_sizes,
    "chunk": _chunk,
    "unbind": _unbind,
    "cat": _cat,
    "concat": _cat,
    "stack": _stack,
    "slice_scatter": _slice_scatter,
    "select_scatter": _select_scatter,
    "copy": _copy,
    "expand": _expand,
    "expand_as": _expand,
    "repeat": _repeat,
    "channel_shuffle": _channel_shuffle,
    "native_channel_shuffle": _channel_shuffle,
    "pixel_shuffle": _pixel_shuffle,
    "pixel_unshuffle": _pixel_unshuffle,
    "glu": _glu,
}
