"""A network written with Keras, on its torch backend: N H W C, and modules that are Keras layers."""

import os
from typing import Any


def keras_cnn() -> Any:
    """Convolution, batch norm, ReLU, pooling, a residual, dense layers; the same weights each time."""
    os.environ["KERAS_BACKEND"] = "torch"  # read when keras is first imported
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    picture = keras.Input((20, 20, 3))
    x = layers.Conv2D(6, 3, padding="same", strides=2, use_bias=False, name="conv1")(picture)
    x = layers.BatchNormalization(name="bn1")(x)
    x = layers.Activation("relu", name="relu1")(x)
    y = layers.DepthwiseConv2D(3, padding="same", activation="relu", name="depthwise")(x)
    x = layers.Add(name="add")([x, y])
    x = layers.MaxPooling2D(2, name="pool")(x)
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    x = layers.Dropout(0.5, name="dropout")(x)
    return keras.Model(picture, layers.Dense(4, activation="softmax", name="scores")(x))
