"""The pictures' colours are the page's, and figures are drawn where they are asked to be."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot as plt

from cnnviz import figures
from cnnviz.figures import _style
from cnnviz.widgets import _base

WIDGETS = Path(_base.__file__).parent
EACH: dict[str, Callable[[Any], Any]] = {
    "feature_maps": lambda ax: figures.feature_maps(np.ones((2, 3, 3)), ax=ax),
    "filters": lambda ax: figures.filters(np.ones((2, 1, 3, 3)), ax=ax),
    "curves": lambda ax: figures.curves({"loss": [2.0, 1.0]}, ax=ax),
    "confusion_matrix": lambda ax: figures.confusion_matrix(np.eye(2), ax=ax),
    "overlay": lambda ax: figures.overlay(np.zeros((4, 4)), np.eye(2), ax=ax),
    "architecture": lambda ax: figures.architecture([{"name": "a", "op": "relu", "shape": (1, 2), "params": 0}], ax=ax),
}


def test_the_tokens_are_the_stylesheets_of_the_light_theme() -> None:
    css = (WIDGETS / "css" / "tokens.css").read_text(encoding="utf-8")
    light = css[: css.index("}")]
    assert dict(re.findall(r"--cnnviz-([\w-]+): (#[0-9a-f]{6});", light)) == _style.TOKENS


def test_the_scales_are_those_that_the_page_paints_maps_with() -> None:
    palette = {name: [int(hex[i : i + 2], 16) for i in (1, 3, 5)] for name, hex in _style.TOKENS.items()}
    script = f"""
        import {{ colourTable }} from "{WIDGETS}/js/lib/colour_scale.js";
        console.log(JSON.stringify([...colourTable({json.dumps(palette)}).shades]));"""
    run = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    shades = np.array(json.loads(run.stdout), np.uint32).view(np.uint8).reshape(-1, 4)[:, :3]
    bytes_of = lambda cmap: np.rint(255 * cmap(np.arange(cmap.N))[:, :3]).astype(int)  # noqa: E731
    np.testing.assert_array_equal(bytes_of(figures.DIVERGING), shades[:-1])
    np.testing.assert_array_equal(bytes_of(figures.SEQUENTIAL), shades[255:-1])
    assert (np.rint(255 * np.array(figures.DIVERGING(np.nan)[:3])) == shades[-1]).all()


@pytest.mark.parametrize("name", EACH)
def test_a_figure_draws_into_the_axes_that_it_is_given_or_into_new_ones(name: str) -> None:
    _, ax = plt.subplots()
    assert EACH[name](ax) is ax
    assert plt.get_fignums() == [1]
    new = EACH[name](None)
    assert new is not ax
    assert plt.get_fignums() == [1, 2]
    new.figure.canvas.draw()


@pytest.mark.parametrize("name", EACH)
def test_what_is_no_axes_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=rf"{name} needs ax as matplotlib Axes, got int: make them with plt\.subplots"):
        EACH[name](3)


def test_every_public_figure_is_tested_here() -> None:
    assert set(EACH) == {name for name in figures.__all__ if name.islower()}
