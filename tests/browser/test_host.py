"""The page without a kernel: `page.save` and `host.js`, with a widget that is not ours."""

from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import pytest
import traitlets
from playwright.sync_api import Page

from cnnviz.page import inside_script, placeholder, save

NASTY = "</script><script>window.broken = 1</script><!-- \"&' "


class Counter(anywidget.AnyWidget):
    """Somebody else's widget: bytes nested in a dict, events, initialise, its own style."""

    _esm = """
    export default {
      initialize({ model }) { model.set("started", true); },
      render({ model, el }) {
        const button = document.createElement("button");
        const label = document.createElement("output");
        const draw = () => { label.textContent = `${model.get("name")} ${model.get("count")}`; };
        button.textContent = "more";
        button.addEventListener("click", () => { model.set("count", model.get("count") + 1); model.save_changes(); });
        model.on("change:count", draw);
        draw();
        el.append(button, label, String(model.get("packed").data.getFloat32(4, true)), String(model.get("started")));
      },
    };
    """
    _css = "output { color: rgb(1, 2, 3); }"
    name = traitlets.Unicode(NASTY).tag(sync=True)
    count = traitlets.Int(3).tag(sync=True)
    started = traitlets.Bool(False).tag(sync=True)
    packed = traitlets.Dict({"data": b"\0\0\0\0\0\0\x20\x41"}).tag(sync=True)


class Broken(anywidget.AnyWidget):
    _esm = "export default { render() { throw new Error('no numbers'); } };"


def test_a_saved_widget_lives_from_a_file(show: Any) -> None:
    page = show(Counter())
    page.get_by_text("more").click()
    assert page.text_content("output") == f"{NASTY} 4"
    assert "10true" in page.inner_text(".anywidget-view")
    assert page.eval_on_selector("output", "e => getComputedStyle(e).color") == "rgb(1, 2, 3)"


class Both(anywidget.AnyWidget):
    """Refers to another widget, as ipywidgets serialises it, and shows its count."""

    _esm = """
    export default {
      async render({ model, el }) {
        const kid = await model.widget_manager.get_model(model.get("kid"));
        const same = await model.widget_manager.get_model(model.get("kid").replace("IPY_MODEL_", ""));
        const label = document.createElement("strong");
        const draw = () => { label.textContent = `${kid === same} ${kid.get("count")} ${model.get("odd")}`; };
        kid.on("change:count", draw);
        draw();
        el.append(label);
        same.set("count", 41);
      },
    };
    """
    kid = traitlets.Instance(Counter).tag(sync=True, **ipywidgets.widget_serialization)
    odd = traitlets.List([1.5, float("nan"), float("-inf")]).tag(sync=True)


def test_a_widget_that_is_referred_to_is_one_model_and_nan_is_null(show: Any) -> None:
    page = show(Both(kid=Counter()))
    assert page.inner_text("strong") == "true 41 1.5,,"


def test_titles_and_traits_are_escaped(page: Page, tmp_path: Path) -> None:
    path = save(Counter(), tmp_path / "x.html", title=NASTY)
    page.goto(path.as_uri())
    page.wait_for_selector("[data-mounted=yes]")
    assert page.evaluate("window.broken") is None
    assert page.title() == NASTY.strip()
    assert page.inner_text("h1") == NASTY.strip()


def test_a_widget_that_throws_says_so_in_its_place(page: Page, tmp_path: Path, watched: Any) -> None:
    page.goto(save(Broken(), tmp_path / "x.html").as_uri())
    page.wait_for_selector("[data-mounted=failed]")
    assert page.inner_text(".anywidget-view") == "This figure did not start: no numbers."
    assert len(watched.complaints) == 1
    watched.complaints.clear()


def test_saving_a_control_that_needs_a_kernel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"page\.save needs an anywidget.*got IntSlider.*need a kernel"):
        save(ipywidgets.IntSlider(), tmp_path / "x.html")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "title", "error", "message"),
    [
        (
            "nowhere/x.html",
            None,
            FileNotFoundError,
            r"page\.save needs a folder that is there, got '.*nowhere': create it",
        ),
        (".", None, IsADirectoryError, r"page\.save needs the path of a file, got '.*': add a name"),
        ("x.html", 3, TypeError, r"page\.save needs title as a text, got int"),
    ],
)
def test_bad_paths_and_titles_are_refused(
    tmp_path: Path, path: str, title: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        save(Counter(), tmp_path / path, title=title)
    with pytest.raises(TypeError, match=r"page\.save needs a path as a text or a pathlib\.Path, got bytes"):
        save(Counter(), b"x.html")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_somebody_elses_height_may_mean_something_else() -> None:
    for theirs in ("tall", [120, 340], {"wide": 3}, [], [["a", "b"]], [[0, "9px}*{display:none"]]):
        place = placeholder("a", {"a": {"state": {"_height": theirs}}})
        assert place.startswith('<div class="anywidget-view" data-anywidget="a">')


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.html"
    path.write_text("old")
    monkeypatch.setattr(Path, "chmod", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        save(Counter(), path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_text_cannot_end_the_script_around_it() -> None:
    assert inside_script("a</script>b<!--") == "a\\u003c/script>b\\u003c!--"
