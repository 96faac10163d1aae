"""Convolutions as readers write them: right in many styles, and wrong by one edit of a loop."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.lib.stride_tricks import sliding_window_view

from cnnviz import check
from cnnviz.check.convolution import CONV2D, CORRELATE2D
from cnnviz.nn import functional as F

LOOPS = """
def conv2d(x, weight, bias=None, stride=1, padding=0):
    N, C, H, W = x.shape
    O, _, kh, kw = weight.shape
    framed = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    framed[:, :, padding : padding + H, padding : padding + W] = x
    rows = (H + 2 * padding - kh) // stride + 1
    columns = (W + 2 * padding - kw) // stride + 1
    out = np.zeros((N, O, rows, columns))
    for n in range(N):
        for o in range(O):
            for i in range(rows):
                for j in range(columns):
                    total = 0.0
                    for c in range(C):
                        for u in range(kh):
                            for v in range(kw):
                                total += framed[n, c, i * stride + u, j * stride + v] * weight[o, c, u, v]
                    if bias is not None:
                        total += bias[o]
                    out[n, o, i, j] = total
    return out
"""

EDITS = [  # what is in the loops, what a reader wrote instead, and the name for it (None: caught, but nameless)
    ("weight[o, c, u, v]", "weight[o, c, kh - 1 - u, kw - 1 - v]", "flipped kernel"),
    ("weight[o, c, u, v]", "weight[o, c, -1 - u, v]", "kernel mirrored"),
    ("weight[o, c, u, v]", "weight[o, c, u, -1 - v]", "kernel mirrored"),
    ("weight[o, c, u, v]", "weight[o, 0, u, v]", "first channel's kernel for all"),
    ("weight[o, c, u, v]", "weight[o, C - 1 - c, u, v]", "kernel channels reversed"),
    (" * weight[o, c, u, v]", "", "weights not used"),
    ("for c in range(C)", "for c in range(1)", "only the first channel"),
    ("for c in range(C)", "for c in range(C - 1, C)", "only the last channel"),
    ("for n in range(N)", "for n in range(1)", "only the first image"),
    ("total += framed", "total = framed", "only the last product"),
    ("total += bias[o]", "pass", "forgotten bias"),
    ("total += bias[o]", "total -= bias[o]", "bias subtracted"),
    ("total += bias[o]", "total += bias[0]", "one bias for all"),
    ("total += bias[o]", "total += bias.sum()", "one bias for all"),
    ("total += bias[o]", "total += C * bias[o]", "bias added per channel"),
    ("total += bias[o]", "total += C * kh * kw * bias[o]", "bias added per tap"),
    ("= total\n", "= total / (C * kh * kw)\n", "average for sum"),
    ("= total\n", "= max(total, 0)\n", "negative values clipped"),
    ("out = np.zeros((N, O, rows, columns))", "out = np.zeros((N, O, rows, columns), int)", "whole numbers only"),
    ("+ v] *", "+ v - 1] *", None),
    ("i * stride + u, j * stride + v", "i + u, j + v", "window moves by one"),
    ("i * stride + u, j * stride + v", "i * stride + u, j + v", "window moves by one"),
    ("i * stride + u, j * stride + v", "j * stride + u, i * stride + v", "rows and columns swapped"),
    ("out[n, o, i, j]", "out[n, o, j, i]", "rows and columns swapped"),
    ("out[n, o, i, j]", "out[n, 0, i, j]", "only the last filter"),
    ("out[n, o, i, j]", "out[0, o, i, j]", None),
    ("stride=1, padding=0", "padding=0, stride=1", ""),  # arguments come by name: still right
    ("padding : padding + H, padding : padding + W]", ": H, : W]", "padding on one side only"),
    ("np.zeros((N, C, H + 2", "np.ones((N, C, H + 2", "padding not with zeros"),
    ("rows = (H + 2 * padding - kh) // stride + 1", "rows = (H + 2 * padding - kh) // stride", "off by one"),
    (
        "rows = (H + 2 * padding - kh) // stride + 1",
        "rows = (H + padding - kh) // stride + 1",
        "padding on one side only",
    ),
    ("(N, O, rows, columns)", "(N, O, columns, rows)", None),
]


def edited(old: str, new: str) -> Callable[..., np.ndarray]:
    assert LOOPS.count(old) == 1, f"{old} stands {LOOPS.count(old)} times in the loops"
    names: dict[str, Callable[..., np.ndarray]] = {}
    exec(LOOPS.replace(old, new), {"np": np}, names)
    return names["conv2d"]


@pytest.mark.parametrize(("old", "new", "name"), EDITS, ids=[f"{new.strip()}" for _, new, _ in EDITS])
def test_loops_with_one_wrong_line_are_caught_and_named(old: str, new: str, name: str | None) -> None:
    verdict = check.conv2d(edited(old, new))
    if name == "":
        assert verdict
        return
    assert not verdict
    if name is not None:
        assert verdict.misconception == name


def im2col(x, weight, bias=None, stride=1, padding=0):
    N, _, H, W = x.shape
    filters, _, kh, kw = weight.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2))
    rows, columns = (H + 2 * padding - kh) // stride + 1, (W + 2 * padding - kw) // stride + 1
    table = np.stack([
        x[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw].reshape(N, -1)
        for i in range(rows) for j in range(columns)
    ], axis=1)  # fmt: skip
    out = table @ weight.reshape(filters, -1).T
    out = out if bias is None else out + bias
    return out.transpose(0, 2, 1).reshape(N, filters, rows, columns)


def tap_by_tap(x, weight, bias=None, stride=1, padding=0):
    N, _, H, W = x.shape
    filters, _, kh, kw = weight.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    h, w = H + 2 * padding - kh + 1, W + 2 * padding - kw + 1
    out = np.zeros((N, filters, h, w), np.float32)
    for u, v in np.ndindex(kh, kw):
        out += np.einsum("nchw,oc->nohw", x[:, :, u : u + h, v : v + w], weight[:, :, u, v])
    if bias is not None:
        out += bias.reshape(1, -1, 1, 1)
    return out[:, :, ::stride, ::stride]


def by_torch(x, weight, bias=None, stride=1, padding=0):
    x, weight, bias = (None if a is None else torch.from_numpy(a) for a in (x, weight, bias))
    return torch.nn.functional.conv2d(x, weight.requires_grad_(), bias, stride, padding)


def by_fft(x, weight, bias=None, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    size, (kh, kw) = x.shape[2:], weight.shape[2:]
    product = np.einsum("nchw,ochw->nohw", np.fft.fft2(x), np.conj(np.fft.fft2(weight, s=size)))
    out = np.fft.ifft2(product).real[:, :, : size[0] - kh + 1 : stride, : size[1] - kw + 1 : stride]
    return out if bias is None else out + bias[:, None, None]


def by_cnnviz(x, weight, bias=None, stride=1, padding=0):
    return F.conv2d(x, weight, bias, stride, padding)


@pytest.mark.parametrize("function", [im2col, tap_by_tap, by_torch, by_fft, by_cnnviz])
def test_right_layers_pass_whatever_their_style(function: Callable[..., object]) -> None:
    verdict = check.conv2d(function)
    assert verdict, repr(verdict)


def test_the_layers_oracle_is_torchs() -> None:
    for case in CONV2D.cases:
        np.testing.assert_allclose(CONV2D._truth(case), by_torch(**case.given).detach().numpy(), atol=1e-4)


def looped(x, k):
    rows, columns = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    out = [[(x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum() for j in range(columns)] for i in range(rows)]
    return np.array(out)


@pytest.mark.parametrize(
    "function",
    [
        looped,
        lambda x, k: np.einsum("ijuv,uv", sliding_window_view(x, k.shape), k),
        lambda x, k: np.tensordot(sliding_window_view(x, k.shape), k, axes=2),
        lambda x, k: by_torch(x[None, None].astype(np.float32), k[None, None])[0, 0],
    ],
    ids=["loops", "einsum", "tensordot", "torch"],
)
def test_right_correlations_pass_whatever_their_style(function: Callable[..., object]) -> None:
    verdict = check.correlate2d(function)
    assert verdict, repr(verdict)


def filled(out_like: Callable[[np.ndarray], np.ndarray]) -> Callable[..., np.ndarray]:
    def correlate2d(x, k):
        truth = looped(x, k)
        out = out_like(x)[: truth.shape[0], : truth.shape[1]]
        with np.errstate(invalid="ignore"):
            out[:] = truth.astype(np.int64) if out.dtype.kind in "iu" else truth
        return out

    return correlate2d


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda x, k: looped(x, k[::-1, ::-1]), "flipped kernel"),
        (lambda x, k: looped(x, k.T), "transposed kernel"),
        (filled(np.zeros_like), "whole numbers only"),
        (lambda x, k: np.stack([np.convolve(x.ravel(), k.ravel(), "valid")]), None),
    ],
    ids=["convolved", "transposed", "into zeros_like(x)", "in one dimension"],
)
def test_wrong_correlations_are_caught_and_named(function: Callable[..., object], name: str | None) -> None:
    verdict = check.correlate2d(function)
    assert not verdict
    assert verdict.misconception == name


def test_the_correlations_oracle_is_torchs() -> None:
    for case in CORRELATE2D.cases:
        x, k = (torch.from_numpy(a.astype(np.float64)) for a in case.given.values())
        expected = torch.nn.functional.conv2d(x[None, None], k[None, None])[0, 0]
        np.testing.assert_allclose(CORRELATE2D._truth(case), expected)
