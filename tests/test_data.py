"""The shipped pictures are what their sources say, in the layout that is promised."""

import csv
import hashlib
from time import process_time

import numpy as np
import pytest
from PIL import Image

from cnnviz import data
from cnnviz.data import Dataset

# The first labels of the published files, as every tutorial prints them.
FIRST_TRAIN = [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]
FIRST_TEST = [9, 2, 1, 1, 6, 1, 4, 6, 5, 7]
SIZES = {"fashion_mnist": 28, "emoji10": 64, "photos": 224}


@pytest.fixture(scope="module")
def fashion() -> Dataset:
    return data.load("fashion_mnist")


@pytest.fixture(scope="module")
def emoji() -> Dataset:
    return data.load("emoji10")


def whole(one: Dataset) -> np.ndarray:
    return np.concatenate([one.train.images, one.test.images])


@pytest.mark.parametrize("name", SIZES)
def test_images_are_uint8_nchw_and_labels_int64_in_c_order(name: str) -> None:
    one = data.load(name)
    for split in (one.train, one.test):
        assert split.images.dtype == np.uint8
        assert split.images.shape[2:] == (SIZES[name], SIZES[name])
        assert split.images.flags.c_contiguous
        assert split.labels.dtype == np.int64
        assert split.labels.shape == (len(split),)
    labels = np.concatenate([one.train.labels, one.test.labels])
    assert set(labels.tolist()) == set(range(len(one.classes)))


