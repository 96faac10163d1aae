"""Pictures as people hold them become pixels, and the network reads what it would have read."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import cnnviz
from cnnviz import nn
from cnnviz._pictures import linear, network_input, to_pictures

RNG = np.random.default_rng(0)
COLOUR = RNG.integers(0, 256, (2, 3, 5, 7), np.uint8)
GREY = RNG.integers(0, 256, (2, 1, 5, 7), np.uint8)
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def normalised(pixels: np.ndarray) -> torch.Tensor:
    """As torchvision's Normalize after ToTensor gives it, written with torch."""
    column = [torch.tensor(one).reshape(3, 1, 1) for one in (MEAN, STD)]
    return (torch.from_numpy(pixels).float() / 255 - column[0]) / column[1]


@pytest.mark.parametrize(
    ("held", "pixels"),
    {
        "a tensor of bytes": (torch.from_numpy(COLOUR), COLOUR),
        "channels last": (COLOUR.transpose(0, 2, 3, 1), COLOUR),
        "grey with channels last": (GREY.transpose(0, 2, 3, 1), GREY),
        "pictures of Pillow": ([Image.fromarray(one.transpose(1, 2, 0)) for one in COLOUR], COLOUR),
        "one picture of Pillow": (Image.fromarray(COLOUR[0].transpose(1, 2, 0)), COLOUR[:1]),
        "grey pictures of Pillow": ([Image.fromarray(one[0]) for one in GREY], GREY),
        "a grey and a coloured picture": (
            [Image.fromarray(GREY[0, 0]), Image.fromarray(COLOUR[0].transpose(1, 2, 0))],
            np.stack([GREY[0].repeat(3, 0), COLOUR[0]]),
        ),
        "arrays in a list": (list(COLOUR), COLOUR),
        "shares of white": (torch.from_numpy(COLOUR).float() / 255, COLOUR),
        "half precision": (torch.from_numpy(COLOUR).half() / 255, COLOUR),
    }.values(),
)
def test_the_pixels_are_found(held: Any, pixels: np.ndarray) -> None:
    found = to_pictures("explore", held)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, pixels)


def test_what_is_transparent_is_over_white() -> None:
    clear = Image.new("RGBA", (2, 2), (0, 0, 0, 0))
    np.testing.assert_array_equal(to_pictures("explore", clear), np.full((1, 3, 2, 2), 255))


def test_an_input_that_was_normalised_comes_back_with_its_mean_and_std() -> None:
    x = normalised(COLOUR)
    scale, shift = linear("explore", MEAN, STD, 1 / 255, 0.0)
    pixels = to_pictures("explore", x, scale, shift)
    np.testing.assert_array_equal(pixels, COLOUR)
    np.testing.assert_allclose(network_input(pixels, scale, shift), x.numpy(), atol=1e-6)


def test_a_mean_with_axes_of_its_own_is_one_number_a_channel() -> None:
    column = [torch.tensor(one).reshape(1, 3, 1, 1) for one in (MEAN, STD)]
    found, wanted = (linear("explore", *given, 1 / 255, 0.0) for given in (column, (MEAN, STD)))
    np.testing.assert_allclose(found, wanted)


def test_the_figure_of_a_models_own_input_is_that_of_the_pixels() -> None:
    model = nn.Sequential(nn.Conv2d(3, 2, 3), nn.Flatten(), nn.Linear(30, 2))
    scale, shift = [1 / (255 * s) for s in STD], [-m / s for m, s in zip(MEAN, STD, strict=True)]
    wanted = cnnviz.explore(model, COLOUR, scale=scale, shift=shift)
    figure = cnnviz.explore(model, normalised(COLOUR), mean=MEAN, std=STD)
    assert figure.images == wanted.images
    np.testing.assert_allclose([figure.scale, figure.shift], [wanted.scale, wanted.shift])


@pytest.mark.parametrize(
    ("held", "error", "said"),
    [
        (normalised(COLOUR), ValueError, r"pixels are 0 to 255, got numbers from -2\.\d+ to 2\.\d+: pass the mean"),
        (COLOUR.astype(np.float32), ValueError, "pixels are 0 to 255, got numbers from .* to 2..: .* as they are st"),
        (np.full((1, 3, 2, 2), np.nan), ValueError, "pixels are 0 to 255, got numbers from nan"),
        (COLOUR.astype(np.int64), TypeError, "pictures of uint8, 0 to 255, got int64"),
        ([], ValueError, "at least one picture, got none"),
        ("cat.jpg", TypeError, r"arrays, tensors or Pillow's, got 'cat.jpg': open a file with PIL.Image.open"),
        ([Path("cat.jpg")], TypeError, r"arrays, tensors or Pillow's, got \[.*cat.jpg.*\]: open a file"),
        (None, TypeError, "arrays, tensors or Pillow's, got None"),
        ([COLOUR[0], COLOUR[0, :, :4]], ValueError, r"of one size, got \(3, 5, 7\) and \(3, 4, 7\): resize"),
        (COLOUR[0], ValueError, r"got \(3, 5, 7\): a single picture is x\[None\]"),
    ],
)
def test_what_has_no_pixels_is_refused(held: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=f"^explore needs .*{said}"):
        to_pictures("explore", held)


@pytest.mark.parametrize(
    ("mean", "std", "scale", "said"),
    [
        (0.5, None, 1.0, "mean and std, or scale and shift, got some of both"),
        ((0.5, 0.5, 0.5), (1, 1), 1 / 255, r"mean and std of as many channels, got 3 and 2"),
        (None, 0.0, 1 / 255, "std above 0, got 0"),
        ((0.5, np.nan), None, 1 / 255, r"mean of finite numbers, got \(0.5, nan\)"),
        ("grey", None, 1 / 255, "mean as numbers, got 'grey'"),
    ],
)
def test_what_is_no_preprocessing_is_refused(mean: Any, std: Any, scale: float, said: str) -> None:
    with pytest.raises(ValueError, match=f"explore needs {said}"):
        linear("explore", mean, std, scale, 0.0)
