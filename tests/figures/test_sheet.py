"""Feature maps and filters: what is drawn is the array, on a scale that says what zero is."""

import numpy as np
import pytest
import torch

from cnnviz.figures import DIVERGING, SEQUENTIAL, feature_maps, filters

MAPS = np.random.default_rng(0).normal(size=(6, 4, 5))


def shown(ax: object) -> list[np.ndarray]:
    return [np.asarray(image.get_array()) for image in ax.images]  # type: ignore[attr-defined]


def test_every_map_is_drawn_as_it_is_and_none_covers_another() -> None:
    ax = feature_maps(MAPS)
    np.testing.assert_array_equal(shown(ax), MAPS)
    boxes = [image.get_extent() for image in ax.images]
    assert all((right - left, bottom - top) == pytest.approx((5, 4)) for left, right, bottom, top in boxes)
    corners = {(round(left, 3), round(top, 3)) for left, _, _, top in boxes}
    assert len(corners) == 6
    assert all(image.get_interpolation() == "nearest" for image in ax.images)


def test_a_shared_scale_is_symmetric_about_zero_and_has_its_ends_beside() -> None:
    ax = feature_maps(MAPS)
    end = np.abs(MAPS).max()
    assert {image.get_clim() for image in ax.images} == {(-end, end)}
    assert all(image.get_cmap() is DIVERGING for image in ax.images)
    ticks = [label.get_text() for label in ax.child_axes[0].get_yticklabels()]
    assert ticks == [f"{value:.3g}".replace("-", "−") for value in (-end, 0.0, end)]


def test_scales_of_their_own_have_no_common_ends() -> None:
    ax = feature_maps(MAPS, shared=False)
    assert [image.get_clim()[1] for image in ax.images] == [np.abs(one).max() for one in MAPS]
    assert ax.child_axes == []


def test_what_is_never_negative_has_one_hue_from_paper() -> None:
    image = feature_maps(np.abs(MAPS)).images[0]
    assert (image.get_cmap(), image.get_clim()[0]) == (SEQUENTIAL, 0)


def test_nan_and_infinity_are_masked_and_do_not_stretch_the_scale() -> None:
    maps = MAPS.copy()
    maps[0, 0, 0], maps[1, 0, 0] = np.nan, np.inf
    ax = feature_maps(maps)
    assert [image.get_array().mask.sum() for image in ax.images][:3] == [1, 1, 0]
    assert ax.images[0].get_clim()[1] == np.abs(maps[np.isfinite(maps)]).max()


def test_names_stand_under_the_maps_and_a_tensor_will_do() -> None:
    assert [text.get_text() for text in feature_maps(MAPS, list("abcdef")).texts] == list("abcdef")
    np.testing.assert_array_equal(shown(feature_maps(torch.tensor(MAPS)[0])), MAPS[:1])
    halves = torch.tensor(MAPS).bfloat16()
    np.testing.assert_array_equal(shown(feature_maps(halves)), halves.float())


def test_what_is_left_out_is_said() -> None:
    ax = feature_maps(MAPS, title="conv1", show=4)
    assert (len(ax.images), ax.get_title(loc="left")) == (4, "conv1, 4 of 6 maps")


def test_filters_stand_in_a_row_for_each_output_and_a_column_for_each_input() -> None:
    weight = np.random.default_rng(1).normal(size=(3, 2, 5, 5))
    ax = filters(weight)
    np.testing.assert_array_equal(shown(ax), weight.reshape(6, 5, 5))
    lefts, tops = zip(*[(image.get_extent()[0], image.get_extent()[3]) for image in ax.images], strict=True)
    assert [lefts.index(left) for left in lefts] == [0, 1, 0, 1, 0, 1]
    assert [tops.index(top) for top in tops] == [0, 0, 2, 2, 4, 4]
    assert [text.get_text() for text in ax.texts] == ["in 0", "in 1", "out 0", "out 1", "out 2"]


def test_a_wide_layer_shows_some_filters_and_says_so() -> None:
    ax = filters(np.zeros((40, 30, 1, 1)), show=(2, 3))
    assert (len(ax.images), ax.get_title(loc="left")) == (6, "2 of 40 outputs, 3 of 30 inputs")


@pytest.mark.parametrize(
    ("array", "options", "error", "message"),
    [
        (
            MAPS[None],
            {},
            ValueError,
            r"feature_maps needs array \(C, H, W\) or \(H, W\) .*, got .*: take one .*array\[0\]",
        ),
        (MAPS[:0], {}, ValueError, r"with at least one number, got \(0, 4, 5\)"),
        (MAPS.astype(str), {}, TypeError, "feature_maps needs array as real numbers, got dtype <U"),
        (MAPS, {"names": ["a"]}, ValueError, "feature_maps needs a name for each of the 6 maps, got 1 names"),
        (MAPS, {"columns": 0}, ValueError, "feature_maps needs columns of at least 1, got 0"),
    ],
)
def test_what_is_no_maps_is_refused(array: np.ndarray, options: dict, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        feature_maps(array, **options)


def test_what_is_no_weight_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"filters needs weight \(O, I, kh, kw\) with at least one number, got \(6, 4, 5\)"
    ):
        filters(MAPS)
