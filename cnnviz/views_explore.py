"""A network as a figure: live where the page can compute it, recorded where it cannot."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz import _check
from cnnviz._arrays import channels_last, plain
from cnnviz._check import Array
from cnnviz._pictures import PIXEL, Numbers, linear, network_input, to_pictures
from cnnviz._precision import PRECISIONS
from cnnviz.graph import Graph, channels_first, to_graph
from cnnviz.recorder import Recording, record
from cnnviz.widgets.explorer import Explorer


def explore(
    model: Any,
    images: Any,
    class_names: Sequence[str] | None = None,
    *,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    scale: Numbers = PIXEL,
    shift: Numbers = 0.0,
    compare: Any = None,
    overlay: str = "",
    layers: Sequence[str] | str | None = None,
    title: str | None = None,
    image: int = 0,
    shared: bool = True,
    show: int = 32,
) -> Explorer:
    """A network that lives in the page: draw or pick a picture, and every layer and the probabilities follow.

    model: a module of cnnviz.nn or torch.nn, a `cnnviz.graph.Graph`, or a `cnnviz.Recording` of these very images. A
    torch model with an operation that the page does not know is recorded, and the figure says which; so is any model
    when `layers` says what to record (names or patterns, as in `cnnviz.record`).
    images: the pictures to start from: uint8 (N, C, H, W) or (N, H, W, C), C = 1 or 3, or a list of pictures of Pillow.
    What the network reads of them is (pixel / 255 - mean) / std, or pixel * scale + shift, each one number or one a
    channel; without either, pixel / 255. Images of floating point are taken for that input: their pixels are found
    again, each rounded to one of 256 shades.
    class_names: by default numbers, for a network that ends in a vector.
    compare: a second model of the same layers, such as an earlier checkpoint, or {label: model}; or a precision, for
    the network beside itself with its weights rounded: "float16", "bfloat16", or "int8" down to "int2" (as
    `cnnviz.graph.rounded` does it). Another can be chosen in the page.
    overlay: a map that lies over the picture from the start, "saliency", "gradient_x_input", "gradcam" or "occlusion";
    the trait of this name has the reader's choice. Like `compare` it needs a network that the page computes.
    image: the picture on the board. shared: one colour scale for all maps of a layer, else one a map. show: how many
    maps of a layer are drawn at first.
    Raises TypeError for a model that can be neither computed nor recorded and for images that are no pixels, ValueError
    for images that do not fit the network and names that do not fit its outputs.

    >>> from cnnviz import nn
    >>> model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 2))
    >>> explore(model, np.zeros((3, 1, 8, 8), np.uint8), ["cat", "dog"])
    Explorer(5 layers, 3 pictures of 1 × 8 × 8)
    """
    scale, shift = linear("explore", mean, std, scale, shift)
    pictures = to_pictures("explore", images, scale, shift)
    options = {"scale": scale, "shift": shift, "title": title or "", "image": image, "shared": shared, "show": show}
    inputs = network_input(pictures, scale, shift)
    live = " and ".join(name for name, given in (("compare", compare is not None), ("overlay", overlay)) if given)
    if isinstance(model, Recording):
        _refuse(live, "a recording", "explore the model itself")
        return _recorded(model, pictures, class_names, {**options, "note": ""})
    if layers is not None:
        _refuse(live, "layers to record", "leave layers out")
        return _recorded(_record(model, inputs, layers), pictures, class_names, options)
    try:
        graph = _graph(model, inputs)
    except (TypeError, ValueError) as error:
        if "cnnviz.record" not in str(error):  # what no recording would mend
            raise
        met = str(error).split(", got ", 1)[-1].rsplit(": a recording", 1)[0]
        _refuse(live, f"one where cnnviz.to_graph stopped at {met}", f"leave {live} out, and it is recorded")
        note = f"The page cannot compute this network: cnnviz.to_graph stopped at {met}."
        return _recorded(_record(model, inputs), pictures, class_names, {**options, "note": note})
    options |= _compared(compare, graph, inputs) | ({"overlay": {"method": overlay}} if overlay else {})
    return _live(graph, pictures, inputs[:1], class_names, options)


def _refuse(live: str, got: str, do: str) -> None:
    """What only a live network has."""
    if live:
        raise _check.bad_value("explore", f"a network that the page can compute, for {live}", got, do)


def _graph(model: Any, inputs: Array) -> Graph:
    """Of pictures (N, C, H, W), also where the model reads them with their channels last."""
    if isinstance(model, Graph):
        return model
    if channels_last(model):
        return channels_first(to_graph(model, _turned(inputs[:1])))
    return to_graph(model, inputs[:1])


def _record(model: Any, inputs: Array, layers: Sequence[str] | str | None = None) -> Recording:
    return record(model, _turned(inputs) if channels_last(model) else inputs, layers)


def _turned(pictures: NDArray[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(pictures.transpose(0, 2, 3, 1))


def _live(
    graph: Graph, pictures: NDArray[np.uint8], example: Array, names: Sequence[str] | None, options: dict[str, Any]
) -> Explorer:
    if not len(graph):
        raise _check.bad_value("explore", "a model with at least one layer", "none")
    shapes = [(1, *node.shape[1:]) for node in graph]
    if not all(node.shape for node in graph):
        outputs = graph.run(example)
        shapes = [outputs[node.name].shape for node in graph]
    nodes = [_sent(node) for node in graph]
    return Explorer(nodes, shapes, pictures, _class_names(names, shapes[-1]), **options)


def _sent(node: Any) -> dict[str, Any]:
    fields = {name: value for name, value in vars(node).items() if name != "shape"}
    return {**fields, "inputs": list(node.inputs)}


def _compared(compare: Any, graph: Graph, inputs: Array) -> dict[str, Any]:
    """As options: its own precision, or another network's label and parameters; that must have the same nodes."""
    if compare is None:
        return {}
    if isinstance(compare, str):
        if compare not in PRECISIONS:
            needs = f"compare as a second model, or as one of {', '.join(PRECISIONS)}"
            raise _check.bad_value("explore", needs, repr(compare))
        return {"precision": compare}
    others = compare if isinstance(compare, Mapping) else {"the other network": compare}
    if len(others) != 1:
        raise _check.bad_value("explore", "compare as one model, or one {label: model}", f"{len(others)} of them")
    [(label, model)] = others.items()
    other = _graph(model, inputs)
    if [_kind(node) for node in other] != [_kind(node) for node in graph]:
        do = "compare checkpoints of one model"
        raise _check.bad_value("explore", "compare with the same layers as model", f"{len(other)} others", do)
    params = {node.name: dict(node.params) for node in other if node.params}
    return {"compare": {"label": label, "params": params}}


