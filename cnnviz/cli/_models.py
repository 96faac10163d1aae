"""The model that was meant: one of ours by name, an archive, or what a factory makes with weights from a file."""

import importlib
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ._archive import load_archive
from ._say import Refusal
from ._weights import load_weights

OURS = ("clothes", "efficientnet_lite0")


@dataclass(frozen=True)
class Found:
    """A model in evaluation mode, and what it reads. size: height and width."""

    model: Any
    channels: int
    size: tuple[int, int]
    scale: float | list[float] = 1 / 255
    shift: float | list[float] = 0.0
    classes: list[str] | None = None
    archived: bool = False  # its layers are gone, its operations are left


def load_model(name: str, weights: Path | None, size: str | None) -> Found:
    """The model that `name` means; Refusal for what is none, and for what could run code when it is opened."""
    wanted = _size(size) if size else None
    if name in OURS:
        found = _ours(name)
    elif name.endswith(".pt2"):
        found = Found(*load_archive(Path(name)), archived=True)
    elif re.fullmatch(r"[\w.]+:\w+", name):
        return _made(name, weights, wanted)
    else:
        raise Refusal(_unknown(name))
    if weights:
        raise Refusal(f"{name} has its weights: --weights goes with package.module:factory")
    return replace(found, size=wanted) if wanted else found


def _unknown(name: str) -> str:
    if Path(name).suffix in {".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin"}:
        return (
            f"{name} is a pickle, which runs code when it is opened: save the model with torch.export.save to a .pt2 "
            "file, or give package.module:factory with --weights"
        )
    return f"{name!r} is no model: give {', '.join(OURS)}, FILE.pt2, or package.module:factory"


def _ours(name: str) -> Found:
    from cnnviz import data, models

    if name == "clothes":
        return Found(models.load(name), 1, (28, 28), classes=list(data.FASHION_CLASSES))
    return Found(models.load(name), 3, (224, 224), 1 / 128, -127 / 128, list(data.IMAGENET_CLASSES))


def _made(name: str, weights: Path | None, size: tuple[int, int] | None) -> Found:
    """What a factory makes: the reader's own code, which runs."""
    if size is None:
        raise Refusal(f"{name} needs --size HxW, the pictures that it reads")
    module_name, _, factory_name = name.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise Refusal(f"{name}: {error}; it is looked for in this folder and in what is installed") from None
    factory = getattr(module, factory_name, None)
    if not callable(factory):
        raise Refusal(f"{module_name} has no function or class {factory_name}")
    model = factory()
    if not callable(getattr(model, "eval", None)) or not hasattr(model, "state_dict"):
        raise Refusal(f"{name} gave {type(model).__name__}, no model of torch or cnnviz")
    if weights:
        load_weights(model, weights)
    return Found(model.eval(), _channels(model), size)


def _channels(model: Any) -> int:
    """What the first convolution reads."""
    kernels = [value for value in model.state_dict().values() if np.ndim(value) == 4]
    channels = int(kernels[0].shape[1]) if kernels else 3
    if channels not in (1, 3):
        raise Refusal(f"the model's first convolution reads {channels} channels: pictures have 1 (grey) or 3")
    return channels


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text)
    if not found or not (0 < int(found[1]) <= 4096 and 0 < int(found[2]) <= 4096):
        raise Refusal(f"--size needs HxW, such as 224x224, at most 4096, got {text!r}")
    return int(found[1]), int(found[2])
