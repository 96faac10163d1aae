"""What gradients are of: the score of a class, or the reader's own function of the output."""

from reprlib import repr as shortly
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz import _check


def classes(target: Any, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """`target`, one class or one a picture, as N class numbers for an output of `shape` (N, classes, ...).

    >>> classes(3, (2, 10)), classes([3, 4], (2, 10))
    (array([3, 3]), array([3, 4]))
    """
    if len(shape) < 2:
        raise _check.bad_value("record", "an output (N, classes, ...) for a class", shape, "give a function of it")
    each = np.asarray(target.tolist() if hasattr(target, "tolist") else target)
    if each.dtype.kind not in "iu" or each.ndim > 1:
        needs = "gradients_of as a class, one class a picture, or a function of the output"
        raise _check.bad_type("record", needs, shortly(target))
    if each.ndim == 1 and len(each) != shape[0]:
        raise _check.bad_value("record", f"one class for each of {shape[0]} pictures", len(each))
    if each.size and (each.min() < 0 or each.max() >= shape[1]):
        raise _check.bad_value("record", f"a class from 0 to {shape[1] - 1}", repr(target))
    return np.broadcast_to(each, shape[:1]).astype(np.int64)


def score(output: Any, target: Any) -> Any:
    """The number that gradients are of: the class's scores summed over the pictures, or what the function gives.

    Pictures do not meet in the sum, so each gets the gradient of its own score. Raises TypeError for a target of
    another kind, or a function that gives no tensor; ValueError for a class that is not there, or more than one number.
    """
    import torch

    if not callable(target):
        if not isinstance(output, torch.Tensor):
            do = "give a function of the output as gradients_of"
            raise _check.bad_type("record", "a tensor as the output for a class", type(output).__name__, do)
        each = classes(target, tuple(output.shape))
        rows = torch.arange(len(each), device=output.device)
        return output[rows, torch.from_numpy(each).to(output.device)].sum()
    value = target(output)
    if not isinstance(value, torch.Tensor):
        raise _check.bad_type("record", "a function gradients_of that gives a tensor", type(value).__name__)
    if value.numel() != 1:
        do = "sum it: lambda output: (...).sum()"
        raise _check.bad_value("record", "a function gradients_of that gives one number", tuple(value.shape), do)
    return value.reshape(())
