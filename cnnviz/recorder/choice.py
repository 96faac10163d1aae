"""Which layers: all leaves, or those that are named or match a pattern."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from cnnviz import _check

from .fronts import Front
from .results import unknown

Names: TypeAlias = str | Iterable[str] | None


def chosen(front: Front, layers: Names) -> dict[str, Any]:
    """The layers to record by name.

    A pattern such as "layer1.*" stands for the leaf layers that it matches or, where it matches none, for the blocks.
    Raises ValueError for a name or pattern that fits no layer, TypeError for what is none.
    """
    if layers is None:
        return {name: front.modules[name] for name in front.leaves()}
    wanted = [layers] if isinstance(layers, str) else list(layers)
    if not wanted:
        raise _check.bad_value("record", "at least one layer", "layers=[]", "leave layers out for all of them")
    return {name: front.modules[name] for one in wanted for name in _meant(front, one)}


def _meant(front: Front, name: Any) -> list[str]:
    if not isinstance(name, str):
        raise _check.bad_type("record", "layers by their names", type(name).__name__, "see cnnviz.layers(model, x)")
    if name in front.modules:
        return [name]
    if any(sign in name for sign in "*?["):
        leaves = [leaf for leaf in front.leaves() if fnmatchcase(leaf, name)]
        if matched := leaves or [block for block in front.modules if fnmatchcase(block, name)]:
            return matched
    raise unknown("record", name, filter(None, front.modules), front.missing(name) or "a layer's name")
