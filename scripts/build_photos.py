"""Build `cnnviz/_data/photos.*`: twelve photographs, 224x224, from the wheels of scikit-image and scikit-learn.

    pip download --no-deps scikit-image==0.26.0 scikit-learn==1.9.1
    for f in *.whl; do unzip -q "$f" -d unpacked; done
    python scripts/build_photos.py unpacked

Only pictures whose licence the packages state: `cnnviz/_data/NOTICES.txt` has each. `BOXES` crops each to a square of
the original's pixels: left, top, side.
"""

import argparse
from pathlib import Path

import numpy as np
from _sprite import PACKS, save_pack
from numpy.typing import NDArray
from PIL import Image

SIZE = 224
BOXES = {
    "skimage/data/astronaut.png": (60, 0, 340),
    "skimage/data/brick.png": (0, 0, 512),
    "skimage/data/camera.png": (0, 0, 512),
    "skimage/data/chelsea.png": (94, 19, 262),
    "sklearn/datasets/images/china.jpg": (0, 0, 427),
    "skimage/data/coffee.png": (90, 0, 400),
    "sklearn/datasets/images/flower.jpg": (120, 0, 427),
    "skimage/data/grass.png": (0, 0, 448),
    "skimage/data/gravel.png": (0, 0, 448),
    "skimage/data/hubble_deep_field.jpg": (300, 300, 448),
    "skimage/data/retina.jpg": (0, 0, 1411),
    "skimage/data/rocket.jpg": (110, 0, 427),
}


def read_square(path: Path, left: int, top: int, side: int) -> NDArray[np.uint8]:
    """The box of the picture as (224, 224, 3)."""
    if not path.is_file():
        raise SystemExit(f"{path} is missing: unpack both wheels as the docstring says")
    with Image.open(path) as picture:
        box = picture.convert("RGB").crop((left, top, left + side, top + side))
    return np.asarray(box.resize((SIZE, SIZE), Image.Resampling.LANCZOS))


def main() -> None:
    """Read, crop and reduce the pictures, write the sprite."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the two wheels are unpacked")
    parser.add_argument("--out", type=Path, default=PACKS, help="default: %(default)s")
    args = parser.parse_args()
    tiles = np.stack([read_square(args.folder / path, *box) for path, box in BOXES.items()])
    names = [(Path(path).stem.removesuffix("_deep_field"),) for path in BOXES]
    save_pack(args.out, "photos", tiles, 4, names, ("class",))


if __name__ == "__main__":
    main()
