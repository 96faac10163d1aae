"""Build `cnnviz/_data/fashion_mnist.*`: a balanced 10,000 + 2,000 of Fashion-MNIST's 60,000 + 10,000 pictures.

The source is Debian's package `dataset-fashion-mnist`:

    apt-get download dataset-fashion-mnist && dpkg-deb -x dataset-fashion-mnist_*.deb unpacked
    python scripts/build_fashion_mnist.py unpacked/usr/share/datasets/fashion-mnist

Taken are the first 1,000 pictures of each class of the training file and the first 200 of the test file, in the order
of the files. The csv says of every picture which one it was.
"""

import argparse
import gzip
from pathlib import Path

import numpy as np
from _sprite import PACKS, save_pack
from numpy.typing import NDArray

from cnnviz.data import FASHION_CLASSES

FILES = {"train": ("train", 1000), "test": ("t10k", 200)}


def read_idx(path: Path) -> NDArray[np.uint8]:
    """An idx file: two zero bytes, type 8 (uint8), the number of axes, each axis as a big-endian int32, the values."""
    raw = gzip.decompress(path.read_bytes())
    if raw[:3] != b"\0\0\x08":
        raise SystemExit(f"{path} is not an idx file of bytes: it starts with {raw[:3]!r}")
    shape = np.frombuffer(raw, ">i4", count=raw[3], offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def first_of_each_class(labels: NDArray[np.uint8], count: int) -> NDArray[np.intp]:
    """Indexes of the first `count` of each class, in the order of the file."""
    return np.sort(np.concatenate([np.flatnonzero(labels == c)[:count] for c in range(len(FASHION_CLASSES))]))


def main() -> None:
    """Read the four idx files, choose, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the four .gz files are")
    parser.add_argument("--out", type=Path, default=PACKS, help="default: %(default)s")
    args = parser.parse_args()
    tiles, rows = [], []
    for split, (prefix, count) in FILES.items():
        images = read_idx(args.folder / f"{prefix}-images-idx3-ubyte.gz")
        labels = read_idx(args.folder / f"{prefix}-labels-idx1-ubyte.gz")
        chosen = first_of_each_class(labels, count)
        tiles.append(images[chosen])
        rows += [(FASHION_CLASSES[labels[i]], split, i) for i in chosen]
    # WebP has no grey: three equal channels, which its lossless mode stores as one.
    grey = np.repeat(np.concatenate(tiles)[..., None], 3, axis=3)
    save_pack(args.out, "fashion_mnist", grey, 100, rows, ("class", "split", "source"))


if __name__ == "__main__":
    main()
