"""What the build scripts share: many pictures of one size as one lossless WebP, and the list of checksums."""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PACKS = Path(__file__).resolve().parent.parent / "cnnviz" / "_data"
SUMS = "SHA256SUMS"


def sprite(tiles: NDArray[np.uint8], columns: int) -> Image.Image:
    """Pictures (N, size, size, C) laid out row by row, `columns` a row; unused places stay 0 (transparent).

    >>> sprite(np.zeros((5, 8, 8, 3), np.uint8), columns=2).size
    (16, 24)
    """
    n, size, _, channels = tiles.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * columns, size, size, channels), np.uint8)
    sheet[:n] = tiles
    sheet = sheet.reshape(rows, columns, size, size, channels).swapaxes(1, 2)
    return Image.fromarray(sheet.reshape(rows * size, columns * size, channels))


def save_pack(
    out: Path,
    name: str,
    tiles: NDArray[np.uint8],
    columns: int,
    rows: Sequence[Sequence[object]],
    header: Iterable[str],
) -> None:
    """Write `<name>.webp` and `<name>.csv` (one row a tile, in the sprite's order), and the checksums of both."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{name}.webp"
    unfinished = path.with_suffix(".part")
    sprite(tiles, columns).save(unfinished, "WEBP", lossless=True, quality=100, method=6)
    unfinished.replace(path)
    table = out / f"{name}.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    for made in (path, table):
        record_checksum(made)
    print(f"{path}: {len(tiles)} pictures, {path.stat().st_size / 1e6:.2f} MB")


def record_checksum(path: Path) -> None:
    """Put the file's line into SHA256SUMS beside it (the format of `sha256sum`)."""
    sums = path.parent / SUMS
    lines = sums.read_text("utf-8").splitlines() if sums.is_file() else []
    lines = [line for line in lines if line.split()[-1] != path.name]
    lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}")
    sums.write_text("\n".join(sorted(lines, key=lambda line: line.split()[-1])) + "\n", encoding="utf-8")
