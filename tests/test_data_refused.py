"""What data refuses: unknown names, and shipped files that are damaged; each error says what to do."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from cnnviz import data
from cnnviz.data import Dataset


@pytest.fixture(scope="module")
def emoji() -> Dataset:
    return data.load("emoji10")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped files that a test may damage."""
    copy = tmp_path / "_data"
    shutil.copytree(data.FOLDER, copy)
    monkeypatch.setattr(data, "FOLDER", copy)
    return copy


def test_an_unknown_name_lists_the_names() -> None:
    with pytest.raises(
        ValueError, match=r"fashion_mnist, emoji10, photos, got 'fashion-mnist': did you mean 'fashion_"
    ):
        data.load("fashion-mnist")


@pytest.mark.parametrize(
    ("name", "choice", "message"),
    [
        ("emoji10", {"split": "random"}, r'load\("emoji10"\) needs split to be one of concept, style, got \'random\''),
        ("emoji10", {"channels": "rgbs"}, r"channels to be one of rgb, rgba, got 'rgbs': did you mean 'rgb"),
        ("fashion_mnist", {"channels": "rgb"}, r'load\("fashion_mnist"\) needs channels to be one of grey'),
        ("photos", {"split": "style"}, r'load\("photos"\) needs split to be one of all'),
    ],
)
def test_an_unknown_choice_lists_the_choices(name: str, choice: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        data.load(name, **choice)


def test_photo_refuses_unknown_names_and_sizes() -> None:
    with pytest.raises(
        ValueError, match=r"photo needs name to be one of astronaut, .*got 'chelsee': did you mean 'chel"
    ):
        data.photo("chelsee")
    with pytest.raises(ValueError, match=r"size of at most 224, got 512: that is all the pixels there are"):
        data.photo("camera", size=512)
    with pytest.raises(ValueError, match=r'photo\("camera"\) needs size of at least 1, got 0'):
        data.photo("camera", size=0)
    with pytest.raises(ValueError, match=r"channels to be one of rgb, grey, got 'rgba'"):
        data.photo("camera", channels="rgba")


@pytest.mark.parametrize("name", ["fashion_mnist", "emoji10", "photos"])
@pytest.mark.parametrize("suffix", ["webp", "csv"])
def test_a_truncated_file_is_named_with_the_remedy(name: str, suffix: str, folder: Path) -> None:
    path = folder / f"{name}.{suffix}"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(
        data.DamagedFileError, match=rf"{name}\.{suffix} as it was shipped, got .* install cnnviz again"
    ):
        data.load(name)


def test_a_flipped_bit_is_found(folder: Path) -> None:
    path = folder / "photos.webp"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(data.DamagedFileError, match=r"photos\.webp as it was shipped, got [\d,]+ bytes with another"):
        data.photo("rocket")


@pytest.mark.parametrize("file", ["emoji10.webp", "emoji10.csv", "NOTICES.txt"])
def test_a_missing_file_is_named(file: str, folder: Path) -> None:
    (folder / file).unlink()
    with pytest.raises(data.DamagedFileError, match=rf"{file} as it was shipped, got no such file"):
        data.load("emoji10")


def test_line_ends_of_another_system_do_no_harm(folder: Path, emoji: Dataset) -> None:
    path = folder / "emoji10.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    np.testing.assert_array_equal(data.load("emoji10").test.labels, emoji.test.labels)


@pytest.mark.parametrize("sums", [None, "", "0" * 64], ids=["missing", "empty", "cut short"])
def test_a_file_without_a_checksum_is_not_read(sums: str | None, folder: Path) -> None:
    (folder / "SHA256SUMS").unlink()
    if sums is not None:
        (folder / "SHA256SUMS").write_text(sums)
    said = r"photos.csv as it was shipped, got [\d,]+ bytes without a checksum in SHA256SUMS: install cnnviz again "
    with pytest.raises(data.DamagedFileError, match=rf"{said}\(pip install --force-reinstall --no-deps cnnviz;"):
        data.load("photos")
