"""Gradient methods and occlusion beside Captum's."""

import captum.attr
import numpy as np
import pytest
import torch

from cnnviz import attribution
from tests.attribution.models import TORCH, assert_close, ours_and_torchs, pictures, subject

EACH = pytest.mark.parametrize("name", TORCH)
TARGET = [1, 0, 2]


@EACH
def test_saliency_is_captums(name):
    model, x = subject(name)
    theirs = captum.attr.Saliency(model).attribute(x.clone().requires_grad_(), target=TARGET, abs=False)
    assert_close(attribution.saliency(model, x, TARGET), theirs)


@EACH
def test_gradient_x_input_is_captums(name):
    model, x = subject(name)
    theirs = captum.attr.InputXGradient(model).attribute(x.clone().requires_grad_(), target=TARGET)
    assert_close(attribution.gradient_x_input(model, x, TARGET), theirs)


@EACH
def test_integrated_gradients_are_captums(name):
    model, x = subject(name)
    theirs = captum.attr.IntegratedGradients(model).attribute(x, baselines=0.25, target=TARGET, n_steps=20)
    assert_close(attribution.integrated_gradients(model, x, TARGET, baseline=0.25, steps=20, batch=4), theirs, 1e-4)


@EACH
def test_smoothgrad_is_captums_mean_gradient_at_the_noisy_pictures(name):
    model, x = subject(name)
    rng = np.random.default_rng(5)
    spread = 0.2 * (x.amax((1, 2, 3), keepdim=True) - x.amin((1, 2, 3), keepdim=True))
    noisy = [x + spread * torch.from_numpy(rng.standard_normal(x.shape, np.float32)) for _ in range(6)]
    saliency = captum.attr.Saliency(model)
    each = [saliency.attribute(one.requires_grad_(), target=TARGET, abs=False) for one in noisy]
    ours = attribution.smoothgrad(model, x, TARGET, samples=6, noise=0.2, seed=5, batch=7)
    assert_close(ours, torch.stack(each).mean(0))


@pytest.mark.parametrize(("patch", "stride"), [(5, 5), (6, 4), ((3, 7), (2, 3)), (4, 1)])
@pytest.mark.parametrize("name", ["plain", "resnet"])
def test_occlusion_is_captums(name, patch, stride):
    model, x = subject(name)
    pair = patch if isinstance(patch, tuple) else (patch, patch)
    steps = stride if isinstance(stride, tuple) else (stride, stride)
    channels = x.shape[1]
    theirs = captum.attr.Occlusion(model).attribute(
        x, (channels, *pair), strides=(channels, *steps), baselines=0.5, target=TARGET, perturbations_per_eval=16
    )
    ours = attribution.occlusion(model, x, TARGET, patch=patch, stride=stride, baseline=0.5, batch=20)
    assert_close(ours, theirs[:, 0], 1e-4)


def test_batches_change_nothing():
    model, x = subject("vgg", pictures=2)
    for method, options in (
        (attribution.integrated_gradients, {"steps": 7}),
        (attribution.smoothgrad, {"samples": 7}),
        (attribution.occlusion, {"patch": 9}),
    ):
        few, many = (method(model, x, batch=batch, **options) for batch in (1, 50))
        assert_close(few, many, 1e-3)  # the scores of this network differ by 1e-4: float32 has few digits left


@EACH
def test_integrated_gradients_sum_to_the_difference_of_the_scores(name):
    model, x = subject(name)
    given = attribution.integrated_gradients(model, x, TARGET, baseline=0.1, steps=300)
    with torch.no_grad():
        at = range(3), TARGET
        apart = (model(x)[at] - model(torch.full_like(x, 0.1))[at]).numpy()
    np.testing.assert_allclose(given.sum((1, 2, 3), dtype=np.float64), apart, atol=0.02 * np.abs(apart).max())
    error = attribution.completeness_error(given, model, x, TARGET, baseline=0.1)
    np.testing.assert_allclose(error, given.sum((1, 2, 3), dtype=np.float64) - apart, atol=1e-5)


