"""Sequential as a container, and any chain of layers beside torch's."""

from collections import OrderedDict

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz import nn

from .compare import assert_layers_agree, random


def test_sequential_indexes_slices_appends_and_iterates():
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    model.append(nn.Linear(3, 2))
    assert len(model) == 3
    assert model[-1] is model[2]
    assert list(model) == [model[0], model[1], model[2]]
    tail = model[1:]
    assert [name for name, _ in tail.named_children()] == ["1", "2"]
    assert tail[1] is model[2]
    with pytest.raises(IndexError, match="Sequential has layers 0 to 2, not 3"):
        model[3]


def test_sequential_takes_names():
    layers = OrderedDict(conv=nn.Conv2d(1, 2, 3), relu=nn.ReLU())
    model = nn.Sequential(layers)
    assert list(model.state_dict()) == ["conv.weight", "conv.bias"]
    assert model.conv is layers["conv"]


def test_an_empty_sequential_passes_everything_on():
    x = random((2, 3))
    model = nn.Sequential()
    assert model(x) is x
    assert model.backward(x) is x


@settings(max_examples=30)
@given(st.lists(st.sampled_from(["ReLU", "Sigmoid", "Tanh", "SiLU"]), min_size=1, max_size=5))
def test_any_chain_of_layers_goes_back_as_torchs(names):
    ours = nn.Sequential(*(getattr(nn, name)() for name in names))
    theirs = torch.nn.Sequential(*(getattr(torch.nn, name)() for name in names))
    assert_layers_agree(ours, theirs, random((3, 4)))
    assert repr(ours) == repr(theirs)
