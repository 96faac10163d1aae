"""The book's questions are well formed, asked where they exist, and right by PyTorch's reckoning."""

import json
import math
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from cnnviz.questions import ask, read

BOOK = Path(__file__).parent.parent / "book"
FILES = sorted((BOOK / "questions").glob("*.toml"))
QUESTIONS = {name: question for path in FILES for name, question in read(path).items()}
GOOD = """
[sum]
kind = "recall"
prompt = "1 + 1?"
[[sum.options]]
text = "2"
why = "Count."
right = true
[[sum.options]]
text = "3"
why = "One too many."
"""


def right(name: str) -> str:
    return next(option["text"] for option in QUESTIONS[name]["options"] if option["right"])


def notebooks() -> list[tuple[Path, str]]:
    found = []
    for path in sorted(BOOK.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found.append((path, "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_chapter_has_a_prediction_and_five_questions_to_recall(path: Path) -> None:
    kinds = Counter(question["kind"] for question in read(path).values())
    assert kinds["predict"] >= 1
    assert kinds["recall"] == 5


@pytest.mark.parametrize("path", [p for p in FILES if p.stem != "convolution"], ids=lambda path: path.stem)
def test_two_of_the_five_come_from_earlier_chapters(path: Path) -> None:
    assert sum(bool(question["chapter"]) for question in read(path).values()) == 2


def test_ids_are_unique_in_the_book_since_the_browser_keeps_answers_by_them() -> None:
    names = [name for path in FILES for name in read(path)]
    assert len(set(names)) == len(names)


def test_the_right_option_is_not_always_in_the_same_place() -> None:
    places = Counter([o["right"] for o in q["options"]].index(True) for q in QUESTIONS.values())
    assert len(places) >= 3
    assert max(places.values()) <= len(QUESTIONS) / 2


def test_notebooks_ask_questions_that_exist_and_wait_for_those_they_ask() -> None:
    for path, code in notebooks():
        asked = re.findall(r'ask\(\s*"([^"]+)",\s*"([^"]+)"', code)
        for file, name in asked:
            ask(path.parent / file, name)
        assert set(re.findall(r'after="([^"]+)"', code)) <= {name for _, name in asked}, path.name


def test_flip_is_what_torch_gives() -> None:
    x, kernel = torch.zeros(1, 1, 5, 5), torch.arange(1.0, 10).reshape(1, 1, 3, 3)
    x[0, 0, 2, 2] = 1
    rows = nn.functional.conv2d(x, kernel)[0, 0].int().tolist()
    assert right("flip").endswith(", ".join(f"`{' '.join(map(str, row))}`" for row in rows))


def test_sizes_are_what_torch_gives() -> None:
    conv = nn.functional.conv2d
    assert right("conv-size") == "{} × {}".format(*conv(torch.zeros(1, 1, 28, 28), torch.zeros(1, 1, 5, 5)).shape[2:])
    kernel = torch.zeros(1, 1, 3)
    row = torch.zeros(1, 1, 10, requires_grad=True)
    out = nn.functional.conv1d(row, kernel + 1, stride=2)
    out.sum().backward()
    assert right("left-over").startswith(f"{out.shape[2]}, ")
    assert (row.grad != 0).tolist()[0][0] == [True] * 9 + [False]
    layers = nn.Sequential(nn.Conv2d(1, 1, 3, padding=1), nn.MaxPool2d(2), nn.Conv2d(1, 1, 3), nn.MaxPool2d(2))
    assert right("sizes-in-a-row") == "{} × {}".format(*layers(torch.zeros(1, 1, 32, 32)).shape[2:])
    sizes = {p: nn.Conv2d(1, 1, 5, padding=p)(torch.zeros(1, 1, 9, 9)).shape[2] for p in range(6)}
    assert [right("same-padding")] == [str(p) for p, size in sizes.items() if size == 9]


def count(layer: nn.Module) -> int:
    return sum(p.numel() for p in layer.parameters())


def test_parameter_counts_are_torchs() -> None:
    assert right("conv-parameters") == str(count(nn.Conv2d(3, 8, 5)))
    counts = [count(nn.Conv2d(1, 16, 3)), count(nn.Conv2d(16, 32, 3)), count(nn.Linear(32 * 7 * 7, 10))]
    told = " ".join(option["why"] for option in QUESTIONS["most-parameters"]["options"])
    assert all(f"{n:,}" in told for n in counts)
    assert counts[2] == max(counts)
    assert right("most-parameters") == "in the linear layer"
    weight = nn.Conv2d(16, 32, (3, 5)).weight
    assert str(tuple(weight.shape)) in QUESTIONS["weight-shape"]["prompt"]
    assert "reads 16 channels and writes 32, with kernels 3 high and 5 wide" in right("weight-shape")


def test_a_flat_wall_and_a_shift_are_what_torch_gives() -> None:
    kernel = torch.tensor([[-1.0, 0, 1]] * 3)[None, None]
    assert float(nn.functional.conv2d(torch.full((1, 1, 3, 3), 0.7), kernel)) == pytest.approx(float(right("flat")))
    wall = torch.zeros(1, 1, 3, 9)
    wall[..., 3:6] = 0.7
    edges = nn.functional.conv2d(wall, kernel).flatten()
    assert [round(float(v), 1) for v in edges[edges.nonzero()].flatten()] == [2.1, 2.1, -2.1, -2.1]
    x = torch.zeros(1, 1, 2, 8)
    x[0, 0, 0, 2] = 1
    pooled = [nn.functional.max_pool2d(torch.roll(x, by, 3), 2).flatten().tolist() for by in range(3)]
    assert pooled == [[0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]
    assert right("shift").startswith("it stays the same the first time, and moves by one cell the second")


def test_a_shift_by_the_stride_goes_unseen_and_one_by_half_of_it_does_not() -> None:
    torch.manual_seed(0)
    around = {"padding": 1, "padding_mode": "circular"}
    network = nn.Sequential(
        nn.Conv2d(1, 4, 3, **around), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 4, 3, **around), nn.AdaptiveAvgPool2d(1)
    )
    x = torch.rand(1, 1, 8, 8)
    same = [torch.allclose(network(x), network(torch.roll(x, by, 3)), atol=1e-6) for by in (1, 2)]
    assert same == [False, True]
    assert right("half-a-stride") == "they change; moved by two pixels they would stay the same"


def routed(layer: nn.Module, x: torch.Tensor, gradient: float) -> list[float]:
    x.requires_grad_()
    layer(x).backward(torch.full_like(layer(x), gradient))
    return x.grad.flatten().tolist()


def test_gradients_go_where_torch_sends_them() -> None:
    assert routed(nn.MaxPool2d(2), torch.tensor([[[[0.0, 3], [3, 1]]]]), 5) == [0, 5, 0, 0]
    assert right("tie") == "5 to the three at the top right, 0 to the others"
    assert routed(nn.MaxPool2d(2), torch.zeros(1, 1, 2, 2), 5) == [5, 0, 0, 0]
    assert routed(nn.AvgPool2d(2), torch.rand(1, 1, 2, 2), 8) == [2, 2, 2, 2]
    assert right("average-gradient") == "2 to each"
    share = sum(g != 0 for g in routed(nn.MaxPool2d(2), torch.randn(1, 1, 8, 8), 1)) / 64
    assert (share, right("route-share")) == (1 / 4, "at most a quarter of them")


def test_the_first_loss_is_the_logarithm_of_the_classes() -> None:
    loss = nn.functional.cross_entropy(torch.zeros(4, 10), torch.arange(4))
    assert right("first-loss") == f"{float(loss):.1f}"
    assert f"p = {math.exp(-10):.6f}" in QUESTIONS["first-loss"]["options"][3]["why"]


def test_two_convolutions_without_a_bend_are_one_of_five() -> None:
    first, second = (torch.randn(3, 3, 3, 3, dtype=torch.float64) for _ in range(2))
    impulse = torch.zeros(1, 3, 9, 9, dtype=torch.float64)
    impulse[0, 0, 4, 4] = 1
    out = nn.functional.conv2d(nn.functional.conv2d(impulse, first), second)
    assert out.shape[2:] == (5, 5)
    assert right("no-relu") == "only what one convolution of 5 × 5 could"


def test_the_standard_error_of_a_test_set_is_as_told() -> None:
    points = 100 * math.sqrt(0.86 * 0.14 / 2000)
    assert f"the standard error of 2,000 pictures is {points:.1f} points" in QUESTIONS["gap"]["options"][2]["why"]


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(text: str) -> Path:
        path = tmp_path / "some.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_question_is_read_with_its_defaults(written: Any) -> None:
    assert read(written(GOOD)) == {
        "sum": {
            "kind": "recall",
            "prompt": "1 + 1?",
            "chapter": "",
            "options": [
                {"text": "2", "why": "Count.", "right": True},
                {"text": "3", "why": "One too many.", "right": False},
            ],
        }
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("right = true", "", r"some.toml, question sum, needs exactly one option with right = true, got 0"),
        ('why = "One too many."', 'why = "x"\nright = true', "exactly one option with right = true, got 2"),
        ("right = true", "right = 1", "option 1, needs right to be true or false, got 1"),
        ('why = "Count."', "", "option 1, needs why to be a text, got nothing"),
        ('why = "Count."', 'why = " "', "option 1, needs why to be a text, got ' '"),
        ('text = "3"', 'text = "2"', "needs options that differ, got one twice"),
        ('text = "3"', 'text = "3"\nhint = "no"', "no other keys than right, text, why, got hint"),
        ('kind = "recall"', 'kind = "recal"', "kind to be one of predict, recall, got 'recal': did you mean 'recall'"),
        ('kind = "recall"', "", "kind to be one of predict, recall"),
        ('prompt = "1 + 1?"', "", "question sum, needs prompt to be a text, got nothing"),
        ('prompt = "1 + 1?"', "prompt = 2", "needs prompt to be a text, got 2"),
        ('kind = "recall"', 'kind = "recall"\nlevel = 2', "chapter, kind, options, prompt, got level"),
        ("[[sum.options]]\ntext = \"3\"\nwhy = \"One too many.\"", "", r"two to six options, got 1: write each under"),
        ("sum", "a_sum", "needs an id of small letters, digits and single hyphens, got 'a_sum'"),
        ("[sum]", "[sum", "some.toml needs to be TOML in UTF-8, got a file that is not"),
        ("[sum]", "[sum]\n[sum]", "some.toml needs to be TOML in UTF-8, got a file that is not: Cannot declare"),
        ("[sum]", 'sum2 = "x"\n[sum]', r"question sum2, needs to be a table, got 'x': begin it with \[sum2\]"),
    ],
)  # fmt: skip
def test_a_fault_in_the_file_is_told_with_its_place(written: Any, old: str, new: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(written(GOOD.replace(old, new)))


def test_a_file_that_is_not_there_is_told_with_the_folder_it_was_sought_from(tmp_path: Path) -> None:
    with pytest.raises(
        FileNotFoundError, match=r"ask needs a file of questions, and .*none.toml is not there \(seen.*copied"
    ):
        ask(tmp_path / "none.toml", "sum")


def test_a_name_that_is_not_in_the_file_lists_those_that_are(written: Any) -> None:
    with pytest.raises(ValueError, match=r"ask, in some.toml, needs name to be one of sum, got 'sun': did you mean"):
        ask(written(GOOD), "sun")


def test_asking_gives_the_figure(written: Any) -> None:
    figure = ask(written(GOOD), "sum")
    assert repr(figure) == "Question(recall sum, 2 options)"
    assert figure.answer == -1