def test_a_baseline_may_be_a_tensor_in_half_precision():
    model, x = subject("plain")
    grey = torch.tensor(0.1, dtype=torch.bfloat16)
    found, wanted = (
        attribution.integrated_gradients(model, x, TARGET, baseline=one, steps=2) for one in (grey, float(grey))
    )
    np.testing.assert_array_equal(found, wanted)


def test_more_steps_are_more_nearly_complete():
    ours, _ = ours_and_torchs()
    x = pictures(2, 2, 8, 8)

    def error(steps):
        given = attribution.integrated_gradients(ours, x, 0, steps=steps)
        return np.abs(attribution.completeness_error(given, ours, x, 0)).max()

    assert error(3) > 10 * error(60)
    assert error(60) < 1e-3


def test_a_linear_model_is_explained_exactly():
    weight = pictures(3, 2 * 4 * 4, seed=1)
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(32, 3))
    model[1].weight.data = torch.from_numpy(weight)
    x = pictures(2, 2, 4, 4)
    product = weight[[2, 0]].reshape(x.shape) * x
    assert_close(attribution.saliency(model, x, [2, 0]), weight[[2, 0]].reshape(x.shape))
    for method in (attribution.gradient_x_input, attribution.integrated_gradients):
        assert_close(method(model, x, [2, 0]), product)
    pixel = attribution.occlusion(model, x, [2, 0], patch=1)
    assert_close(pixel, product.sum(1))


PIXELS = ["saliency", "gradient_x_input", "smoothgrad", "integrated_gradients", "occlusion"]
CAMS = ["gradcam", "gradcam_plus_plus", "layer_cam"]


@pytest.mark.parametrize("method", PIXELS + CAMS)
def test_a_model_of_ours_and_torchs_are_explained_alike(method):
    ours, theirs = ours_and_torchs()
    x = pictures(3, 2, 8, 8)
    method = getattr(attribution, method)
    assert_close(method(ours, x), method(theirs, x))
    assert_close(method(ours, x), method(theirs, torch.from_numpy(x)))


@pytest.mark.parametrize("method", PIXELS + CAMS)
def test_without_a_target_each_picture_is_explained_for_its_likeliest_class(method):
    model, x = subject("resnet")
    method = getattr(attribution, method)
    likeliest = model(x).argmax(1)
    assert_close(method(model, x), method(model, x, likeliest))
    assert_close(method(model, x), method(model, x, likeliest.tolist()))


def test_smoothgrad_is_the_same_for_a_seed_and_draws_from_no_shared_randomness():
    model, x = subject("plain", pictures=1)
    before = torch.random.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    first, again, other = (attribution.smoothgrad(model, x, 0, samples=3, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert torch.equal(before[0], torch.random.get_rng_state())
    assert np.array_equal(before[1], np.random.get_state()[1])  # noqa: NPY002


def test_half_precision_gives_float32_near_that_of_full():
    model, x = subject("plain")
    full = attribution.saliency(model, x, TARGET)
    half = attribution.saliency(model.bfloat16(), x.bfloat16(), TARGET)
    assert np.abs(half - full).mean() < 0.02 * np.abs(full).max()
    assert half.dtype == np.float32


def test_a_score_that_no_pixel_changes_has_no_gradient():
    class Constant(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.scores = torch.nn.Parameter(torch.tensor([1.0, 2.0]))

        def forward(self, x):
            return self.scores.expand(len(x), 2) * 1

    assert not attribution.saliency(Constant(), torch.ones(1, 3, 4, 4)).any()


def test_a_model_of_keras_is_explained_in_channels_first():
    model, x = subject("keras", pictures=2)
    theirs = x.clone().requires_grad_()
    model(theirs)[:, 1].sum().backward()
    assert_close(attribution.saliency(model, x, 1), theirs.grad.permute(0, 3, 1, 2))
    assert attribution.occlusion(model, x, 1).shape == (2, 20, 20)
    assert attribution.gradcam(model, x, 1, layer="depthwise").shape == (2, 20, 20)
