"""Parameters and buffers from a state dict: all of them or, on an error, none."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from cnnviz import _check
from cnnviz._check import Array


class Keys(NamedTuple):
    """The names that load_state_dict could not match."""

    missing_keys: list[str]
    unexpected_keys: list[str]


def load(who: str, own: Mapping[str, Array], state_dict: Any, strict: bool) -> Keys:
    """Copies `state_dict` into the arrays of `own`, name by name, once all of it is known to fit.

    Raises TypeError for what is no dict, ValueError that names every key, shape and dtype that does not fit.
    """
    if not isinstance(state_dict, Mapping):
        raise _check.bad_type(who, "a dict of names and arrays", type(state_dict).__name__, "pass model.state_dict()")
    new = {str(name): _as_array(who, str(name), value) for name, value in state_dict.items()}
    shared = [name for name in own if name in new]
    # As torch: checkpoints from before batches were counted load, and the count stays.
    missing = [name for name in own if name not in new and name.rpartition(".")[2] != "num_batches_tracked"]
    unexpected = [name for name in new if name not in own]
    problems = {
        "missing": missing if strict else [],
        "unexpected": unexpected if strict else [],
        "wrong shapes": [
            f"{name} {new[name].shape} instead of {own[name].shape}"
            for name in shared
            if new[name].shape != own[name].shape
        ],
        "no real numbers": [f"{name} ({new[name].dtype})" for name in shared if new[name].dtype.kind not in "fiub"],
    }
    if said := "; ".join(f"{what}: {', '.join(names)}" for what, names in problems.items() if names):
        raise _check.bad_value(who, "the names and shapes of state_dict()", said)
    converted = {name: new[name].astype(own[name].dtype) for name in shared}
    for name, value in converted.items():
        own[name][...] = value
    return Keys(missing, unexpected)


def _as_array(who: str, name: str, value: Any) -> Array:
    """An array of an array or of a torch tensor, wherever it is, without importing torch."""
    try:
        if hasattr(value, "detach"):
            value = value.detach().cpu()
            if value.is_floating_point() and value.element_size() < 4:
                value = value.float()  # NumPy has no bfloat16
        return np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise _check.bad_type(who, f"{name} as an array or a tensor", f"{type(value).__name__} ({error})") from error
