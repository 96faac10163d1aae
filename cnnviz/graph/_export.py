"""Any torch model as a Graph, by what `torch.export` sees of it."""

import copy
import logging
import operator
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any

import numpy as np

from cnnviz import _check

from ._aten import HANDLERS
from ._nodes import Graph
from ._translate import RECORD, Translator, line_of, plain_path


def is_torch(model: Any) -> bool:
    """Whether `model` is a torch module; torch is not imported to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(model, torch.nn.Module)


def unwrapped(model: Any) -> Any:
    """The model inside torch.compile's or a data-parallel wrapper, whose names are the reader's own."""
    torch = sys.modules.get("torch")
    while torch is not None and isinstance(model, torch.nn.Module):
        inner = model._modules.get("_orig_mod")
        if inner is None and isinstance(model, torch.nn.DataParallel | torch.nn.parallel.DistributedDataParallel):
            inner = model.module
        if inner is None:
            break
        model = inner
    return model


def check_plain(module: Any) -> None:
    """Raises TypeError if torch's module may give something else than its class does: it has to be traced."""
    if is_torch(module) and (module._forward_hooks or module._forward_pre_hooks or "forward" in vars(module)):
        got = f"{type(module).__name__} with a hook or a forward of its own"
        raise _check.bad_type("to_graph", "an example for what is no plain layer", got)


def check_numbers(model: Any, example: Any) -> None:
    """Raises ValueError for a torch model or an example on the meta device."""
    held = _tensors(model) if is_torch(model) else ()
    if any(getattr(value, "is_meta", False) for value in (*held, example)):
        do = "load the weights first; cnnviz.layers(model, x) needs none"
        raise _check.bad_value("to_graph", "a model and an example that hold numbers", "one on the meta device", do)


def exported(model: Any, example: Any) -> Graph:
    """The graph of a torch model, traced with `example`; see to_graph."""
    program = functional(model, example)
    return Translator(program, leaves(model)).graph()[0]


def leaves(model: Any) -> set[str]:
    """The dotted paths of the modules without children."""
    named = model.named_modules(remove_duplicate=False)
    return {plain_path(name) for name, module in named if next(module.children(), None) is None}


def functional(model: Any, example: Any) -> Any:
    """The exported program without in-place operations: who read what was overwritten reads the new value."""
    import torch

    check_mode(model)
    x = _example(example)
    if any(torch.nn.parameter.is_lazy(value) for value in _tensors(model)):
        do = "call it once with an input first"
        raise _check.bad_value("to_graph", "a model whose parameters are there", "one with lazy layers", do)
    if any(p.is_floating_point() and (p.dtype, p.device.type) != (torch.float32, "cpu") for p in _tensors(model)):
        model = copy.deepcopy(model).to("cpu", torch.float32)
    # Within no_grad() those of the model's own change nothing, and what is in them keeps its layer's name.
    with _quietly(), torch.no_grad():
        try:
            with _dropout_left_out():
                program = torch.export.export(model, (x,))
            _check_random(program)
            if not _is_plain(program):  # which takes torch as long again
                program = program.run_decompositions({})
        except _check.Refused:
            raise
        except Exception as error:
            model(x)  # the model's own error, if it has one, says more than that of the export
            raise _refusal(error) from error
    program.graph.eliminate_dead_code()
    return program


def _is_plain(program: Any) -> bool:
    """Whether a program has operations of the vocabulary alone, none of them in place, and so is as it should be."""
    called = [node.target for node in program.graph.nodes if node.op not in ("placeholder", "output")]
    schemas = [getattr(target, "_schema", None) for target in called if target is not operator.getitem]
    return all(one and one.name.removeprefix("aten::") in HANDLERS and not one.is_mutable for one in schemas)


def _dropout_left_out() -> Any:
    """In it dropout that is not training gives back the very tensor that it is given, as it does when the model runs.

    The export takes it for another tensor, so that what is then written to one of them would not be read in the other.
    """
    import torch
    from torch.overrides import TorchFunctionMode

    dropouts = torch.nn.functional.dropout, torch.dropout

    def called(_: Any, function: Any, __: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = _undropped(*args, **kwargs or {}) if function in dropouts else None
        return function(*args, **kwargs or {}) if given is None else given

    return type("LeftOut", (TorchFunctionMode,), {"__torch_function__": called})()


def _undropped(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, train: bool = True) -> Any:
    """None where something is dropped; torch.dropout calls `training` train."""
    return None if training and train else input


def check_mode(model: Any) -> None:
    """Raises ValueError for a model in training, where batch norm and dropout answer differently each time."""
    for name, module in model.named_modules():
        kind = type(module).__name__
        random = "Dropout" in kind and getattr(module, "p", 1) != 0
        if module.training and (random or "BatchNorm" in kind):
            got = f"{kind} {name!r} in training"
            raise _check.bad_value("to_graph", "a model that answers the same each time", got, "call model.eval()")


def _check_random(program: Any) -> None:
    for node in program.graph.nodes:
        if "dropout" in str(node.target) and True in node.args:
            at = line_of(node.meta.get("stack_trace") or "")[0]
            got = f"{node.target} in training at {at}"
            raise _check.bad_value("to_graph", "a model that answers the same each time", got, "call model.eval()")


def _tensors(model: Any) -> Iterator[Any]:
    yield from model.parameters()
    yield from model.buffers()


def _example(example: Any) -> Any:
    import torch

    if not isinstance(example, torch.Tensor | np.ndarray):
        raise _check.bad_type("to_graph", "an example as one tensor or array", type(example).__name__)
    x = torch.as_tensor(example).detach()
    if not x.is_floating_point():
        do = "convert it to float32 as the model reads it"
        raise _check.bad_type("to_graph", "an example of floating-point numbers", x.dtype, do)
    return x.to("cpu", torch.float32)


def _refusal(error: Exception) -> _check.Refused:
    """Why there is no graph, with the reader's line where it stopped."""
    lines = "".join(traceback.format_tb(error.__traceback__)) + str(error)
    at, code = line_of(lines)
    where = f" at {at} ({code})" if at else ""
    if "data-dependent" in str(error) or "DataDependent" in type(error).__name__:
        needs = "a model whose way does not depend on the numbers"
        return _check.bad_value("to_graph", needs, f"a choice by a tensor's value{where}", RECORD)
    first = str(error).strip().split("\n")[0]
    return _check.bad_type("to_graph", "a model that torch.export can trace", f"{first}{where}", RECORD)


@contextmanager
def _quietly() -> Iterator[None]:
    """Keeps torch's notes to itself: what matters is raised."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
