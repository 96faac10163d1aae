"""The shipped network is the one that the script makes, and as good as the book says."""

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from cnnviz import data, models, nn
from cnnviz.data import Dataset
from cnnviz.train import evaluate

SCRIPTS = Path(__file__).parent.parent / "scripts"


@pytest.fixture(scope="module")
def fashion() -> Dataset:
    return data.load("fashion_mnist")


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """scripts/train_clothes.py as a module."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    spec = importlib.util.spec_from_file_location("train_clothes", SCRIPTS / "train_clothes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.delitem(sys.modules, "_sprite")
    return module


def test_the_shipped_network_tells_at_least_86_in_100_clothes(fashion: Dataset) -> None:
    assert evaluate(models.load("clothes"), fashion.test).accuracy >= 0.86


def test_the_shipped_network_knows_clothes_that_are_shifted(recipe: ModuleType, fashion: Dataset) -> None:
    model = models.load("clothes")
    assert recipe.shifted_accuracy(model, fashion.test, 1) >= 0.87
    assert recipe.shifted_accuracy(model, fashion.test, 2) >= 0.85


def test_shifted_pictures_move_by_whole_pixels_and_zeros_come_in(recipe: ModuleType) -> None:
    image = np.arange(1, 10, dtype=np.uint8).reshape(1, 1, 3, 3)
    assert recipe.shift(image, 1, -1)[0, 0].tolist() == [[0, 0, 0], [2, 3, 0], [5, 6, 0]]
    assert (recipe.shift(image, 0, 0) == image).all()


def test_the_recipe_makes_the_shipped_weights(recipe: ModuleType, fashion: Dataset, tmp_path: Path) -> None:
    model = recipe.train(recipe.SEED, fashion, progress=False)
    assert evaluate(model, fashion.test).accuracy >= 0.86
    # Another processor adds in another order, and over 1,884 steps that grows: alike, not equal.
    first = np.asarray(model.conv1.weight).ravel()
    shipped = np.asarray(models.load("clothes").conv1.weight).ravel()
    assert np.corrcoef(first, shipped)[0, 1] > 0.9
    recipe.save(model, tmp_path / "clothes.npz")
    with np.load(tmp_path / "clothes.npz", allow_pickle=False) as saved:
        assert {name: value.shape for name, value in saved.items()} == {
            name: value.shape for name, value in model.state_dict().items()
        }


def test_clothes_has_9226_parameters_and_ten_scores() -> None:
    model = models.clothes()
    assert sum(parameter.size for parameter in model.parameters()) == 9226
    assert model(np.zeros((2, 1, 28, 28), np.float32)).shape == (2, 10)


def test_clothes_gives_the_scores_that_torch_gives_with_the_same_weights(fashion: Dataset) -> None:
    ours = models.load("clothes")
    layers = torch.nn
    other = layers.Sequential(
        layers.Conv2d(1, 8, 5, padding=2),
        layers.ReLU(),
        layers.MaxPool2d(2),
        layers.Conv2d(8, 16, 3, padding=1),
        layers.ReLU(),
        layers.MaxPool2d(2),
        layers.Flatten(),
        layers.Linear(784, 10),
    )
    values = [torch.from_numpy(value) for value in ours.state_dict().values()]
    other.load_state_dict(dict(zip(other.state_dict(), values, strict=True)))
    x = data.to_float(fashion.test.images[:50])
    with torch.no_grad():
        wanted = other(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(ours(x), wanted, atol=1e-5 * np.abs(wanted).max())


def test_a_seed_gives_the_same_first_weights_and_leaves_other_random_numbers_alone() -> None:
    nn.manual_seed(5)
    undisturbed = nn.Linear(2, 2).state_dict()["weight"]
    nn.manual_seed(5)
    first, same, other = (models.clothes(seed=seed).state_dict()["linear.weight"] for seed in (0, 0, 1))
    np.testing.assert_array_equal(nn.Linear(2, 2).state_dict()["weight"], undisturbed)
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


def test_a_seed_gives_the_weights_that_manual_seed_gives() -> None:
    nn.manual_seed(3)
    np.testing.assert_array_equal(
        models.clothes().state_dict()["conv2.weight"], models.clothes(seed=3).state_dict()["conv2.weight"]
    )


def test_a_loaded_model_is_in_evaluation_mode_and_each_load_is_its_own() -> None:
    model = models.load("clothes")
    assert not model.training
    model.conv1.weight[:] = 0
    assert np.abs(models.load("clothes").conv1.weight).max() > 0


def test_the_weights_are_a_small_file() -> None:
    assert (data.FOLDER / "clothes.npz").stat().st_size <= 100_000


def test_an_unknown_model_lists_the_models() -> None:
    known = "clothes, efficientnet_lite0"
    with pytest.raises(ValueError, match=rf"load needs name to be one of {known}, got 'cloths': did you mean 'cl"):
        models.load("cloths")


def test_damaged_weights_are_named_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(data.FOLDER, tmp_path / "_data")
    monkeypatch.setattr(data, "FOLDER", tmp_path / "_data")
    path = tmp_path / "_data" / "clothes.npz"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(
        data.DamagedFileError, match=r"clothes\.npz as it was shipped, got 1,000 bytes .*install cnnviz ag"
    ):
        models.load("clothes")
