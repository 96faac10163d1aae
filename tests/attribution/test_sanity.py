"""sanity(), heat() and rank_correlation(): does a map change when the network forgets?"""

import copy
import math

import numpy as np
import pytest
import torch

from cnnviz import attribution
from tests.attribution.models import ours_and_torchs, pictures, subject
from tests.attribution.test_pixels import CAMS, PIXELS


def state_of(model):
    return {name: np.array(value) for name, value in model.state_dict().items()}


@pytest.mark.parametrize("method", PIXELS + CAMS)
def test_random_weights_change_the_map(method):
    model, x = subject("resnet")
    found = attribution.sanity(getattr(attribution, method), model, x)
    assert found.layers[0] == "fc"  # from the top
    assert found.layers[-1] == "conv1"
    assert found.maps.shape == (len(found.layers) + 1, 3, 40, 36)
    np.testing.assert_allclose(found.correlation[0], 1)
    assert (np.abs(found.correlation[-1]) < 0.7).all()


def edges(model, x, target=None):
    """A method that does not look at the network: what Adebayo and others warn of."""
    x = x.detach().numpy() if hasattr(x, "detach") else x
    return np.abs(np.diff(x, axis=-1, append=0))


def test_a_method_that_ignores_the_network_is_found_out():
    model, x = subject("plain")
    found = attribution.sanity(edges, model, x)
    np.testing.assert_allclose(found.correlation, 1)


def test_the_first_map_is_the_methods_and_the_kth_that_of_a_network_with_k_random_layers():
    model, x = subject("plain")
    target = [1, 0, 2]
    found = attribution.sanity(attribution.saliency, model, x, target, layers=["7", "3"], seed=4)
    assert found.layers == ("7", "3")
    np.testing.assert_array_equal(found.maps[0], attribution.heat(attribution.saliency(model, x, target)))
    twin, rng = copy.deepcopy(model), np.random.default_rng(4)
    for stage, name in enumerate(("7", "3"), start=1):
        for parameter in twin.get_submodule(name).parameters():
            old = parameter.detach().double().numpy()
            parameter.data = torch.from_numpy(rng.normal(old.mean(), old.std(), old.shape)).float()
        now = attribution.heat(attribution.saliency(twin, x, target))
        np.testing.assert_allclose(found.maps[stage], now, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("library", [0, 1], ids=["ours", "torch's"])
def test_the_model_itself_is_not_changed(library):
    model = ours_and_torchs()[library]
    before = state_of(model)
    attribution.sanity(attribution.gradcam, model, pictures(2, 2, 8, 8))
    after = state_of(model)
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_the_same_seed_gives_the_same_stages():
    ours, theirs = ours_and_torchs()
    x = pictures(2, 2, 8, 8)
    first, again, other = (attribution.sanity(attribution.saliency, ours, x, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.maps, again.maps)
    assert not np.array_equal(first.maps, other.maps)
    np.testing.assert_allclose(
        first.maps, attribution.sanity(attribution.saliency, theirs, x).maps, rtol=1e-3, atol=1e-6
    )


def test_options_go_to_the_method():
    model, x = subject("plain", pictures=1)
    found = attribution.sanity(attribution.occlusion, model, x, 0, layers=["7"], patch=4, stride=4)
    np.testing.assert_allclose(found.maps[0], np.abs(attribution.occlusion(model, x, 0, patch=4, stride=4)))


def test_its_text_has_a_line_a_layer():
    model, x = subject("plain")
    lines = repr(attribution.sanity(attribution.saliency, model, x)).splitlines()
    assert [line.split()[0] for line in lines] == ["(as", "7", "3", "0"]
    assert lines[0].endswith("1.00")


def test_a_layer_that_is_not_there_is_refused():
    model, x = subject("plain")
    with pytest.raises(ValueError, match=r"sanity needs layers to be one of .*, got 'seven'"):
        attribution.sanity(attribution.saliency, model, x, layers=["seven"])


def test_a_model_of_keras_is_refused():
    model, x = subject("keras")
    with pytest.raises(TypeError, match=r"sanity needs a model of torch or cnnviz\.nn, got Functional"):
        attribution.sanity(attribution.saliency, model, x)


def definition(one, other):
    """Spearman's as Pearson's of ranks, each counted pair by pair."""
    ranks = [
        [sum(b < a for b in values) + (sum(b == a for b in values) - 1) / 2 for a in values] for values in (one, other)
    ]
    return np.corrcoef(ranks)[0, 1]


def test_rank_correlation_is_that_of_the_definition_ties_and_all():
    rng = np.random.default_rng(0)
    for _ in range(20):
        one, other = rng.integers(0, 6, (2, 15))
        assert attribution.rank_correlation(one, other) == pytest.approx(definition(one, other))


def test_rank_correlation_of_a_map_without_differences_is_nan():
    assert math.isnan(attribution.rank_correlation(np.zeros(4), np.arange(4)))


def test_rank_correlation_of_maps_of_two_sizes_is_refused():
    with pytest.raises(ValueError, match="needs two maps of one size, 4, got 5"):
        attribution.rank_correlation(np.zeros(4), np.zeros(5))


def test_heat_reduces_the_channels():
    given = np.array([[[[3.0]], [[-4.0]]]])
    assert attribution.heat(given).tolist() == [[[4]]]
    assert attribution.heat(given, "sum").tolist() == [[[-1]]]
    assert attribution.heat(given, "norm").tolist() == [[[5]]]
    maps = np.array([[[-2.0]]])
    assert attribution.heat(maps) is maps


def test_heat_refuses_other_shapes_and_words():
    with pytest.raises(ValueError, match=r"needs attributions \(N, C, H, W\) or maps \(N, H, W\), got \(2, 2\)"):
        attribution.heat(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="needs by to be one of max, sum, norm, got 'mean'"):
        attribution.heat(np.zeros((1, 1, 2, 2)), "mean")
