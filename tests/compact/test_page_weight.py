"""What a saved page weighs, and what it holds."""

import base64
import gzip
import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

import cnnviz
from cnnviz import data
from cnnviz._buffers import _differences, compressed, replace_traits, squeeze
from tests.browser.saved_bytes import inflated
from tests.compact.nets import tiny_vgg

EMOJI = data.load("emoji10")
LIB = Path(cnnviz.__file__).parent / "widgets" / "js" / "lib"
STATE = re.compile(r'<script type="application/vnd\.jupyter\.widget-state\+json">(.*?)</script>', re.DOTALL)


def test_a_tiny_vgg_with_ten_pictures_weighs_at_most_150_kb_gzip(tmp_path: Path) -> None:
    figure = cnnviz.explore(tiny_vgg(), EMOJI.test.images[:10], EMOJI.classes)
    page = figure.save(tmp_path / "net.html", "Tiny VGG").read_bytes()
    assert len(gzip.compress(page, 9)) <= 150_000


def test_a_page_has_its_own_title_or_its_figures(tmp_path: Path) -> None:
    for own, name, wanted in ((None, "A & B", "A &amp; B"), ("C", "A & B", "C"), (None, None, "cnnviz")):
        page = cnnviz.explore(tiny_vgg(), EMOJI.test.images[:1], title=name).save(tmp_path / "net.html", own)
        assert f"<title>{wanted}</title>" in page.read_text()


def test_pictures_are_squeezed_without_loss(tmp_path: Path) -> None:
    pictures = EMOJI.test.images[:10]
    html = cnnviz.explore(tiny_vgg(), pictures).save(tmp_path / "net.html").read_text()
    (state,) = json.loads(STATE.search(html)[1])["state"].values()  # type: ignore[index]
    buffers = {tuple(one["path"]): one for one in state["buffers"]}
    assert inflated(buffers["images", "data"]) == pictures.tobytes()
    assert len(buffers["images", "data"]["data"]) < 0.5 * pictures.nbytes


def test_every_stride_is_undone() -> None:
    data = np.random.default_rng(0).integers(0, 256, 1000, np.uint8).tobytes()
    for stride in (0, 1, 2, 28, 999, 1000, 2000):
        coded = base64.b64encode(compressed(_differences(data, stride))).decode()
        assert inflated({"encoding": "lzma", "stride": stride, "data": coded}) == data


@pytest.mark.parametrize("way", ["unpackByWasm", "unpackPlainly"])
def test_the_page_unpacks_what_python_packs(way: str) -> None:
    rng = np.random.default_rng(0)
    texts = {
        "code": LIB.joinpath("ops.js").read_bytes(),
        "one": b"x",
        "the same": b"a" * 70_000,
        "noise": rng.integers(0, 256, 3000, np.uint8).tobytes(),
        "a walk": np.cumsum(rng.integers(-2, 3, 20_000)).astype(np.uint8).tobytes(),
        "far apart": rng.integers(0, 256, 40_000, np.uint8).tobytes() * 2,
        "few letters": rng.integers(0, 3, 20_000, np.uint8).tobytes(),
    }
    sent = [[base64.b64encode(one).decode() for one in (text, compressed(text))] for text in texts.values()]
    script = f"""
        import {{ {way} as unpack }} from "{LIB}/lzma.js";
        for (const [text, packed] of {json.dumps(sent)}) {{
          const wanted = Buffer.from(text, "base64");
          console.log(Buffer.compare(wanted, Buffer.from(unpack(Buffer.from(packed, "base64"), wanted.length))));
        }}"""
    run = subprocess.run(["node", "--input-type=module"], input=script, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["0"] * len(texts)


def test_without_webassembly_the_page_unpacks_in_plain_javascript() -> None:
    text = base64.b64encode(compressed(b"plain" * 100)).decode()
    script = f"""
        globalThis.WebAssembly = undefined;
        const {{ unpackText }} = await import("{LIB}/lzma.js");
        console.log(unpackText("{text}", 500) === "plain".repeat(100));"""
    run = subprocess.run(["node", "--input-type=module"], input=script, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "true"


def test_noise_and_small_buffers_stay_as_they_are() -> None:
    noise = np.random.default_rng(0).integers(0, 256, 4000, np.uint8)
    for held in (noise.tobytes(), bytes(100)):
        saved = replace_traits({"state": {"x": {}}}, {"x": {"data": held}})
        assert squeeze(saved)["buffers"] == saved["buffers"]


def test_a_replaced_trait_brings_its_own_bytes_and_no_others() -> None:
    saved = replace_traits({"state": {"a": {}, "b": {}}}, {"a": {"data": b"1"}, "b": [{"data": b"2"}]})
    again = replace_traits(saved, {"a": {"data": b"3", "shape": [1]}})
    assert again["state"] == {"a": {"shape": [1]}, "b": [{}]}
    assert [(one["path"], inflated(one)) for one in again["buffers"]] == [
        (["b", 0, "data"], b"2"),
        (["a", "data"], b"3"),
    ]


def test_saving_leaves_the_figure_as_it_was(tmp_path: Path) -> None:
    figure = cnnviz.explore(tiny_vgg(), EMOJI.test.images[:2], EMOJI.classes)
    before = (figure.nodes, figure.note)
    figure.save(tmp_path / "net.html", weights="int8")
    assert (figure.nodes, figure.note) == before
