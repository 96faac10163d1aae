"""A network of every kind of layer, ours and torch's."""

import pytest
import torch

from cnnviz import nn

from .compare import network


@pytest.fixture
def networks():
    ours, theirs = network(nn), network(torch.nn)
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs
