"""What the vectors cover: for each operation its cases, with small shapes and every argument."""

from tests.vectors.case import Case, conv, grouped, norm, only, transposed
from tests.vectors.cases_arrange import ARRANGED
from tests.vectors.cases_functions import INF, NAN, POINTWISE, SHARES, STRANGE, THROUGH

CONVOLUTIONS = [
    conv("3x3 without padding", (1, 2, 5, 6), (3, 2, 3, 3)),
    conv("3x3 with padding 1, a batch of 2", (2, 2, 4, 5), (2, 2, 3, 3), padding=1),
    conv("an odd number of output channels", (1, 3, 6, 5), (5, 3, 3, 3), padding=1),
    conv("one pixel wide, without bias", (2, 3, 3, 4), (2, 3, 1, 1), bias=False),
    conv("stride 2 floors when the last window does not fit", (1, 2, 6, 6), (2, 2, 3, 3), stride=2),
    conv("a stride for each axis", (1, 1, 7, 8), (2, 1, 3, 3), stride=(2, 3), padding=(1, 1, 0, 0)),
    conv("padding along the width alone", (1, 2, 3, 4), (2, 2, 3, 3), padding=(0, 0, 1, 1)),
    conv("a stride greater than the kernel never sees some pixels", (1, 1, 8, 8), (1, 1, 2, 2), stride=3),
    conv("dilation with padding", (1, 2, 6, 6), (2, 2, 3, 3), padding=2, dilation=2),
    conv("dilation along one axis, with a stride", (1, 1, 6, 9), (2, 1, 2, 3), stride=(1, 2), dilation=(1, 3)),
    conv("groups with a bias", (2, 4, 4, 4), (6, 2, 3, 3), groups=2, padding=1),
    conv("depthwise, two kernels a channel", (1, 3, 5, 5), (6, 1, 3, 3), groups=3, stride=2, padding=1),
    conv("depthwise, rows longer than four", (1, 3, 6, 11), (3, 1, 3, 3), groups=3, padding=1),
    conv("depthwise 5x5 at stride 2", (2, 2, 9, 11), (2, 1, 5, 5), groups=2, stride=2, padding=2),
    conv("one pixel wide at stride 2, an odd number of channels", (1, 3, 5, 5), (3, 3, 1, 1), stride=2),
    conv("7x7 at stride 2", (1, 2, 9, 9), (3, 2, 7, 7), stride=2, padding=3, bias=False),
    conv("an even kernel padded to the same size", (1, 2, 5, 5), (2, 2, 2, 4), padding=(0, 1, 1, 2)),
    conv(
        "an even kernel, dilated, padded to the same size", (1, 1, 5, 6), (1, 1, 2, 2), padding=(1, 2, 1, 2), dilation=3
    ),
    conv("TensorFlow's SAME at stride 2", (1, 2, 6, 6), (2, 2, 3, 3), stride=2, padding=(0, 1, 0, 1)),
    conv("reflect", (1, 2, 4, 5), (2, 2, 3, 3), padding=(1, 1, 2, 2), padding_mode="reflect"),
    conv("reflect as far as it goes", (1, 1, 3, 3), (1, 1, 3, 3), padding=2, padding_mode="reflect"),
    conv("replicate", (2, 1, 3, 4), (2, 1, 3, 3), padding=1, padding_mode="replicate"),
    conv("replicate wider than the picture", (1, 1, 2, 2), (1, 1, 3, 3), padding=3, padding_mode="replicate"),
    conv("circular", (1, 2, 4, 4), (2, 2, 3, 3), padding=(1, 1, 2, 2), padding_mode="circular"),
    conv(
        "circular, a full turn, stride 2",
        (1, 1, 3, 4),
        (1, 1, 3, 3),
        stride=2,
        padding=(3, 3, 4, 4),
        padding_mode="circular",
    ),
    conv("a kernel as large as the picture", (2, 2, 3, 4), (3, 2, 3, 4)),
    conv("padding wider than the kernel", (1, 1, 2, 3), (1, 1, 2, 2), padding=3),
    conv("an empty batch", (0, 2, 4, 4), (2, 2, 3, 3)),
    Case(
        "conv2d",
        "NaN and infinity stay in the windows that hold them",
        [(1, 1, 5, 6)],
        {"weight": (1, 1, 2, 2)},
        {},
        [1, 2, NAN, 1, 0, -1, 1, 0, 1, 2, INF, 1, 1, 1, -INF, 0, 2, 1, 2, 2],
    ),
]

