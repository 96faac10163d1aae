"""Every figure of every page, driven as a reader drives it; torch says which numbers must come."""

import json
import re
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page

from tests.browser.saved_bytes import inflated
from tests.browser.site import PAGES, SITE, open_page
from tests.vectors.make import TORCH

STATE = re.compile(r'<script type="application/vnd\.jupyter\.widget-state\+json">(.*?)</script>', re.DOTALL)
VIEW = re.compile(r'data-anywidget="([0-9a-f]+)"')


def figures(page: str) -> list[tuple[str, dict[str, Any]]]:
    """The page's views in order: model id and state, arrays in it."""
    html = (SITE / page).read_text(encoding="utf-8")
    states: dict[str, Any] = {}
    for block in STATE.findall(html):
        states |= json.loads(block)["state"]
    return [(name, _with_arrays(states[name])) for name in VIEW.findall(html)]


def _with_arrays(saved: dict[str, Any]) -> dict[str, Any]:
    state: dict[str, Any] = saved["state"]
    for buffer in saved.get("buffers", []):
        *way, last = buffer["path"]
        holder: Any = state
        for key in way:
            holder = holder[key]
        dtype = np.uint8 if holder.get("dtype") == "uint8" else np.dtype("<f4")
        holder[last] = np.frombuffer(inflated(buffer), dtype).reshape(holder["shape"])
    return state


def by_name(name: str) -> list[Any]:
    found = [(page, *figure) for page in PAGES for figure in figures(page) if name in figure[1]["_anywidget_id"]]
    return [pytest.param(*one, id=f"{one[0]}-{number}") for number, one in enumerate(found)]


def torch_output(state: dict[str, Any]) -> NDArray[Any]:
    inputs = [torch.tensor(one["data"], dtype=torch.float64) for one in state["inputs"]]
    params = {name: torch.tensor(one["data"], dtype=torch.float64) for name, one in state["params"].items()}
    if state["flipped"]:
        params["weight"] = params["weight"].flip(-1, -2)
    output: NDArray[Any] = TORCH[state["op"]](*inputs, params, **state["args"]).numpy()
    return output


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("∞", "inf"))


def close(one: float, other: float) -> bool:
    """Equal as far as the sentence shows it: about two decimals, or three digits."""
    return bool(abs(one - other) <= max(0.0051, 0.006 * abs(other)))


def shows(figure: Locator, expected: float) -> bool:
    """Whether the result at the end of the sentence becomes `expected`: it changes when the motion ends."""
    result = figure.locator(".cnnviz-sentence .is-strong").last
    for _ in range(20):
        if close(number(result.inner_text()), expected):
            return True
        figure.page.wait_for_timeout(50)
    return False


def where(figure: Locator, plane: NDArray[Any]) -> int:
    """The current cell as the transport names it: "row 3, column 4" or "index 12"."""
    *row, last = map(int, re.findall(r"\d+", figure.locator(".cnnviz-where").inner_text()))
    return row[0] * plane.shape[-1] + last if row else last


STEPPERS = by_name("Stepper")


def test_the_book_has_steppers_of_many_operations() -> None:
    operations = {param.values[2]["op"] for param in STEPPERS}  # type: ignore[index, call-overload]
    assert {"conv2d", "max_pool2d", "avg_pool2d", "relu", "flatten", "linear", "softmax"} <= operations


@pytest.mark.parametrize(("name", "model", "state"), STEPPERS)
def test_a_stepper_answers_keys_and_pointer_with_torchs_numbers(
    page: Page, served: str, name: str, model: str, state: dict[str, Any]
) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_page(page, f"{served}/{name}")
    figure = page.locator(f"[data-anywidget='{model}']")
    if state["after"]:
        figure.get_by_role("button", name="show it anyway").click()
    if state["backward"]:
        figure.get_by_role("button", name="forward").click()
    output = torch_output(state)
    plane = output[state["sample"], state["channel"]] if output.ndim == 4 else output[state["sample"]][None]
    stage = figure.locator(".cnnviz-stage")
    stage.focus()

    page.keyboard.press("End")
    assert shows(figure, plane.flat[-1])
    page.keyboard.press("ArrowLeft")
    earlier = plane.flat[max(plane.size - 2, 0)]  # A layer's only cell stays where it is.
    assert shows(figure, earlier)
    status = figure.locator("[aria-live=polite]").last
    page.wait_for_timeout(1100)  # The live text speaks at most once a second.
    assert close(number(status.inner_text().rstrip(".").split()[-1]), earlier)
    page.keyboard.press("Home")
    assert shows(figure, plane.flat[0])

    before = where(figure, plane)
    surface = figure.locator("[data-grid=output] .cnnviz-surface")
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.55 * box["width"], box["y"] + 0.55 * box["height"])
    after = where(figure, plane)
    assert after != before or plane.size == 1
    assert shows(figure, plane.flat[after])


@pytest.mark.parametrize(("name", "model", "state"), by_name("Question"))
def test_a_question_can_be_answered_by_keyboard(
    page: Page, served: str, name: str, model: str, state: dict[str, Any]
) -> None:
    open_page(page, f"{served}/{name}")
    figure = page.locator(f"[data-anywidget='{model}']")
    options = figure.get_by_role("radio")
    assert options.count() == len(state["options"])
    options.first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    if state["kind"] == "predict":
        assert options.last.is_disabled()
        figure.get_by_role("button", name="compare").press("Enter")
    why = state["options"][0]["why"].split("`")[0][:30].split("\n")[0]
    assert why in figure.inner_text()


@pytest.mark.parametrize(("name", "model", "state"), by_name("Explorer"))
def test_an_explorer_gives_torchs_probabilities_for_every_picture(
    page: Page, served: str, name: str, model: str, state: dict[str, Any]
) -> None:
    scale, shift = (torch.tensor(state[key], dtype=torch.float64).reshape(1, -1, 1, 1) for key in ("scale", "shift"))
    images = torch.tensor(state["images"]["data"], dtype=torch.float64) * scale + shift
    values: dict[str, torch.Tensor] = {"input": images}
    for node in state["nodes"]:
        if node["op"] == "recorded":
            values[node["name"]] = torch.tensor(state["records"][node["name"]]["data"], dtype=torch.float64)
            continue
        params = {key: torch.tensor(one["data"], dtype=torch.float64) for key, one in node["params"].items()}
        read = (values[key] for key in node["inputs"])
        values[node["name"]] = TORCH[node["op"]](*read, params, **node["args"])
    last = state["nodes"][-1]
    scores = last["op"] == "recorded" and last["args"]["type"] != "Softmax"
    expected = (values[last["name"]].softmax(-1) if scores else values[last["name"]]).numpy()

    open_page(page, f"{served}/{name}")
    figure = page.locator(f"[data-anywidget='{model}']")
    pictures = figure.get_by_role("radiogroup").get_by_role("radio")
    assert pictures.count() == len(images)
    for at in range(len(images)):
        pictures.nth(at).click()
        best = int(expected[at].argmax())
        # The table names the classes in their order, under a heading; beyond 99 it says "> 99".
        row = figure.locator("table tr").nth(best + 1)
        assert state["class_names"][best] in row.inner_text()
        percent = min(99.0, 100 * expected[at, best])
        page.wait_for_function(
            "([row, percent]) => Math.abs(Number(row.innerText.match(/([\\d.]+)\\s*%/)[1]) - percent) <= 1",
            arg=[row.element_handle(), percent],
        )
