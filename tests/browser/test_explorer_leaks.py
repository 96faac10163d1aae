"""However long a reader stays, an explorer holds no more than after the first pictures and panels."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import cnnviz
from cnnviz import nn
from tests.browser.explorer_page import Show
from tests.browser.leaks import Counts, counting, grown

RNG = np.random.default_rng(11)

# A frame comes at once, or a thousand of them would take the test a quarter of a minute.
HURRY = "() => (window.requestAnimationFrame = (work) => (scheduler.postTask(() => work(performance.now())), 1))"
TURN = (
    "const turn = async (count) => { while (count--) await scheduler.postTask(() => {}, { priority: 'background' }); };"
)
PICTURES = f"""async (count) => {{
  {TURN}
  const thumbs = document.querySelectorAll('.cnnviz-thumb');
  for (let i = 0; i < count; i++) {{
    const began = performance.now();
    thumbs[i % thumbs.length].click();
    await turn(2);
    const [pass] = performance.getEntriesByName('cnnviz-explore');
    if (pass.startTime < began) throw new Error('a picture was passed over');
  }}
}}"""
# By turns a unit, the channels of a layer, two pictures beside each other; each is closed by its own button.
PANELS = f"""async (count) => {{
  {TURN}
  const openers = [
    () => document.querySelector('.cnnviz-sheet').dispatchEvent(new KeyboardEvent('keydown', {{ key: 'Enter' }})),
    () => document.querySelector('[aria-label^="channels of"]').click(),
    () => document.querySelector('[aria-label="compare two pictures or networks"]').click(),
  ];
  for (let i = 0; i < count; i++) {{
    openers[i % 3]();
    await turn(6);
    const panels = document.querySelectorAll('.cnnviz-explorer-panel:not([hidden])');
    if (panels.length !== 1) throw new Error(`${{panels.length}} panels are open`);
    panels[0].querySelector('[aria-label^="close the"]').click();
    await turn(2);
  }}
}}"""


def explorer(side: int, channels: int) -> Any:
    """Two convolutions, two classes; three pictures."""
    convs = [nn.Conv2d(inputs, channels, 3, padding=1, rng=RNG) for inputs in (3, channels)]
    model = nn.Sequential(*convs, nn.Flatten(), nn.Linear(channels * side * side, 2, rng=RNG))
    pictures = RNG.integers(0, 256, (3, 3, side, side), dtype=np.uint8)
    return cnnviz.explore(model, pictures, ["a", "b"])


@pytest.fixture
def counts(page: Page) -> Iterator[Counts]:
    with counting(page) as counts:
        yield counts


@pytest.mark.parametrize(("script", "times"), [(PICTURES, 1000), (PANELS, 100)], ids=["pictures", "panels"])
def test_pictures_and_panels_leave_nothing_behind(show: Show, counts: Counts, script: str, times: int) -> None:
    page = show(explorer(8, 4))
    page.evaluate(HURRY)
    more = grown(page, counts, script, times)
    print(f"\n{times} times leave: {more}")
    assert more["JSEventListeners"] <= 0
    assert more["Nodes"] <= 20  # a sentence more or less
    assert more["JSHeapUsedSize"] <= 1e6
    assert page.workers == []


def test_a_network_that_a_page_cannot_wait_for_keeps_its_one_worker(show: Show) -> None:
    page = show(explorer(32, 64))  # 40 million multiply-adds
    for script in (PICTURES.replace("< began", "< 0"), PANELS):  # a frame is not hurried here
        page.evaluate(script, 9)
        page.wait_for_selector(".cnnviz-explorer:not(.is-stale)")
        assert len(page.workers) == 1
