"""The sanity check: a map that stays when the weights are random was not about what the network learnt."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz import _check
from cnnviz._check import Array
from cnnviz.recorder import layers as layer_table

from ._asked import Asked
from ._heat import heat, rank_correlation


@dataclass(frozen=True, eq=False)
class Sanity:
    """A method's maps while the layers become random, from the top down.

    layers: (L,) names, the first made random first. maps: (L + 1, N, H, W), of which maps[0] is of the network as it
    is and maps[k] with the first k layers random. correlation: (L + 1, N), Spearman's of each map with the picture's
    first one: 1 at the start; NaN where a map is the same everywhere. classes: (N,), those that are explained.
    """

    layers: tuple[str, ...]
    maps: Array
    correlation: Array
    classes: NDArray[np.int64]

    def __repr__(self) -> str:
        names = ("(as trained)", *self.layers)
        wide = max(map(len, names))
        means = [_mean(row) for row in self.correlation]
        return "\n".join(f"{name:<{wide}}  {mean:6.2f}" for name, mean in zip(names, means, strict=True))


def sanity(
    method: Callable[..., Array],
    model: Any,
    x: Any,
    target: Any = None,
    *,
    layers: Sequence[str] | None = None,
    seed: int = 0,
    **options: Any,
) -> Sanity:
    """Makes the layers of a copy of the model random, from the one nearest the answer on, and maps anew each time.

    method: of this module, or any that is called as method(model, x, target, **options) and gives (N, C, H, W) or
    (N, H, W). layers: which become random, in this order, layers or whole blocks; by default all layers that have
    parameters, the last called first. A parameter's new numbers are normal, with the mean and standard deviation that
    it had. The classes are those of the model as it is, throughout. Models are of torch or cnnviz.nn; the model itself
    is not changed.
    After Adebayo and others, "Sanity Checks for Saliency Maps", 2018: what is compared are magnitudes, by rank.
    Raises what the method does; ValueError for a layer that is not there, TypeError for a model of Keras.
    """
    asked = Asked("sanity", model, x, target)
    twin = copy.deepcopy(model)
    modules = dict(twin.named_modules())
    names = (
        _from_the_top(asked, modules)
        if layers is None
        else [_check.one_of("sanity", "layers", name, modules) for name in layers]
    )
    rng = np.random.default_rng(_check.integer("sanity", "seed", seed, 0))
    maps = [np.abs(heat(method(twin, x, asked.classes, **options)))]
    for name in names:
        _randomise(modules[name], rng)
        maps.append(np.abs(heat(method(twin, x, asked.classes, **options))))
    correlation = [[rank_correlation(*pair) for pair in zip(maps[0], now, strict=True)] for now in maps]
    return Sanity(tuple(names), np.stack(maps).astype(np.float32), np.array(correlation), asked.classes)


def _from_the_top(asked: Asked, modules: dict[str, Any]) -> list[str]:
    names = [row.name for row in layer_table(asked.model, asked.one()) if row.parameters]
    if not set(names) <= set(modules):
        raise _check.bad_type("sanity", "a model of torch or cnnviz.nn", type(asked.model).__name__)
    return names[::-1]


def _randomise(module: Any, rng: np.random.Generator) -> None:
    for _, parameter in module.named_parameters():
        target = parameter.data if hasattr(parameter, "requires_grad") else parameter
        before = np.asarray(target.cpu().double() if hasattr(target, "cpu") else target)
        values = rng.normal(before.mean(), before.std(), before.shape)
        target[...] = target.new_tensor(values) if hasattr(target, "new_tensor") else values


def _mean(row: Array) -> float:
    known = row[~np.isnan(row)]
    return float(known.mean()) if known.size else float("nan")
