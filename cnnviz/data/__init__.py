"""Real pictures, shipped with the package: no download, no account, licences stated.

`load("fashion_mnist")`, `load("emoji10")` and `load("photos")` give a `Dataset`; `photo("chelsea")` gives one picture.
Pictures are uint8 (N, C, H, W), 0 black to 255; `to_float` makes network inputs of them. `IMAGENET_CLASSES` has the
names of the classes that networks trained on ImageNet tell apart.
"""

import csv
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from cnnviz import _check

from ._levels import to_float

__all__ = [
    "EMOJI_CLASSES",
    "FASHION_CLASSES",
    "FOLDER",
    "IMAGENET_CLASSES",
    "PHOTOS",
    "DamagedFileError",
    "Dataset",
    "Split",
    "licence",
    "load",
    "photo",
    "shipped",
    "to_float",
]

FOLDER = Path(__file__).parent.parent / "_data"
FASHION_CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
EMOJI_CLASSES = (
    "face", "hand", "mammal", "creature", "produce", "dish", "vehicle", "building", "clothing", "flag",
)  # fmt: skip
PHOTOS = (
    "astronaut", "brick", "camera", "chelsea", "china", "coffee",
    "flower", "grass", "gravel", "hubble", "retina", "rocket",
)  # fmt: skip


def __getattr__(name: str) -> tuple[str, ...]:
    """IMAGENET_CLASSES: the names of ImageNet's 1000 classes, in the order of its labels, read when they are used."""
    if name != "IMAGENET_CLASSES":
        raise AttributeError(f"module 'cnnviz.data' has no attribute {name!r}")
    return tuple(shipped("imagenet_classes.txt").decode("utf-8").splitlines())


@dataclass(frozen=True)
class _Pack:
    """How a sprite is cut: tile size in pixels, and the choices `load` offers, the default first."""

    classes: tuple[str, ...]
    size: int
    splits: tuple[str, ...]
    channels: tuple[str, ...]


_PACKS = {
    "fashion_mnist": _Pack(FASHION_CLASSES, 28, ("official",), ("grey",)),
    "emoji10": _Pack(EMOJI_CLASSES, 64, ("concept", "style"), ("rgb", "rgba")),
    "photos": _Pack(PHOTOS, 224, ("all",), ("rgb", "grey")),
}


class DamagedFileError(_check.Refused, RuntimeError):
    """A file of the package is missing, cut short or changed."""


@dataclass(frozen=True)
class Split:
    """Pictures with their labels.

    images: uint8 (N, C, H, W); labels: int64 (N,), indexes into the data set's `classes`; info: more columns, one
    entry a picture (emoji10: "concept", "style", "unicode"; fashion_mnist: "source"). Index it like an array to get
    a smaller Split; as in NumPy, a slice shares memory with the whole, a mask or a list of indexes copies.

    >>> test = load("emoji10", split="style").test
    >>> test[test.info["concept"] == "cat"]
    Split(1 picture of 3x64x64)
    """

    images: NDArray[Any]
    labels: NDArray[np.int64]
    info: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = {"labels": self.labels, **self.info}
        for name, column in columns.items():
            if np.shape(column) != (len(self.images),):
                raise _check.bad_value(
                    "Split", f"{name} of shape ({len(self.images)},), one for each picture", np.shape(column)
                )

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: slice | ArrayLike) -> "Split":
        if isinstance(index, int | np.integer):
            raise _check.bad_type(
                "Split", "a slice, a mask or a list of indexes", index, f"split.images[{index}] is one picture"
            )
        at = index if isinstance(index, slice) else np.asarray(index)
        return Split(self.images[at], self.labels[at], {name: column[at] for name, column in self.info.items()})

    def __repr__(self) -> str:
        shape = "x".join(map(str, self.images.shape[1:]))
        return f"Split({len(self)} picture{'' if len(self) == 1 else 's'} of {shape})"


