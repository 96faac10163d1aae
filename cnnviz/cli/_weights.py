"""Weights from a file, read as numbers: a pickle that is more is refused before any of it runs."""

from pathlib import Path
from typing import Any

from ._say import Refusal


def load_weights(model: Any, path: Path) -> None:
    """Put the weights of a safetensors file, or of a state_dict that torch saved, into a model."""
    if not path.is_file():
        raise Refusal(f"there are no weights {str(path)!r}")
    state = _safetensors(path) if path.suffix == ".safetensors" else _state_dict(path)
    try:
        model.load_state_dict(_for(model, state))
    except (RuntimeError, KeyError, ValueError, TypeError) as error:
        raise Refusal(f"the weights in {path} do not fit the model: {error}"[:500]) from None


def _safetensors(path: Path) -> dict[str, Any]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return dict(load_file(path))
    except (SafetensorError, ValueError) as error:
        raise Refusal(f"{path} is no safetensors file: {error}") from None


def _state_dict(path: Path) -> dict[str, Any]:
    import torch

    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception:
        # torch stops at the first thing that is no tensor; its own message proposes to run the file after all.
        raise Refusal(
            f"{path} holds more than weights, or is damaged; it was not run: save model.state_dict() with safetensors "
            "or torch.save"
        ) from None
    if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise Refusal(f"{path} is no state_dict of tensors: save model.state_dict()")
    return state


def _for(model: Any, state: dict[str, Any]) -> dict[str, Any]:
    """As the model's own library holds them."""
    if type(model).__module__.startswith("cnnviz."):
        return {name: value.numpy() for name, value in state.items()}
    return state
