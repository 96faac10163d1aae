"""Checks of the reader's own code: right, or the name of the wrong answer that it equals, and a hint.

    >>> from cnnviz import check
    >>> def my_size(size, kernel, stride, padding, dilation):
    ...     return (size + 2 * padding - kernel) // stride + 1
    >>> verdict = check.output_size(my_size)
    >>> bool(verdict), verdict.misconception
    (False, 'forgot dilation')

Each check tries the function on small cases, from the smallest on, against an oracle of its own; where it is wrong, it
is compared with every wrong answer that has a name, and with every two of them at once. NumPy is all that is needed.
"""

from ._verdict import Failure, Verdict
from .attribution import gradcam, occlusion, score_gradient
from .convolution import conv2d, correlate2d
from .network import cross_entropy, relu
from .pooling import max_pool2d, max_pool2d_backward
from .receptive import field_start, receptive_field
from .sizes import count_parameters, output_size

__all__ = [
    "Failure",
    "Verdict",
    "conv2d",
    "correlate2d",
    "count_parameters",
    "cross_entropy",
    "field_start",
    "gradcam",
    "max_pool2d",
    "max_pool2d_backward",
    "occlusion",
    "output_size",
    "receptive_field",
    "relu",
    "score_gradient",
]
