"""Models of torch, and of Keras on the torch backend."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from cnnviz import _check

from .fronts import Front, Hook, before, replaced


class TorchFront(Front):
    """A model of torch."""

    def __init__(self, model: Any) -> None:
        import torch

        self.tensor = torch.Tensor
        inner, self._compiled = _unwrapped(model)
        super().__init__(inner)
        self.parts = list(inner.modules())
        held = (values for part in self.parts for values in (part._parameters, part._buffers))
        self.tensors = [value for values in held for value in values.values() if value is not None]
        if any(torch.nn.parameter.is_lazy(value) for value in self.tensors):
            do = "call it once with an input first"
            raise _check.bad_value("record", "a model whose parameters are there", "one with lazy layers", do)

    def _named(self) -> Iterator[tuple[str, Any]]:
        import torch

        # A layer that goes by two names may be asked for by either.
        for name, module in self.model.named_modules(remove_duplicate=False):
            if not isinstance(module, torch.jit.ScriptModule) and ".parametrizations." not in f".{name}.":
                yield name.replace("._orig_mod", ""), module

    def is_leaf(self, module: Any) -> bool:
        """Whether a layer has none inside; a parametrisation of its weights is none."""
        return bool(module._modules.keys() <= {"parametrizations"})

    def listen(self, module: Any, hook: Hook) -> Callable[[], None]:
        """See Front."""

        def forward_hook(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> Any:
            return hook((*args, *kwargs.values()), output)

        remove: Callable[[], None] = module.register_forward_hook(forward_hook, with_kwargs=True).remove
        return remove

    def parameters(self, module: Any) -> dict[str, Any]:
        """A layer's own parameters, detached."""
        return {name: value.detach() for name, value in module._parameters.items() if value is not None}

    def listen_to_inputs(self, hook: Callable[[Any], None]) -> Callable[[], None]:
        """See Front."""

        def forward_pre_hook(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            hook(kwargs if kwargs and not args else args[0] if len(args) == 1 else args)

        remove: Callable[[], None] = self.model.register_forward_pre_hook(forward_pre_hook, with_kwargs=True).remove
        return remove

    def as_tensor(self, array: Any) -> Any:
        """An array as a tensor where the model's parameters are; its floats, mostly float64, as exact as they are."""
        import torch

        tensor = torch.as_tensor(array, device=self.tensors[0].device if self.tensors else None)
        exact = next((value.dtype for value in self.tensors if value.is_floating_point()), tensor.dtype)
        return tensor.to(exact) if tensor.is_floating_point() else tensor

    def going_back(self) -> bool:
        """See Front."""
        import torch

        return bool(torch._C._current_graph_task_id() != -1)

    def copied(self, value: Any) -> Any:
        """See Front."""
        return value.detach().clone()

    def missing(self, name: str) -> str:
        """That a part is scripted, if it is."""
        import torch

        module = dict(self.model.named_modules()).get(name)
        if isinstance(module, torch.jit.ScriptModule):
            return "a layer that Python calls, and a scripted one takes no hooks"
        return ""

    def running(self) -> AbstractContextManager[Any]:
        """Compiled parts run as they were written: compiled code calls no layers."""
        import torch

        if self._compiled or any(
            "_orig_mod" in m._modules or m._compiled_call_impl is not None for m in self.modules.values()
        ):
            stance: AbstractContextManager[Any] = torch.compiler.set_stance("force_eager")
            return stance
        return nullcontext()


def _unwrapped(model: Any) -> tuple[Any, bool]:
    """The model inside torch.compile's or a data-parallel wrapper, and whether it was compiled.

    Raises TypeError for a ScriptModule.
    """
    import torch

    compiled = False
    while True:
        if isinstance(model, torch.jit.ScriptModule):
            do = "record the model that it was made from: scripted layers take no hooks"
            raise _check.bad_type("record", "a model whose layers Python calls", type(model).__name__, do)
        if isinstance(model, torch.fx.GraphModule) and not _calls_layers(model):
            do = "its layers are gone: record the model that it was exported from"
            raise _check.bad_type("record", "a model whose layers Python calls", type(model).__name__, do)
        if "_orig_mod" in model._modules:
            model, compiled = model._orig_mod, True
        elif isinstance(model, torch.nn.DataParallel | torch.nn.parallel.DistributedDataParallel):
            model = model.module
        else:
            return model, compiled


def _calls_layers(model: Any) -> bool:
    """Whether a traced model still has layers; torch.export leaves no more than a check of its inputs."""
    return any(node.op == "call_module" and node.target != "_guards_fn" for node in model.graph.nodes)


class KerasFront(TorchFront):
    """A model of Keras on the torch backend.

    Its layers call each other without torch's hooks: a layer's own `call` is wrapped instead, so layers of nested and
    subclassed models are heard too.
    """

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        if not all(layer.built for layer in self.modules.values()):
            do = "call it once with an input first"
            raise _check.bad_value("record", "a Keras model that is built", "one that is not", do)

    def _named(self) -> Iterator[tuple[str, Any]]:
        yield from _keras_layers(self.model, "")

    def is_leaf(self, module: Any) -> bool:
        """Whether a layer has none inside."""
        return not _keras_inside(module)

    def listen(self, module: Any, hook: Hook) -> Callable[[], None]:
        """See Front."""
        call = module.call

        def heard(*args: Any, **kwargs: Any) -> Any:
            output = call(*args, **kwargs)
            changed = hook((*args, *kwargs.values()), output)
            return output if changed is None else changed

        return replaced(module, "call", heard)

    def parameters(self, module: Any) -> dict[str, Any]:
        """A layer's own weights, detached; those that are not trained too, as Keras counts them."""
        return {weight.name: weight.value.detach() for weight in module.weights if self.is_leaf(module)}

    def listen_to_inputs(self, hook: Callable[[Any], None]) -> Callable[[], None]:
        """See Front."""
        return before(self.model, "call", hook)

    def missing(self, name: str) -> str:
        """See Front."""
        return ""


def _keras_inside(layer: Any) -> list[Any]:
    inside = layer.layers if hasattr(layer, "layers") else layer._layers
    return [child for child in inside if type(child).__name__ != "InputLayer"]


def _keras_layers(layer: Any, name: str) -> Iterator[tuple[str, Any]]:
    yield name, layer
    for child in _keras_inside(layer):
        yield from _keras_layers(child, f"{name}.{child.name}" if name else child.name)
