"""effective() and extent() beside autograd, finite differences and the theoretical field."""

import numpy as np
import pytest
import torch

from cnnviz.graph import to_graph
from cnnviz.receptive import effective, extent, theoretical
from cnnviz.recorder import UnknownLayerError
from tests.architectures import ARCHITECTURES
from tests.attribution.models import ours_and_torchs, pictures


def by_autograd(prefix, x, index):
    """The mean magnitude, picture by picture, of a network that ends at the layer."""
    maps = []
    for one in x:
        one = torch.tensor(one)[None].requires_grad_()
        prefix(one)[index].sum().backward()
        maps.append(one.grad[0].abs().sum(0))
    return torch.stack(maps).mean(0).numpy()


@pytest.mark.parametrize("library", [0, 1], ids=["ours", "torch's"])
@pytest.mark.parametrize(
    ("options", "index"),
    [
        ({}, np.s_[:, :, 1, 1]),
        ({"unit": (0, 1)}, np.s_[:, :, 0, 1]),
        ({"unit": (1, 0), "channel": 3}, np.s_[:, 3, 1, 0]),
    ],
)
def test_it_is_the_mean_magnitude_of_the_units_gradient(library, options, index):
    models, x = ours_and_torchs(), pictures(4, 2, 8, 8)
    found = effective(models[library], x, "3", **options)
    assert found.shape == (8, 8)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, by_autograd(models[1][:4], x, index), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("library", [0, 1], ids=["ours", "torch's"])
def test_what_comes_after_the_layer_does_not_matter(library):
    models, x = ours_and_torchs(), pictures(2, 2, 8, 8)
    whole, cut = (effective(model, x, "3") for model in (models[library], models[library][:5]))
    np.testing.assert_array_equal(whole, cut)


def test_in_place_layers_behind_the_unit_change_nothing():
    def model(inplace):
        layers = torch.nn.Conv2d(1, 3, 3, padding=1), torch.nn.ReLU(inplace=inplace), torch.nn.Conv2d(3, 2, 3)
        for number, layer in enumerate(layers[::2]):
            layer.weight.data = torch.from_numpy(pictures(*layer.weight.shape, seed=number))
            layer.bias.data.zero_()
        return torch.nn.Sequential(*layers)

    x = torch.from_numpy(pictures(2, 1, 9, 9))
    np.testing.assert_array_equal(effective(model(True), x, "0"), effective(model(False), x, "0"))


@pytest.mark.parametrize("name", ["plain", "vgg", "resnet", "densenet", "efficientnet_lite"])
def test_it_lies_inside_the_theoretical_field(name):
    architecture = ARCHITECTURES[name]
    model, x = architecture.model(), architecture.example(batch=2)
    fields = theoretical(to_graph(model, x), tuple(x.shape))
    layers = [
        layer for layer, module in model.named_modules() if isinstance(module, torch.nn.Conv2d) and layer in fields
    ]
    assert len(layers) > 1
    for layer in layers:
        row, column = (count // 2 for count in fields[layer].units)
        assert not effective(model, x, layer)[~fields[layer].support(row, column)].any()


def test_the_field_of_averaging_convolutions_is_densest_in_the_middle_and_grows_like_a_root():
    """As Luo and others found: a bell that grows with the depth's root, in a theoretical field that grows with it."""

    def side(depth):
        layers = [torch.nn.Conv2d(1, 1, 3, padding=1, bias=False) for _ in range(depth)]
        for layer in layers:
            layer.weight.data.fill_(1 / 9)
        field = effective(torch.nn.Sequential(*layers), torch.ones(1, 1, 81, 81), str(depth - 1))
        assert field.argmax() == 40 * 81 + 40
        return extent(field)

    shallow, deep = side(9), side(36)
    assert 1.8 < deep / shallow < 2.2
    assert deep < 73 / 2  # of a theoretical field of 73


def test_extent_counts_the_squares_by_hand():
    field = np.array([[0, 0, 0, 0, 0], [0, 1, 1, 1, 0], [0, 1, 8, 1, 0], [0, 1, 1, 1, 0], [0, 0, 0, 0, 4]])
    assert [extent(field, share) for share in (0.4, 0.41, 0.8, 0.81, 1)] == [1, 3, 3, 5, 5]
    assert extent(field, 0.2, centre=(4, 4)) == 1
    assert extent(field, 1, centre=(4, 4)) == 7


@pytest.mark.parametrize("library", [0, 1], ids=["ours", "torch's"])
def test_the_model_is_left_as_it_was(library):
    model, x = ours_and_torchs()[library].train(), pictures(1, 2, 8, 8)
    effective(model, x, "3")
    assert model.training
    assert all(parameter.grad is None for parameter in model.parameters())
    assert not any(module._forward_hooks or module._backward_hooks for module in model.modules())


@pytest.mark.parametrize("library", [0, 1], ids=["ours", "torch's"])
def test_what_is_not_there_is_refused(library):
    model, x = ours_and_torchs()[library], pictures(1, 2, 8, 8)
    with pytest.raises(UnknownLayerError, match="needs a layer's name, got '33'"):
        effective(model, x, "33")
    with pytest.raises(ValueError, match=r"effective needs a layer with maps \(N, C, H, W\), got \(1, 3\)"):
        effective(model, x, "6")
    with pytest.raises(ValueError, match="effective needs a column of the layer's maps, 0 to 1, got 2"):
        effective(model, x, "3", unit=(0, 2))
    with pytest.raises(ValueError, match="effective needs a channel of the layer's maps, 0 to 4, got 5"):
        effective(model, x, "3", channel=5)
    with pytest.raises(ValueError, match=r"effective needs \(N, C, H, W\), got \(2, 8, 8\): add a batch axis"):
        effective(model, x[0], "3")


def test_a_model_of_another_kind_is_refused():
    with pytest.raises(TypeError, match=r"effective needs a model of torch or cnnviz\.nn, got function"):
        effective(lambda x: x, pictures(1, 1, 4, 4), "0")


@pytest.mark.parametrize(
    ("field", "share", "needs"),
    [
        (np.zeros((3, 3)), 0.5, r"a field \(H, W\) with something in it, got one of zeros"),
        (np.ones(3), 0.5, r"a field \(H, W\) with something in it, got \(3,\)"),
        (np.ones((3, 3)), 95, r"share in \[0, 1\], got 95"),
    ],
)
def test_a_field_without_an_extent_is_refused(field, share, needs):
    with pytest.raises(ValueError, match=f"extent needs {needs}"):
        extent(field, share)
