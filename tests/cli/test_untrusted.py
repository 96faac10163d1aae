"""Files from strangers: nothing in them runs, and nothing in them fills the memory."""

import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.cli.conftest import Run, refused


class Malicious:
    """Unpickled, it creates a file."""

    def __reduce__(self) -> tuple[Any, ...]:
        return open, ("was_run", "w")


def small_archive(folder: Path) -> Path:
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 3), torch.nn.ReLU()).eval()
    torch.export.save(torch.export.export(model, (torch.ones(1, 3, 8, 8),)), folder / "good.pt2")
    return folder / "good.pt2"


def changed(folder: Path, member: str, change: Callable[[bytes], bytes], add: str = "") -> Path:
    """The good archive with one member changed, or one more."""
    path = folder / "bad.pt2"
    with zipfile.ZipFile(small_archive(folder)) as good, zipfile.ZipFile(path, "w") as bad:
        for info in good.infolist():
            data = good.read(info)
            bad.writestr(info.filename, change(data) if info.filename.endswith(member) else data)
        if add:
            bad.writestr(add, b"")
    return path


def in_json(change: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    def run(data: bytes) -> bytes:
        description = json.loads(data)
        change(description)
        return json.dumps(description).encode()

    return run


def test_the_pickle_would_create_a_file(folder: Path) -> None:
    pickle.loads(pickle.dumps(Malicious())).close()
    assert (folder / "was_run").exists()


@pytest.mark.parametrize("save", [torch.save, lambda value, path: path.write_bytes(pickle.dumps(value))])
def test_weights_that_are_more_than_weights_are_refused_and_not_run(run: Run, folder: Path, save: Any) -> None:
    save({"0.weight": Malicious()}, folder / "w.pt")
    words = ("explain", "their_model:small", "a.png", "--size", "8x8", "--weights", "w.pt", "-o", "out.html")
    assert "w.pt holds more than weights, or is damaged; it was not run" in refused(run(*words))
    assert not (folder / "was_run").exists()


def test_a_state_dict_of_other_things_than_tensors_is_refused(run: Run, folder: Path) -> None:
    torch.save({"epoch": 3, "state_dict": {}}, folder / "w.pt")
    words = ("explain", "their_model:small", "a.png", "--size", "8x8", "--weights", "w.pt", "-o", "out.html")
    assert "w.pt is no state_dict of tensors" in refused(run(*words))


def use_pickle(description: Any) -> None:
    next(iter(description["config"].values()))["use_pickle"] = True


def first_call(description: Any) -> dict[str, Any]:
    node: dict[str, Any] = description["graph_module"]["graph"]["nodes"][0]
    return node


def formula(description: Any) -> None:
    first_call(description)["metadata"]["x"] = {"expr_str": "open('was_run', 'w')"}


@pytest.mark.parametrize(
    ("member", "change", "sentence"),
    [
        ("model_weights_config.json", use_pickle, "bad.pt2 holds a pickle, which could run code; it was not opened"),
        ("model.json", formula, "bad.pt2 has sizes as formulas, which could run code"),
        ("model.json", lambda d: d.update(guards_code=["open('was_run', 'w')"]), "bad.pt2 has guards, which are code"),
        (
            "model.json",
            lambda d: first_call(d).update(target="torch.os.system"),
            "calls 'torch.os.system', which is outside",
        ),
        ("model.json", lambda d: first_call(d).update(target="torchy.os.system"), "calls 'torchy.os.system', which"),
        ("model.json", lambda d: first_call(d).update(target="torch.ops.aten.conv2d.__class__"), "__class__', which"),
    ],
)
def test_an_archive_that_could_run_code_is_refused(
    run: Run, folder: Path, member: str, change: Callable[[Any], None], sentence: str
) -> None:
    bad = changed(folder, member, in_json(change))
    assert sentence in refused(run("explain", bad, "a.png", "-o", "out.html"))
    assert not (folder / "was_run").exists()


def test_a_pickle_among_the_sample_inputs_is_not_run(run: Run, folder: Path) -> None:
    bad = changed(folder, "sample_inputs/model.pt", lambda _: pickle.dumps(Malicious()))
    assert "bad.pt2 cannot be loaded as a torch.export archive" in refused(
        run("explain", bad, "a.png", "-o", "out.html")
    )
    assert not (folder / "was_run").exists()


def test_a_compiled_library_in_an_archive_is_refused(run: Run, folder: Path) -> None:
    bad = changed(folder, "-", bytes, add="good/data/aotinductor/model/x.so")
    assert "x.so', which is neither numbers nor a description" in refused(
        run("explain", bad, "a.png", "-o", "out.html")
    )


def test_a_compressed_archive_which_could_be_a_bomb_is_refused(run: Run, folder: Path) -> None:
    with zipfile.ZipFile(folder / "bomb.pt2", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/models/model.json", b" " * 10_000_000)
    assert "bomb.pt2 is too large, or compressed" in refused(run("explain", "bomb.pt2", "a.png", "-o", "out.html"))


def test_what_is_no_archive_is_refused(run: Run, folder: Path) -> None:
    (folder / "text.pt2").write_text("no")
    assert "text.pt2 is no torch.export archive" in refused(run("explain", "text.pt2", "a.png", "-o", "out.html"))
    torch.save({"a": torch.ones(1)}, folder / "state.pt2")
    assert "neither numbers nor a description" in refused(run("explain", "state.pt2", "a.png", "-o", "out.html"))


def test_torch_loads_as_before_afterwards(run: Run, folder: Path) -> None:
    before = (torch.load, pickle.loads)
    run("layers", small_archive(folder))
    run("layers", changed(folder, "sample_inputs/model.pt", lambda _: b""))
    assert (torch.load, pickle.loads) == before
