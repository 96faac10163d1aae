"""Graphs run by the page's own modules, in one Node process: every node's numbers and gradients."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests.graphs.known import Arrays, Known

SCRIPT = Path(__file__).parents[1] / "js" / "random_nets.js"
WAYS = ("plain", "kernel")


class Numbers:
    """Arrays of a file, one behind the other."""

    def __init__(self) -> None:
        self.arrays: list[np.ndarray] = []
        self.size = 0

    def add(self, array: np.ndarray) -> dict[str, Any]:
        """What the file's reader needs to find it."""
        at, self.size = self.size, self.size + array.size
        self.arrays.append(np.ascontiguousarray(array, np.float32).ravel())
        return {"shape": list(array.shape), "at": at}


def in_the_page(nets: Sequence[Known], file: Path, way: str) -> list[tuple[Arrays, Arrays] | str]:
    """Of each network the numbers and the gradients by node, or the error's text; `way` is one of WAYS."""
    numbers = Numbers()
    packed = [_packed(net, numbers) for net in nets]
    Path(f"{file}.json").write_text(json.dumps(packed, allow_nan=False), "utf-8")
    np.concatenate(numbers.arrays).tofile(f"{file}.bin")
    subprocess.run(["node", str(SCRIPT), str(file), way], check=True, timeout=600)
    found = np.fromfile(f"{file}.out.bin", np.float32)
    answers = json.loads(Path(f"{file}.out.json").read_text("utf-8"))
    return [_read(answer, found) for answer in answers]


def _packed(net: Known, numbers: Numbers) -> dict[str, Any]:
    nodes = [
        {
            **{"name": node.name, "op": node.op, "args": node.args, "inputs": node.inputs},
            "params": {name: numbers.add(value) for name, value in node.params.items()},
        }
        for node in net.graph
    ]
    return {"nodes": nodes, "input": numbers.add(net.x), "target": net.target}


def _read(answer: dict[str, Any], found: np.ndarray) -> tuple[Arrays, Arrays] | str:
    if "error" in answer:
        return str(answer["error"])
    values, gradients = (
        {name: _array(found, **packed) for name, packed in answer[kind].items()} for kind in ("values", "gradients")
    )
    return values, gradients


def _array(found: np.ndarray, shape: list[int], at: int) -> np.ndarray:
    return found[at : at + int(np.prod(shape))].reshape(shape)
