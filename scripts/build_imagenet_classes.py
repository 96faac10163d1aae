"""Rebuild `cnnviz/_data/imagenet_classes.txt`, ImageNet's 1000 class names in the order of its labels, one a line.

    pip download --no-deps torchvision==0.24.1
    unzip torchvision-*.whl torchvision/models/_meta.py -d unpacked
    python scripts/build_imagenet_classes.py unpacked

The names are WordNet's, as torchvision shortens them: `cnnviz/_data/NOTICES.txt` has its licence.
"""

import argparse
import ast
from pathlib import Path

from _sprite import PACKS, record_checksum

LIST = "_IMAGENET_CATEGORIES"


def read_names(source: str) -> list[str]:
    """The list of names in torchvision/models/_meta.py, which is read and not run."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", None) == LIST:
            names: list[str] = ast.literal_eval(statement.value)
            return names
    raise SystemExit(f"no {LIST} in this file: unpack torchvision 0.24.1 as the docstring says")


def main() -> None:
    """Read the list, write it and its checksum."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the wheel is unpacked")
    parser.add_argument("--out", type=Path, default=PACKS, help="default: %(default)s")
    args = parser.parse_args()
    names = read_names((args.folder / "torchvision/models/_meta.py").read_text("utf-8"))
    path = args.out / "imagenet_classes.txt"
    path.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    record_checksum(path)


if __name__ == "__main__":
    main()
