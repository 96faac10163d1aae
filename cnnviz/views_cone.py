"""`cone`: the receptive field of a unit, drawn through a chain of layers."""

from collections.abc import Mapping, Sequence
from typing import Any

from cnnviz import _check
from cnnviz.widgets.cone import Cone

_NAMES = ("kernel", "stride", "dilation", "padding")
_LEAST = (1, 1, 1, 0)
_MOST = (11, 4, 8, 80)
_DEFAULT = (1, 1, 1, 0)
MOST_LAYERS = 6


def cone(
    layers: Any, pixels: int = 32, *, unit: int | None = None, title: str | None = None, after: str | None = None
) -> Cone:
    """One axis of a chain of layers, and the cone from one unit down to the pixels it sees; every number can change.

    layers: 1 to 6 of them, the first one first, each a kernel size or (kernel, stride, dilation, padding), of which the
        last ones may be left out: stride 1, dilation 1, padding 0. Several chains to choose from are a mapping by name.
    pixels: how long the axis is, 1 to 64. unit: where the cone starts in the last layer, by default its middle.
    after: the id of a question of `cnnviz.ask`; the figure is veiled until it is answered.
    Under the pixels, a bar for each says on how many ways the unit reaches it.
    Raises ValueError for numbers that the figure cannot draw, and for a chain that leaves no unit.

    >>> cone([3, (2, 2), 3], pixels=20)
    Cone(20 pixels, 3 layers)
    >>> cone({"three 3s": [3, 3, 3], "one 7": [7]}).chains[1]
    {'name': 'one 7', 'layers': [[7, 1, 1, 0]]}
    """
    count = _whole("pixels", pixels, 1, 64)
    chains = layers if isinstance(layers, Mapping) else {"chain": layers}
    if not chains:
        raise _check.bad_value("cone", "at least one chain", "an empty mapping")
    named = {str(name): _chain(count, chain) for name, chain in chains.items()}
    last = _units(count, next(iter(named.values())))[-1]
    start = None if unit is None else _whole("unit", unit, 0, last - 1)
    given = [{"name": name, "layers": chain} for name, chain in named.items()]
    return Cone(count, given, unit=start, title=title or "", after=after or "")


def _chain(pixels: int, layers: Any) -> list[list[int]]:
    if not isinstance(layers, Sequence) or not 1 <= len(layers) <= MOST_LAYERS:
        raise _check.bad_value("cone", f"a list of 1 to {MOST_LAYERS} layers", repr(layers))
    chain = [_layer(layer) for layer in layers]
    units = _units(pixels, chain)
    for number, ((kernel, _, dilation, padding), left) in enumerate(zip(chain, units[1:], strict=True), 1):
        reach = dilation * (kernel - 1)
        if padding > reach:
            raise _check.bad_value("cone", f"padding of at most {reach} in layer {number}", padding)
        if left < 1:
            there = units[number - 1] + 2 * padding
            do = "use more pixels, more padding or a smaller kernel"
            raise _check.bad_value("cone", f"{reach + 1} cells for the window of layer {number}", there, do)
    return chain


def _layer(layer: Any) -> list[int]:
    given = tuple(layer) if isinstance(layer, Sequence) else (layer,)
    if not 1 <= len(given) <= len(_NAMES):
        raise _check.bad_value("cone", f"a layer ({', '.join(_NAMES)})", repr(layer))
    values = (*given, *_DEFAULT[len(given) :])
    return [_whole(name, value, *ends) for name, value, *ends in zip(_NAMES, values, _LEAST, _MOST, strict=True)]


def _units(pixels: int, chain: Sequence[Sequence[int]]) -> list[int]:
    """How many cells each row has, the picture's first."""
    units = [pixels]
    for kernel, stride, dilation, padding in chain:
        units.append((units[-1] + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1)
    return units


def _whole(name: str, value: Any, least: int, most: int) -> int:
    number = _check.integer("cone", name, value, least)
    if number > most:
        raise _check.bad_value("cone", f"{name} of at most {most}", number)
    return number
