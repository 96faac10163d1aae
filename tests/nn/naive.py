"""The readable twins of the fast functions: a view of the sliding windows, and an einsum. Slow, and plainly right.

A second oracle beside torch; the chapters derive these forms.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def windows(x, kernel, stride=(1, 1), padding=(0, 0), dilation=(1, 1), mode="zeros", fill=0.0):
    """(N, C, H, W) -> (N, C, H', W', kh, kw): every window of the padded image."""
    (kh, kw), (sh, sw), (ph, pw), (dh, dw) = kernel, stride, padding, dilation
    values = {"constant_values": fill} if mode == "zeros" else {}
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)), _MODES[mode], **values)
    dense = sliding_window_view(padded, (dh * (kh - 1) + 1, dw * (kw - 1) + 1), axis=(2, 3))
    return dense[:, :, ::sh, ::sw, ::dh, ::dw]


def conv2d(x, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1, mode="zeros"):
    """Every window times every kernel of its group, summed over channels and the window."""
    seen = windows(x, weight.shape[2:], stride, padding, dilation, mode)
    n, c, high, wide, kh, kw = seen.shape
    seen = seen.reshape(n, groups, c // groups, high, wide, kh, kw)
    kernels = weight.reshape(groups, -1, c // groups, kh, kw)
    out = np.einsum("ngchwij,gocij->ngohw", seen, kernels)
    return out.reshape(n, -1, high, wide) + bias[:, None, None]


def conv2d_weight_grad(grad, x, weight, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """For every weight, all windows' pixels at its place times the output's gradients, summed (one group)."""
    seen = windows(x, weight.shape[2:], stride, padding, dilation)
    return np.einsum("nohw,nchwij->ocij", grad, seen)


def conv2d_input_grad(grad, x, weight, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Every output's gradient times the kernel, added to the pixels of its window (one group)."""
    (kh, kw), (sh, sw), (ph, pw), (dh, dw) = weight.shape[2:], stride, padding, dilation
    n, c, h, w = x.shape
    padded = np.zeros((n, c, h + 2 * ph, w + 2 * pw), grad.dtype)
    for row in range(grad.shape[2]):
        for column in range(grad.shape[3]):
            rows = slice(row * sh, row * sh + dh * (kh - 1) + 1, dh)
            columns = slice(column * sw, column * sw + dw * (kw - 1) + 1, dw)
            padded[:, :, rows, columns] += np.einsum("no,ocij->ncij", grad[:, :, row, column], weight)
    return padded[:, :, ph : ph + h, pw : pw + w]


def max_pool2d(x, kernel, stride, padding=(0, 0), dilation=(1, 1)):
    """The maximum of every window."""
    return windows(x, kernel, stride, padding, dilation, fill=-np.inf).max(axis=(4, 5))


def avg_pool2d(x, kernel, stride, padding=(0, 0)):
    """The mean of every window, the padding counted as zeros."""
    return windows(x, kernel, stride, padding).mean(axis=(4, 5))
