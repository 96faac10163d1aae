"""Importance over a picture: the picture as it is, the heat where it is strong."""

import numpy as np
import pytest

from cnnviz.figures import DIVERGING, SEQUENTIAL, overlay

PICTURE = np.random.default_rng(0).integers(0, 256, (3, 8, 6), np.uint8)
HEAT = np.array([[0.0, 1.0], [0.5, 0.25]])


def test_the_picture_is_under_the_heat_and_both_fill_the_axes() -> None:
    ax = overlay(PICTURE, HEAT)
    picture, heat = ax.images
    np.testing.assert_allclose(picture.get_array(), PICTURE.transpose(1, 2, 0) / 255)
    np.testing.assert_array_equal(heat.get_array(), HEAT)
    assert picture.get_extent() == heat.get_extent() == [0, 6, 8, 0]
    assert heat.get_interpolation() == "nearest"


def test_heat_is_as_opaque_as_it_is_strong() -> None:
    heat = overlay(PICTURE, HEAT, 0.8).images[1]
    np.testing.assert_allclose(heat.get_alpha(), 0.8 * HEAT)
    assert heat.get_cmap() is SEQUENTIAL


def test_signed_heat_diverges_about_zero() -> None:
    heat = overlay(PICTURE, HEAT - 0.5).images[1]
    assert (heat.get_cmap(), heat.get_clim()) == (DIVERGING, (-0.5, 0.5))
    np.testing.assert_allclose(heat.get_alpha(), 0.7 * np.array([[1, 1], [0, 0.5]]))


def test_heat_that_is_zero_everywhere_hides_nothing() -> None:
    assert (overlay(PICTURE, np.zeros((2, 2))).images[1].get_alpha() == 0).all()


@pytest.mark.parametrize("image", [PICTURE[:1], PICTURE[0], PICTURE[0] / 255])
def test_grey_pictures_in_bytes_or_floats_are_the_same(image: np.ndarray) -> None:
    shown = overlay(image, HEAT).images[0].get_array()
    np.testing.assert_allclose(shown, np.repeat(PICTURE[0][..., None] / 255, 3, axis=2))


@pytest.mark.parametrize(
    ("image", "heat", "alpha", "message"),
    [
        (PICTURE.transpose(1, 2, 0), HEAT, 0.5, r"overlay needs image .*, got \(8, 6, 3\): put channels first with"),
        (
            PICTURE / 127.5 - 1,
            HEAT,
            0.5,
            "overlay needs image as uint8, or floats from 0 to 1, got -1 to 0.95.*: undo the",
        ),
        (PICTURE, HEAT[None], 0.5, r"overlay needs heat \(h, w\) .*, got \(1, 2, 2\): take one .* heat\[0\]"),
        (PICTURE, HEAT, 1.5, r"overlay needs alpha in \[0, 1\], got 1.5"),
    ],
)
def test_what_does_not_fit_is_refused(image: np.ndarray, heat: np.ndarray, alpha: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        overlay(image, heat, alpha)
