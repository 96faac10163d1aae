"""attributions(): a model and pictures in, every method's maps at every stage out."""

import numpy as np
import pytest
import torch

import cnnviz
from cnnviz import attribution, models
from cnnviz.data import FASHION_CLASSES
from cnnviz.widgets.attributions import Attributions, MethodMaps
from tests.architectures import ARCHITECTURES

IMAGES = np.random.default_rng(0).integers(0, 256, (2, 1, 28, 28), np.uint8)


@pytest.fixture(scope="module")
def model():
    return models.clothes(seed=0)


def shades(packed):
    return np.frombuffer(packed["data"], np.uint8).reshape(packed["shape"])


def test_its_maps_are_those_of_the_sanity_check_up_to_the_highest_hundredth(model):
    figure = cnnviz.attributions(model, IMAGES, target=[3, 5], methods=["saliency"], scale=1 / 128, shift=-1.0, seed=2)
    x = IMAGES * np.float32(1 / 128) - np.float32(1)
    found = attribution.sanity(attribution.saliency, model, x, [3, 5], seed=2)
    relative = np.minimum(1, found.maps / np.quantile(found.maps, 0.99, axis=(2, 3), keepdims=True))
    np.testing.assert_allclose(shades(figure.methods[0]["maps"]) / 255, relative, atol=0.51 / 255)
    np.testing.assert_allclose(figure.methods[0]["correlation"], found.correlation, atol=0.0006)
    assert figure.layers == ["linear", "conv2", "conv1"]
    np.testing.assert_array_equal(shades(figure.pictures), IMAGES)


def test_one_picture_asked_of_two_classes_is_kept_once_with_a_map_for_each(model):
    twice = IMAGES[:1].repeat(2, axis=0)
    figure = cnnviz.attributions(model, twice, target=[3, 5], methods=["saliency"], layers=[])
    np.testing.assert_array_equal(shades(figure.pictures), IMAGES[:1])
    maps = shades(figure.methods[0]["maps"])
    assert maps.shape[:2] == (1, 2)
    assert (maps[0, 0] != maps[0, 1]).any()
    assert repr(figure) == "Attributions(saliency; 2 pictures of 28 × 28; 0 layers)"


def test_the_class_that_is_explained_is_named(model):
    scores = model(IMAGES / np.float32(255))
    likeliest = [FASHION_CLASSES[i] for i in scores.argmax(1)]
    assert cnnviz.attributions(model, IMAGES, FASHION_CLASSES, methods=["saliency"]).explained == likeliest
    assert cnnviz.attributions(model, IMAGES, target=4, methods=["saliency"]).explained == ["4", "4"]


def test_a_method_that_enlarges_says_so(model):
    figure = cnnviz.attributions(model, IMAGES, methods=["saliency", "gradcam", "layer_cam"])
    assert [method["name"] for method in figure.methods] == ["saliency", "Grad-CAM", "LayerCAM"]
    assert ["enlarged" in method["note"] for method in figure.methods] == [False, True, True]


def test_a_deep_model_becomes_random_block_by_block():
    architecture = ARCHITECTURES["efficientnet_lite"]
    images = np.zeros((1, 3, 32, 30), np.uint8)
    figure = cnnviz.attributions(architecture.model(), torch.from_numpy(images), methods=["saliency"])
    children = architecture.model().named_children()
    assert figure.layers == [name for name, child in children if any(True for _ in child.parameters())][::-1]


def test_a_method_is_given_its_options(model):
    coarse = cnnviz.attributions(model, IMAGES, methods=["occlusion"], options={"occlusion": {"patch": 14}})
    found = attribution.sanity(attribution.occlusion, model, IMAGES / np.float32(255), patch=14)
    np.testing.assert_allclose(coarse.methods[0]["correlation"], found.correlation, atol=0.0006)


def test_a_map_of_zeros_has_no_shade_and_no_correlation():
    maps = MethodMaps("none", "", np.zeros((1, 1, 2, 2)), [[np.nan]])
    figure = Attributions(np.zeros((1, 1, 2, 2), np.uint8), [maps], [], ["cat"])
    assert not shades(figure.methods[0]["maps"]).any()
    assert figure.methods[0]["correlation"] == [[None]]


def test_what_does_not_fit_is_refused(model):
    with pytest.raises(
        ValueError, match=r"attributions needs methods to be one of .*, got 'salience': did you mean 'saliency'"
    ):
        cnnviz.attributions(model, IMAGES, methods=["salience"])
    with pytest.raises(ValueError, match="attributions needs at least one method, got none"):
        cnnviz.attributions(model, IMAGES, methods=[])
    with pytest.raises(ValueError, match="attributions needs options to be one of saliency, got 'occlusion'"):
        cnnviz.attributions(model, IMAGES, methods=["saliency"], options={"occlusion": {}})
    with pytest.raises(ValueError, match="attributions needs images whose pixels are 0 to 255, got numbers"):
        cnnviz.attributions(model, IMAGES * 2.0)
    with pytest.raises(ValueError, match=r"Attributions needs maps \(1, 1, 2, 2\) of none, got \(2, 1, 2, 2\)"):
        Attributions(
            np.zeros((1, 1, 2, 2), np.uint8), [MethodMaps("none", "", np.zeros((2, 1, 2, 2)), [])], [], ["cat"]
        )
    with pytest.raises(ValueError, match="Attributions needs a class for each of 1 pictures, got 0"):
        Attributions(np.zeros((1, 1, 2, 2), np.uint8), [], [], [])
