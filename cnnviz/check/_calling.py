"""Calling a reader's function safely: on copies, for a limited time, and saying plainly what came of it."""

import re
import threading
import time
from _thread import interrupt_main
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from ._answers import Array, Kind, read

Function: TypeAlias = Callable[..., Any]

SECONDS = 10.0
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{4,}")


class TimeUpError(Exception):
    """A function ran longer than it may."""


@dataclass(frozen=True)
class Outcome:
    """What came of one call: an answer, or the trouble that stood in its way.

    `trouble` is "" or one of "raised", "nothing", "gap", "type", "slow"; `said` is the sentence about it.
    `changed` names the first argument that the function altered, or is "".
    """

    answer: Array | None = None
    trouble: str = ""
    said: str = ""
    changed: str = ""


_GAP = Outcome(trouble="gap", said="still has `...` in it")


def call(function: Function, required: Mapping[str, Any], optional: Mapping[str, Any], kind: Kind) -> Outcome:
    """Call `function(*required, **optional)` on copies of the arrays and lists, and read its answer as `kind`.

    Never raises for what the function does, except for the reader's own interrupt.
    """
    given = {**required, **optional}
    lent: dict[str, Any] = {
        name: value.copy() if isinstance(value, np.ndarray | list) else value for name, value in given.items()
    }
    try:
        returned = within(
            SECONDS, lambda: function(*(lent[n] for n in required), **{name: lent[name] for name in optional})
        )
    except TimeUpError:
        return Outcome(trouble="slow", said=f"ran for more than {SECONDS:g} seconds and was stopped")
    except NotImplementedError:
        return Outcome(trouble="nothing", said="raised NotImplementedError")
    except (Exception, SystemExit) as error:
        if isinstance(error, TypeError) and "ellipsis" in str(error):  # nothing computes with the mark of a gap
            return _GAP
        return Outcome(trouble="raised", said=_raised(error))
    changed = next((n for n, v in given.items() if isinstance(v, np.ndarray) and not _untouched(v, lent[n])), "")
    if returned is Ellipsis:
        return _GAP
    if returned is None:
        return Outcome(trouble="nothing", said="returned None", changed=changed)
    answer = read(returned, kind)
    if answer is None:
        return Outcome(trouble="type", said=f"returned {_describe(returned)}", changed=changed)
    return Outcome(answer, changed=changed)


def within(seconds: float, work: Callable[[], Any]) -> Any:
    """`work()`, or TimeUpError after `seconds`.

    The limit stops loops written in Python, on every system, by the same interrupt as the reader's stop button. One
    call into compiled code is not cut short, and a thread other than the main one has no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    watch = _Watch(seconds)
    try:
        try:
            watch.start()
            return work()
        finally:
            watch.stop()
    except KeyboardInterrupt:
        if watch.rang:
            raise TimeUpError from None
        raise


class _Watch:
    """Interrupts the main thread once, unless stopped before."""

    def __init__(self, seconds: float) -> None:
        self.rang = False
        self._stopped = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._ring)
        self._timer.daemon = True

    def start(self) -> None:
        self._timer.start()

    def _ring(self) -> None:
        with self._lock:
            if not self._stopped:
                self.rang = True
                interrupt_main()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
        self._timer.cancel()
        if self.rang:  # The interrupt may still be on its way: take it here, not in the reader's next line.
            time.sleep(0.05)


def _untouched(before: Array, after: Array) -> bool:
    return before.shape == after.shape and before.dtype == after.dtype and np.array_equal(before, after)


def _raised(error: BaseException) -> str:
    # Addresses differ from run to run, and a verdict's text is compared.
    words = _ADDRESS.sub("0x...", " ".join(str(error).split()))
    return f"raised {type(error).__name__}" + (f": {words}" if words else "")


def _describe(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} of shape {value.shape}"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
