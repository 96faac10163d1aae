"""Cases of operations that move numbers, join them, or pair them cell by cell."""

from tests.vectors.case import Case, only

NAN, INF = float("nan"), float("inf")

PAIRS = [
    case
    for op in ("add", "sub", "mul", "div")
    for case in (
        only(op, "two branches of pictures", (2, 2, 2, 3), (2, 2, 2, 3)),
        only(op, "NaN and opposite infinities", (1, 6), (1, 6), numbers=[NAN, INF, -INF, 0, 1, 2]),
        only(op, "one number a channel on the right", (2, 3, 2, 2), (2, 3, 1, 1)),
        only(op, "one number a channel on the left", (1, 3, 1, 1), (2, 3, 2, 2)),
        only(op, "both are repeated", (2, 1, 2, 3), (1, 2, 2, 1)),
        only(op, "fewer axes on the right", (2, 2, 2, 3), (2, 1, 3)),
        only(op, "fewer axes on the left", (3,), (2, 2, 3)),
    )
] + [
    only("mul", "nothing but one number", (1, 1), (2, 2)),
    Case("div", "by zero", [(1, 4), (1, 1)], numbers=[0.0, 1.0, -1.0, 2.0]),
]

CONSTANTS = [
    Case("constant", "a picture", [], {"value": (1, 2, 2, 3)}),
    Case("constant", "a vector", [], {"value": (4,)}),
    Case("constant", "one number", [], {"value": (1,)}),
]

JOINED = [
    only("cat", "channels of two branches", (2, 2, 2, 3), (2, 1, 2, 3)),
    only("cat", "three branches", (1, 2, 2, 2), (1, 1, 2, 2), (1, 3, 2, 2)),
    only("cat", "the last axis, counted from the end", (2, 3, 2), (2, 3, 1), dim=-1),
    only("cat", "rows", (1, 2, 1, 3), (1, 2, 3, 3), dim=2),
    only("cat", "the batch", (1, 4), (2, 4), dim=0),
    only("cat", "NaN and infinity", (1, 3), (1, 2), numbers=[NAN, INF, -INF]),
]

MOVED = [
    only("flatten", "all but the batch", (2, 2, 3, 2)),
    only("flatten", "everything", (2, 3, 2), start_dim=0),
    only("flatten", "two axes in the middle", (2, 2, 3, 2), start_dim=1, end_dim=2),
    only("flatten", "one axis: as it was", (2, 3), start_dim=1, end_dim=1),
    only("permute", "channels last", (2, 3, 2, 4), dims=(0, 2, 3, 1)),
    only("permute", "a transpose, counted from the end", (2, 3, 4), dims=(0, -1, -2)),
    only("permute", "a matrix turned over", (3, 2), dims=(1, 0)),
    only("permute", "as it was", (1, 2, 3), dims=(0, 1, 2)),
    only("reshape", "a vector for each picture", (2, 3, 1, 2), shape=(-1, 6)),
    only("reshape", "a length left open", (2, 6), shape=(2, 3, -1)),
    only("reshape", "an axis of length 1 in front", (2, 3), shape=(1, 2, 1, 3)),
    only("reshape", "heads of channels", (1, 6, 2, 2), shape=(-1, 2, 3, 4)),
    only("slice", "the first channels", (2, 4, 2, 2), dim=1, start=0, stop=2, step=1),
    only("slice", "every second column from the second on", (1, 2, 2, 7), dim=-1, start=1, stop=7, step=2),
    only("slice", "the last rows, counted from the end", (1, 1, 5, 2), dim=2, start=-2, stop=None, step=1),
    only("slice", "all but the last, and an end beyond the axis", (3, 5), dim=1, start=None, stop=-1, step=3),
    only("slice", "a stop beyond the axis", (2, 3), dim=1, start=1, stop=9, step=1),
    only("slice", "one of the batch", (3, 2), dim=0, start=1, stop=2, step=1),
    only("pixel_shuffle", "four channels make one", (1, 4, 2, 3)),
    only("pixel_shuffle", "a batch, eight channels make two", (2, 8, 1, 2)),
    only("pixel_shuffle", "three times as large", (1, 9, 1, 2), upscale_factor=3),
    only("pixel_shuffle", "as it was", (1, 2, 2, 2), upscale_factor=1),
]

