"""Class activation maps beside Captum's and the published formulas."""

import captum.attr
import numpy as np
import pytest
import torch
import torch.nn.functional as TF

from cnnviz import attribution
from cnnviz.recorder import UnknownLayerError
from tests.attribution.models import assert_close, subject

TARGET = [1, 0, 2]
EACH = pytest.mark.parametrize(("name", "layer"), [("plain", "4"), ("vgg", "features.7"), ("resnet", "layer1.1.bn2")])


def at_layer(model, x, layer):
    """The layer's output and its gradient of the targets' scores, by hooks that copy."""
    kept = {}

    def keep(_, __, output):
        kept["maps"] = output.clone()
        output.register_hook(lambda grad: kept.update(grad=grad.clone()))

    with model.get_submodule(layer).register_forward_hook(keep):
        model(x)[range(len(x)), TARGET].sum().backward()
    return kept["maps"].detach(), kept["grad"]


def enlarged(maps, x):
    return TF.interpolate(maps[:, None].clamp(min=0), x.shape[2:], mode="bilinear")[:, 0]


@EACH
def test_gradcam_is_captums(name, layer):
    model, x = subject(name)
    theirs = captum.attr.LayerGradCam(model, model.get_submodule(layer)).attribute(x, TARGET, relu_attributions=True)
    theirs = captum.attr.LayerAttribution.interpolate(theirs, x.shape[2:], "bilinear")
    assert_close(attribution.gradcam(model, x, TARGET, layer=layer), theirs[:, 0])


@EACH
def test_gradcam_plus_plus_is_as_published(name, layer):
    model, x = subject(name)
    maps, grad = at_layer(model, x, layer)
    # Equations 10 and 19 of Chattopadhay and others (2018), with Y = exp(score), up to that factor.
    area = torch.einsum("nkab->nk", maps)
    alpha = torch.einsum("nkij,nkij->nkij", grad, grad) / (2 * grad**2 + torch.einsum("nk,nkij->nkij", area, grad**3))
    alpha = torch.where(grad == 0, 0, alpha)
    weights = torch.einsum("nkij,nkij->nk", alpha, grad.clamp(min=0))
    published = torch.einsum("nk,nkij->nij", weights, maps)
    assert_close(attribution.gradcam_plus_plus(model, x, TARGET, layer=layer), enlarged(published, x), 1e-4)


@EACH
def test_layer_cam_is_as_published(name, layer):
    model, x = subject(name)
    maps, grad = at_layer(model, x, layer)
    published = torch.einsum("nkij,nkij->nij", grad.clamp(min=0), maps)  # equations 5 to 7 of Jiang and others (2021)
    assert_close(attribution.layer_cam(model, x, TARGET, layer=layer), enlarged(published, x))


@pytest.mark.parametrize("method", ["gradcam", "gradcam_plus_plus", "layer_cam"])
@pytest.mark.parametrize(
    ("name", "last"), [("plain", "5"), ("vgg", "avgpool"), ("convnext", None), ("efficientnet_lite", None)]
)
def test_without_a_layer_it_is_the_last_with_maps(method, name, last):
    model, x = subject(name)
    method = getattr(attribution, method)
    found = method(model, x, TARGET)
    assert found.shape == (3, *x.shape[2:])
    assert (found >= 0).all()
    if last:
        np.testing.assert_array_equal(found, method(model, x, TARGET, layer=last))


def test_a_layer_that_is_not_there_is_refused_with_the_nearest():
    model, x = subject("vgg")
    with pytest.raises(
        UnknownLayerError, match=r"gradcam needs a layer's name, got 'feature\.3': the nearest are 'features"
    ):
        attribution.gradcam(model, x, layer="feature.3")


def test_a_layer_without_maps_is_refused_with_one_that_has():
    model, x = subject("plain")
    with pytest.raises(ValueError, match=r"layer_cam needs a layer with maps .*, got \(3, 10\) at '7': take '5'"):
        attribution.layer_cam(model, x, layer="7")


def test_a_layer_that_the_score_does_not_depend_on_is_refused():
    class Beside(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.beside, self.conv = torch.nn.Conv2d(1, 1, 3), torch.nn.Conv2d(1, 2, 3)

        def forward(self, x):
            self.beside(x)
            return self.conv(x).mean((2, 3))

    with pytest.raises(ValueError, match="gradcam needs a layer that the score depends on, got 'beside'"):
        attribution.gradcam(Beside(), torch.ones(1, 1, 5, 5), layer="beside")


def test_a_model_without_maps_is_refused():
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(16, 2))
    with pytest.raises(ValueError, match="gradcam needs a model with a layer that has maps, got 2 layers without"):
        attribution.gradcam(model, torch.ones(1, 1, 4, 4))
