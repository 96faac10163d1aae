"""Kinds of lines of random networks: each makes one for what is read, `{v}`.

`t` is a `Growing` of random_nets.py; "!" stands before a line that is no expression. None, or a line that torch
refuses, is one that is not there.
"""

from math import prod

from torch import nn

from tests.graphs.lines_anywhere import EVERYWHERE, function, norm_of_vector, to_maps, turn
from tests.graphs.lines_of_maps import OF_MAPS


def to_scores(t):
    size = t.shape[1] if len(t.shape) == 4 else t.shape[-1]
    read = (
        t.one(["{v}.mean((2, 3))", "torch.flatten(F.adaptive_avg_pool2d({v}, 1), 1)"]) if len(t.shape) == 4 else "{v}"
    )
    return f"{t.part(nn.Linear(size, 5))}({read})"


def to_scores_of_all(t):
    return f"{t.part(nn.Linear(prod(t.shape[1:]), 5))}({{v}}.flatten(1))"


LINES = {
    4: [*OF_MAPS, *EVERYWHERE],
    3: [*EVERYWHERE, norm_of_vector, to_maps, to_maps],
    2: [*EVERYWHERE, norm_of_vector, to_maps, to_maps],
    5: [lambda t: f"{{v}}.flatten({t.whole(1, 2)}, 3)", lambda t: "{v}.mean(2)", turn, function],
}
LAST = {4: [to_scores, to_scores_of_all], 3: [to_scores, to_scores_of_all], 2: [to_scores], 5: [to_scores_of_all]}
