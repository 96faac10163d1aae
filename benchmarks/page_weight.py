"""What pages weigh: gzip, as a server sends them, and on the disk."""

import gzip
import tempfile
from pathlib import Path

import cnnviz
from cnnviz import data, models
from cnnviz.widgets._base import bundle, stylesheet
from tests.architectures import resnet18
from tests.compact.nets import tiny_vgg

MOST = {"Tiny VGG, ten pictures": 150_000, "ResNet-18, recorded": 2_000_000}  # bytes of gzip


def weights() -> dict[str, tuple[int, int]]:
    """Bytes of gzip and whole bytes of each page, and of the explorer's own JavaScript and styles."""
    emoji, clothes = data.load("emoji10"), data.load("fashion_mnist")
    figures = {
        "Tiny VGG, ten pictures": cnnviz.explore(tiny_vgg(), emoji.test.images[:10], emoji.classes),
        "clothes, ten pictures": cnnviz.explore(models.load("clothes"), clothes.test.images[:10], clothes.classes),
        "ResNet-18, recorded": _recorded(),
    }
    texts = {"the explorer's JavaScript": bundle("explorer.js"), "its styles": stylesheet("explorer.css", "panels.css")}
    sizes = {name: _sizes(text.encode()) for name, text in texts.items()}
    with tempfile.TemporaryDirectory() as folder:
        return sizes | {
            name: _sizes(one.save(Path(folder) / "page.html").read_bytes()) for name, one in figures.items()
        }


def _recorded() -> object:
    import torch

    photo = data.load("photos").train.images[:1]
    with torch.no_grad():
        taken = cnnviz.record(resnet18().eval(), torch.from_numpy(photo).float() / 127.5 - 1)
    return cnnviz.explore(taken, photo, scale=1 / 127.5, shift=-1.0)


def _sizes(content: bytes) -> tuple[int, int]:
    return len(gzip.compress(content, 9)), len(content)


def table(sizes: dict[str, tuple[int, int]]) -> str:
    """A line each, in kilobytes."""
    wide = max(map(len, sizes))
    lines = [
        f"  {name:<{wide}}  {packed / 1e3:8.1f} kB  {whole / 1e3:8.1f} kB" for name, (packed, whole) in sizes.items()
    ]
    return "\n".join(["page weight  (gzip, whole)", *lines])


def broken(sizes: dict[str, tuple[int, int]]) -> list[str]:
    """The promises that do not hold."""
    return [f"{name} weighs more than {most:,} bytes" for name, most in MOST.items() if sizes[name][0] > most]
