"""What a check makes of functions that raise, return nothing, hang, or touch what is not theirs."""

import threading
import time

import numpy as np
import pytest

from cnnviz import check
from cnnviz.check import _calling
from cnnviz.check._calling import TimeUpError, within
from cnnviz.check._verdict import Verdict


def loops(x, weight, bias=None, stride=1, padding=0):
    framed = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    images, filters, (height, width) = len(x), len(weight), weight.shape[2:]
    rows = (framed.shape[2] - height) // stride + 1
    columns = (framed.shape[3] - width) // stride + 1
    out = np.zeros((images, filters, rows, columns))
    for n, o, i, j in np.ndindex(out.shape):
        window = framed[n, :, i * stride : i * stride + height, j * stride : j * stride + width]
        out[n, o, i, j] = (window * weight[o]).sum() + (0 if bias is None else bias[o])
    return out


def test_what_cannot_be_called_is_refused_with_the_remedy() -> None:
    with pytest.raises(TypeError, match=r"check.conv2d needs a function f\(x, weight, .*got ndarray: pass your fun"):
        check.conv2d(np.zeros(3))  # type: ignore[arg-type]


@pytest.mark.parametrize("function", [lambda x, weight: None, lambda *_, **__: None])
def test_a_function_that_returns_none_is_not_written_yet(function: object) -> None:
    verdict = check.conv2d(function)
    assert verdict.misconception == "returns nothing"
    assert "Not written yet?" in verdict.hint
    assert verdict.case.said == "returned None"


def test_a_gap_and_not_implemented_are_not_written_yet() -> None:
    def gap(x):
        out = np.zeros_like(x)
        out[0] = ...
        return out

    def later(x):
        raise NotImplementedError

    for function in (gap, lambda x: ...):
        verdict = check.relu(function)
        assert verdict.misconception == "a gap left open"
        assert verdict.hint == "Put your own code where the `...` stands."
        assert verdict.case.said == "still has `...` in it"
    assert check.relu(later).misconception == "returns nothing"


def test_an_exception_is_told_with_the_smallest_case_that_raises_it() -> None:
    def function(x, weight, bias=None, stride=1, padding=0):
        if stride > 1:
            raise IndexError("index 4 is out of bounds")
        return loops(x, weight, bias, stride, padding)

    verdict = check.conv2d(function)
    assert not verdict
    assert verdict.misconception is None
    assert verdict.case.about == "a stride of 2"
    assert verdict.case.said == "raised IndexError: index 4 is out of bounds"
    assert verdict.case.got is None


def test_a_missing_argument_is_answered_with_the_signature() -> None:
    verdict = check.conv2d(lambda x, weight: loops(x, weight))
    assert verdict.hint.startswith("The check calls your function as `f(x, weight, bias=None, stride=1, padding=0)`")


def test_a_mistake_is_named_although_other_cases_raise() -> None:
    verdict = check.conv2d(lambda x, weight: loops(x, weight[:, :, ::-1, ::-1]))
    assert verdict.misconception == "flipped kernel"
    assert verdict.case.about == "two weights side by side"


def test_an_exit_is_an_exception_like_others() -> None:
    def leave(x):
        raise SystemExit(3)

    assert check.relu(leave).case.said == "raised SystemExit: 3"


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ([1.0], "returned a list"),
        ("3", "returned a str"),
        ((np.zeros(1),), "returned a tuple"),
        (np.array(["a"]), "returned an array of <U1 of shape (1,)"),
        (np.array([1 + 2j]), "returned an array of complex128 of shape (1,)"),
    ],
)
def test_what_is_no_array_is_told_apart(returned: object, said: str) -> None:
    verdict = check.relu(lambda x: returned)
    assert verdict.misconception == "not a NumPy array"
    assert verdict.case.said == said


def test_a_function_that_changes_its_input_does_not_pass() -> None:
    def function(x):
        x[x < 0] = 0
        return x

    verdict = check.relu(function)
    assert verdict.misconception == "changes its input"
    assert verdict.case.about == "a negative number"
    assert verdict.case.arguments["x"].tolist() == [-2.0]
    assert "`x`" in verdict.hint


def test_a_function_gets_copies_and_cannot_spoil_the_next_check() -> None:
    def function(x, weight, bias=None, stride=1, padding=0):
        weight[:] = 7
        return loops(x, weight, bias, stride, padding)

    assert not check.conv2d(function)
    assert check.conv2d(loops)


def test_a_loop_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_calling, "SECONDS", 0.2)

    def function(x):
        while True:
            pass

    verdict = check.relu(function)
    assert verdict.misconception == "does not end"
    assert verdict.case.said == "ran for more than 0.2 seconds and was stopped"
    time.sleep(0.1)  # no interrupt is left over


def test_the_readers_own_interrupt_is_not_swallowed() -> None:
    def function(x):
        raise KeyboardInterrupt("by the reader")

    with pytest.raises(KeyboardInterrupt, match="by the reader"):
        check.relu(function)


def test_work_that_ends_in_time_leaves_no_alarm() -> None:
    before = threading.active_count()
    assert within(0.5, lambda: 3) == 3
    time.sleep(0.6)
    assert threading.active_count() <= before


def test_work_that_raises_in_time_raises_its_own_error() -> None:
    with pytest.raises(ZeroDivisionError, match="by zero"):
        within(5, lambda: 1 // 0)


def test_a_limit_raises_and_only_once() -> None:
    with pytest.raises(TimeUpError, match=r"^$"):
        within(0.05, lambda: [None for _ in iter(int, 1)])
    time.sleep(0.1)


def test_a_check_works_outside_the_main_thread() -> None:
    verdicts: list[Verdict] = []
    thread = threading.Thread(target=lambda: verdicts.append(check.conv2d(loops)))
    thread.start()
    thread.join()
    assert verdicts[0]


def test_half_precision_and_whole_arrays_of_booleans_are_read() -> None:
    assert check.conv2d(lambda *args, **kwargs: loops(*args, **kwargs).astype(np.float16))
    assert check.relu(lambda x: x > 0).misconception == "step for ramp"


def test_the_hint_for_an_unknown_answer_points_at_what_is_new() -> None:
    def function(x, weight, bias=None, stride=1, padding=0):
        return loops(x, weight, bias, stride, padding) + (0.5 if len(x) == 2 else 0)

    verdict = check.conv2d(function)
    assert verdict.misconception is None
    assert verdict.hint == "Smaller cases come out right. What is new in this one: a batch of two."
