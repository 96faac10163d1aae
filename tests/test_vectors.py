"""The vectors are what torch says, and cnnviz.nn and Graph.run say the same (the page too: tests/js/ops.test.js)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from cnnviz import nn
from cnnviz.graph import Graph, Node, describe
from cnnviz.nn import functional as F
from tests.vectors import make
from tests.vectors.case import DEFAULTS, Case
from tests.vectors.cases import CASES
from tests.vectors.refused import REFUSED

FOLDER = Path(make.__file__).parent
FILES = {op: json.loads((FOLDER / f"{op}.json").read_text(encoding="utf-8")) for op in DEFAULTS}
ROWS = [pytest.param(op, row, id=f"{op}-{row['name']}") for op, file in FILES.items() for row in file["cases"]]
REFUSED_ROWS = [pytest.param(case, id=f"{case.op}-{case.name}") for case in REFUSED]
TOLERANCE = 1e-5


def array(written: dict[str, Any]) -> np.ndarray:
    return np.array([float(v) for v in written["data"]], np.float32).reshape(written["shape"])


def assert_near(actual: Any, expected: dict[str, Any]) -> None:
    wanted = array(expected)
    largest = np.max(np.abs(wanted[np.isfinite(wanted)]), initial=0.0)
    assert np.shape(actual) == wanted.shape
    np.testing.assert_allclose(np.asarray(actual), wanted, rtol=0, atol=TOLERANCE * largest)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


# --- the files


def test_every_operation_has_a_file_and_every_file_an_operation() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(DEFAULTS)


def test_case_names_are_unique_within_an_operation() -> None:
    for cases in (CASES, REFUSED):
        names = [(case.op, case.name) for case in cases]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("op", DEFAULTS)
def test_file_is_what_the_script_makes(op: str) -> None:
    fresh = json.loads(make.contents(op))
    assert without_results(FILES[op]) == without_results(fresh)
    for row, again in zip(FILES[op]["cases"], fresh["cases"], strict=True):
        for written, expected in zip(results(row), results(again), strict=True):
            # Not as text: where terms cancel, the last bits of torch's sums are the machine's.
            assert_near(array(written), expected)


def without_results(file: dict[str, Any]) -> dict[str, Any]:
    kept = ("name", "args", "inputs", "params", "grad")
    return {**file, "cases": [{name: row[name] for name in kept} for row in file["cases"]]}


def results(row: dict[str, Any]) -> list[dict[str, Any]]:
    return [row["output"], *row["input_grads"], *row["param_grads"].values()]


@pytest.mark.parametrize("case", REFUSED_ROWS)
def test_torch_refuses_what_is_to_be_refused(case: Case) -> None:
    inputs, params, _ = make.filled(case)
    # Torch's words change between its versions; what they are about does not.
    about = (
        r"(?i)size|shape|dim|4D|stride|padding|dilation|groups|elements|running_mean|approximate|min_val|length|step"
    )
    with pytest.raises((RuntimeError, ValueError, IndexError, TypeError, NotImplementedError), match=about):
        make.call_torch(case, inputs, params)


# --- cnnviz.nn


def conv2d(args: dict[str, Any], weight: np.ndarray, bias: bool) -> nn.Module | None:
    """None: torch.nn.Conv2d, and so ours, cannot say this padding."""
    out, per_group, *kernel = weight.shape
    top, bottom, left, right = args["padding"]
    same = [args["dilation"][axis] * (kernel[axis] - 1) for axis in (0, 1)]
    halves = [same[0] // 2, same[0] - same[0] // 2, same[1] // 2, same[1] - same[1] // 2]
    padding: Any = (top, left)
    if (top, left) != (bottom, right):
        if args["stride"] != [1, 1] or args["padding"] != halves:
            return None
        padding = "same"
    return nn.Conv2d(per_group * args["groups"], out, kernel, bias=bias, **{**args, "padding": padding})


def conv_transpose2d(args: dict[str, Any], weight: np.ndarray, bias: bool) -> nn.Module:
    channels, per_group, *kernel = weight.shape
    return nn.ConvTranspose2d(channels, per_group * args["groups"], kernel, bias=bias, **args)


def pooling(layer: Callable[..., nn.Module]) -> Callable[[dict[str, Any]], nn.Module]:
    return lambda args: layer(**{**args, "padding": args["padding"][::2]})


MAKE: dict[str, Callable[[dict[str, Any]], nn.Module]] = {
    "max_pool2d": pooling(nn.MaxPool2d),
    "avg_pool2d": pooling(nn.AvgPool2d),
    "adaptive_avg_pool2d": lambda args: nn.AdaptiveAvgPool2d(**args),
    "relu": lambda args: nn.ReLU(),
    "leaky_relu": lambda args: nn.LeakyReLU(**args),
    "sigmoid": lambda args: nn.Sigmoid(),
    "tanh": lambda args: nn.Tanh(),
    "silu": lambda args: nn.SiLU(),
    "softmax": lambda args: nn.Softmax(**args),
    "flatten": lambda args: nn.Flatten(**args),
    "identity": lambda args: nn.Identity(),
}


LAYERS = {*MAKE, "batch_norm", "linear", "conv2d", "conv_transpose2d"}


def layer_of(op: str, args: dict[str, Any], params: dict[str, np.ndarray], channels: int) -> nn.Module | None:
    """The layer that does what a row says, with its parameters; None where no layer can."""
    if op not in LAYERS:
        return None
    if op in MAKE:
        return MAKE[op](args)
    layer: nn.Module | None
    if op == "batch_norm":
        layer = nn.BatchNorm2d(
            channels, args["eps"], affine="weight" in params, track_running_stats="running_mean" in params
        ).train(args["training"])
    elif op == "linear":
        layer = nn.Linear(*params["weight"].shape[::-1], bias="bias" in params)
    else:
        layer = {"conv2d": conv2d, "conv_transpose2d": conv_transpose2d}[op](args, params["weight"], "bias" in params)
    if layer is not None:
        layer.load_state_dict(params, strict=False)
    return layer


def layer_in(op: str, row: dict[str, Any]) -> nn.Module | None:
    params = {name: array(p) for name, p in row["params"].items()}
    shape = row["inputs"][0]["shape"] if row["inputs"] else ()
    return layer_of(op, row["args"], params, shape[1] if len(shape) > 1 else 0)


# cnnviz.nn multiplies gradients by masks, which is quick; torch moves them. They part where NaN or infinity meets a 0.
GRADIENTS_OF_NAN = [
    ("max_pool2d", "NaN wins, the last of several"),
    ("max_pool2d", "gradients of NaN and infinity reach winners alone"),
    ("relu", "NaN, infinities, zeros and large numbers"),
    ("relu", "gradients of NaN and infinity pass where ReLU is open"),
]
LAYER_ROWS = [param for param in ROWS if layer_in(*param.values) is not None]


def test_only_asymmetric_padding_is_a_convolution_that_no_layer_can_do() -> None:
    left = [param.id for param in ROWS if param.values[0] in LAYERS and param not in LAYER_ROWS]
    assert left == ["conv2d-TensorFlow's SAME at stride 2"]


@pytest.mark.parametrize(("op", "row"), LAYER_ROWS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NaN and infinity are meant
def test_layer_outputs_and_gradients_match_torch(op: str, row: dict[str, Any]) -> None:
    layer = layer_in(op, row)
    assert layer is not None
    assert_near(layer(array(row["inputs"][0])), row["output"])
    if (op, row["name"]) in GRADIENTS_OF_NAN:
        return
    assert_near(layer.backward(array(row["grad"])), row["input_grads"][0])
    grads = {name: parameter.grad for name, parameter in layer.named_parameters()}
    assert set(grads) == set(row["param_grads"])
    for name, grad in grads.items():
        assert_near(grad, row["param_grads"][name])


@pytest.mark.parametrize(("op", "row"), LAYER_ROWS)
def test_describe_gives_back_the_arguments_and_parameters(op: str, row: dict[str, Any]) -> None:
    named, args, params = describe(layer_in(op, row))
    assert (named, args) == (op, row["args"])
    assert {name: value.tolist() for name, value in params.items()} == {
        name: array(value).tolist() for name, value in row["params"].items()
    }


def graph_of(op: str, args: dict[str, Any], params: dict[str, np.ndarray], inputs: list[np.ndarray]) -> Graph:
    """One node; a graph has one input, so that the others are constants before it."""
    others = [Node(f"input {i}", "constant", {}, {"value": x}, ()) for i, x in enumerate(inputs[1:], 2)]
    names = ["input"] * bool(inputs) + [node.name for node in others]
    return Graph((*others, Node(op, op, args, params, tuple(names))))


@pytest.mark.parametrize(("op", "row"), ROWS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_graph_runs_the_operation_as_torch_does(op: str, row: dict[str, Any]) -> None:
    params = {name: array(p) for name, p in row["params"].items()}
    inputs = [array(x) for x in row["inputs"]]
    values = graph_of(op, row["args"], params, inputs).run(inputs[0] if inputs else np.zeros(1))
    assert_near(values[op], row["output"])


def test_asymmetric_padding_at_stride_2_has_torchs_gradients() -> None:
    row = next(row for row in FILES["conv2d"]["cases"] if row["name"] == "TensorFlow's SAME at stride 2")
    x, grad = array(row["inputs"][0]), array(row["grad"])
    args = {**row["args"], "weight": array(row["params"]["weight"])}
    dx, dw, db = F.conv2d_backward(grad, x, **args)
    for actual, expected in ((dx, row["input_grads"][0]), *zip((dw, db), row["param_grads"].values(), strict=True)):
        assert_near(actual, expected)


@pytest.mark.parametrize("case", REFUSED_ROWS)
def test_graph_refuses_what_torch_refuses_in_a_sentence(case: Case) -> None:
    params = {name: np.ones(shape, np.float32) for name, shape in case.params.items()}
    inputs = [np.ones(shape, np.float32) for shape in case.inputs]
    args = json.loads(json.dumps(case.all_args))
    with pytest.raises((ValueError, TypeError), match=r".+ needs .+, got .+"):
        graph_of(case.op, args, params, inputs).run(inputs[0])
