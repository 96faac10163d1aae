"""A recording in fewer bytes: what the page makes of it is what is said, and a ResNet-18 weighs at most 2 MB."""

import base64
import gzip
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import cnnviz
from cnnviz import data
from cnnviz._packed import pack, unpack
from cnnviz.compact import compact
from cnnviz.compact._records import Coded, channel_line, derived
from tests.architectures import resnet18

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2, 8, 24, 24)).astype(np.float32)
LIB = Path(cnnviz.__file__).parent / "widgets" / "js" / "lib"


@pytest.fixture(scope="module")
def figure() -> Any:
    photo = data.load("photos").train.images[:1]
    with torch.no_grad():
        taken = cnnviz.record(resnet18().eval(), torch.from_numpy(photo.astype(np.float32) / 127.5 - 1))
    return cnnviz.explore(taken, photo, scale=1 / 127.5, shift=-1.0)


def state_of(figure: Any) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in figure.keys}


def decoded(records: dict[str, Any]) -> dict[str, np.ndarray]:
    read: dict[str, np.ndarray] = {}
    for name, packed in records.items():
        read[name] = derived(packed, read) if packed["dtype"] == "derived" else unpack(packed)
    return read


def test_a_recorded_resnet18_weighs_at_most_2_mb_gzip_and_says_its_error(figure: Any, tmp_path: Path) -> None:
    page = figure.save(tmp_path / "net.html").read_bytes()
    assert len(gzip.compress(page, 9)) <= 2_000_000
    changes = compact(state_of(figure), "auto")
    said = re.search(
        r"8-bit numbers, and computes (\d+) of its (\d+) layers .* differ by at most ([\d.]+) of 256", changes["note"]
    )
    assert said
    read = decoded(changes["records"])
    worst = max(
        np.quantile(np.abs(read[n] - unpack(y)) / np.abs(unpack(y)).max(), 0.999) for n, y in figure.records.items()
    )
    assert 256 * worst <= float(said[3]) <= 256 * worst * 1.1 + 0.01
    assert 256 * worst <= 2
    assert (int(said[1]), int(said[2])) == (
        sum(p["dtype"] == "derived" for p in changes["records"].values()),
        len(figure.records),
    )
    assert int(said[1]) >= 36  # 20 batch norms and 16 ReLUs
    assert said[0] in page.decode()


def test_the_answer_stays_exact(figure: Any) -> None:
    changed = compact(state_of(figure), "auto")["records"]
    np.testing.assert_array_equal(unpack(changed["fc"]), unpack(figure.records["fc"]))
    assert set(changed) == set(figure.records)


def coded(shared: bool = True, **layers: np.ndarray) -> dict[str, Any]:
    return Coded(layers, shared).packed


def test_layers_that_others_give_are_found_whatever_their_names() -> None:
    line = X * RNG.normal(size=(8, 1, 1)).astype(np.float32) + RNG.normal(size=(8, 1, 1)).astype(np.float32)
    other = RNG.normal(size=X.shape).astype(np.float32)
    packed = coded(a=X, b=np.maximum(line + other, 0), c=line, d=np.maximum(X, 0), e=other, f=X + other)
    made = {name: (tuple(p["from"]), p["relu"], "factor" in p) for name, p in packed.items() if p["dtype"] == "derived"}
    assert made["c"] == (("a",), False, True)
    assert made["d"] == (("a",), True, False)
    assert set(made["f"][0]) == {"a", "e"}
    assert "a" not in made
    assert "e" not in made


def test_what_a_layer_is_made_of_comes_before_it() -> None:
    line = X * np.float32(2) + np.float32(1)
    packed = coded(conv=X, relu=np.maximum(line, 0), bn=line)
    for at, one in enumerate(packed.values()):
        assert set(one.get("from", ())) <= set(list(packed)[:at])
    assert packed["relu"]["from"] == ["bn"]


def test_a_layer_whose_error_would_grow_is_stored_itself() -> None:
    far = X.copy()
    far[:, :, 0, 0] = 1000  # one step of eight bits is now larger than what the ReLU of the rest shows
    packed = coded(a=-far, b=np.maximum(-far, 0))
    assert packed["b"]["dtype"] == "int8"


def test_maps_with_scales_of_their_own_have_steps_of_their_own() -> None:
    maps = X * np.logspace(-3, 3, 8, dtype=np.float32)[:, None, None]
    step = np.abs(maps).max(axis=(2, 3), keepdims=True) / 127
    assert (np.abs(unpack(coded(shared=False, a=maps)["a"]) - maps) <= 0.501 * step).all()
    assert (np.abs(unpack(coded(shared=True, a=maps)["a"]) - maps) > 0.501 * step).any()


def test_numbers_that_are_not_finite_and_small_layers_are_kept() -> None:
    strange = X.copy()
    strange[0, 0, 0, 0] = np.nan
    packed = coded(a=strange, b=X[:, :1, :2, :2])
    np.testing.assert_array_equal(unpack(packed["a"]), strange)
    assert packed["b"]["dtype"] == "float32"


def test_a_line_is_found_only_where_there_is_one() -> None:
    found = channel_line(X, X * 3 - 1)
    assert found is not None
    np.testing.assert_allclose(found, [[3] * 8, [-1] * 8], rtol=1e-5)
    assert channel_line(X, X**2) is None
    assert channel_line(X[:, :, :1, :1], X[:, :, :1, 1:2]) is None


def test_the_page_computes_what_is_measured_here(figure: Any, tmp_path: Path) -> None:
    line = X * np.float32(0.5) + np.float32(0.1)
    packed = coded(a=X, c=line, d=np.maximum(line + X, 0))
    assert packed["d"]["dtype"] == "derived"
    sent = {
        name: {k: base64.b64encode(v).decode() if isinstance(v, bytes) else v for k, v in one.items()}
        for name, one in packed.items()
    }
    (tmp_path / "sent.json").write_text(json.dumps(sent))
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ readRecorded }} from "{LIB}/derived.js";
        const sent = JSON.parse(readFileSync("{tmp_path}/sent.json"));
        for (const one of Object.values(sent)) {{
          for (const key of ["data", "scale", "factor", "offset"]) {{
            if (key in one) one[key] = Buffer.from(one[key], "base64");
          }}
        }}
        console.log(JSON.stringify([...readRecorded(sent).d.data]));"""
    run = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    np.testing.assert_allclose(
        np.float32(json.loads(run.stdout)).reshape(X.shape), decoded(packed)["d"], rtol=1e-6, atol=1e-6
    )


def test_half_precision_and_full_precision_can_be_asked_for(figure: Any) -> None:
    state = {**state_of(figure), "records": {"a": pack(X)}}
    assert compact(state, "float16")["records"]["a"]["dtype"] == "float16"
    assert "16-bit" in compact(state, "float16")["note"]
    assert compact(state, "float32") == {}
