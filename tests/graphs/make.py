"""A deep network with ways round its blocks, by torch in float64: `python -m tests.graphs.make` writes deep.json.

Smooth throughout: at a kink, float32 and float64 may stand on different sides. Weights and picture are sines, which
the page makes anew (tests/js/graph_torch.test.js); the file holds torch's answers.
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

FILE = Path(__file__).parent / "deep.json"
BLOCKS, WIDE, NARROW, SIDE, TARGET = 12, 96, 16, 24, 3


def waves(seed: int, *shape: int) -> torch.Tensor:
    """Uneven numbers between -a and a, a such that sums of them keep their size; as float32 has them."""
    count = math.prod(shape)
    size = math.sqrt(3 / math.prod(shape[1:])) if len(shape) > 1 else 0.1
    values = [size * math.sin((i + 1) * 12.9898 * seed) for i in range(count)]
    return torch.tensor(values, dtype=torch.float32).double().reshape(shape)


def answers() -> dict[str, list[float]]:
    """The scores, the last block's first map, and d(score TARGET)/d(picture), every 19th number."""
    x = waves(1, 1, 3, SIDE, SIDE).requires_grad_()
    y = F.conv2d(x, waves(2, NARROW, 3, 3, 3), waves(3, NARROW), padding=1)
    for block in range(BLOCKS):
        seed = 10 * (block + 1)
        inner = F.silu(F.conv2d(y, waves(seed, WIDE, NARROW, 1, 1), waves(seed + 1, WIDE)))
        inner = F.silu(F.conv2d(inner, waves(seed + 2, WIDE, 1, 3, 3), waves(seed + 3, WIDE), padding=1, groups=WIDE))
        y = y + F.conv2d(inner, waves(seed + 4, NARROW, WIDE, 1, 1), waves(seed + 5, NARROW))
    scores = F.linear(y.mean((2, 3)), waves(4, 10, NARROW), waves(5, 10))
    scores[0, TARGET].backward()
    assert x.grad is not None
    return {"scores": _numbers(scores), "map": _numbers(y[0, 0]), "gradient": _numbers(x.grad.flatten()[::19])}


def _numbers(values: torch.Tensor) -> list[float]:
    return [float(f"{value:.8g}") for value in values.detach().flatten().tolist()]


if __name__ == "__main__":
    FILE.write_text(json.dumps(answers()) + "\n", encoding="utf-8")
