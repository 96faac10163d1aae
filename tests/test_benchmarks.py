"""The benchmarks run, compare like with like, and say what they measured; their times are judged by `make bench`."""

import pytest

from benchmarks import max_pool, record, timing, training_step


def test_training_steps_that_are_timed_give_the_same_losses(capsys):
    steps, left_out = training_step.contenders()  # raises unless they do
    spent = timing.medians(steps, rounds=3)
    with capsys.disabled():
        print("", timing.table("training step", spent, unit="torch"), *left_out, sep="\n")
    assert set(spent) >= {"cnnviz.nn", "torch", "torch channels_last", "the products alone"}


@pytest.mark.parametrize("window", max_pool.WINDOWS)
def test_poolings_that_are_timed_give_the_same_gradients(window, capsys):
    spent = timing.medians(max_pool.contenders(window), rounds=3)  # raises unless they do
    with capsys.disabled():
        print("", timing.table(f"max pooling {window}", spent, unit="torch"), sep="\n")
    assert min(spent.values()) > 0


def test_recordings_that_are_timed_equal_copies_taken_in_hooks_and_peers_that_are_not_there_are_named(monkeypatch):
    monkeypatch.setattr(record, "SIZE", 64)
    monkeypatch.setattr(record.importlib.util, "find_spec", lambda name: None)
    runs, left_out = record.contenders()  # raises unless they do
    assert {"plain forward", "cnnviz.record", record.FIRST, "clone everything"} <= set(runs)
    assert [line.split()[0] for line in left_out] == ["Captum", "TorchLens"]


def test_medians_are_of_the_counted_rounds_and_each_runs_once_in_each():
    calls = []
    timing.medians({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=5, warm_up=1)
    assert sorted(calls) == ["a"] * 6 + ["b"] * 6
    assert all(set(calls[i : i + 2]) == {"a", "b"} for i in range(0, 12, 2))


def test_tinynn_is_left_out_in_words(monkeypatch):
    monkeypatch.delenv("TINYNN", raising=False)
    steps, left_out = training_step.contenders()
    assert "tinynn" not in steps
    assert left_out == ["tinynn was left out: set TINYNN to the folder of its source (PyPI: tinynn 0.1.1)"]
