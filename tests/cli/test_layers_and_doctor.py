"""`cnnviz layers` is the table that Python gives; `cnnviz doctor` reads what is installed."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import cnnviz
from cnnviz import models
from cnnviz.cli import _doctor
from tests.cli.conftest import Run, refused


def test_layers_prints_the_table_of_cnnviz_layers(run: Run) -> None:
    result = run("layers", "clothes")
    assert result.exit_code == 0, result.output
    expected = cnnviz.layers(models.load("clothes"), np.zeros((1, 1, 28, 28), np.float32))
    assert result.stdout == f"{expected!r}\n"


def test_layers_takes_a_picture(run: Run) -> None:
    result = run("layers", "their_model:small", "a.png", "--size", "8x8")
    assert result.exit_code == 0, result.output
    assert "a.png: 8 x 8" in result.stdout
    assert "(1, 4, 6, 6)" in result.stdout


def test_an_archive_has_operations(run: Run, folder: Path) -> None:
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 3), torch.nn.ReLU()).eval()
    torch.export.save(torch.export.export(model, (torch.ones(1, 3, 8, 8),)), folder / "net.pt2")
    result = run("layers", "net.pt2")
    assert result.exit_code == 0, result.output
    assert [line.split()[1] for line in result.stdout.splitlines()] == ["type", "conv2d", "relu"]
    assert "(1, 2, 6, 6)" in result.stdout


def test_layers_of_nothing_is_refused_in_one_sentence(run: Run) -> None:
    assert "'alexnet' is no model" in refused(run("layers", "alexnet"))


def test_doctor_is_well_here_and_names_every_version(run: Run) -> None:
    result = run("doctor")
    assert result.exit_code == 0
    assert f"numpy{' ' * 29}{np.__version__}" in result.stdout
    assert ".".join(map(str, sys.version_info[:3])) in result.stdout
    assert result.stdout.endswith("All that cnnviz needs is here.\n")


def test_doctor_says_what_is_missing_and_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _doctor._version
    monkeypatch.setattr(_doctor, "_version", lambda package: None if package in {"numpy", "torch"} else found(package))
    result = run("doctor")
    assert result.exit_code == 1
    assert "for your own models: pip install 'cnnviz[torch]'" in result.stdout
    assert "for everything: pip install 'numpy>=" in result.stdout
    assert result.stdout.endswith("Missing: numpy.\n")


def test_doctor_without_an_extra_is_well(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _doctor._version
    monkeypatch.setattr(_doctor, "_version", lambda package: None if package == "keras" else found(package))
    result = run("doctor")
    assert (result.exit_code, "for Keras models: pip install 'cnnviz[keras]'" in result.stdout) == (0, True)


def test_the_command_imports_nothing_heavy_before_it_is_needed() -> None:
    code = "import sys; from cnnviz.cli import app; print(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"torch", "anywidget", "matplotlib", "PIL"} & set(printed.split())


def test_python_m_cnnviz_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "cnnviz", "layers", "nothing"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("cnnviz: 'nothing' is no model")