@dataclass(frozen=True)
class Dataset:
    """A named data set: `train` and `test` splits, the classes' names, the licence's text."""

    name: str
    train: Split
    test: Split
    classes: tuple[str, ...]
    licence: str = field(repr=False)

    def __repr__(self) -> str:
        return f"Dataset({self.name!r}, train={self.train}, test={self.test}, {len(self.classes)} classes)"


def load(name: str, *, split: str | None = None, channels: str | None = None) -> Dataset:
    """One of the shipped data sets, as fresh, writable arrays at every call.

    "fashion_mnist": 28x28 grey clothes (C = 1), ten classes, 10,000 to train and 2,000 to test, balanced. 4.7 MB.

    "emoji10": 64x64 drawings, ten classes, 509 concepts in up to three styles, 1,519 pictures. channels="rgb" (default)
    lays them on white, "rgba" keeps transparency, which is an exact mask of the object (colours where alpha is 0 mean
    nothing). split="concept" (default) holds out a third of the concepts of each class, in all their styles:
    the same concept in another style is nearly the same picture, so a random split would leak. split="style" trains on
    Noto and Twemoji and tests on Fluent.

    "photos": twelve 224x224 colour photographs (channels="grey" for one channel), to look at and to filter. Each is a
    class of its own, all are in `train`, and `test` is empty; see also `photo`.

    Raises ValueError for an unknown name, split or channels, DamagedFileError when the package's file cannot be used.

    >>> load("fashion_mnist")
    Dataset('fashion_mnist', train=Split(10000 pictures of 1x28x28), test=Split(2000 pictures of 1x28x28), 10 classes)
    """
    pack = _PACKS[_check.one_of("load", "name", name, _PACKS)]
    who = f'load("{name}")'
    split = _check.one_of(who, "split", split or pack.splits[0], pack.splits)
    channels = _check.one_of(who, "channels", channels or pack.channels[0], pack.channels)
    rows = _read_rows(name)
    tiles = _read_tiles(name, pack.size, len(rows["class"]))
    classes = np.array(pack.classes)
    labels = np.argmax(rows.pop("class")[:, None] == classes, axis=1).astype(np.int64)
    test = _test_mask(split, labels, rows)
    rows.pop("split", None)
    whole = Split(_as_channels(tiles, channels), labels, rows)
    return Dataset(name, whole[~test], whole[test], pack.classes, licence(name))


def photo(name: str, *, size: int = 224, channels: str = "rgb") -> NDArray[np.uint8]:
    """One of the shipped photographs as uint8 (1, C, size, size), reduced by averaging when size is below 224.

    channels: "rgb" (C = 3) or "grey" (C = 1). Raises ValueError for an unknown name, or a size outside 1 to 224.

    >>> photo("chelsea", size=64, channels="grey").shape
    (1, 1, 64, 64)
    """
    at = PHOTOS.index(_check.one_of("photo", "name", name, PHOTOS))
    pack = _PACKS["photos"]
    who = f'photo("{name}")'
    channels = _check.one_of(who, "channels", channels, pack.channels)
    size = _check.integer(who, "size", size)
    if size > pack.size:
        raise _check.bad_value(who, f"size of at most {pack.size}", size, "that is all the pixels there are")
    tile = Image.fromarray(_read_tiles("photos", pack.size, len(PHOTOS))[at, ..., :3])
    if size < pack.size:
        tile = tile.resize((size, size), Image.Resampling.BOX)
    return _as_channels(np.asarray(tile)[None], channels)


def licence(name: str) -> str:
    """The licences of a data set: its section of NOTICES.txt, which the package ships.

    >>> print(licence("fashion_mnist")[:51])
    Fashion-MNIST (https://github.com/zalandoresearch/f
    """
    _check.one_of("licence", "name", name, _PACKS)
    notices = shipped("NOTICES.txt").decode("utf-8")
    section = re.search(rf"^{name}\n=+\n(.*?)(?=^\w+\n=+$|\Z)", notices, re.MULTILINE | re.DOTALL)
    if section is None:
        raise _damaged("NOTICES.txt", f"no section {name}")
    return section[1].strip()