PADDED = [
    only("pad", "zeros around", (1, 2, 3, 3), padding=(1, 1, 1, 1)),
    only("pad", "another number, more on one side", (2, 1, 2, 3), padding=(0, 2, 1, 0), value=-1.5),
    only("pad", "crop", (1, 1, 5, 6), padding=(-1, -2, 0, -3)),
    only("pad", "crop one side, pad the other", (1, 2, 3, 4), padding=(-1, 2, 1, -2), value=0.5),
    only("pad", "reflect", (1, 2, 4, 5), padding=(1, 1, 2, 2), mode="reflect"),
    only("pad", "reflect as far as it goes", (1, 1, 3, 3), padding=(2, 2, 2, 1), mode="reflect"),
    only("pad", "replicate wider than the picture", (1, 1, 2, 2), padding=(3, 0, 1, 3), mode="replicate"),
    only("pad", "circular, a full turn", (1, 1, 3, 4), padding=(3, 1, 0, 4), mode="circular"),
    only("pad", "nothing", (1, 1, 2, 3), padding=(0, 0, 0, 0)),
    only("pad", "NaN around, infinity inside", (1, 1, 1, 3), padding=(0, 0, 1, 1), numbers=[INF, 1.0, NAN]),
]

BILINEAR = {"mode": "bilinear"}
RESIZED = [
    only("interpolate", "twice as large", (1, 2, 2, 3), size=(4, 6)),
    only("interpolate", "five rows of three, seven columns of two", (1, 1, 3, 2), size=(5, 7)),
    only("interpolate", "smaller: most pixels are never seen", (1, 1, 7, 5), size=(3, 2)),
    only("interpolate", "a scale that is no whole number", (1, 1, 5, 5), size=(7, 8), scale=(1.5, 1.7)),
    only("interpolate", "twice as large by more than twice", (1, 1, 11, 8), size=(22, 16), scale=(2.04, 2.1)),
    only("interpolate", "as large as before by more than once", (1, 1, 7, 5), size=(7, 5), scale=(1.14, 1.19)),
    only("interpolate", "a scale below one", (1, 1, 7, 7), size=(4, 2), scale=(0.6, 0.4)),
    only("interpolate", "forty-nine of thirteen", (1, 1, 1, 13), size=(1, 49)),
    only("interpolate", "bilinear, twice as large", (1, 2, 2, 3), size=(4, 6), **BILINEAR),
    only("interpolate", "bilinear, corners aligned", (1, 2, 2, 3), size=(4, 5), align_corners=True, **BILINEAR),
    only(
        "interpolate", "bilinear, corners aligned, smaller", (1, 1, 7, 5), size=(3, 3), align_corners=True, **BILINEAR
    ),
    only(
        "interpolate",
        "bilinear, corners aligned, to one pixel",
        (2, 1, 3, 3),
        size=(1, 1),
        align_corners=True,
        **BILINEAR,
    ),
    only("interpolate", "bilinear, smaller", (1, 1, 7, 5), size=(3, 2), **BILINEAR),
    only("interpolate", "bilinear, an odd factor", (1, 1, 4, 3), size=(7, 5), **BILINEAR),
    only(
        "interpolate",
        "bilinear, a scale that is no whole number",
        (1, 1, 5, 5),
        size=(7, 8),
        scale=(1.5, 1.7),
        **BILINEAR,
    ),
    only("interpolate", "bilinear, the same size", (1, 1, 3, 2), size=(3, 2), **BILINEAR),
    only("interpolate", "bilinear, as large as before", (1, 1, 9, 4), size=(9, 8), scale=(1.1, 2.1), **BILINEAR),
    only("interpolate", "bilinear, from one pixel", (1, 2, 1, 1), size=(2, 3), **BILINEAR),
]

ARRANGED = [*PAIRS, *CONSTANTS, *JOINED, *MOVED, *PADDED, *RESIZED]
