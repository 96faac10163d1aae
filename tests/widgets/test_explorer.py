"""explore(): a model and pictures in; nodes, shapes and pictures as plain data out, and errors that say what to do."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch

import cnnviz
from cnnviz import nn
from cnnviz._pictures import network_input
from cnnviz.graph import Graph, Node
from cnnviz.widgets import explorer
from cnnviz.widgets._base import pack

PICTURES = np.random.default_rng(0).integers(0, 256, (3, 1, 8, 8), np.uint8)


def small_network(*end: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 2), *end)


def unpack(packed: dict[str, object]) -> np.ndarray:
    return np.frombuffer(packed["data"], packed["dtype"]).reshape(packed["shape"])  # type: ignore[call-overload]


def test_nodes_carry_the_models_parameters() -> None:
    model = small_network()
    nodes = cnnviz.explore(model, PICTURES).nodes
    assert [node["op"] for node in nodes] == ["conv2d", "relu", "max_pool2d", "flatten", "linear", "softmax"]
    assert [node["inputs"] for node in nodes] == [["input"], ["0"], ["1"], ["2"], ["3"], ["4"]]
    np.testing.assert_array_equal(unpack(nodes[0]["params"]["weight"]), model.state_dict()["0.weight"])


def test_a_torch_model_gives_the_same_nodes_as_ours() -> None:
    ours = small_network()
    theirs = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(), torch.nn.Linear(36, 2)
    )
    theirs.load_state_dict({name: torch.tensor(np.asarray(value)) for name, value in ours.state_dict().items()})
    assert cnnviz.explore(theirs, torch.tensor(PICTURES)).nodes == cnnviz.explore(ours, PICTURES).nodes


def test_a_softmax_is_added_to_logits_and_said() -> None:
    figure = cnnviz.explore(small_network(), PICTURES, ["cat", "dog"])
    assert figure.nodes[-1] == {"name": "softmax", "op": "softmax", "args": {"dim": -1}, "params": {}, "inputs": ["4"]}
    assert "applies the softmax" in figure.note


def test_a_network_that_ends_in_a_softmax_keeps_its_own() -> None:
    figure = cnnviz.explore(small_network(nn.Softmax(dim=1)), PICTURES, ["cat", "dog"])
    assert [node["op"] for node in figure.nodes].count("softmax") == 1
    assert figure.note == ""


@pytest.mark.parametrize(("last", "kind", "says"), [(nn.Identity(), "Linear", True), (nn.Softmax(1), "Softmax", False)])
def test_a_recording_gets_a_softmax_where_it_ends_in_scores(last: nn.Module, kind: str, says: bool) -> None:
    model = small_network(*[last][says:])
    figure = cnnviz.explore(cnnviz.record(model, PICTURES.astype(np.float32)), PICTURES, ["cat", "dog"])
    assert figure.nodes[-1]["args"]["type"] == kind
    assert ("applies the softmax" in figure.note) == says


def test_shares_that_no_layer_makes_are_taken_as_they_are() -> None:
    node = {
        "name": "output",
        "op": "recorded",
        "args": {"type": "the model's output"},
        "params": {},
        "inputs": ["input"],
    }
    shares = {"output": np.full((len(PICTURES), 2), 0.5, np.float32)}
    figure = explorer.Explorer([node], [(1, 2)], PICTURES, ["cat", "dog"], records=shares)
    assert figure.nodes[-1]["args"]["type"] == "Softmax"
    assert figure.note == ""


def test_a_network_that_ends_in_maps_has_no_classes() -> None:
    figure = cnnviz.explore(nn.Sequential(nn.Conv2d(1, 2, 3)), PICTURES)
    assert figure.class_names == []
    assert [node["op"] for node in figure.nodes] == ["conv2d"]


def test_classes_without_names_are_numbered() -> None:
    assert cnnviz.explore(small_network(), PICTURES).class_names == ["0", "1"]


def test_a_graph_with_a_branch_is_explored_as_it_is() -> None:
    graph = Graph((Node("a", "relu"), Node("b", "add", {}, {}, ("a", "input"))))
    assert [node["inputs"] for node in cnnviz.explore(graph, PICTURES).nodes] == [["input"], ["a", "input"]]


def test_a_nested_name_survives() -> None:
    nested = nn.Sequential(nn.Sequential(nn.ReLU()), nn.Flatten())
    assert [node["name"] for node in cnnviz.explore(nested, PICTURES).nodes] == ["0.0", "1", "softmax"]


def test_pictures_cross_as_bytes_and_the_background_is_what_lies_at_their_edges() -> None:
    white = np.full((2, 3, 8, 8), 255, np.uint8)
    white[:, :, 2:6, 2:6] = 40
    figure = cnnviz.explore(nn.Sequential(nn.Flatten()), white)
    assert figure.images == pack(white)
    assert figure.background == [255, 255, 255]


def test_what_was_drawn_comes_back_as_an_array() -> None:
    figure = cnnviz.explore(small_network(), PICTURES)
    assert figure.drawn is None
    figure.picture = {"shape": [1, 8, 8], "dtype": "uint8", "data": memoryview(PICTURES[1].tobytes())}
    np.testing.assert_array_equal(figure.drawn, PICTURES[1])


def test_repr_is_short_and_the_same_each_time() -> None:
    assert repr(cnnviz.explore(small_network(), PICTURES)) == "Explorer(6 layers, 3 pictures of 1 × 8 × 8)"


@pytest.mark.parametrize(
    ("images", "error", "message"),
    [
        (
            PICTURES[0],
            ValueError,
            r"explore needs pictures \(N, 1, H, W\) or \(N, 3, H, W\), got \(1, 8, 8\): .*x\[None\]",
        ),
        (np.zeros((2, 2, 8, 8), np.uint8), ValueError, r"got \(2, 2, 8, 8\)"),
        (PICTURES[:0], ValueError, r"got \(0, 1, 8, 8\)"),
        (PICTURES * 2.0, ValueError, "explore needs images whose pixels are 0 to 255, got numbers from .* std"),
        (np.zeros((1, 3, 8, 8), np.uint8), ValueError, r"conv2d \(node '0'\) needs"),
        (np.zeros((1, 1, 2, 2), np.uint8), ValueError, "conv2d"),
    ],
)
def test_pictures_that_do_not_fit_are_refused(images: np.ndarray, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        cnnviz.explore(small_network(), images)


def test_names_that_do_not_fit_the_outputs_are_refused() -> None:
    with pytest.raises(ValueError, match="Explorer needs a class name for each of the 2 outputs, got 3 names"):
        cnnviz.explore(small_network(), PICTURES, ["cat", "dog", "cow"])


def test_a_picture_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="Explorer needs image from 0 to 2, got 3"):
        cnnviz.explore(small_network(), PICTURES, image=3)
    figure = cnnviz.explore(small_network(), PICTURES)
    with pytest.raises(ValueError, match="got -1"):
        figure.image = -1


def test_a_model_without_layers_and_a_layer_outside_the_vocabulary_are_refused() -> None:
    with pytest.raises(ValueError, match="explore needs a model with at least one layer"):
        cnnviz.explore(nn.Sequential(), PICTURES)
    with pytest.raises(TypeError, match="got LSTM"):
        cnnviz.explore(type("LSTM", (), {})(), PICTURES)


def test_dropout_in_training_is_refused_with_its_remedy() -> None:
    with pytest.raises(ValueError, match=r"call model\.eval\(\)"):
        cnnviz.explore(nn.Sequential(nn.Dropout(0.5)), PICTURES)


def test_scale_and_shift_are_one_number_or_one_a_channel() -> None:
    colour = np.zeros((2, 3, 8, 8), np.uint8)
    figure = cnnviz.explore(nn.Sequential(nn.Flatten()), colour, scale=(1, 2, 3), shift=-0.5)
    assert (figure.scale, figure.shift) == ([1, 2, 3], [-0.5])
    with pytest.raises(ValueError, match="explore needs shift as one number or 3, one a channel, got 2"):
        cnnviz.explore(nn.Sequential(nn.Flatten()), colour, shift=(1, 2))


def test_a_second_network_of_the_same_layers_is_sent_and_another_refused() -> None:
    other = small_network()
    figure = cnnviz.explore(small_network(), PICTURES, compare={"before": other})
    assert figure.compare["label"] == "before"
    np.testing.assert_array_equal(unpack(figure.compare["params"]["0"]["weight"]), other.state_dict()["0.weight"])
    with pytest.raises(ValueError, match="explore needs compare with the same layers as model"):
        cnnviz.explore(small_network(), PICTURES, compare=nn.Sequential(nn.ReLU()))
    for several in ({}, {"before": other, "after": other}):
        with pytest.raises(ValueError, match=rf"compare as one model, or one {{label: model}}, got {len(several)}"):
            cnnviz.explore(small_network(), PICTURES, compare=several)


def test_a_torch_model_outside_the_vocabulary_is_recorded_and_the_figure_says_why() -> None:
    class Sorted(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.conv = torch.nn.Conv2d(1, 4, 3)

        def forward(self, x: object) -> object:
            return self.conv(x).sort(1).values.amax((2, 3))

    model = Sorted().eval()
    figure = cnnviz.explore(model, PICTURES)
    assert [node["op"] for node in figure.nodes] == ["recorded", "recorded"]
    assert figure.nodes[0]["args"] == {"type": "Conv2d"}
    assert re.search(r"The page cannot compute this network: cnnviz\.to_graph stopped at .*sort.*\.$", figure.note)
    with torch.no_grad():
        expected = model.conv(torch.as_tensor(PICTURES) / 255).numpy()
    np.testing.assert_allclose(unpack(figure.records["conv"]), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_a_torch_model_of_another_precision_is_recorded_in_its_own(dtype: torch.dtype) -> None:
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.Flatten()).to(dtype)
    figure = cnnviz.explore(model, PICTURES, layers="*")
    expected = model(torch.from_numpy(network_input(PICTURES, 1 / 255, 0.0)).to(dtype)).detach().float()
    np.testing.assert_array_equal(unpack(figure.records["1"]), expected.numpy())


@pytest.mark.filterwarnings("ignore::UserWarning")  # quantised tensors are deprecated
def test_quantised_layers_are_recorded_as_the_numbers_that_they_stand_for() -> None:
    class Coarse(torch.nn.Module):  # type: ignore[misc]
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.quantize_per_tensor(x, 0.25, 0, torch.quint8)

    figure = cnnviz.explore(torch.nn.Sequential(Coarse()), PICTURES, layers="*")
    expected = 0.25 * np.round(network_input(PICTURES, 1 / 255, 0.0) / 0.25)
    np.testing.assert_array_equal(unpack(figure.records["0"]), expected)


def test_a_recording_of_other_pictures_is_refused() -> None:
    recording = cnnviz.record(small_network(), PICTURES[:2].astype(np.float32))
    with pytest.raises(ValueError, match="explore needs a recording with maps or vectors of 3 pictures"):
        cnnviz.explore(recording, PICTURES)


def test_a_network_is_compared_with_its_own_weights_rounded_by_the_name_alone() -> None:
    plain, compared = (cnnviz.explore(small_network(), PICTURES, compare=compare) for compare in (None, "int4"))
    assert (plain.precision, compared.precision) == ("", "int4")
    assert compared.compare == {}
    with pytest.raises(
        ValueError, match=r"explore needs compare as a second model, or as one of float16, .*, int2, got 'i8'"
    ):
        cnnviz.explore(small_network(), PICTURES, compare="i8")
    with pytest.raises(ValueError, match=r"precision to be one of float16, .*got 'int1': did you mean 'int"):
        compared.precision = "int1"


def test_a_figure_begins_with_a_map_over_the_picture() -> None:
    assert cnnviz.explore(small_network(), PICTURES).overlay == {}
    figure = cnnviz.explore(small_network(), PICTURES, ["cat", "dog"], overlay="gradcam")
    assert figure.overlay == {"method": "gradcam"}
    figure.overlay = {"method": "occlusion", "square": 3}
    figure.target = 1
    for overlay, message in [
        (
            {"method": "gradam"},
            "overlay to be one of saliency, gradient_x_input, gradcam, occlusion, got 'gradam': did",
        ),
        ({"methode": "gradcam"}, "each key of overlay to be one of method, .*did you mean 'method'"),
        ({"method": "gradcam", "layer": "conv9"}, "overlay's layer to be one of the network's, got 'conv9'"),
        ({"method": "gradcam", "strength": 9}, "overlay's strength .*got 9"),
        ({"method": "occlusion", "square": 0}, "overlay's square of at least 1, got 0"),
    ]:
        with pytest.raises(ValueError, match=message):
            figure.overlay = overlay
    for target in (2, -1):
        with pytest.raises(ValueError, match=f"target from 0 to 1, or None for the likeliest, got {target}"):
            figure.target = target
    with pytest.raises(ValueError, match="Explorer needs classes, for target, got 0"):
        cnnviz.explore(nn.Sequential(nn.Conv2d(1, 2, 3)), PICTURES).target = 0


@pytest.mark.parametrize(("options", "name"), [({"compare": "int8"}, "compare"), ({"overlay": "gradcam"}, "overlay")])
def test_what_needs_the_networks_arithmetic_is_refused_of_a_recording(options: dict[str, str], name: str) -> None:
    class Odd(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.erfinv(x)

    needs = f"explore needs a network that the page can compute, for {name}, got "
    recording = cnnviz.record(small_network(), network_input(PICTURES, 1 / 255, 0.0))
    with pytest.raises(ValueError, match=needs + "a recording: explore the model itself"):
        cnnviz.explore(recording, PICTURES, **options)
    with pytest.raises(ValueError, match=needs + "layers to record: leave layers out"):
        cnnviz.explore(small_network(), PICTURES, layers="*", **options)
    with pytest.raises(ValueError, match=needs + f"one where cnnviz.to_graph stopped at .*erfinv.*: leave {name} out"):
        cnnviz.explore(Odd(), PICTURES, **options)
    figure = cnnviz.explore(recording, PICTURES)
    with pytest.raises(
        ValueError, match="Explorer needs a network that the page computes, for overlay, got a recorded"
    ):
        figure.overlay = {"method": "saliency"}
    with pytest.raises(ValueError, match="for precision, got a recorded one: explore the model itself"):
        figure.precision = "int8"


def test_every_trait_that_the_page_reads_is_synced() -> None:
    source = (Path(explorer.__file__).parent / "js" / "explorer.js").read_text(encoding="utf-8")
    names = re.findall(r'\w+: "(\w+)"', source)
    assert len(names) > 8
    assert set(names) <= set(cnnviz.explore(small_network(), PICTURES).trait_names(sync=True))
