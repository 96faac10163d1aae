"""Rebuild `cnnviz/_data/emoji10.webp` from `emoji10.csv`, which says of every tile its class, concept, style and code.

The sources are three npm packages, unpacked into one folder:

    npm pack emoji-datasource-google@16.0.0 emoji-datasource-twitter@16.0.0 @lobehub/fluent-emoji-3d@1.1.0
    for f in *.tgz; do mkdir "${f%.tgz}" && tar xzf "$f" -C "${f%.tgz}"; done
    python scripts/build_emoji10.py .

Noto and Twemoji come as 64x64 and are taken as they are; Fluent comes as 256x256 and is reduced with Lanczos.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
from _sprite import PACKS, save_pack
from numpy.typing import NDArray
from PIL import Image

SIZE = 64
PATHS = {
    "noto": "emoji-datasource-google-16.0.0/package/img/google/64/{}.png",
    "twemoji": "emoji-datasource-twitter-16.0.0/package/img/twitter/64/{}.png",
    "fluent": "lobehub-fluent-emoji-3d-1.1.0/package/assets/{}.webp",
}


def read_tile(folder: Path, style: str, code: str) -> NDArray[np.uint8]:
    """One picture as (64, 64, 4)."""
    path = folder / PATHS[style].format(code.lower())
    if not path.is_file():
        raise SystemExit(f"{path} is missing: unpack the three npm packages into {folder} as the docstring says")
    with Image.open(path) as picture:
        picture = picture.convert("RGBA")
    if picture.size != (SIZE, SIZE):
        picture = picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    return np.asarray(picture)


def main() -> None:
    """Read the csv and the pictures that it names, write the sprite."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the three packages are unpacked")
    parser.add_argument("--out", type=Path, default=PACKS, help="default: %(default)s")
    args = parser.parse_args()
    with (PACKS / "emoji10.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    tiles = np.stack([read_tile(args.folder, style, code) for _, _, style, code in rows])
    save_pack(args.out, "emoji10", tiles, 40, rows, header)


if __name__ == "__main__":
    main()
