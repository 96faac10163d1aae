"""Cases of functions of one number, and of those along an axis."""

from tests.vectors.case import Case, only

NAN, INF = float("nan"), float("inf")
STRANGE = [NAN, INF, -INF, 0.0, -0.0, 2.0, -2.0, 30.0, -30.0, 100.0, -100.0, 0.5]
THROUGH = [NAN, INF, -INF, 1.0, 2.0, 3.0]
BOUNDS = [-3.0, 3.0, 0.0, 6.0, -3.5, 2.5, 7.0, -1.0, 1.0]

FUNCTIONS = (
    *("relu", "leaky_relu", "sigmoid", "tanh", "silu", "identity", "relu6", "hardtanh", "hardswish", "hardsigmoid"),
    *("mish", "gelu", "elu", "softplus", "scale"),
)

POINTWISE = [
    case
    for op in FUNCTIONS
    for case in (
        only(op, "a batch of pictures", (2, 2, 3, 3)),
        only(op, "a vector", (5,)),
        Case(
            op,
            "NaN, infinities, zeros and large numbers",
            [(1, 12)],
            # torch's GELU of infinity is NaN in float32 and infinity in float64.
            numbers=[x for x in STRANGE if op != "gelu" or abs(x) != INF],
            # What torch's hardtanh gives back for NaN depends on the machine's vectors.
            upstream=[0.0, *range(1, 12)] if op in ("relu6", "hardtanh") else None,
        ),
    )
] + [
    only("leaky_relu", "a steeper slope", (2, 6), negative_slope=0.3),
    Case("relu", "gradients of NaN and infinity pass where ReLU is open", [(4, 6)], upstream=THROUGH),
    only("leaky_relu", "slope 0", (1, 12), numbers=STRANGE, negative_slope=0.0),
    only("leaky_relu", "a negative slope", (2, 6), negative_slope=-0.5),
    *(only(op, "on its bounds", (1, 9), numbers=BOUNDS) for op in ("relu6", "hardtanh", "hardswish", "hardsigmoid")),
    Case(
        "relu6",
        "gradients of NaN and infinity pass between the bounds",
        [(1, 6)],
        numbers=[-1, 3, 7, 3, 0, 6],
        upstream=THROUGH,
    ),
    only("hardtanh", "without a lower bound", (2, 6), min_val=None, max_val=0.5),
    only("hardtanh", "without an upper bound", (2, 6), min_val=-0.25, max_val=None),
    only("hardtanh", "clamp, on its bounds", (1, 9), numbers=BOUNDS, closed=True),
    only("hardtanh", "clamp at 0, of NaN, zeros and infinities", (1, 12), numbers=STRANGE, min_val=0.0, closed=True),
    only("hardtanh", "clamp without an upper bound", (1, 12), numbers=STRANGE, min_val=0.0, max_val=None, closed=True),
    only("hardtanh", "without bounds", (1, 5), min_val=None, max_val=None),
    only("gelu", "by tanh", (2, 2, 3, 3), approximate="tanh"),
    only(
        "gelu",
        "by tanh, of NaN, zeros and large numbers",
        (1, 6),
        numbers=[NAN, 0, 30, -30, 100, -100],
        approximate="tanh",
    ),
    only("gelu", "far out on both sides", (1, 8), numbers=[-5.5, -4, -3, -2.5, 3, 4, 5, 6]),
    only("elu", "another alpha", (2, 6), alpha=0.4),
    only("elu", "alpha 0", (1, 6), alpha=0.0),
    only("softplus", "a steeper bend", (2, 6), beta=2.5),
    only("softplus", "straight beyond a low threshold", (2, 6), beta=2.0, threshold=1.0),
    only("scale", "one minus x", (2, 6), factor=-1.0, offset=1.0),
    only("scale", "a sixth", (2, 6), factor=1 / 6, offset=0.0),
    only("scale", "minus a number", (2, 6), factor=1.0, offset=-0.45),
    Case("prelu", "one slope for all", [(2, 2, 2, 3)], {"weight": (1,)}),
    Case("prelu", "a slope for each channel", [(2, 3, 2, 2)], {"weight": (3,)}),
    Case("prelu", "a slope for each feature", [(2, 3)], {"weight": (3,)}),
    Case("prelu", "a vector", [(5,)], {"weight": (1,)}),
    Case("prelu", "NaN, infinities, zeros and large numbers", [(1, 12)], {"weight": (1,)}, numbers=STRANGE),
]

SHARES = [
    case
    for op in ("softmax", "log_softmax")
    for case in (
        only(op, "classes of a batch", (3, 5)),
        only(op, "channels of pictures", (2, 3, 2, 3)),
        only(op, "the last axis, counted from the end", (2, 3, 2, 4), dim=-1),
        only(op, "the batch axis", (4, 2), dim=0),
        only(op, "the first axis, counted from the end", (3, 2), dim=-2),
        only(op, "numbers too large for exp", (2, 3), numbers=[1000, 999, 0, -1000, -1001, -1000]),
    )
] + [
    only("softmax", "NaN and infinity", (4, 3), numbers=[1, NAN, 2, INF, 1, 2, -INF, 1, 2, -INF, -INF, -INF]),
    only("log_softmax", "NaN and infinity", (3, 3), numbers=[1, NAN, 2, -INF, 1, 2, INF, 1, 2]),
]
