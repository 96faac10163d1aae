"""Questions in a real browser: by keyboard, kept over a reload, told to the figures that wait, and never as HTML."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from cnnviz.page import save
from cnnviz.questions import ask, read
from cnnviz.widgets.question import Question
from tests.browser.readers import kept_and_high

Show = Callable[..., Page]
QUESTIONS = Path(__file__).parents[2] / "book" / "questions"
OPTIONS = [
    {"text": "`2`", "why": "Count <b>them</b>.", "right": True},
    {"text": "3", "why": "One too many.", "right": False},
    {"text": "<i>4</i>", "why": "Two too many.", "right": False},
]
LISTEN = "addEventListener('cnnviz:answered', (e) => (window.heard ??= []).push(e.detail.id), true)"


def question(kind: str, **traits: Any) -> Question:
    prompt = "Given:\n\n    1 +\n      1\n\nHow much?"
    return Question(**{"question": "sum", "kind": kind, "prompt": prompt, "options": OPTIONS, **traits})


def feedback(page: Page) -> Any:
    return page.get_by_role("status")


def test_a_prediction_is_locked_by_keyboard_and_explained_only_on_asking(show: Show) -> None:
    page = show(question("predict"))
    page.evaluate(LISTEN)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="3")).to_be_checked()
    expect(feedback(page)).to_be_empty()
    page.keyboard.press("Enter")
    assert page.evaluate("window.heard") == ["sum"]
    assert page.evaluate("localStorage.getItem('cnnviz:answer:sum')") == "3"
    expect(page.get_by_role("button", name="lock my answer")).to_be_hidden()
    expect(page.get_by_role("radio", name="2")).to_be_disabled()
    expect(feedback(page)).to_have_text("Locked. Look at what happens, then compare.")
    expect(page.locator("body")).not_to_contain_text("right")
    expect(page.get_by_role("button", name="compare")).to_be_focused()
    page.keyboard.press("Enter")
    expect(feedback(page)).to_contain_text("Not this. One too many.")
    expect(feedback(page)).to_contain_text("What is right: 2. Count <b>them</b>.")
    expect(page.locator("label", has_text="3")).to_contain_text("✗ not this · your answer")
    expect(page.locator("label", has_text="2")).to_contain_text("✓ right")


def test_a_locked_prediction_survives_a_reload_and_is_told_again(show: Show, context: BrowserContext) -> None:
    page = show(question("predict"))
    page.get_by_text("3", exact=True).click()
    page.get_by_role("button", name="lock").click()
    context.add_init_script(LISTEN)
    page.reload()
    expect(page.get_by_role("radio", name="3")).to_be_checked()
    expect(page.get_by_role("radio", name="2")).to_be_disabled()
    expect(feedback(page)).to_have_text("Locked. Look at what happens, then compare.")
    assert page.evaluate("window.heard") == ["sum"]


def test_an_answer_to_a_question_that_was_since_rewritten_is_not_restored(show: Show) -> None:
    page = show(question("predict"))
    page.evaluate("localStorage.setItem('cnnviz:answer:sum', 'something else')")
    page.reload()
    expect(page.get_by_role("button", name="lock my answer")).to_be_visible()
    expect(page.locator("input:checked")).to_have_count(0)


def test_a_refused_storage_changes_nothing_but_the_memory(show: Show, context: BrowserContext) -> None:
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page = show(question("predict"))
    page.evaluate(LISTEN)
    page.get_by_text("3", exact=True).click()
    page.get_by_role("button", name="lock").click()
    assert page.evaluate("window.heard") == ["sum"]
    expect(feedback(page)).to_contain_text("Locked.")


def test_recall_explains_each_option_at_once_and_may_be_tried_again(show: Show) -> None:
    page = show(question("recall", chapter="Convolution"))
    expect(page.get_by_text("Recall · from the chapter Convolution")).to_be_visible()
    page.get_by_role("button", name="check").click()
    expect(feedback(page)).to_have_text("Choose an option first.")
    page.get_by_text("<i>4</i>").click()
    page.keyboard.press("Enter")
    expect(feedback(page)).to_have_text("Not this. Two too many.")
    expect(page.locator("label", has_text="4")).to_contain_text("✗ not this")
    page.get_by_role("radio", name="2").check()
    page.get_by_role("button", name="check").click()
    expect(feedback(page)).to_have_text("Right. Count <b>them</b>.")
    expect(page.locator("label", has_text="4")).not_to_contain_text("✗")
    assert page.evaluate("localStorage.length") == 0


def test_text_is_text_code_is_code_and_tables_keep_their_lines(show: Show) -> None:
    page = show(question("recall"))
    assert page.locator(".cnnviz-question i, .cnnviz-question b").count() == 0
    assert page.locator("label code").inner_text() == "2"
    assert page.locator("pre").inner_text() == "1 +\n  1"
    assert page.locator("legend").inner_text() == "How much?"
    expect(page.get_by_role("group", name="How much?")).to_be_visible()


def test_two_questions_on_a_page_do_not_share_their_choice(page: Page, tmp_path: Path) -> None:
    from ipywidgets.embed import dependency_state

    from cnnviz.page import placeholder, split_sources

    first, second = question("recall"), question("recall", question="other")
    states = split_sources(dependency_state([first, second], drop_defaults=False))[0]
    text = save(first, tmp_path / "two.html").read_text(encoding="utf-8")
    one = save(second, tmp_path / "one.html").read_text(encoding="utf-8")
    start = one.index('<script type="application/vnd.jupyter.widget-state+json">')
    state = one[start : one.index("</script>", start) + len("</script>")]
    both = text.replace("</main>", placeholder(second.model_id, states) + "</main>" + state)
    (tmp_path / "two.html").write_text(both, encoding="utf-8")
    page.goto((tmp_path / "two.html").as_uri())
    expect(page.locator("[data-mounted=yes]")).to_have_count(2)
    page.get_by_role("radio", name="3").first.check()
    page.get_by_role("radio", name="2").last.check()
    expect(page.locator("input:checked")).to_have_count(2)


def test_leaving_takes_everything_with_it(show: Show) -> None:
    page = show(question("predict"))
    left = page.evaluate(
        """async () => {
          const [source] = Object.values(window.anywidgetSources);
          const widget = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
          const state = { question: "x", kind: "predict", prompt: "?", answer: -1, revealed: false, chapter: "",
            options: [{ text: "a", why: "b", right: true }, { text: "c", why: "d", right: false }] };
          const heard = new Set();
          const model = { get: (name) => state[name], set() {}, save_changes() {},
            on: (name, listener) => heard.add(listener), off: (name, listener) => heard.delete(listener) };
          const el = document.createElement("div");
          const leave = widget.default.render({ model, el });
          const before = [el.childElementCount, heard.size];
          leave();
          return [...before, el.childElementCount, heard.size];
        }"""
    )
    assert left == [1, 1, 0, 0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["predict", "recall"])
def test_axe_finds_nothing_before_and_after_the_answer(show: Show, scheme: Any, kind: str) -> None:
    page = show(question(kind))
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(f"document.querySelector('.cnnviz-dark') !== null === {str(scheme == 'dark').lower()}")
    axe = Axe()
    assert axe.run(page, ".cnnviz").response["violations"] == []
    page.get_by_text("3", exact=True).click()
    page.get_by_role("button", name="lock my answer" if kind == "predict" else "check").click()
    if kind == "predict":
        page.get_by_role("button", name="compare").click()
    assert axe.run(page, ".cnnviz").response["violations"] == []


@pytest.mark.parametrize("width", [360, 390, 600, 800, 1200])
def test_the_books_questions_fit_their_reserved_room_and_the_page(page: Page, tmp_path: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in sorted(QUESTIONS.glob("*.toml")):
        for name in read(path):
            figure = ask(path, name)
            page.goto(save(figure, tmp_path / "one.html").as_uri())
            page.wait_for_selector("[data-mounted=yes]")
            box = page.locator(".cnnviz-question").bounding_box()
            reserved, _ = kept_and_high(page, ".cnnviz-question")
            assert abs(box["height"] - reserved) <= 48, f"{name} is {box['height']} px high, {reserved} were kept"
            assert page.evaluate("document.documentElement.scrollWidth") == width
            for target in page.locator("label, button:visible").all():
                assert target.bounding_box()["height"] >= 44
