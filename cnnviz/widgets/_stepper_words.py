"""The words around a stepper's grids, and how long they are: for the room that a page keeps."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnviz.widgets._stepper_room import Room

# Letters of an operation's longest sentence, forwards and backwards, as they were measured: the figure spells out only
# so many terms, so that sizes change little. `tests/browser/test_stepper_vocabulary.py` measures every operation again.
SENTENCES = {
    "adaptive_avg_pool2d": (124, 60),
    "adaptive_max_pool2d": (60, 60),
    "conv2d": (160, 135),
    "linear": (160, 124),
    "mean": (80, 60),
    "interpolate": (124, 90),
    **dict.fromkeys(("gelu", "mish", "silu", "cat", "permute", "reshape"), (52, 60)),
    **dict.fromkeys(("conv_transpose2d", "prelu", "mul", "div", "softmax", "log_softmax"), (124, 124)),
    **dict.fromkeys(("batch_norm", "group_norm", "layer_norm"), (124, 150)),
}
OTHER = 44, 60
VECTORS = 112  # at most, where a normalisation or a linear layer reads few numbers
POOLED = 13  # a number that a pooling's window reads
SPELLED = 9  # terms at most


def sentence_letters(room: "Room") -> int:
    """Letters of the longest sentence."""
    forward, backward = SENTENCES.get(room.op, OTHER)
    if "kernel_size" in room.args:
        forward = 8 + POOLED * min(math.prod(room.args["kernel_size"]), SPELLED)
    elif room.op == "pad" and room.args.get("mode", "constant") != "constant":
        forward = 124
    longest = backward if room.backward else forward
    return min(longest, VECTORS) if len(room.output) < 3 and room.inputs[0][-1] <= SPELLED else longest


def size_words(shape: Sequence[int], is_param: bool, gradient: bool) -> str:
    """What stands beside a grid's name: as `sizeWords` in js/lib/stepper_stage.js."""
    if len(shape) == 1 and is_param and not gradient:
        return "[0]"
    if len(shape) < 3:
        return f"{shape[-1] if shape else 1} numbers" + (", row 0" if len(shape) == 2 and shape[0] > 1 else "")
    several = not is_param and len(shape) == 4 and shape[1] > 1
    invites = is_param and len(shape) == 4 and not gradient
    return f"{shape[-2]} × {shape[-1]}{', channel 0' if several else ''}{', edit me' if invites else ''}"


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
            words.append(f"{said} {value:g}".replace("e-0", "e-") if isinstance(value, float) else f"{said} {value}")
    return ([] if has_params else [op.replace("_", " ")]), words


def lost_letters(room: "Room") -> int:
    """Letters of what is said about windows that do not fit; 0 when all do."""
    args, weight = room.args, room.params.get("weight", ())
    kernel = args.get("kernel_size") or (weight[2:] if len(weight) == 4 else None)
    if not kernel or len(args.get("padding", ())) != 4:
        return 0
    top, bottom, left, right = args["padding"]
    rows, cols = room.inputs[0][2] + top + bottom, room.inputs[0][3] + left + right
    dilations = args.get("dilation", (1, 1))
    rests = [
        (size - dilation * (k - 1) - 1) % stride
        for size, k, stride, dilation in zip((rows, cols), kernel, args["stride"], dilations, strict=True)
    ]
    skips = any(stride > k for stride, k in zip(args["stride"], kernel, strict=True))
    if not any(rests) and not skips:
        return 0
    alike = rests[0] == rests[1] and rows == cols
    return (75 if alike else 60 * sum(map(bool, rests))) + 55


def input_channels(room: "Room") -> int:
    """How many channels of the input an output cell reads, of which the reader chooses one."""
    channels = room.inputs[0][1] if len(room.inputs[0]) == 4 else 1
    if room.op in ("conv2d", "conv_transpose2d"):
        weight = room.params["weight"]
        return weight[1] if room.op == "conv2d" else weight[0] // max(1, room.args.get("groups", 1))
    if room.op == "group_norm":
        return channels // max(1, room.args["num_groups"])
    if room.op == "layer_norm":
        return channels if len(room.args["normalized_shape"]) > 2 else 1
    dims = room.args.get("dim", ()) if room.op in ("mean", "softmax", "log_softmax") else ()
    return channels if 1 in (dims if isinstance(dims, list | tuple) else [dims]) else 1
