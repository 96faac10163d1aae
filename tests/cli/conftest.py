"""A folder to type commands in, a picture, and a model of the reader's own."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

from cnnviz.cli import app

MODEL = """
import torch

def small():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(4 * 6 * 6, 2)
    )

def five_channels():
    return torch.nn.Sequential(torch.nn.Conv2d(5, 2, 3))

not_callable = 3
"""
Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "their_model.py").write_text(MODEL)
    (tmp_path / "names.txt").write_text("cat\ndog\n")
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """`run("explain", "clothes", ...)` as typed in the folder."""
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def refused(result: Result) -> str:
    """The one sentence of a refusal: exit status 1, nothing on stdout, no traceback."""
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert result.stderr.startswith("cnnviz: ")
    assert result.stderr.count("\n") == 1
    return result.stderr
