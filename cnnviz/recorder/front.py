"""What a reader calls: `record`, `recording` and `layers`."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from cnnviz import _check, nn

from . import arrays, exact
from .choice import Names, chosen
from .fronts import Front, listening
from .nested import mapped
from .results import Call, Record, Recording
from .table import Counter, LayerTable
from .torch_front import KerasFront, TorchFront

# Two recordings of one model at once would hear each other's calls, and put back each other's buffers.
_one_at_a_time = threading.RLock()


def record(model: Any, x: Any, layers: Names = None, gradients_of: Any = None) -> Recording:
    """What each layer of `model` gives for `x`: exactly, also where a later layer overwrites it.

    `model` is one of torch, Keras (torch backend) or cnnviz.nn; it runs in the mode that it is in (call `model.eval()`
    for one that is trained). `x` is a tensor or array, mostly (N, C, H, W), that is left as it is (an array's floats
    become the model's dtype); a tuple is several arguments, a dict arguments by name. `layers` are dotted names or
    patterns ("layer1.*"); all leaf layers without it.

    `gradients_of` asks for gradients too, of a class (N, classes, ...), one class a picture, or a function of the
    output that gives one number; for cnnviz.nn the function gives the output's gradient. Each layer's `gradient` is
    then what a change of its output does to that number; None where none arrives. The input's is `input_gradient`, for
    torch if `x.requires_grad`.

    Outputs are detached, on the model's device, and by reference where nothing overwrites them; the first recording of
    a model copies them all, to learn which. Gradients run a model that overwrites views twice. Nothing is left behind,
    also on an error: hooks, `training` flags, buffers, parameters' `.grad` and all shared random numbers are as before.
    Recordings from several threads are made one after another; the model's own calls in other threads meanwhile are
    heard. What a model keeps in plain attributes, and a write through `tensor.data`, goes unseen. Raises
    UnknownLayerError for a layer that is not there, with the nearest names; TypeError for a model whose layers cannot
    be heard.

    >>> import torch
    >>> from torch import nn
    >>> model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(8, 3))
    >>> recording = record(model, torch.ones(1, 1, 4, 4), gradients_of=2)
    >>> recording["0"].output.shape, recording["1"].gradient.shape
    (torch.Size([1, 2, 2, 2]), torch.Size([1, 2, 2, 2]))
    >>> bool((recording["1"].output == recording["0"].output.relu()).all())
    True
    """
    front = _front(model)
    picked = chosen(front, layers)
    with _one_at_a_time:
        result: Recording = _engine(front).record(front, picked, _arguments(front, x), gradients_of)
    if not result:
        do = "name layers that its forward calls: see cnnviz.layers(model, x)"
        raise _check.bad_value("record", "layers that run", f"none of {len(picked)} that did", do)
    result.input = x
    return result


@contextmanager
def recording(model: Any, layers: Names = None) -> Iterator[Recording]:
    """Within the block, what each layer gives in the reader's own calls of the model, one entry a call.

    Every output is copied as it appears, since the pass cannot be run again; what checkpointing computes once more on
    the way back is no call. `input` and `output` are those of the last call. For gradients see `record`. Layers and
    errors are as there.

    >>> import torch
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU())
    >>> with recording(model) as seen:
    ...     for n in (1, 5):
    ...         y = model(torch.ones(n, 2))
    >>> [call.output.shape[0] for call in seen["0"].calls]
    [1, 5]
    """
    front = _front(model)
    picked = chosen(front, layers)
    result = Recording()

    def copied(value: Any) -> Any:
        return mapped(value, front.tensor, front.copied)

    def hook_of(name: str) -> Callable[[tuple[Any, ...], Any], None]:
        def keep(_: tuple[Any, ...], output: Any) -> None:
            if front.going_back():
                return
            if name not in result:
                result.add(name, Record(type(picked[name]).__name__, front.parameters(picked[name])))
            result[name].calls.append(Call(copied(output)))

        return keep

    def keep_output(_: tuple[Any, ...], output: Any) -> None:
        result.output = copied(output)

    def keep_input(x: Any) -> None:
        result.input = copied(x)

    with front.running(), listening(front, picked, hook_of), listening(front, {"": front.model}, lambda _: keep_output):
        stop = front.listen_to_inputs(keep_input)
        try:
            yield result
        finally:
            stop()


def layers(model: Any, x: Any) -> LayerTable:
    """The leaf layers that `model` calls for `x`, with what a recording of each takes: a table that prints.

    Runs the model once, keeps none of what it computes, and leaves nothing behind. `memory` is in bytes, of the
    outputs; a recording with gradients takes twice as much. Takes and raises what `record` does. Of a model and an
    input on torch's "meta" device it computes nothing, however large they are.

    >>> from cnnviz import models
    >>> layers(models.clothes(), np.zeros((1, 1, 28, 28), np.float32))
    layer    type       output           parameters  multiply-adds   memory
    conv1    Conv2d     (1, 8, 28, 28)          208        156,800  25.1 kB
    relu1    ReLU       (1, 8, 28, 28)            0              0  25.1 kB
    pool1    MaxPool2d  (1, 8, 14, 14)            0              0   6.3 kB
    conv2    Conv2d     (1, 16, 14, 14)       1,168        225,792  12.5 kB
    relu2    ReLU       (1, 16, 14, 14)           0              0  12.5 kB
    pool2    MaxPool2d  (1, 16, 7, 7)             0              0   3.1 kB
    flatten  Flatten    (1, 784)                  0              0   3.1 kB
    linear   Linear     (1, 10)               7,850          7,840     40 B
    total                                     9,226        390,432  87.8 kB
    """
    front = _front(model)
    inputs = _arguments(front, x)
    picked = chosen(front, None)
    counter = Counter(front, picked)
    with _one_at_a_time, _engine(front).observing(front, inputs, False):
        args, kwargs = mapped(inputs, front.tensor, front.copied)
        with listening(front, picked, counter.hook):
            front.model(*args, **kwargs)
    return counter.table()


def _engine(front: Front) -> Any:
    return arrays if front.tensor is np.ndarray else exact


def _arguments(front: Front, x: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What the model is called with, as its library's tensors."""
    x = mapped(x, np.ndarray, front.as_tensor)
    if isinstance(x, dict):
        return (), x
    return (x if isinstance(x, tuple) else (x,)), {}


def _front(model: Any) -> Front:
    """The front for a model; raises TypeError for what none can read, with what to do."""
    if isinstance(model, nn.Module):
        return Front(model)
    keras = sys.modules.get("keras")
    if keras is not None and isinstance(model, keras.Layer):
        if keras.backend.backend() != "torch":
            do = 'set os.environ["KERAS_BACKEND"] = "torch" before keras is imported'
            raise _check.bad_value("record", "Keras on the torch backend", repr(keras.backend.backend()), do)
        return KerasFront(model)
    # Whoever has a model of torch has imported it.
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(model, torch.nn.Module):
        return TorchFront(model)
    exported = hasattr(model, "graph_module")
    do = "its layers are gone: record the model that it was exported from" if exported else ""
    raise _check.bad_type("record", "a model of torch, Keras or cnnviz.nn", type(model).__name__, do)