def _test_mask(split: str, labels: NDArray[np.int64], rows: Mapping[str, NDArray[np.str_]]) -> NDArray[np.bool_]:
    mask = np.zeros(len(labels), bool)
    if split == "official":
        mask |= rows["split"] == "test"
    elif split == "style":
        mask |= rows["style"] == "fluent"
    elif split == "concept":
        mask |= np.isin(rows["concept"], list(_held_out(labels, rows["concept"])))
    return mask


def _held_out(labels: NDArray[np.int64], concepts: NDArray[np.str_]) -> set[str]:
    """A third of each class's concepts, by checksum of the name: the same on every machine and NumPy version."""
    held: set[str] = set()
    for label in np.unique(labels):
        names = sorted(set(concepts[labels == label].tolist()), key=lambda concept: crc32(concept.encode()))
        held.update(names[: round(len(names) / 3)])
    return held


def _as_channels(tiles: NDArray[np.uint8], channels: str) -> NDArray[np.uint8]:
    """(N, H, W, 3 or 4) as a fresh (N, C, H, W)."""
    if channels == "grey":
        tiles = _grey(tiles)
    elif channels == "rgb" and tiles.shape[-1] == 4:
        tiles = _on_white(tiles)
    return np.array(tiles.transpose(0, 3, 1, 2), order="C")


def _grey(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Brightness as the eye weighs colours (ITU-R BT.601), rounded; what is grey already stays as it is."""
    red, green, blue = (rgb[..., i] for i in range(3))
    if np.array_equal(red, green) and np.array_equal(red, blue):
        return red[..., None]
    # Thousandths in whole numbers, so that the rounding is the same everywhere.
    weighted = 299 * red.astype(np.uint32) + 587 * green.astype(np.uint32) + 114 * blue.astype(np.uint32)
    return ((weighted + 500) // 1000).astype(np.uint8)[..., None]


def _on_white(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Each colour weighed by alpha, white by the rest, rounded."""
    alpha = rgba[..., 3:].astype(np.uint16)
    # At most 255 * 255 + 127: it fits 16 bits.
    return ((rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def _read_rows(name: str) -> dict[str, NDArray[np.str_]]:
    """The csv beside a sprite, as columns; one row a tile."""
    header, *rows = csv.reader(io.StringIO(shipped(f"{name}.csv").decode("utf-8")))
    return dict(zip(header, map(np.array, zip(*rows, strict=True)), strict=True))


def _read_tiles(name: str, size: int, count: int) -> NDArray[np.uint8]:
    """The sprite's tiles, (count, size, size, 3 or 4)."""
    file = f"{name}.webp"
    content = shipped(file)
    with Image.open(io.BytesIO(content)) as picture:
        sheet = np.asarray(picture)
    height, width, channels = sheet.shape
    tiles = sheet.reshape(height // size, size, width // size, size, channels).swapaxes(1, 2)
    return tiles.reshape(-1, size, size, channels)[:count]


def shipped(file: str) -> bytes:
    """A file of the package, compared with its checksum, since what is cut or changed may still decode.

    Raises DamagedFileError when it is missing or not what was shipped.
    """
    path = FOLDER / file
    if not path.is_file():
        raise _damaged(file, "no such file")
    content = path.read_bytes()
    if path.suffix in (".csv", ".txt"):
        content = content.replace(b"\r\n", b"\n")  # git may have given it this system's line ends
    sums = FOLDER / "SHA256SUMS"
    words = sums.read_text("utf-8", errors="replace").split() if sums.is_file() else []
    known = dict(zip(words[1::2], words[::2], strict=False))
    if file != "NOTICES.txt" and hashlib.sha256(content).hexdigest() != known.get(file):  # the licences have none
        but = "with another checksum" if file in known else "without a checksum in SHA256SUMS"
        raise _damaged(file, f"{len(content):,} bytes {but}")
    return content


def _damaged(file: str, got: str) -> DamagedFileError:
    return DamagedFileError(
        "cnnviz",
        f"needs {FOLDER / file} as it was shipped, got {got}: install cnnviz again "
        "(pip install --force-reinstall --no-deps cnnviz; in a clone, git checkout cnnviz/_data)",
    )
