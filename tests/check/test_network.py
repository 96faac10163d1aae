"""ReLU and cross-entropy as readers write them; PyTorch says what is right."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from cnnviz import check
from cnnviz.check.network import CROSS_ENTROPY, RELU
from cnnviz.nn import functional as F


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.maximum(x, 0),
        lambda x: x * (x > 0),
        lambda x: np.where(x > 0, x, 0),
        lambda x: x.clip(0),
        lambda x: (x + abs(x)) / 2,
        lambda x: np.vectorize(lambda v: max(v, 0.0))(x),
        lambda x: torch.relu(torch.from_numpy(x)),
        F.relu,
    ],
)
def test_right_relus_pass_whatever_their_style(function: Callable[..., object]) -> None:
    verdict = check.relu(function)
    assert verdict, repr(verdict)


def test_the_relus_oracle_is_torchs() -> None:
    for case in RELU.cases:
        np.testing.assert_array_equal(RELU._truth(case), torch.relu(torch.from_numpy(case.given["x"])))


def by_torch(logits, labels):
    return torch.nn.functional.cross_entropy(torch.from_numpy(logits), torch.from_numpy(labels))


def stable(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.mean([row[label] for row, label in zip(log_probabilities, labels, strict=True)])


@pytest.mark.parametrize("function", [by_torch, stable, lambda z, y: np.logaddexp.reduce(z, 1).mean() - np.mean(
    z[np.arange(len(y)), y])])  # fmt: skip
def test_right_losses_pass_whatever_their_style(function: Callable[..., object]) -> None:
    verdict = check.cross_entropy(function)
    assert verdict, repr(verdict)


def naive(logits, labels, log=np.log):
    with np.errstate(all="ignore"):
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        return -log(p[np.arange(len(labels)), labels]).mean()


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (naive, "overflow"),
        (lambda z, y: naive(z, y, np.log2), "another logarithm and overflow"),
        (lambda z, y: -stable(z, y), "sign forgotten"),
        (lambda z, y: stable(z, y) * len(y), "sum for mean"),
        (lambda z, y: -z[np.arange(len(y)), y].mean(), "no softmax"),
        (lambda z, y: stable(z, z.argmax(1)), "best class for right class"),
    ],
)
def test_wrong_losses_are_caught_and_named(function: Callable[..., object], name: str) -> None:
    named = check.cross_entropy(function).misconception
    assert named is not None
    assert sorted(named.split(" and ")) == sorted(name.split(" and "))


def test_the_losses_oracle_is_torchs() -> None:
    for case in CROSS_ENTROPY.cases:
        assert CROSS_ENTROPY._truth(case) == pytest.approx(float(by_torch(**case.given)), rel=1e-5)
