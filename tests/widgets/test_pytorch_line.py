"""The line of PyTorch beside the stepper is run, and must give what the vectors hold."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch

import cnnviz

LIB = Path(cnnviz.__file__).parent / "widgets" / "js" / "lib"
VECTORS = sorted((Path(__file__).parents[1] / "vectors").glob("*.json"))
SCRIPT = """
import {{ pytorchLine }} from "{lib}/pytorch_line.js";
import {{ tensor }} from "{lib}/tensor.js";
import {{ flipKernels }} from "{lib}/presets.js";
const read = ({{ shape, data }}) => tensor(shape, data.map(Number));
let text = "";
process.stdin.on("data", (chunk) => (text += chunk)).on("end", () => {{
  const written = JSON.parse(text).map(({{ op, args, params, inputs, flipped = false, backward = false }}) => {{
    const read_ = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, read(value)]));
    if (flipped) read_.weight.data = flipKernels(read_.weight.data, read_.weight.shape[2] * read_.weight.shape[3]);
    return pytorchLine({{ op, args, params: read_, inputs: inputs.map(read), backward, flipped }});
  }});
  console.log(JSON.stringify(written));
}});
"""


def lines_of(cases: list[dict[str, Any]]) -> list[str]:
    node = shutil.which("node")
    if node is None:
        needed = "node is needed to run the page's code"
        pytest.fail(needed) if os.environ.get("CI") else pytest.skip(needed)
    script = SCRIPT.format(lib=LIB.as_posix())
    done = subprocess.run(
        [str(node), "--input-type=module", "-e", script],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def tensor_of(written: dict[str, Any]) -> torch.Tensor:
    return torch.tensor([float(number) for number in written["data"]], dtype=torch.float32).reshape(written["shape"])


def run_line(line: str, case: dict[str, Any]) -> torch.Tensor:
    # What the line writes out itself replaces what is given here.
    names = {"torch": torch, "F": torch.nn.functional}
    names |= {name: tensor_of(value) for name, value in case["params"].items()}
    names |= dict(zip(("x", "x2", "x3"), map(tensor_of, case["inputs"]), strict=False))
    exec(line, names)
    return names["y"]


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_line_gives_the_figure_s_output(path: Path) -> None:
    cases = [{**case, "op": path.stem} for case in json.loads(path.read_text())["cases"]]
    for line, case in zip(lines_of(cases), cases, strict=True):
        torch.testing.assert_close(
            run_line(line, case), tensor_of(case["output"]), rtol=1e-4, atol=1e-4, equal_nan=True
        )


def test_a_true_convolution_flips_the_weight_in_its_line() -> None:
    weight = {"shape": [1, 1, 2, 2], "data": [1, 2, 3, 4]}
    args = {"stride": [1, 1], "padding": [0, 0, 0, 0], "dilation": [1, 1], "groups": 1, "padding_mode": "zeros"}
    case = {
        "op": "conv2d",
        "args": args,
        "params": {"weight": weight},
        "inputs": [{"shape": [1, 1, 2, 2], "data": [1, 0, 0, 0]}],
        "flipped": True,
    }
    (line,) = lines_of([case])
    assert line.startswith("weight = torch.tensor([[[[1., 2.], [3., 4.]]]])")
    assert run_line(line, case).item() == 4


def test_the_backward_view_adds_the_backward_call() -> None:
    case = {"op": "relu", "args": {}, "params": {}, "inputs": [{"shape": [1, 1], "data": [1]}], "backward": True}
    assert lines_of([case]) == ["y = F.relu(x)  # x: (1, 1)\ny.backward(grad)  # then x.grad"]