TRANSPOSED = [
    transposed("stride 2 doubles", (1, 2, 3, 3), (2, 3, 2, 2), stride=2),
    transposed("overlapping stamps", (2, 2, 3, 4), (2, 2, 3, 3), stride=2),
    transposed("padding crops", (1, 2, 4, 4), (2, 2, 3, 3), padding=(1, 2)),
    transposed(
        "output_padding adds rows at the end",
        (1, 1, 3, 3),
        (1, 2, 3, 3),
        stride=(2, 3),
        padding=1,
        output_padding=(1, 2),
    ),
    transposed("dilation", (1, 2, 3, 3), (2, 2, 3, 2), dilation=(2, 3), bias=False),
    transposed("groups with a bias", (2, 4, 3, 3), (4, 3, 2, 2), groups=2, stride=(2, 1)),
    transposed(
        "a stride greater than the kernel leaves cells that nothing reaches", (1, 1, 3, 3), (1, 1, 2, 2), stride=(4, 3)
    ),
    transposed("one pixel in, the kernel out", (1, 1, 1, 1), (1, 1, 3, 4)),
    transposed("dilation with output_padding", (1, 1, 2, 3), (1, 1, 2, 2), dilation=3, output_padding=(2, 1)),
    transposed("an empty batch", (0, 1, 2, 2), (1, 1, 2, 2)),
]

TIES = [0, 0, 3, 3, 0, 0, 3, 3, 1, 1, 1, 0, 1, 1, 0, 1]

POOLS = [
    only("max_pool2d", "2x2", (2, 3, 4, 6)),
    only("max_pool2d", "an odd size floors", (1, 2, 5, 5)),
    only("max_pool2d", "ceil_mode hangs over the end", (1, 1, 5, 5), ceil_mode=True),
    only("max_pool2d", "ceil_mode drops a window that begins in the padding", (1, 1, 3, 5), padding=1, ceil_mode=True),
    only(
        "max_pool2d",
        "ceil_mode with a window greater than the picture",
        (1, 1, 3, 4),
        kernel_size=5,
        stride=5,
        ceil_mode=True,
    ),
    only("max_pool2d", "overlapping windows", (1, 2, 5, 6), kernel_size=3),
    only("max_pool2d", "a stride greater than the window", (1, 1, 8, 7), stride=(3, 4)),
    only("max_pool2d", "padding never wins", (1, 1, 4, 4), kernel_size=(3, 2), padding=1, numbers=[-1, -2, -3, -4, -5]),
    only("max_pool2d", "dilation", (1, 1, 6, 7), kernel_size=(2, 3), stride=(1, 2), dilation=(3, 2)),
    only(
        "max_pool2d",
        "dilation with padding and ceil_mode",
        (2, 1, 6, 6),
        kernel_size=3,
        padding=1,
        dilation=2,
        ceil_mode=True,
    ),
    only("max_pool2d", "the first of equals wins", (1, 1, 4, 4), numbers=TIES),
    only(
        "max_pool2d",
        "the first of equals wins in overlapping windows",
        (1, 2, 5, 5),
        kernel_size=3,
        stride=1,
        numbers=TIES,
    ),
    only(
        "max_pool2d",
        "NaN wins, the last of several",
        (1, 1, 4, 4),
        numbers=[NAN, 1, NAN, 2, NAN, NAN, 3, 4, -INF, -INF, INF, 1, -INF, -INF, 2, INF],
    ),
    only("max_pool2d", "an empty batch", (0, 2, 4, 4)),
    Case("max_pool2d", "gradients of NaN and infinity reach winners alone", [(1, 1, 4, 6)], upstream=THROUGH),
    only("avg_pool2d", "2x2", (2, 3, 4, 6)),
    only("avg_pool2d", "an odd size floors", (1, 1, 5, 5)),
    only("avg_pool2d", "padding counts", (1, 2, 4, 4), kernel_size=3, padding=1),
    only("avg_pool2d", "padding does not count", (1, 2, 4, 4), kernel_size=3, padding=1, count_include_pad=False),
    only(
        "avg_pool2d",
        "ceil_mode counts only cells of the padded picture",
        (1, 1, 5, 6),
        kernel_size=3,
        padding=1,
        ceil_mode=True,
    ),
    only(
        "avg_pool2d",
        "ceil_mode without counting padding",
        (1, 1, 5, 6),
        kernel_size=(3, 4),
        stride=(2, 3),
        padding=(1, 1, 2, 2),
        ceil_mode=True,
        count_include_pad=False,
    ),
    only("avg_pool2d", "overlapping windows, a size for each axis", (1, 2, 5, 6), kernel_size=(3, 2), stride=(1, 2)),
    only("avg_pool2d", "a stride greater than the window", (1, 1, 7, 7), stride=3),
    only("avg_pool2d", "NaN and infinity stay in the windows that hold them", (1, 1, 4, 6), numbers=STRANGE),
    only("adaptive_avg_pool2d", "global", (2, 3, 4, 5)),
    only("adaptive_avg_pool2d", "sizes that divide", (1, 2, 4, 6), output_size=(2, 3)),
    only("adaptive_avg_pool2d", "overlapping windows where sizes do not divide", (1, 2, 5, 7), output_size=(3, 4)),
    only("adaptive_avg_pool2d", "larger than the input repeats pixels", (1, 1, 2, 3), output_size=(5, 4)),
    only("adaptive_avg_pool2d", "the same size", (1, 1, 3, 2), output_size=(3, 2)),
]

