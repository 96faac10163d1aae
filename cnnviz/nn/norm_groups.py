"""Normalisation of each picture by itself, in training and after alike."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike

from cnnviz import _check
from cnnviz._check import Array

from . import functional as F
from .module import Module
from .parameter import Parameter


class _Affine(Module):
    """A norm with a factor and an addend, or one of them, or none."""

    weight: Parameter | None
    bias: Parameter | None

    def _set(self, shape: Sequence[int], affine: bool, bias: bool, dtype: DTypeLike) -> None:
        who = type(self).__name__
        kind = _check.precision(who, dtype)
        affine, bias = _check.flag(who, "affine", affine), _check.flag(who, "bias", bias)
        self.weight = Parameter(np.ones(shape, kind)) if affine else None
        self.bias = Parameter(np.zeros(shape, kind)) if affine and bias else None

    def _add(self, d_weight: Array, d_bias: Array) -> None:
        if self.weight is not None:
            self.weight.add_grad(d_weight)
        if self.bias is not None:
            self.bias.add_grad(d_bias)


class GroupNorm(_Affine):
    """The channels in groups, each group minus its mean, by its standard deviation; then times `weight` plus `bias`.

    Shape: (N, C, ...) -> the same. Raises ValueError unless `num_groups` divides `num_channels` (Wu and He, 2018).

    >>> GroupNorm(1, 2)(np.array([[1.0, 3.0]], np.float32)).round(3)
    array([[-1.,  1.]], dtype=float32)
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
        dtype: DTypeLike = np.float32,
    ) -> None:
        who = "GroupNorm"
        self.num_groups = _check.integer(who, "num_groups", num_groups)
        self.num_channels = _check.integer(who, "num_channels", num_channels)
        if num_channels % num_groups:
            raise _check.bad_value(who, f"num_channels that {num_groups} groups divide", num_channels)
        self.eps, self.affine = _check.number(who, "eps", eps, 0), affine
        self._set((num_channels,), affine, bias, dtype)

    def forward(self, x: Array) -> Array:
        """See the class."""
        if np.ndim(x) < 2 or np.shape(x)[1] != self.num_channels:
            raise _check.bad_value(self, f"(N, {self.num_channels}, ...)", np.shape(x))
        self._keep(x)
        return F.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See group_norm_backward."""
        (x,) = self._recall()
        d_x, *others = F.group_norm_backward(grad, x, self.num_groups, self.weight, self.eps)
        self._add(*others)
        return d_x

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        bias = self.bias is not None
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, bias={bias}"


class InstanceNorm2d(GroupNorm):
    """Each channel of each picture minus its mean, by its standard deviation: GroupNorm with groups of one channel.

    `momentum` and `track_running_stats` are torch's; running statistics are not kept, and True is refused.
    Shape: (N, C, H, W) -> the same (Ulyanov et al., 2016).

    >>> InstanceNorm2d(1)(np.array([[[[1.0, 3.0]]]])).round(3)
    array([[[[-1.,  1.]]]])
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        bias: bool = True,
        dtype: DTypeLike = np.float32,
    ) -> None:
        if track_running_stats is not False:
            do = "BatchNorm2d keeps running statistics"
            raise _check.bad_value("InstanceNorm2d", "track_running_stats=False", track_running_stats, do)
        self.num_features = _check.integer("InstanceNorm2d", "num_features", num_features)
        self.momentum, self.track_running_stats = momentum, track_running_stats
        super().__init__(num_features, num_features, eps, affine, bias=bias, dtype=dtype)

    def forward(self, x: Array) -> Array:
        """See the class."""
        return super().forward(_check.images(self, x, self.num_features))

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class LayerNorm(_Affine):
    """The last axes, of sizes `normalized_shape`, minus their mean, by their standard deviation; then affine.

    Shape: (..., *normalized_shape) -> the same. Raises ValueError if x ends in other axes (Ba et al., 2016).

    >>> LayerNorm(2)(np.array([[1.0, 3.0]], np.float32)).round(3)
    array([[-1.,  1.]], dtype=float32)
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: DTypeLike = np.float32,
    ) -> None:
        sizes = normalized_shape if isinstance(normalized_shape, Sequence) else (normalized_shape,)
        self.normalized_shape = tuple(_check.integer("LayerNorm", "normalized_shape", size) for size in sizes)
        if not sizes:
            raise _check.bad_value("LayerNorm", "normalized_shape of at least one size", normalized_shape)
        self.eps, self.elementwise_affine = _check.number("LayerNorm", "eps", eps, 0), elementwise_affine
        self._set(self.normalized_shape, elementwise_affine, bias, dtype)

    def forward(self, x: Array) -> Array:
        """See the class."""
        self._keep(x)
        return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See layer_norm_backward."""
        (x,) = self._recall()
        d_x, *others = F.layer_norm_backward(grad, x, self.normalized_shape, self.weight, self.eps)
        self._add(*others)
        return d_x

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        affine, bias = self.elementwise_affine, self.bias is not None
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={affine}, bias={bias}"
