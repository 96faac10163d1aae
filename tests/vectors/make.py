"""Rebuild the test vectors with torch: `python -m tests.vectors.make`.

One file an operation, one case a line: the numbers that go in, and torch's output and gradients. They are computed in
float64 and written as the shortest text of the nearest float32, so that every machine makes the same files.
"""

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tests.vectors.case import DEFAULTS, Case
from tests.vectors.cases import CASES
from tests.vectors.refused import REFUSED
from tests.vectors.torch_calls import TORCH, Params

HERE = Path(__file__).parent


def call_torch(case: Case, inputs: list[Tensor], params: Params) -> Tensor:
    """What torch makes of a case's numbers."""
    return TORCH[case.op](*inputs, params, **case.all_args)


def _filled(shape: tuple[int, ...], draw: np.random.Generator, numbers: list[float] | None = None) -> Tensor:
    """Random numbers with two decimals, or the given ones; float64 that float32 holds to the digit."""
    values = np.resize(numbers, shape) if numbers else draw.normal(size=shape).round(2)
    return torch.tensor(values.astype(np.float32).astype(np.float64), requires_grad=True)


def filled(case: Case) -> tuple[list[Tensor], Params, np.random.Generator]:
    """A case's numbers; the same whenever its operation and name are, whatever other cases there are."""
    draw = np.random.default_rng(zlib.crc32(f"{case.op}: {case.name}".encode()))
    inputs = [_filled(shape, draw, case.numbers if i == 0 else None) for i, shape in enumerate(case.inputs)]
    params = {name: _filled(shape, draw) for name, shape in case.params.items()}
    if "running_var" in params:
        params["running_var"] = (params["running_var"].detach().abs() + 0.5).float().double()
    return inputs, params, draw


def made(case: Case) -> dict[str, Any]:
    """A case as its line in the file."""
    inputs, params, draw = filled(case)
    output = call_torch(case, inputs, params)
    grad = _filled(tuple(output.shape), draw, case.upstream).detach()
    output.backward(grad)
    return {
        "name": case.name,
        "args": case.all_args,
        "inputs": [_plain(x) for x in inputs],
        "params": {name: _plain(p) for name, p in params.items()},
        "output": _plain(output),
        "grad": _plain(grad),
        "input_grads": [_plain(x.grad) for x in inputs],
        "param_grads": {name: _plain(p.grad) for name, p in params.items() if p.grad is not None},
    }


def _plain(values: Tensor | None) -> dict[str, Any]:
    """Shape and numbers as JSON has them; NaN and infinities as words, which JSON has no numbers for."""
    assert values is not None
    numbers = values.detach().numpy().astype(np.float32).ravel()
    return {
        "shape": list(values.shape),
        "data": [float(str(v)) if np.isfinite(v) else _WORDS[str(v)] for v in numbers],
    }


_WORDS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def refusal(case: Case) -> dict[str, Any]:
    """A call that must be refused, as its line in the file: shapes alone."""
    return {"name": case.name, "args": case.all_args, "inputs": case.inputs, "params": case.params}


def contents(op: str) -> str:
    """The text of an operation's file: one case a line."""
    cases = ",\n".join(json.dumps(made(case)) for case in CASES if case.op == op)
    refused = ",\n".join(json.dumps(refusal(case)) for case in REFUSED if case.op == op)
    refused = f"\n{refused}\n" if refused else ""
    return f'{{"op": "{op}",\n"cases": [\n{cases}\n],\n"refused": [{refused}]}}\n'


def main() -> None:
    """Write every file."""
    for op in DEFAULTS:
        (HERE / f"{op}.json").write_text(contents(op), encoding="utf-8")


if __name__ == "__main__":
    main()
