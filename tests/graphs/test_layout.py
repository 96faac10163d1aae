"""Networks of N H W C, turned: the same numbers as torch's, with channels first."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnviz.graph import channels_first, to_graph
from tests.architectures import ARCHITECTURES


class ChannelsLast(nn.Module):
    """A convolution as Keras computes it, then `after` of N H W C."""

    def __init__(self, after):
        super().__init__()
        self.conv, self.after = nn.Conv2d(3, 4, 3, padding=1, bias=False), after
        self.bias = nn.Parameter(torch.arange(4.0))

    def forward(self, x):
        y = self.conv(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        return self.after(F.relu(y + self.bias), self.bias)


@pytest.mark.parametrize(
    ("after", "last"),
    [
        (lambda x, _: x.mean((1, 2)), "mean"),
        (lambda x, _: x.mean(1, keepdim=True) * x, "mul"),
        (lambda x, _: x.mean(3), "mean"),
        (lambda x, b: torch.cat([x, x * b], dim=-1), "cat"),
        (lambda x, _: x[:, 1:, :, :2].sigmoid(), "sigmoid"),
        (lambda x, _: x.softmax(-1), "softmax"),
        (lambda x, _: x.flatten(1), "reshape"),
        (lambda x, _: x.reshape(x.shape[0], -1, 2).mean(1) + x.mean((1, 2, 3), keepdim=False)[:, None], "add"),
        (lambda x, b: (x - b) * b + 2 * b, "batch_norm"),
        (lambda x, b: b * (x - b) + x, "add"),
        (lambda x, _: x.permute(0, 3, 1, 2).flatten(2), "reshape"),
        (lambda x, _: torch.tanh(x).permute(0, 3, 1, 2).permute(0, 2, 3, 1), "tanh"),
    ],
)
def test_a_turned_network_gives_torchs_numbers_for_pictures_with_channels_first(after, last):
    torch.manual_seed(0)
    model, x = ChannelsLast(after).eval(), torch.randn(2, 5, 6, 3)
    graph = channels_first(to_graph(model, x[:1]))
    values = graph.run(x.movedim(3, 1).numpy())
    expected = model(x).detach()
    expected = expected.movedim(3, 1) if expected.ndim == 4 else expected
    np.testing.assert_allclose(values[graph.nodes[-1].name], expected, rtol=1e-4, atol=1e-5)
    assert graph.nodes[-1].op in (last, "flatten" if last == "reshape" else last)
    assert all(values[node.name].shape[1:] == node.shape[1:] for node in graph)


def test_a_keras_network_turned_has_its_layers_and_nothing_else():
    architecture = ARCHITECTURES["keras"]
    graph = channels_first(to_graph(architecture.model(), architecture.example()))
    assert [node.op for node in graph] == [
        *("conv2d", "batch_norm", "relu", "conv2d", "relu", "add", "max_pool2d", "mean", "linear", "softmax")
    ]
    assert [sorted(node.params) for node in graph if node.params] == [
        ["weight"],
        ["bias", "running_mean", "running_var", "weight"],
        ["bias", "weight"],
        ["bias", "weight"],
    ]


def test_a_network_that_hands_on_what_it_reads_is_turned_too():
    graph = channels_first(to_graph(nn.Identity(), torch.ones(1, 2, 3, 4)))
    assert [(node.op, node.inputs) for node in graph] == [("identity", ("input",))]
