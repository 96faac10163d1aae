"""Recording every leaf layer of a ResNet-18 with in-place ReLU and additions, for one picture of 3 x 224 x 224."""

import importlib.util
from collections.abc import Callable
from typing import Any

import torch

import cnnviz
from cnnviz.recorder import exact
from tests.architectures import resnet18

MOST_OF_FORWARD, MOST_THE_FIRST_TIME = 1.15, 1.6
SIZE = 224
FIRST = "cnnviz.record, first time"

Runs = dict[str, Callable[[], object]]


def contenders() -> tuple[Runs, list[str]]:
    """What is compared, and what was left out and why. Raises AssertionError unless ours equals clones."""
    _warm_memory()
    model = resnet18().eval()
    x = torch.randn(1, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(0))
    leaves = {name: module for name, module in model.named_modules() if not list(module.children())}
    runs: Runs = {
        "plain forward": lambda: _quiet(model, x),
        "cnnviz.record": lambda: cnnviz.record(model, x),
        FIRST: lambda: _first_time(model, x),
        "hooks by reference (wrong)": lambda: hooked(model, x, leaves, lambda y: y.detach()),
        "clone everything": lambda: hooked(model, x, leaves, lambda y: y.detach().clone()),
    }
    left_out = []
    if importlib.util.find_spec("captum"):
        runs["Captum LayerActivation"] = captum(model, x, list(leaves.values()))
    else:
        left_out.append("Captum was left out: pip install captum")
    if importlib.util.find_spec("torchlens"):
        runs["TorchLens"] = torchlens(model, x)
    else:
        left_out.append("TorchLens was left out: pip install torchlens")
    clones: Any = runs["clone everything"]()
    for name in ("cnnviz.record", FIRST):
        recording: Any = runs[name]()
        if not all(torch.equal(recording[layer].output, clones[layer]) for layer in clones):
            raise AssertionError(f"{name} does not equal a clone taken in the hook")
    return runs, left_out


def _warm_memory() -> None:
    """As in any process that has held a batch: the C library then keeps what is freed, up to twice this size.

    Before, it gives all back to the system after each pass, and what is measured is how the system clears pages.
    """
    torch.zeros(2**23 - 2**14)  # 32 MB, the largest block for which it learns this


def _quiet(model: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return model(x)


def _first_time(model: torch.nn.Module, x: torch.Tensor) -> object:
    exact._plans.pop(model)
    return cnnviz.record(model, x)


def hooked(
    model: torch.nn.Module,
    x: torch.Tensor,
    layers: dict[str, torch.nn.Module],
    keep: Callable[[torch.Tensor], torch.Tensor],
) -> dict[str, torch.Tensor]:
    """What most projects do: a hook a layer, which keeps the last output."""
    kept: dict[str, torch.Tensor] = {}

    def hook_of(name: str) -> Callable[..., None]:
        def hook(_: object, __: object, output: torch.Tensor) -> None:
            kept[name] = keep(output)

        return hook

    handles = [layer.register_forward_hook(hook_of(name)) for name, layer in layers.items()]
    _quiet(model, x)
    for handle in handles:
        handle.remove()
    return kept


def captum(model: torch.nn.Module, x: torch.Tensor, layers: list[torch.nn.Module]) -> Callable[[], object]:
    """Captum's recorder, for all layers at once."""
    from captum.attr import LayerActivation

    method = LayerActivation(model, layers)

    def run() -> object:
        with torch.no_grad():
            return method.attribute(x)

    return run


def torchlens(model: torch.nn.Module, x: torch.Tensor) -> Callable[[], object]:
    """TorchLens, which keeps every operation. It gives torch's functions back, or it would slow the others down."""
    import torchlens as library

    options = library.options.CaptureOptions(unwrap_when_done=True)

    def run() -> object:
        with torch.no_grad():
            return library.trace(model, x, capture=options)

    return run
