"""Rounded weights as torch makes them: the oracle for networks with fewer bits."""

import copy
from typing import TypeVar

import torch
from torch import Tensor, nn

Model = TypeVar("Model", bound=nn.Module)
HALVES = {"float16": torch.float16, "bfloat16": torch.bfloat16}


def round_in_torch(values: Tensor, precision: str) -> Tensor:
    """By the type where torch has it; else whole numbers times the largest of each row of the first axis."""
    if precision in HALVES:
        return values.to(HALVES[precision]).float()
    most = 2 ** (int(precision[3:]) - 1) - 1
    rows = values.reshape(len(values), -1) if values.ndim > 1 else values.reshape(1, -1)
    scale = rows.abs().amax(1, keepdim=True) / most
    return torch.where(scale > 0, torch.round(rows / scale) * scale, rows).reshape(values.shape)


def rounded_copy(model: Model, precision: str) -> Model:
    """In float16 and bfloat16 all parameters and statistics, else the weights of convolutions and linear layers."""
    model = copy.deepcopy(model)
    multiplied = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)
    whole = [(module, "weight") for module in model.modules() if isinstance(module, multiplied)]
    with torch.no_grad():
        if precision in HALVES:
            for value in [*model.parameters(), *model.buffers()]:
                if value.is_floating_point():
                    value.copy_(round_in_torch(value, precision))
        else:
            for module, name in whole:
                value = getattr(module, name)
                value.copy_(round_in_torch(value, precision))
    return model
