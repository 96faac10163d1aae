"""How long the words around a stepper's grids will be, in letters: guesses, for the room that a page keeps."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnviz.widgets._stepper_room import Room

PRODUCTS = {"conv2d", "conv_transpose2d", "linear"}
NORMS = {"batch_norm", "group_norm", "layer_norm"}
PAIRS = {"add", "sub", "mul", "div"}
PRODUCT, NUMBER = 11, 7  # letters of "−0.12·0.34 + ", of "0.34, "
NAMED = 24  # of "; row 2, column 10 by −0.5"


def caption_words(op: str, args: Mapping[str, Any], has_params: bool) -> tuple[list[str], list[str]]:
    """The operation's name, where no parameters say it, and its arguments: `argumentWords` of js/lib/scene_words.js."""
    words: list[str] = []
    for name, value in args.items():
        if value is None or value in ("zeros", "none") or (name == "value" and args.get("mode") != "constant"):
            continue
        said = name.replace("_", " ")
        if isinstance(value, list | tuple):
            alike = all(one == value[0] for one in value)
            words.append(f"{said} {value[0] if alike else ', '.join(map(str, value))}")
        elif isinstance(value, bool):
            words += [said] if value else []
        elif not (name == "groups" and value == 1):
            words.append(f"{said} {value:g}" if isinstance(value, float) else f"{said} {value}")
    return ([] if has_params else [op.replace("_", " ")]), words


def what_is_lost(room: "Room") -> list[int]:
    """Letters of what is said about windows that do not fit; none when all do."""
    args, weight = room.args, room.params.get("weight", ())
    kernel = args.get("kernel_size") or (weight[2:] if len(weight) == 4 else None)
    if not kernel or len(args.get("padding", ())) != 4:
        return []
    top, bottom, left, right = args["padding"]
    rows, cols = room.inputs[0][2] + top + bottom, room.inputs[0][3] + left + right
    dilations = args.get("dilation", (1, 1))
    rests = [
        (size - dilation * (k - 1) - 1) % stride
        for size, k, stride, dilation in zip((rows, cols), kernel, args["stride"], dilations, strict=True)
    ]
    skips = any(stride > k for stride, k in zip(args["stride"], kernel, strict=True))
    if not any(rests) and not skips:
        return []
    alike = rests[0] == rests[1] and rows == cols
    return [(75 if alike else 60 * sum(map(bool, rests))) + 55]


def longest_sentence(room: "Room", spelled: int) -> int:
    """Letters of the longest sentence when `spelled` terms may be written out."""
    return max(_made(room, spelled), _fed(room, spelled))


def _made(room: "Room", spelled: int) -> int:
    """How a number is made: "0.5·1 + −1·2 + … = 3"."""
    own = _window(room)
    terms = own if own <= spelled + 2 else spelled + 2
    if room.op in PRODUCTS:
        channels = input_channels(room) - 1
        more = min(channels, 3) * 18 if channels <= 3 else 38
        return PRODUCT * terms + more + 12 * ("bias" in room.params) + 6
    if room.op == "batch_norm":
        return 62
    if room.op in NORMS:
        return PRODUCT * (spelled + 2) + 60 if room.backward else 78
    around = {"max_pool2d": 12, "softmax": 34, "log_softmax": 34, "mean": 32}.get(room.op, 18)
    return NUMBER * terms + around


def _fed(room: "Room", spelled: int) -> int:
    """Where a number goes: "0.5 feeds 9 outputs: row 2, column 1 by 1; …"."""
    stride = room.args.get("stride", (1, 1))
    if "weight" in room.params and room.op in PRODUCTS and len(room.output) == 4:
        fed = room.output[2] * room.output[3]
    elif room.op in {"linear", "softmax", "log_softmax"}:
        fed = room.output[-1]
    elif room.op == "prelu":
        fed = math.prod(room.output[1:])
    elif room.op in NORMS:
        fed = math.prod(room.output[2:]) if len(room.output) > 2 else room.output[-1]
    elif room.op in PAIRS or room.op in {"pad", "interpolate"}:
        fed = _repeated(room)
    else:
        fed = math.ceil(_window(room) / (stride[0] * stride[1])) if "kernel_size" in room.args else 1
    named = min(fed, max(1, spelled // 2))
    one = NAMED if len(room.output) == 4 else 16
    return 16 + one * named + (14 if fed > named else 0)


def _repeated(room: "Room") -> int:
    """Outputs that one number is repeated in, at most: of a smaller input, of a mirrored or a mixed picture."""
    fed = math.prod(room.output) / min(math.prod(shape) for shape in room.inputs)
    mixed = 4 if room.args.get("mode", "constant") not in ("constant", "nearest") else 1
    return math.ceil(mixed * (fed if room.op != "pad" else 1))


def _window(room: "Room") -> int:
    """Numbers of one channel that one output reads."""
    if "kernel_size" in room.args:
        return math.prod(room.args["kernel_size"])
    if room.op == "conv_transpose2d":
        kernel, stride = room.params["weight"][2:], room.args["stride"]
        return math.prod(math.ceil(k / s) for k, s in zip(kernel, stride, strict=True))
    if room.op == "conv2d":
        return math.prod(room.params["weight"][2:])
    if room.op in {"adaptive_avg_pool2d", "adaptive_max_pool2d"}:
        sizes = zip(room.inputs[0][2:], room.output[2:], strict=True)
        return math.prod(math.ceil(size / out) + 1 for size, out in sizes)
    if room.op == "mean":
        return math.prod(room.inputs[0]) // math.prod(room.output)
    return room.inputs[0][-1] if room.op in {"linear", "softmax", "log_softmax"} else len(room.inputs)


def input_channels(room: "Room") -> int:
    if room.op == "linear":
        return 1
    weight = room.params["weight"]
    return weight[1] if room.op == "conv2d" else weight[0] // max(1, room.args.get("groups", 1))
