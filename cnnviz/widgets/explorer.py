"""A whole network that lives in the page: draw or pick a picture, and every layer answers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from cnnviz import _check
from cnnviz._pictures import check_pictures, per_channel
from cnnviz._precision import PRECISIONS
from cnnviz.widgets._base import Figure, bundle, pack, stylesheet
from cnnviz.widgets._explorer_room import ExplorerRoom, explorer_room

OVERLAYS = ("saliency", "gradient_x_input", "gradcam", "occlusion")  # as cnnviz.attribution calls them
SOFTMAX_NOTE = "The network ends in scores (logits); this figure applies the softmax."


class Explorer(Figure):
    """Draw on a picture and see every layer and the class probabilities, computed in the page.

    nodes: the network as dicts of name, op, args, params (arrays) and inputs, in the order in which they run, as
    `cnnviz.graph` describes them; shapes: each node's output for one picture, (1, C, H, W) or (1, F).
    images: uint8 (N, C, H, W), C = 1 (grey) or 3 (red, green, blue); a pixel times `scale` plus `shift` is the
    network's input, each a number or one number a channel. class_names: a name for each of the last node's outputs, or
    none for a network that does not classify; where the last node is no softmax, one is added and the figure says so.
    records: outputs of all the pictures, (N, ...) by node, of a network that the page cannot compute; its nodes have op
    "recorded" and args {"type": class}. Its pictures can be picked, not drawn.
    compare: a second network of the same nodes, {"label": text, "params": {node: {name: array}}}. precision: of the
    network's rounded weights, beside which it is compared: "float16", "bfloat16" or "int8" to "int2"; "" for none.
    overlay: the map over the picture: {"method": "saliency", "gradient_x_input", "gradcam", "occlusion" or "" for none,
    "layer": Grad-CAM's, "strength": of the colours, 0 to 1, "square": occlusion's side in pixels}. target: the class
    whose score it is of, None for the likeliest. The reader's choice of these three is in the traits too.
    image: which picture is on the board, changeable from Python; `drawn`: the reader's own. shared: one colour scale
    for all maps of a layer. show: how many maps of a layer are drawn at first. background: what clearing leaves.
    """

    _esm = bundle("explorer.js")
    _css = stylesheet(
        *("figure.css", "stepper.css", "maps.css", "board.css", "rows.css", "rows_deep.css", "rows_touch.css"),
        *("explorer.css", "glance.css", "panels.css", "channels.css", "tools.css"),
    )

    nodes = traitlets.List(traitlets.Dict()).tag(sync=True)
    images = traitlets.Dict().tag(sync=True)
    class_names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)
    records = traitlets.Dict().tag(sync=True)
    compare = traitlets.Dict().tag(sync=True)
    scale = traitlets.List(traitlets.Float()).tag(sync=True)
    shift = traitlets.List(traitlets.Float()).tag(sync=True)
    background = traitlets.List(traitlets.Int()).tag(sync=True)
    title = traitlets.Unicode("").tag(sync=True)
    image = traitlets.Int(0).tag(sync=True)
    picture = traitlets.Dict().tag(sync=True)
    shared = traitlets.Bool(True).tag(sync=True)
    show = traitlets.Int(32).tag(sync=True)
    precision = traitlets.Unicode("").tag(sync=True)
    overlay = traitlets.Dict().tag(sync=True)
    target = traitlets.Int(None, allow_none=True).tag(sync=True)
    _height = traitlets.List().tag(sync=True)

    def __init__(
        self,
        nodes: Iterable[Mapping[str, Any]],
        shapes: Sequence[Sequence[int]],
        images: ArrayLike,
        class_names: Sequence[str] = (),
        *,
        records: Mapping[str, ArrayLike] | None = None,
        compare: Mapping[str, Any] | None = None,
        scale: float | Sequence[float] = 1 / 255,
        shift: float | Sequence[float] = 0.0,
        **traits: Any,
    ) -> None:
        pictures = check_pictures("Explorer", images)
        network = [_send(node) for node in nodes]
        sizes = [list(shape) for shape in shapes]
        if class_names and sizes[-1] != [1, len(class_names)]:
            outputs = " x ".join(map(str, sizes[-1][1:]))
            raise _check.bad_value(
                "Explorer", f"a class name for each of the {outputs} outputs", f"{len(class_names)} names"
            )
        if class_names and not _ends_in_shares(network[-1], records or {}):
            if network[-1]["op"] != "recorded":  # There the page does it.
                network.append(_softmax_after(network[-1]))
                sizes.append(sizes[-1])
            traits["note"] = " ".join(filter(None, [SOFTMAX_NOTE, traits.get("note")]))
        room = ExplorerRoom(
            network,
            sizes,
            pictures.shape,
            len(class_names),
            traits.get("show", 32),
            note=traits.get("note") or "",
            titled=bool(traits.get("title")),
            recorded=bool(records),
        )
        super().__init__(
            nodes=network,
            records={name: pack(value) for name, value in (records or {}).items()},
            compare=_send_compared(compare) if compare else {},
            images=pack(pictures),
            class_names=[str(name) for name in class_names],
            scale=per_channel("Explorer", "scale", scale, pictures.shape[1]),
            shift=per_channel("Explorer", "shift", shift, pictures.shape[1]),
            background=_background(pictures),
            _height=explorer_room(room),
            **traits,
        )

    @traitlets.validate("image")
    def _check_image(self, proposal: Any) -> int:
        count = self.images["shape"][0] if self.images else 1
        if not 0 <= proposal["value"] < count:
            raise _check.bad_value("Explorer", f"image from 0 to {count - 1}", proposal["value"])
        return int(proposal["value"])

    @traitlets.validate("precision")
    def _check_precision(self, proposal: Any) -> str:
        if proposal["value"]:
            _check.one_of("Explorer", "precision", proposal["value"], PRECISIONS)
            self._needs_live("precision")
        return str(proposal["value"])

    @traitlets.validate("overlay")
    def _check_overlay(self, proposal: Any) -> dict[str, Any]:
        overlay = dict(proposal["value"])
        for name in overlay:
            _check.one_of("Explorer", "each key of overlay", name, ("method", "layer", "strength", "square"))
        if overlay.get("method"):
            _check.one_of("Explorer", "overlay", overlay["method"], OVERLAYS)
            self._needs_live("overlay")
        if overlay.get("layer") and overlay["layer"] not in [node["name"] for node in self.nodes]:
            raise _check.bad_value("Explorer", "overlay's layer to be one of the network's", repr(overlay["layer"]))
        _check.number("Explorer", "overlay's strength", overlay.get("strength", 1), 0, 1)
        _check.integer("Explorer", "overlay's square", overlay.get("square", 1))
        return overlay

    @traitlets.validate("target")
    def _check_target(self, proposal: Any) -> int | None:
        target, count = proposal["value"], len(self.class_names)
        if target is not None and not 0 <= target < count:
            needs = f"target from 0 to {count - 1}, or None for the likeliest" if count else "classes, for target"
            raise _check.bad_value("Explorer", needs, target)
        return target if target is None else int(target)

    def _needs_live(self, trait: str) -> None:
        if self.records:
            do = "explore the model itself, if cnnviz.to_graph can describe it"
            raise _check.bad_value("Explorer", f"a network that the page computes, for {trait}", "a recorded one", do)

    @property
    def drawn(self) -> NDArray[np.uint8] | None:
        """What the reader has drawn or brought, uint8 (C, H, W); None before."""
        if not self.picture:
            return None
        return np.frombuffer(bytes(self.picture["data"]), np.uint8).reshape(self.picture["shape"])

    def _summary(self) -> str:
        count, *shape = self.images["shape"]
        size = " × ".join(map(str, shape))
        return f"{len(self.nodes)} layers, {count} picture{'' if count == 1 else 's'} of {size}"


def _send(node: Mapping[str, Any]) -> dict[str, Any]:
    """A node with its parameters packed."""
    return {**node, "params": {name: pack(value) for name, value in node["params"].items()}}


def _softmax_after(node: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": "softmax", "op": "softmax", "args": {"dim": -1}, "params": {}, "inputs": [node["name"]]}


def _ends_in_shares(last: dict[str, Any], records: Mapping[str, ArrayLike]) -> bool:
    """Whether the outputs are shares of one, so that no softmax is missing; a recorded node is then named one."""
    if last["op"] != "recorded":
        return bool(last["op"] == "softmax")
    rows = np.asarray(records[last["name"]], np.float64)
    shares = bool((rows >= 0).all() and np.allclose(rows.sum(axis=-1), 1, atol=1e-3))
    if shares:
        last["args"] = {**last["args"], "type": "Softmax"}
    return shares


def _send_compared(compare: Mapping[str, Any]) -> dict[str, Any]:
    params = {node: {name: pack(value) for name, value in own.items()} for node, own in compare["params"].items()}
    return {"label": str(compare.get("label", "")), "params": params}


def _background(pictures: NDArray[np.uint8]) -> list[int]:
    """The commonest level of each channel along the pictures' edges, which is what lies behind the things in them."""
    edges = [pictures[:, :, 0], pictures[:, :, -1], pictures[:, :, :, 0], pictures[:, :, :, -1]]
    rim = np.concatenate(edges, axis=2)
    return [int(np.bincount(rim[:, channel].ravel(), minlength=256).argmax()) for channel in range(rim.shape[1])]
