"""Receptive fields as readers compute them; the pixels that a gradient reaches say what is right."""

from collections.abc import Callable

import pytest
import torch

from cnnviz import check
from cnnviz.check.receptive import FIELD_START, RECEPTIVE_FIELD

Layers = list[tuple[int, int, int]]
FAR = 400  # pixels on each side of the unit's: more than any case reaches


def backwards(layers: Layers) -> int:
    size = 1
    for kernel, stride, dilation in reversed(layers):
        size = (size - 1) * stride + dilation * (kernel - 1) + 1
    return size


def consuming(layers: Layers) -> int:
    size, jump = 1, 1
    while layers:
        kernel, stride, dilation = layers.pop(0)
        size, jump = size + dilation * (kernel - 1) * jump, jump * stride
    return size


def test_right_fields_pass_from_the_pixels_up_and_from_the_unit_down() -> None:
    assert check.receptive_field(backwards)


def test_a_function_that_empties_its_list_spoils_no_case() -> None:
    assert check.receptive_field(consuming)
    assert check.receptive_field(backwards)


def pixels_reached(layers: list[tuple[int, int, int, int]], pixels: int) -> list[int]:
    """The pixels that have a gradient of unit 0, with all weights 1."""
    x = torch.zeros(1, 1, pixels, requires_grad=True)
    y = x
    for kernel, stride, dilation, padding in layers:
        weight = torch.ones(1, 1, kernel)
        y = torch.nn.functional.conv1d(y, weight, stride=stride, dilation=dilation, padding=padding)
    y[0, 0, 0].backward()
    assert x.grad is not None
    return x.grad[0, 0].nonzero().flatten().tolist()


def test_the_fields_are_those_of_torchs_gradients() -> None:
    for case in RECEPTIVE_FIELD.cases:
        reached = pixels_reached([(k, s, d, 0) for k, s, d in case.given["layers"]], FAR)
        assert reached[-1] - reached[0] + 1 == RECEPTIVE_FIELD._truth(case)


def test_the_starts_are_the_field_less_the_pixels_that_a_gradient_reaches() -> None:
    for case in FIELD_START.cases:
        layers = case.given["layers"]
        reached = pixels_reached([(k, s, 1, p) for k, s, p in layers], FAR)
        assert FIELD_START._truth(case) == reached[-1] + 1 - backwards([(k, s, 1) for k, s, _ in layers])


@pytest.mark.parametrize(
    ("add", "name"),
    [
        (lambda k, s, d, j: d * (k - 1), "jump forgotten"),
        (lambda k, s, d, j: d * k * j, "kernel for kernel minus one"),
        (lambda k, s, d, j: d * (k - 1) * j * s, "this layer's stride too early"),
        (lambda k, s, d, j: (k - 1) * j, "forgot dilation"),
        (lambda k, s, d, j: (d * k - 1) * j, "dilation times kernel"),
    ],
)
def test_wrong_steps_are_caught_and_named(add: Callable[[int, int, int, int], int], name: str) -> None:
    def receptive_field(layers: Layers) -> int:
        size, jump = 1, 1
        for kernel, stride, dilation in layers:
            size += add(kernel, stride, dilation, jump)
            jump *= stride
        return size

    assert check.receptive_field(receptive_field).misconception == name


def test_jumps_that_are_added_are_named() -> None:
    def receptive_field(layers: Layers) -> int:
        size, jump = 1, 0
        for kernel, stride, dilation in layers:
            size += dilation * (kernel - 1) * max(1, jump)
            jump += stride
        return size

    assert check.receptive_field(receptive_field).misconception == "strides added"


@pytest.mark.parametrize(
    ("step", "name"),
    [
        (lambda p, j, s: p, "jump forgotten"),
        (lambda p, j, s: p * j * s, "this layer's stride too early"),
        (lambda p, j, s: -p * j, "sign turned"),
        (lambda p, j, s: 2 * p * j, "padding on both sides"),
    ],
)
def test_wrong_starts_are_caught_and_named(step: Callable[[int, int, int], int], name: str) -> None:
    def field_start(layers: Layers) -> int:
        start, jump = 0, 1
        for _, stride, padding in layers:
            start -= step(padding, jump, stride)
            jump *= stride
        return start

    assert check.field_start(field_start).misconception == name


def test_the_right_start_passes() -> None:
    def field_start(layers: Layers) -> int:
        start, jump = 0, 1
        for _, stride, padding in layers:
            start, jump = start - padding * jump, jump * stride
        return start

    assert check.field_start(field_start)
