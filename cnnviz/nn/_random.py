"""Where initial weights and dropout take their chance from, unless a layer is given its own `rng`."""

from numbers import Integral
from reprlib import repr as shortly
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from cnnviz import _check
from cnnviz._check import Array

_shared = np.random.default_rng()


def manual_seed(seed: int) -> np.random.Generator:
    """Starts the shared random numbers over: what follows is the same each time. Returns the generator.

    >>> from cnnviz import nn
    >>> _ = nn.manual_seed(0); first = nn.Linear(2, 2)
    >>> _ = nn.manual_seed(0); bool((nn.Linear(2, 2).weight == first.weight).all())
    True
    """
    global _shared
    _shared = np.random.default_rng(_check.integer("manual_seed", "seed", seed, 0))
    return _shared


def generator(rng: np.random.Generator | None) -> np.random.Generator:
    """`rng`, or the shared one."""
    return _shared if rng is None else rng


def checked(who: str, rng: Any) -> np.random.Generator | None:
    """`rng` if it is a Generator or None; raises BadType for a seed."""
    if rng is None or isinstance(rng, np.random.Generator):
        return rng
    do = f"rng=np.random.default_rng({rng if isinstance(rng, Integral) else 0})"
    raise _check.bad_type(who, "rng as a np.random.Generator", shortly(rng), do)


def uniform(who: str, shape: tuple[int, ...], fan_in: int, dtype: DTypeLike, rng: np.random.Generator | None) -> Array:
    """Numbers between -1 / sqrt(fan_in) and 1 / sqrt(fan_in), torch's start for weights and biases of layer `who`.

    That is kaiming_uniform with a = sqrt(5); `fan_in` is how many inputs one output sums.
    """
    bound, kind = 1 / np.sqrt(fan_in), _check.precision(who, dtype)
    return generator(checked(who, rng)).uniform(-bound, bound, shape).astype(kind)