@pytest.mark.parametrize("name", SIZES)
def test_every_tile_is_cut_where_pillow_crops_it(name: str) -> None:
    size = SIZES[name]
    one = data.load(name)
    with (data.FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sheet = Image.open(data.FOLDER / f"{name}.webp").convert("RGBA")
    paper = Image.new("RGBA", sheet.size, "white")
    sheet = Image.alpha_composite(paper, sheet).convert("RGB")
    columns = sheet.width // size
    seen = {image.tobytes() for image in whole(one)}
    for at in np.random.default_rng(0).integers(len(rows), size=20).tolist():
        left, top = at % columns * size, at // columns * size
        tile = np.asarray(sheet.crop((left, top, left + size, top + size))).transpose(2, 0, 1)
        tile = tile[:1] if name == "fashion_mnist" else tile
        if name == "emoji10":  # Pillow rounds blends its own way: off by one at most
            assert min(np.abs(image.astype(int) - tile).max() for image in whole(one)[:, :3]) <= 1
        else:
            assert np.ascontiguousarray(tile).tobytes() in seen


def test_fashion_mnist_is_balanced(fashion: Dataset) -> None:
    assert np.bincount(fashion.train.labels).tolist() == [1000] * 10
    assert np.bincount(fashion.test.labels).tolist() == [200] * 10


def test_fashion_mnist_begins_as_the_published_files_do(fashion: Dataset) -> None:
    assert fashion.train.labels[:10].tolist() == FIRST_TRAIN
    assert fashion.test.labels[:10].tolist() == FIRST_TEST
    assert fashion.train.info["source"][:3].tolist() == ["0", "1", "2"]
    assert fashion.classes[9] == "Ankle boot"


def test_fashion_mnist_takes_no_source_twice_and_shares_no_picture_between_splits(fashion: Dataset) -> None:
    for split in (fashion.train, fashion.test):
        assert len(set(split.info["source"].tolist())) == len(split)
    assert not {i.tobytes() for i in fashion.train.images} & {i.tobytes() for i in fashion.test.images}


def test_emoji10_holds_out_whole_concepts_a_third_of_each_class(emoji: Dataset) -> None:
    train, test = (set(split.info["concept"].tolist()) for split in (emoji.train, emoji.test))
    assert not train & test
    assert (len(train), len(test)) == (341, 168)
    for label in range(10):
        held = len(set(emoji.test.info["concept"][emoji.test.labels == label].tolist()))
        kept = len(set(emoji.train.info["concept"][emoji.train.labels == label].tolist()))
        assert held == round((held + kept) / 3)


def test_emoji10_holds_out_the_same_concepts_on_every_machine(emoji: Dataset) -> None:
    held = "\n".join(sorted(set(emoji.test.info["concept"].tolist())))
    assert hashlib.sha256(held.encode()).hexdigest()[:16] == "44ab1fc5b1227aa8"


def test_emoji10_by_style_trains_on_two_styles_and_tests_on_the_third() -> None:
    one = data.load("emoji10", split="style")
    assert set(one.train.info["style"].tolist()) == {"noto", "twemoji"}
    assert set(one.test.info["style"].tolist()) == {"fluent"}
    assert (len(one.train), len(one.test)) == (1018, 501)
    assert set(one.test.info["concept"].tolist()) <= set(one.train.info["concept"].tolist())


def test_emoji10_on_white_is_alpha_blending_to_the_nearest_whole_number(emoji: Dataset) -> None:
    rgba = whole(data.load("emoji10", channels="rgba")).astype(np.float64)
    alpha = rgba[:, 3:] / 255
    exact = alpha * rgba[:, :3] + (1 - alpha) * 255
    assert np.abs(whole(emoji) - exact).max() <= 0.5 + 1e-9


def test_emoji10_masks_are_real_transparency() -> None:
    alpha = data.load("emoji10", channels="rgba").train.images[:, 3]
    assert (alpha[:, 0, 0] == 0).mean() > 0.9
    assert (alpha.reshape(len(alpha), -1).max(1) == 255).all()


def test_photos_are_each_a_class_of_their_own_and_none_is_for_testing() -> None:
    photos = data.load("photos")
    assert photos.classes == data.PHOTOS
    assert photos.train.labels.tolist() == list(range(12))
    assert photos.test.images.shape == (0, 3, 224, 224)


def test_grey_photos_weigh_colours_as_pillow_does() -> None:
    grey = data.load("photos", channels="grey").train.images
    for colour, ours in zip(data.load("photos").train.images, grey, strict=True):
        pillow = np.asarray(Image.fromarray(colour.transpose(1, 2, 0)).convert("L"))
        assert np.abs(pillow.astype(int) - ours[0]).max() <= 1


def test_photo_is_the_one_that_load_gives() -> None:
    photos = data.load("photos")
    for name, image in zip(photos.classes, photos.train.images, strict=True):
        np.testing.assert_array_equal(data.photo(name)[0], image)


def test_a_reduced_photo_averages_blocks() -> None:
    small = data.photo("coffee", size=56)
    means = data.photo("coffee")[0].reshape(3, 56, 4, 56, 4).mean(axis=(2, 4))
    assert np.abs(small[0] - means).max() <= 1
    assert data.photo("coffee", size=1).shape == (1, 3, 1, 1)


def test_each_load_is_fresh_and_writable(fashion: Dataset) -> None:
    first = data.load("fashion_mnist")
    first.train.images[:] = 0
    first.test.labels[:] = 0
    again = data.load("fashion_mnist")
    np.testing.assert_array_equal(again.train.images, fashion.train.images)
    np.testing.assert_array_equal(again.test.labels, fashion.test.labels)


@pytest.mark.parametrize("name", SIZES)
def test_loading_takes_less_than_a_second(name: str) -> None:
    start = process_time()
    data.load(name)
    assert process_time() - start < 1


def test_packs_are_small_and_every_one_has_a_checksum() -> None:
    sizes = {path.name: path.stat().st_size for path in data.FOLDER.iterdir()}
    assert sizes["photos.webp"] < 1_000_000
    assert sum(sizes.values()) < 11_000_000
    sums = {line.split()[-1] for line in (data.FOLDER / "SHA256SUMS").read_text("utf-8").splitlines()}
    assert sums == set(sizes) - {"NOTICES.txt", "SHA256SUMS"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fashion_mnist", ["MIT", "2017 Zalando SE", "WITHOUT WARRANTY OF ANY KIND"]),
        (
            "emoji10",
            [
                "Noto Emoji, © Google LLC",
                "Apache License",
                "END OF TERMS AND CONDITIONS",
                "Twemoji, © 2019 Twitter",
                "creativecommons.org/licenses/by/4.0",
                "Fluent Emoji, © Microsoft",
            ],
        ),
        ("photos", ["creativecommons.org/licenses/by/2.0", "danielbuechele", "vultilion", *data.PHOTOS]),
    ],
)
def test_licence_has_what_each_source_asks_for(name: str, words: list[str]) -> None:
    text = data.load(name).licence
    assert [word for word in words if word not in text] == []
    assert "=====" not in text


def test_reprs_are_short() -> None:
    assert repr(data.load("photos")) == (
        "Dataset('photos', train=Split(12 pictures of 3x224x224), test=Split(0 pictures of 3x224x224), 12 classes)"
    )
