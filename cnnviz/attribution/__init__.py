"""Which pixels an answer rests on: eight published methods, and the check that they look at the network at all.

Each takes a model of torch, of Keras on the torch backend or of `cnnviz.nn`, pictures (N, C, H, W), or as the model
takes them, and a `target`: a class, one class a picture, or None for each picture's likeliest. What is explained is the
number that the model gives for that class, best one before softmax. The model runs in the mode that it is in: call
`model.eval()` first. It is left as it was: weights, gradients, flags and random numbers.

`saliency`, `gradient_x_input`, `smoothgrad` and `integrated_gradients` give signed numbers (N, C, H, W), which `heat`
reduces to (N, H, W); `occlusion`, `gradcam`, `gradcam_plus_plus` and `layer_cam` give (N, H, W). All are float32.
`sanity` compares a method's maps with those of the same network with random weights.
"""

from ._cam import gradcam, gradcam_plus_plus, layer_cam
from ._heat import heat, rank_correlation
from ._occlusion import occlusion
from ._pixels import completeness_error, gradient_x_input, integrated_gradients, saliency, smoothgrad
from ._sanity import Sanity, sanity

__all__ = [
    "Sanity",
    "completeness_error",
    "gradcam",
    "gradcam_plus_plus",
    "gradient_x_input",
    "heat",
    "integrated_gradients",
    "layer_cam",
    "occlusion",
    "rank_correlation",
    "saliency",
    "sanity",
    "smoothgrad",
]
