"""Attribution as readers write it; autograd and the package's methods are the oracles of the oracles."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from cnnviz import attribution, check, nn
from cnnviz.check.attribution import GRADCAM, OCCLUSION, SCORE_GRADIENT


def by_autograd(logits: Any, target: Any) -> torch.Tensor:
    leaf = torch.from_numpy(logits).requires_grad_()
    leaf[torch.arange(len(target)), torch.from_numpy(target)].sum().backward()
    assert leaf.grad is not None
    return leaf.grad


def by_index(logits: Any, target: Any) -> Any:
    gradient = np.zeros_like(logits)
    gradient[np.arange(len(target)), target] = 1
    return gradient


@pytest.mark.parametrize("function", [by_autograd, by_index])
def test_right_score_gradients_pass(function: Callable[..., object]) -> None:
    verdict = check.score_gradient(function)
    assert verdict, repr(verdict)


def test_the_oracle_of_score_gradients_is_autograd() -> None:
    for case in SCORE_GRADIENT.cases:
        np.testing.assert_array_equal(SCORE_GRADIENT._truth(case), by_autograd(**case.given))


def of_softmax(logits: Any, target: Any) -> torch.Tensor:
    leaf = torch.from_numpy(logits).requires_grad_()
    leaf.softmax(1)[torch.arange(len(target)), torch.from_numpy(target)].sum().backward()
    assert leaf.grad is not None
    return leaf.grad


def of_the_loss(logits: Any, target: Any) -> torch.Tensor:
    leaf = torch.from_numpy(logits).requires_grad_()
    torch.nn.functional.cross_entropy(leaf, torch.from_numpy(target), reduction="sum").backward()
    assert leaf.grad is not None
    return leaf.grad


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (of_softmax, "gradient of the probability"),
        (of_the_loss, "gradient of the loss"),
        (lambda logits, target: np.ones_like(logits), "all classes at once"),
        (lambda logits, target: by_index(logits, logits.argmax(1)), "the likeliest class"),
    ],
)
def test_the_gradient_of_something_else_is_named(function: Callable[..., object], name: str) -> None:
    assert check.score_gradient(function).misconception == name


def loops(maps: Any, gradient: Any) -> Any:
    cam = np.zeros((maps.shape[0], *maps.shape[2:]))
    for n, c in np.ndindex(maps.shape[:2]):
        cam[n] += gradient[n, c].mean() * maps[n, c]
    return np.where(cam > 0, cam, 0)


def einsum(maps: Any, gradient: Any) -> Any:
    return np.einsum("nc,nchw->nhw", gradient.mean((2, 3)), maps).clip(0)


def by_torch(maps: Any, gradient: Any) -> torch.Tensor:
    weights = torch.nn.functional.adaptive_avg_pool2d(torch.from_numpy(gradient), 1)
    return torch.relu((weights * torch.from_numpy(maps)).sum(1))


@pytest.mark.parametrize("function", [loops, einsum, by_torch])
def test_right_grad_cams_pass_whatever_their_style(function: Callable[..., object]) -> None:
    verdict = check.gradcam(function)
    assert verdict, repr(verdict)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda maps, gradient: (gradient.mean((2, 3), keepdims=True) * maps).sum(1), "forgot the ReLU"),
        (lambda maps, gradient: loops(maps, gradient * gradient[0, 0].size), "sum for mean"),
        (lambda maps, gradient: (gradient * maps).sum(1).clip(0), "weighted pixel by pixel"),
        (lambda maps, gradient: loops(maps, np.ones_like(maps) * maps.mean((2, 3))[..., None, None]), None),
        (lambda maps, gradient: (maps.mean((2, 3), keepdims=True) * maps).sum(1).clip(0), "activations for weights"),
    ],
)
def test_wrong_grad_cams_are_caught_and_named(function: Callable[..., object], name: str | None) -> None:
    assert check.gradcam(function).misconception == (name or "activations for weights")


def test_the_oracle_of_grad_cam_is_the_package_s_which_holds_against_captum() -> None:
    """A model of a convolution with known maps, and a linear layer: its gradient is the layer's row of weights."""
    for case in GRADCAM.cases:
        maps, gradient = case.given["maps"], case.given["gradient"]
        for n, one in enumerate(maps):
            channels, height, width = one.shape
            copy = nn.Conv2d(channels, channels, 1, bias=False)
            copy.weight[:] = np.eye(channels)[:, :, None, None]
            model = nn.Sequential(copy, nn.Flatten(), nn.Linear(one.size, 1, bias=False))
            model[2].weight[:] = gradient[n].reshape(1, -1)
            cam = attribution.gradcam(model, one[None], 0, layer="0")
            np.testing.assert_allclose(GRADCAM._truth(case)[n], cam[0], atol=1e-4)
            assert cam.shape == (1, height, width)


def moved(score: Any, x: Any, patch: int) -> Any:
    """By a mask of ones with a hole in it."""
    rows, columns = x.shape
    falls = np.zeros((rows - patch + 1, columns - patch + 1))
    for i, j in np.ndindex(falls.shape):
        mask = np.ones_like(x)
        mask[i : i + patch, j : j + patch] = 0
        falls[i, j] = score(x) - score(x * mask)
    return falls


def never_restored(score: Any, x: Any, patch: int) -> Any:
    whole, x = score(x), x.copy()
    falls = np.zeros((x.shape[0] - patch + 1, x.shape[1] - patch + 1))
    for i, j in np.ndindex(falls.shape):
        x[i : i + patch, j : j + patch] = 0
        falls[i, j] = whole - score(x)
    return falls


def in_place(score: Any, x: Any, patch: int) -> Any:
    falls = moved(score, x, patch)
    x[:patch, :patch] = 0
    return falls


def test_right_occlusion_passes() -> None:
    verdict = check.occlusion(moved)
    assert verdict, repr(verdict)


def test_wrong_occlusion_is_caught_and_named() -> None:
    assert check.occlusion(never_restored).misconception == "patches stay"
    assert check.occlusion(lambda score, x, patch: -moved(score, x, patch)).misconception == "sign turned"
    assert check.occlusion(in_place).misconception == "changes its input"


def test_the_oracle_of_occlusion_is_the_package_s_with_a_linear_network() -> None:
    """A patch of one pixel and a stride of one: both say how much the score falls without this pixel."""
    for case in OCCLUSION.cases:
        if case.given["patch"] != 1:
            continue
        x = case.given["x"]
        model = nn.Sequential(nn.Flatten(), nn.Linear(x.size, 1, bias=False))
        model[1].weight[0] = [case.given["score"](one) for one in np.eye(x.size).reshape(-1, *x.shape)]
        falls = attribution.occlusion(model, x[None, None], 0, patch=1, stride=1)
        np.testing.assert_allclose(OCCLUSION._truth(case), falls[0], atol=1e-5)


def test_a_verdict_shows_the_score_by_its_formula() -> None:
    assert "score=(lambda x: x.sum())" in repr(check.occlusion(lambda score, x, patch: -moved(score, x, patch)))
