"""What the methods refuse, and what they leave as it was."""

import numpy as np
import pytest
import torch

from cnnviz import attribution
from tests.attribution.models import ours_and_torchs, pictures, subject
from tests.attribution.test_pixels import CAMS, PIXELS

METHODS = PIXELS + CAMS
EACH = pytest.mark.parametrize("method", METHODS)


@EACH
def test_a_model_is_left_as_it_was(method):
    model, x = subject("resnet", pictures=1)
    model.train()
    model.bn1.eval()
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 2.0)
    flags = [module.training for module in model.modules()]
    state = {name: value.clone() for name, value in model.state_dict().items()}
    chance, x_before = torch.random.get_rng_state(), x.clone()
    getattr(attribution, method)(model, x, 1)
    assert [module.training for module in model.modules()] == flags
    assert all((parameter.grad == 2).all() for parameter in model.parameters())
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
    assert torch.equal(chance, torch.random.get_rng_state())
    assert torch.equal(x, x_before)
    assert x.grad is None
    assert not any(module._forward_hooks for module in model.modules())


@EACH
def test_a_model_of_ours_keeps_its_gradients(method):
    ours, _ = ours_and_torchs()
    ours[0].weight.grad = np.ones_like(ours[0].weight)
    getattr(attribution, method)(ours, pictures(1, 2, 8, 8))
    assert (ours[0].weight.grad == 1).all()
    assert ours[0].bias.grad is None


@EACH
def test_frozen_weights_are_explained_too(method):
    model, x = subject("vgg", pictures=1)
    free = getattr(attribution, method)(model, x, 1)
    frozen = getattr(attribution, method)(model.requires_grad_(False), x, 1)
    np.testing.assert_allclose(frozen, free, rtol=1e-4, atol=1e-7)


@EACH
def test_refusals_are_in_the_methods_name(method):
    model, x = subject("plain")
    explain = getattr(attribution, method)
    with pytest.raises(ValueError, match=rf"{method} needs \(N, C, H, W\), got \(1, 16, 16\): add a batch axis"):
        explain(model, x[0])
    with pytest.raises(TypeError, match=f"{method} needs x in float32 or float64, got uint8"):
        explain(model, (x * 9).to(torch.uint8))
    with pytest.raises(ValueError, match=f"{method} needs a class from 0 to 9, got"):
        explain(model, x, 10)
    with pytest.raises(ValueError, match=f"{method} needs one class for each of 3 pictures, got 2"):
        explain(model, x, [1, 2])
    with pytest.raises(TypeError, match=f"{method} needs .*a class, .* got 'cat'"):
        explain(model, x, "cat")
    with pytest.raises(TypeError, match=f"{method} needs a model of torch, Keras or cnnviz.nn, got function"):
        explain(lambda x: x, x)


def test_a_model_that_gives_no_scores_is_refused():
    model, x = subject("unet", pictures=1)
    with pytest.raises(
        ValueError, match=r"saliency needs a model that gives scores \(N, classes\), got an output of shape"
    ):
        attribution.saliency(model, x)
    heads, x = subject("two_heads", pictures=1)
    with pytest.raises(ValueError, match=r"occlusion needs a model that gives scores \(N, classes\), got tuple"):
        attribution.occlusion(heads, x)


@pytest.mark.parametrize(
    ("options", "needs"),
    [
        ({"patch": 17}, "needs a patch of at most 16 x 16, the picture, got 17"),
        ({"patch": 4, "stride": 5}, "needs a stride of at most the patch 4, got 5: pixels would stay uncovered"),
        ({"patch": 0}, "needs patch of at least 1, got 0"),
        ({"baseline": [1.0, 2.0]}, r"needs a baseline that broadcasts to the pictures \(3, 1, 16, 16\), got \(2,\)"),
        ({"batch": 0}, "needs batch of at least 1, got 0"),
    ],
)
def test_occlusion_refuses_what_would_cover_nothing(options, needs):
    model, x = subject("plain")
    with pytest.raises(ValueError, match=f"occlusion {needs}"):
        attribution.occlusion(model, x, **options)


@pytest.mark.parametrize(
    ("method", "options", "needs"),
    [
        ("smoothgrad", {"samples": 0}, "needs samples of at least 1, got 0"),
        ("smoothgrad", {"noise": -0.1}, r"needs noise in \[0, inf\], got -0.1"),
        ("integrated_gradients", {"steps": 0}, "needs steps of at least 1, got 0"),
        ("integrated_gradients", {"baseline": np.zeros((5, 1, 16, 16))}, "needs a baseline that broadcasts"),
    ],
)
def test_counts_and_baselines_that_make_no_sense_are_refused(method, options, needs):
    model, x = subject("plain", pictures=1)
    with pytest.raises(ValueError, match=f"{method} {needs}"):
        getattr(attribution, method)(model, x, **options)


def test_attributions_of_another_shape_have_no_completeness():
    model, x = subject("plain")
    with pytest.raises(
        ValueError, match=r"completeness_error needs attributions of the pictures' shape \(3, 1, 16, 16\)"
    ):
        attribution.completeness_error(np.zeros((3, 16, 16)), model, x)