LINEAR = [
    Case("linear", "a batch of vectors", [(3, 5)], {"weight": (4, 5), "bias": (4,)}),
    Case("linear", "without bias", [(2, 3)], {"weight": (2, 3)}),
    Case("linear", "one vector without a batch", [(4,)], {"weight": (3, 4), "bias": (3,)}),
    Case("linear", "the last of four axes", [(2, 3, 2, 4)], {"weight": (2, 4), "bias": (2,)}),
    Case("linear", "one output", [(3, 6)], {"weight": (1, 6), "bias": (1,)}),
    Case("linear", "an empty batch", [(0, 3)], {"weight": (2, 3), "bias": (2,)}),
    Case(
        "linear",
        "NaN and infinity",
        [(3, 4)],
        {"weight": (2, 4), "bias": (2,)},
        {},
        [1, 2, 0, 1, NAN, 1, 1, 1, INF, 0, 1, 2],
    ),
]

NORMS = [
    norm("evaluating", (2, 3, 2, 3)),
    norm("evaluating without gamma and beta", (1, 2, 3, 3), affine=False),
    norm("evaluating with a large eps", (1, 2, 2, 2), eps=0.5),
    norm("evaluating one pixel", (1, 3, 1, 1)),
    norm("training", (2, 3, 3, 2), training=True),
    norm("training without gamma and beta", (3, 2, 2, 2), affine=False, training=True),
    norm("training without running statistics", (2, 2, 2, 3), running=False, training=True),
    norm("training with a large eps", (2, 2, 2, 2), training=True, eps=0.5),
    Case(
        "batch_norm",
        "training on a channel of zeros",
        [(2, 1, 2, 2)],
        {"weight": (1,), "bias": (1,)},
        {"training": True},
        [0.0],
    ),
]

GROUPED = [
    grouped("group_norm", "two groups of two channels", (2, 4, 2, 3), (4,), num_groups=2),
    grouped("group_norm", "a group a channel: instance norm", (2, 3, 2, 2), (3,), num_groups=3),
    grouped("group_norm", "all channels together, a large eps", (2, 2, 2, 2), (2,), num_groups=1, eps=0.5),
    grouped("group_norm", "without gamma and beta", (1, 4, 2, 2), None, num_groups=2),
    grouped("group_norm", "features of a vector", (2, 6), (6,), num_groups=2),
    grouped("layer_norm", "the last axis", (2, 3, 4), (4,)),
    grouped("layer_norm", "three axes", (2, 2, 2, 2), (2, 2, 2)),
    grouped("layer_norm", "without gamma and beta", (3, 5), None, normalized_shape=(5,)),
    grouped("layer_norm", "a large eps", (1, 2, 1, 3), (3,), eps=0.5),
    Case("layer_norm", "a row of equal numbers", [(2, 4)], {"weight": (4,)}, {"normalized_shape": (4,)}, [2.0]),
]

MEANS = [
    only("mean", "pictures to one number a channel", (2, 3, 2, 4), dim=(2, 3)),
    only("mean", "pictures to one pixel a channel", (2, 3, 2, 4), dim=(-2, -1), keepdim=True),
    only("mean", "over the channels", (1, 3, 2, 2), dim=(1,), keepdim=True),
    only("mean", "over the batch and the columns", (2, 2, 2, 3), dim=(3, 0)),
    only("mean", "tokens of a sequence", (2, 3, 4), dim=(1,)),
    only("mean", "an axis of length 1", (2, 1, 3), dim=(1,)),
    only("mean", "NaN and infinity stay in the rows that hold them", (3, 4), dim=(1,), numbers=STRANGE),
]

ADAPTIVE = [
    only("adaptive_max_pool2d", "global", (2, 3, 4, 5)),
    only("adaptive_max_pool2d", "overlapping windows where sizes do not divide", (1, 2, 5, 7), output_size=(3, 4)),
    only("adaptive_max_pool2d", "larger than the input repeats pixels", (1, 1, 2, 3), output_size=(5, 4)),
    only("adaptive_max_pool2d", "the first of equals wins", (1, 1, 4, 4), output_size=(2, 2), numbers=TIES),
    only(
        "adaptive_max_pool2d",
        "NaN wins, the last of several",
        (1, 1, 2, 4),
        output_size=(1, 2),
        numbers=[NAN, 1, -INF, -INF, 2, NAN, -INF, -INF],
    ),
]

CASES = [
    *CONVOLUTIONS,
    *TRANSPOSED,
    *POOLS,
    *ADAPTIVE,
    *MEANS,
    *LINEAR,
    *POINTWISE,
    *SHARES,
    *NORMS,
    *GROUPED,
    *ARRANGED,
]