def _kind(node: Any) -> tuple[Any, ...]:
    return node.name, node.op, {name: np.shape(value) for name, value in node.params.items()}


def _recorded(
    recording: Recording, pictures: NDArray[np.uint8], names: Sequence[str] | None, options: dict[str, Any]
) -> Explorer:
    outputs = dict(_outputs(recording, pictures))
    if not outputs:
        needs = f"a recording with maps or vectors of {len(pictures)} pictures"
        raise _check.bad_value("explore", needs, f"{len(recording)} layers of other shapes", "record these very images")
    before = ["input", *outputs]
    nodes = [
        {"name": name, "op": "recorded", "args": {"type": kind}, "params": {}, "inputs": [before[i]]}
        for i, (name, (kind, _)) in enumerate(outputs.items())
    ]
    shapes = [(1, *values.shape[1:]) for _, values in outputs.values()]
    records = {name: values for name, (_, values) in outputs.items()}
    return Explorer(nodes, shapes, pictures, _class_names(names, shapes[-1]), records=records, **options)


def _outputs(recording: Recording, pictures: NDArray[np.uint8]) -> Iterator[tuple[str, tuple[str, Array]]]:
    """Each call's output with maps (channels first) or vectors; then the model's own, if it is another."""
    count, last = len(pictures), None
    turned = tuple(getattr(recording.input, "shape", ())) == _turned(pictures).shape != pictures.shape
    for name, layer in recording.items():
        for i, call in enumerate(layer.calls):
            values = _array(call.output, count, turned)
            if values is not None:
                last = values
                yield (f"{name}_{i}" if i else name), (layer.type, values)
    answer = _array(recording.output, count, turned)
    if answer is not None and (last is None or not np.array_equal(answer, last, equal_nan=True)):
        yield "output", ("the model's output", answer)


def _array(value: Any, count: int, turned: bool) -> Array | None:
    """float32 (count, ...) of what is a tensor with two to four axes; None of anything else."""
    if not hasattr(value, "shape") or not 2 <= len(value.shape) <= 4 or value.shape[0] != count:
        return None
    values = np.asarray(plain(value), np.float32)
    values = values.transpose(0, 3, 1, 2) if turned and values.ndim == 4 else values
    return values if values.size else None


def _class_names(names: Sequence[str] | None, output: Sequence[int]) -> list[str]:
    """Numbers by default, where the network ends in a vector; none where it ends in maps."""
    if names is None:
        return [str(i) for i in range(output[1])] if len(output) == 2 else []
    return [str(name) for name in names]
