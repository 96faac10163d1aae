"""A model's Graph."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from cnnviz import _check

from ._describe import describe, vocabulary_class
from ._export import check_numbers, check_plain, exported, is_torch, unwrapped
from ._nodes import INPUT, Graph, Node


def to_graph(model: Any, example: Any = None) -> Graph:
    """A model as a Graph of the operation vocabulary.

    A layer, or a Sequential of them (nested too), of cnnviz.nn or torch.nn, needs no example. Any other torch module,
    a Keras model on the torch backend among them, is traced by `torch.export` with `example`, one input (N, C, H, W):
    nodes then know their shapes and the lines of the model's code. The graph takes other batches; other sizes of
    pictures where the model has no number that depends on them. Both hold for models that treat each picture alike and
    ask for no sizes: `len(x)`, a sum over the batch or `x[:1]` are the example's for good. torch's forward hooks are
    traced too; those of cnnviz.nn are left out.

    Parameters are copied as float32, whatever the model is in, so that training on does not change the graph. Nodes
    have the names of `named_modules()`, a second call of the same layer "_1"; what a module computes itself has the
    operation's name after its own ("layer1.0.add"); a single layer's is its operation.
    Raises TypeError that names an operation outside the vocabulary, its layer and its line, ValueError for a model
    whose output is random (call `model.eval()` first) and for one whose way depends on the numbers.

    >>> from cnnviz import nn
    >>> [(node.name, node.op) for node in to_graph(nn.Sequential(nn.Linear(4, 2), nn.ReLU()))]
    [('0', 'linear'), ('1', 'relu')]
    """
    if isinstance(model, type) or not hasattr(model, "named_modules"):
        got = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
        do = "make one and give that" if isinstance(model, type) else ""
        raise _check.bad_type("to_graph", "a model of torch, Keras or cnnviz.nn", got, do)
    model = unwrapped(model)
    check_numbers(model, example)
    try:
        graph = _chain(model)
    except (TypeError, ValueError) as error:
        if not is_torch(model):
            raise
        if example is None:
            if isinstance(error, TypeError):
                error.add_note("(any torch model has a graph with an example: to_graph(model, x))")
            raise
        return exported(model, example)
    return graph if example is None else _with_shapes(graph, example)


def _chain(model: Any) -> Graph:
    nodes: list[Node] = []
    for name, layer in _leaves(model, ""):
        check_plain(layer)
        op, args, params = describe(layer)
        nodes.append(Node(name or op, op, args, params, (nodes[-1].name if nodes else INPUT,)))
    return Graph(tuple(nodes))


def _leaves(module: Any, name: str) -> Iterator[tuple[str, Any]]:
    if vocabulary_class(module, {"Sequential": None}) is None:
        yield name, module
        return
    check_plain(module)
    # torch's named_children() names a layer that comes twice once.
    children = getattr(module, "_modules", None) or dict(module.named_children())
    for child_name, child in children.items():
        yield from _leaves(child, f"{name}.{child_name}" if name else child_name)


def _with_shapes(graph: Graph, example: Any) -> Graph:
    if hasattr(example, "detach"):
        example = example.detach().cpu()
        example = example.float() if example.is_floating_point() else example  # NumPy has no bfloat16
    x = np.asarray(example)
    x = x.astype(np.float32) if x.dtype == np.float16 else _check.floating("to_graph", x, "example")
    values = graph.run(x.astype(np.float32, copy=False))
    return Graph(tuple(replace(node, shape=values[node.name].shape) for node in graph))
