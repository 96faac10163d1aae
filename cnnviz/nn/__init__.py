"""The layers of a convolutional network in NumPy alone, with torch.nn's names, arguments, shapes and state.

>>> import numpy as np
>>> from cnnviz import nn
>>> model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4 * 3 * 3, 2))
>>> loss, optimiser = nn.CrossEntropyLoss(), nn.SGD(model.parameters(), lr=0.1)
>>> x, labels = np.ones((5, 1, 8, 8), np.float32), np.array([0, 1, 0, 1, 0])
>>> value = loss(model(x), labels)
>>> optimiser.zero_grad()
>>> grad = model.backward(loss.backward())
>>> optimiser.step()
>>> bool(loss(model(x), labels) < value)
True
"""

from . import functional, optim
from ._random import manual_seed
from .activation import LeakyReLU, LogSoftmax, ReLU, Sigmoid, Softmax, Tanh
from .conv import Conv2d, ConvTranspose2d
from .curved import ELU, GELU, Hardsigmoid, Hardswish, Hardtanh, Mish, PReLU, ReLU6, SiLU, Softplus
from .grad_mode import no_grad
from .linear import Flatten, Linear
from .loss import CrossEntropyLoss, MSELoss
from .module import Module
from .norm import BatchNorm2d, Dropout, Dropout2d
from .norm_groups import GroupNorm, InstanceNorm2d, LayerNorm
from .optim import SGD, Adam, AdamW
from .parameter import Parameter
from .pool import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, MaxPool2d
from .resize import ConstantPad2d, PixelShuffle, ReflectionPad2d, ReplicationPad2d, Upsample, ZeroPad2d
from .sequential import Identity, Sequential

__all__ = [
    "ELU",
    "GELU",
    "SGD",
    "Adam",
    "AdamW",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d",
    "AvgPool2d",
    "BatchNorm2d",
    "ConstantPad2d",
    "Conv2d",
    "ConvTranspose2d",
    "CrossEntropyLoss",
    "Dropout",
    "Dropout2d",
    "Flatten",
    "GroupNorm",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "Identity",
    "InstanceNorm2d",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "MaxPool2d",
    "Mish",
    "Module",
    "PReLU",
    "Parameter",
    "PixelShuffle",
    "ReLU",
    "ReLU6",
    "ReflectionPad2d",
    "ReplicationPad2d",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "Upsample",
    "ZeroPad2d",
    "functional",
    "manual_seed",
    "no_grad",
    "optim",
]
