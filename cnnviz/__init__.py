"""Convolutional neural networks, step by step: NumPy layers, recordings of any model, figures that are alive."""

__version__ = "0.1.0"
