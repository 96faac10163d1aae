"""Whether layers keep what a backward would need."""

from collections.abc import Iterator
from contextlib import contextmanager

_keeping = True


@contextmanager
def no_grad() -> Iterator[None]:
    """Within it layers keep nothing for a backward, which saves the memory when a network only answers.

    >>> import numpy as np
    >>> from cnnviz import nn
    >>> layer = nn.ReLU()
    >>> with no_grad():
    ...     y = layer(np.ones(3))
    >>> layer.backward(y)
    Traceback (most recent call last):
    ...
    RuntimeError: ReLU() has nothing to go back through: call it first, outside no_grad()
    """
    with _set(False):
        yield


@contextmanager
def enable_grad() -> Iterator[None]:
    """Within it layers keep what a backward needs, also inside no_grad()."""
    with _set(True):
        yield


@contextmanager
def _set(keep: bool) -> Iterator[None]:
    global _keeping
    before, _keeping = _keeping, keep
    try:
        yield
    finally:
        _keeping = before


def keeping() -> bool:
    """Whether layers keep what a backward would need: not within no_grad()."""
    return _keeping
