"""`cnnviz explain`: the model that was meant, the page whole or not at all, and refusals in one sentence."""

import json
import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from tests.cli.conftest import Run, refused

STATE = re.compile(r'<script type="application/vnd\.jupyter\.widget-state\+json">(.*?)</script>', re.DOTALL)
SMALL = ("their_model:small", "a.png", "--size", "8x8")


def saved_state(path: Path) -> dict:
    (state,) = json.loads(STATE.search(path.read_text())[1])["state"].values()  # type: ignore[index]
    return dict(state["state"])


def small() -> torch.nn.Module:
    from their_model import small  # type: ignore[import-not-found]

    model: torch.nn.Module = small()
    return model


def test_a_factorys_model_is_explained_on_the_pictures(run: Run, folder: Path) -> None:
    result = run("explain", *SMALL, "-o", "out.html", "--classes", "names.txt", "--title", "Mine")
    assert result.exit_code == 0, result.output
    state = saved_state(folder / "out.html")
    assert [node["op"] for node in state["nodes"]] == ["conv2d", "relu", "flatten", "linear", "softmax"]
    assert (state["class_names"], state["images"]["shape"]) == (["cat", "dog"], [1, 3, 8, 8])
    assert "<h1>Mine</h1>" in (folder / "out.html").read_text()
    assert "a.png: 8 x 8\n" in result.stdout
    assert re.search(r"out\.html: [\d,]+ kB, Explorer\(5 layers, 1 picture of 3 × 8 × 8\)", result.stdout)


def test_our_own_model_needs_no_more_than_its_name(run: Run, folder: Path) -> None:
    result = run("explain", "clothes", "a.png", "-o", "out.html")
    assert result.exit_code == 0, result.output
    assert saved_state(folder / "out.html")["class_names"][-1] == "Ankle boot"
    assert "a.png: 8 x 8, RGB made L, resized to 28 x 28" in result.stdout


@pytest.mark.parametrize("kind", ["safetensors", "pt"])
def test_weights_come_from_a_file(run: Run, folder: Path, kind: str) -> None:
    state = {name: torch.full_like(value, 0.25) for name, value in small().state_dict().items()}
    path = folder / f"w.{kind}"
    save_file(state, path) if kind == "safetensors" else torch.save(state, path)
    assert run("explain", *SMALL, "--weights", path, "-o", "out.html").exit_code == 0
    html = (folder / "out.html").read_text()
    (saved,) = json.loads(STATE.search(html)[1])["state"].values()  # type: ignore[index]
    bias = next(one for one in saved["buffers"] if one["path"][:4] == ["nodes", 0, "params", "bias"])
    assert bias["data"] == "ADQANAA0ADQ="  # four times 0.25 in half precision


def test_an_archive_is_explained_with_the_size_that_it_was_exported_with(run: Run, folder: Path) -> None:
    torch.export.save(torch.export.export(small().eval(), (torch.ones(1, 3, 8, 8),)), folder / "net.pt2")
    result = run("explain", "net.pt2", "a.png", "-o", "out.html")
    assert result.exit_code == 0, result.output
    assert [node["op"] for node in saved_state(folder / "out.html")["nodes"]][:2] == ["conv2d", "relu"]


def test_scale_and_shift_or_mean_and_std_say_what_the_model_reads(run: Run, folder: Path) -> None:
    assert run("explain", *SMALL, "-o", "a.html", "--scale", "0.5", "--shift", "-1").exit_code == 0
    state = saved_state(folder / "a.html")
    assert ([state["scale"]], [state["shift"]]) in [([0.5], [-1]), ([[0.5]], [[-1]]), ([[0.5] * 3], [[-1] * 3])]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("their_model:small", "a.png"), "their_model:small needs --size HxW"),
        ((*SMALL, "--mean", "0.5", "--scale", "1"), "give --mean and --std, or --scale and --shift, not both"),
        ((*SMALL, "--mean", "a,b"), "--mean needs numbers with commas between them, got 'a,b'"),
        ((*SMALL, "--mean", "1,2,3", "--std", "1,2"), "explain needs mean and std of as many channels, got 3 and 2"),
        ((*SMALL, "--std", "0"), "explain needs std above 0, got 0"),
        (("their_model:small", "a.png", "--size", "8"), "--size needs HxW, such as 224x224, at most 4096, got '8'"),
        (("their_model:nothing", "a.png", "--size", "8x8"), "their_model has no function or class nothing"),
        (("their_model:not_callable", "a.png", "--size", "8x8"), "has no function or class not_callable"),
        (("no_such_module:net", "a.png", "--size", "8x8"), "No module named 'no_such_module'"),
        (("their_model:five_channels", "a.png", "--size", "8x8"), "first convolution reads 5 channels"),
        (("builtins:dict", "a.png", "--size", "8x8"), "builtins:dict gave dict, no model of torch or cnnviz"),
        (("model.pth", "a.png"), "model.pth is a pickle, which runs code when it is opened"),
        (("alexnet", "a.png"), "'alexnet' is no model: give clothes, efficientnet_lite0, FILE.pt2"),
        (("clothes", "a.png", "--weights", "w.pt"), "clothes has its weights"),
        (("net.pt2", "a.png"), "there is no archive 'net.pt2'"),
        ((*SMALL, "--weights", "none.pt"), "there are no weights 'none.pt'"),
        (("clothes", "none.png"), "there is no picture 'none.png'"),
        (("clothes", "names.txt"), "names.txt is no picture of PNG, JPEG, "),
        (("clothes", "a.png", "--classes", "none.txt"), "none.txt cannot be read as a text of class names"),
        (
            ("clothes", "a.png", "--classes", "names.txt"),
            "Explorer needs a class name for each of the 10 outputs, got 2",
        ),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_no_page(run: Run, folder: Path, words: tuple, sentence: str) -> None:
    assert sentence in refused(run("explain", *words, "-o", "out.html"))
    assert sorted(path.name for path in folder.glob("out*")) == []


def test_a_failure_leaves_the_page_that_was_there(run: Run, folder: Path) -> None:
    (folder / "out.html").write_text("old")
    refused(run("explain", "clothes", "none.png", "-o", "out.html"))
    assert (folder / "out.html").read_text() == "old"


def test_a_folder_that_is_not_there_is_said_before_any_work(run: Run) -> None:
    assert "the folder 'none' is not there: create it first" in refused(
        run("explain", "alexnet", "x", "-o", "none/a.html")
    )


def test_weights_of_another_model_are_refused(run: Run, folder: Path) -> None:
    save_file({"a": torch.ones(1)}, folder / "w.safetensors")
    assert "do not fit the model" in refused(run("explain", *SMALL, "--weights", "w.safetensors", "-o", "out.html"))


def test_what_is_read_is_not_written_over(run: Run, folder: Path) -> None:
    before = (folder / "a.png").read_bytes()
    assert "'a.png' is read too" in refused(run("explain", "clothes", "a.png", "-o", "./a.png"))
    assert (folder / "a.png").read_bytes() == before


def test_numbers_without_end_are_refused(run: Run) -> None:
    for number in ("nan", "inf"):
        said = refused(run("explain", "clothes", "a.png", "-o", "o.html", "--scale", number))
        assert "--scale needs numbers with commas between them" in said
