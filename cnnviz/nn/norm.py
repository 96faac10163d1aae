"""Batch normalisation and dropout: the layers that behave differently in training."""

import numpy as np
from numpy.typing import DTypeLike

from cnnviz import _check
from cnnviz._check import Array

from . import _random
from . import functional as F
from .module import Module
from .parameter import Parameter


class BatchNorm2d(Module):
    """Each channel minus its mean, by its standard deviation, then times `weight` plus `bias`.

    In training the mean and variance are the batch's own, over N, H and W, and the running ones follow by `momentum`
    (None: their plain average over all batches); after eval() the running ones are used.
    Shape: (N, C, H, W) -> the same. Raises ValueError in training for a batch with one value a channel.

    >>> layer = BatchNorm2d(2)
    >>> x = np.arange(8, dtype=np.float32).reshape(2, 2, 2, 1)
    >>> layer(x).mean(axis=(0, 2, 3)), layer.running_mean.round(2)
    (array([0., 0.], dtype=float32), array([0.25, 0.45], dtype=float32))
    """

    running_mean: Array | None
    running_var: Array | None
    num_batches_tracked: Array | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: DTypeLike = np.float32,
    ) -> None:
        who = "BatchNorm2d"
        self.num_features = _check.integer(who, "num_features", num_features)
        self.eps = _check.number(who, "eps", eps, 0)
        self.momentum = None if momentum is None else _check.number(who, "momentum", momentum, 0, 1)
        self.affine = _check.flag(who, "affine", affine)
        self.track_running_stats = _check.flag(who, "track_running_stats", track_running_stats)
        bias, dtype = _check.flag(who, "bias", bias), _check.precision(who, dtype)
        self.weight = Parameter(np.ones(num_features, dtype)) if affine else None
        self.bias = Parameter(np.zeros(num_features, dtype)) if affine and bias else None
        tracked = track_running_stats
        self.register_buffer("running_mean", np.zeros(num_features, dtype) if tracked else None)
        self.register_buffer("running_var", np.ones(num_features, dtype) if tracked else None)
        self.register_buffer("num_batches_tracked", np.zeros((), np.int64) if tracked else None)

    def forward(self, x: Array) -> Array:
        """See the class."""
        x = _check.images(self, x, self.num_features)
        momentum = self.momentum
        if momentum is None and self.num_batches_tracked is not None:
            momentum = 1 / (int(self.num_batches_tracked) + 1)
        training = self.training or self.running_mean is None
        self._keep(x, training)
        y = F.batch_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            training,
            0.0 if momentum is None else momentum,
            self.eps,
        )
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked += 1
        return y

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See batch_norm_backward."""
        x, training = self._recall()
        d_x, d_weight, d_bias = F.batch_norm_backward(
            grad, x, self.running_mean, self.running_var, self.weight, training, self.eps
        )
        if self.weight is not None:
            self.weight.add_grad(d_weight)
        if self.bias is not None:
            self.bias.add_grad(d_bias)
        return d_x

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class Dropout(Module):
    """In training each number becomes 0 with probability p, and the others grow by 1 / (1 - p); after eval() nothing.

    Shape: any. Chance comes from `rng` or what `manual_seed` set. Raises ValueError for a p outside [0, 1].

    >>> float(Dropout(0.5).eval()(np.ones(3)).sum())
    3.0
    """

    def __init__(self, p: float = 0.5, inplace: bool = False, *, rng: np.random.Generator | None = None) -> None:
        self.p = _check.number(type(self).__name__, "p", p, 0, 1)
        self.inplace = inplace
        self._rng = _random.checked(type(self).__name__, rng)

    def forward(self, x: Array) -> Array:
        """See the class."""
        if self.inplace:
            _check.writable(self, x)
        x = _check.floating(self, x)
        if not self.training or self.p == 0:
            self._keep(None)
            return x
        mask = F.dropout_mask(self._mask_shape(x), self.p, x.dtype, _random.generator(self._rng))
        self._keep(mask)
        return np.multiply(x, mask, out=x if self.inplace else None)

    def _mask_shape(self, x: Array) -> tuple[int, ...]:
        return x.shape

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """The gradient passes where the number passed, grown alike."""
        (mask,) = self._recall()
        return grad if mask is None else grad * mask

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return f"p={self.p}, inplace={self.inplace}"


class Dropout2d(Dropout):
    """Dropout of whole channels: neighbouring pixels are too alike for dropping single ones to matter.

    Shape: (N, C, H, W) -> the same.

    >>> _ = Dropout2d(0.5)(np.ones((2, 8, 4, 4)))
    """

    def _mask_shape(self, x: Array) -> tuple[int, ...]:
        _check.images(self, x)
        return (*x.shape[:2], 1, 1)
