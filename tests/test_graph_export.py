"""Graphs of torch models: every node beside torch's own run of the exported program."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnviz.graph import to_graph
from tests.architectures import ARCHITECTURES
from tests.architectures.in_torch import graph_and_values

WITH_GRAPH = [name for name, architecture in ARCHITECTURES.items() if architecture.refused is None]


def near(value, expected, what):
    expected = np.asarray(expected.detach() if hasattr(expected, "detach") else expected)
    assert value.shape == expected.shape, what
    assert np.abs(value - expected).max() <= 1e-4 * np.abs(expected).max(), what


def run(model, x):
    """The graph's last output."""
    graph = to_graph(model, x)
    return graph.run(x.numpy())[graph.nodes[-1].name]


# --- equal to torch


@pytest.mark.parametrize("name", WITH_GRAPH)
def test_every_node_equals_torchs_run_of_the_program(name):
    architecture = ARCHITECTURES[name]
    model, x = architecture.model(), architecture.example(seed=3)
    graph, expected = graph_and_values(model, x)
    values = graph.run(x.numpy())
    for node, value in expected.items():
        near(values[node], value, node)
    # What torch has as one operation may be several here, of which the last was compared.
    assert len(expected) >= 0.6 * len(graph)
    assert graph.nodes[-1].name in expected


@pytest.mark.parametrize(("inplace", "passes"), [(False, 0), (True, 1)])
def test_torch_traces_a_second_time_only_what_writes_in_place_or_is_no_operation_of_the_vocabulary(
    inplace, passes, monkeypatch
):
    ran, program = [], torch.export.ExportedProgram
    again = program.run_decompositions
    monkeypatch.setattr(program, "run_decompositions", lambda *given: ran.append(given) or again(*given))
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(inplace), nn.AvgPool2d(2), nn.Flatten())
    model.append(nn.Sequential(nn.Linear(8, 3), Residual())).eval()
    x = torch.randn(1, 1, 6, 6)
    near(run(model, x), model(x), "output")
    assert len(ran) == passes


class Residual(nn.Module):
    def forward(self, x):
        return x + x.tanh()


@pytest.mark.parametrize("name", WITH_GRAPH)
def test_a_graph_takes_other_batches_than_its_example(name):
    architecture = ARCHITECTURES[name]
    model, x = architecture.model(), architecture.example(seed=4, batch=3)
    graph = to_graph(model, architecture.example())
    values = graph.run(x.numpy())
    near(values[graph.nodes[-1].name], model(x), name)
    for node in graph:
        if node.op != "constant":
            assert values[node.name].shape == (3, *node.shape[1:]), node.name


@pytest.mark.parametrize("name", ["vgg", "resnet", "densenet", "mobilenet_v2", "unet", "reused"])
def test_a_layers_node_has_its_name_and_its_output_at_every_call(name):
    architecture = ARCHITECTURES[name]
    model, x = architecture.model(), architecture.example()
    outputs, calls = {}, {}

    def keep(path):
        def hook(module, inputs, output):
            outputs[f"{path}_{calls[path]}" if path in calls else path] = output.clone()
            calls[path] = calls.get(path, 0) + 1

        return hook

    for path, module in model.named_modules():
        if not list(module.children()) and not isinstance(module, nn.Dropout):
            module.register_forward_hook(keep(path))
    model(x)
    values = to_graph(architecture.model(), x).run(x.numpy())
    assert set(outputs) <= set(values)
    for path, output in outputs.items():
        near(values[path], output, path)


def test_what_was_overwritten_is_read_as_it_is_then():
    class Model(nn.Module):
        def forward(self, x):
            y = x * 1.5
            z = y.transpose(2, 3)
            z[:, 1].relu_()
            y += 1
            return y * z.transpose(2, 3)

    model, x = Model().eval(), torch.randn(2, 3, 4, 5)
    near(run(model, x), model(x), "output")


@pytest.mark.parametrize(
    "function",
    [
        lambda x: 1 / (x + 9),
        lambda x: 6 - x,
        lambda x: torch.add(x, x * 2, alpha=3) - torch.rsub(x, x * x, alpha=2),
        lambda x: x.square() + x**2 - (-x),
        lambda x: torch.true_divide(x, 4) / (x.sigmoid() + 1),
        lambda x: x.sum((2, 3), keepdim=True) * x,
        lambda x: x.mean() + x.mean(1, keepdim=True),
        lambda x: F.selu(x) + F.celu(x, 0.7) + F.elu(x, 0.4),
        lambda x: F.logsigmoid(x) + F.softplus(x, beta=2, threshold=3),
        lambda x: F.gelu(x) + F.gelu(x, approximate="tanh") + F.mish(x),
        lambda x: F.hardtanh(x, -0.3, 0.4) + x.clamp(min=0.1) + x.clamp(max=0.5) + F.relu6(x * 9),
        lambda x: F.glu(x, dim=1),
        lambda x: x.abs() + F.softsign(x),
        lambda x: torch.cat([torch.zeros_like(x), torch.ones_like(x), torch.full_like(x, 2.5) * x], 1),
        lambda x: F.pixel_unshuffle(x[..., :4], 2),
        lambda x: torch.stack([x, x * 2], dim=2).flatten(1, 2),
        lambda x: torch.cat([x], dim=1) + 1,
        lambda x: x.unbind(1)[2] + x.select(1, 0),
        lambda x: x[:, 1:, ::2, -3:],
        lambda x: torch.cat([part * 2 for part in x.split([1, 3], dim=1)], dim=1),
        lambda x: x.unsqueeze(2).squeeze(2).flatten(2).unflatten(2, (4, 5)).permute(0, 3, 1, 2),
        lambda x: x.repeat_interleave(1, dim=1) if x.shape[0] > 9 else x.movedim(1, 3).swapaxes(1, 2),
        lambda x: F.pad(x, (1, 0, -1, 2), value=3.0),
        lambda x: F.pad(x, (0, 0, 1, 2, 0, 1), value=2.0),
        lambda x: F.pad(x, (1, 2), mode="replicate") if x.dim() == 3 else F.pad(x, (1, 2, 0, 1), mode="circular"),
        lambda x: F.interpolate(x, size=(7, 3)) + F.interpolate(x, size=(7, 3), mode="bilinear"),
        lambda x: F.interpolate(x, scale_factor=(1.3, 2.6)),
        lambda x: F.interpolate(x, scale_factor=1.7, mode="bilinear"),
        lambda x: F.adaptive_avg_pool2d(x, (None, 2)),
        lambda x: F.adaptive_max_pool2d(x, (3, 2)) + F.adaptive_max_pool2d(x, (3, None))[..., :2],
        lambda x: F.channel_shuffle(x, 2) + F.pixel_shuffle(x, 2).mean((2, 3), keepdim=True),
        lambda x: F.layer_norm(x, (4, 5)) + F.group_norm(x, 2) + F.instance_norm(x),
        lambda x: x @ torch.arange(15.0).reshape(5, 3),
        lambda x: x * torch.full((4, 1, 1), 2.0) + torch.ones(1).expand(5),
        lambda x: x.to(torch.float64).float().contiguous().detach() + 0,
        lambda x: F.log_softmax(x, 1) + F.softmax(x, dim=-1),
    ],
)
def test_functions_of_torch_become_operations_of_the_vocabulary(function):
    class Model(nn.Module):
        def forward(self, x):
            return function(x)

    x = torch.randn(2, 4, 4, 5, generator=torch.Generator().manual_seed(0))
    near(run(Model().eval(), x), function(x), "output")


@pytest.mark.parametrize(
    "same",
    [
        nn.Dropout(),
        nn.Dropout2d(),
        nn.AlphaDropout(),
        nn.Identity(),
        lambda x: F.dropout(input=x, training=False),
        lambda x: torch.dropout(x, 0.5, False),
        lambda x: torch.dropout(input=x, p=0.5, train=False),
        lambda x: x.contiguous(),
        lambda x: x.float(),
        lambda x: x.flatten(1),
        lambda x: x.expand_as(x),
    ],
)
def test_what_is_the_very_same_tensor_in_torch_is_it_in_the_graph(same):
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.same = same

        def forward(self, x):
            first = x * 1.5
            other = self.same(first)
            other += 1  # is read by the older name
            return first * 2

    model, x = Model().eval(), torch.randn(2, 3, 4, 4)
    near(run(model, x), model(x), "output")


@pytest.mark.parametrize("number", [2.5, torch.tensor(2.5)])
def test_cells_that_are_set_to_a_number_hold_it_in_every_batch(number):
    class Model(nn.Module):
        def forward(self, x):
            y = x * 2
            y[:, 1] = number
            y[:, :, 4:] = 7  # beyond the last row: none
            y[..., -1].zero_()
            return y

    model = Model().eval()
    graph, x = to_graph(model, torch.randn(1, 4, 4, 5)), torch.randn(3, 4, 4, 5)
    near(graph.run(x.numpy())[graph.nodes[-1].name], model(x), "output")


@pytest.mark.parametrize(
    "layers",
    [
        [nn.Flatten(), nn.Linear(80, 6), nn.BatchNorm1d(6)],
        [nn.InstanceNorm2d(4, affine=True, track_running_stats=True), nn.ZeroPad2d((1, 2, 0, 1))],
        [nn.Conv2d(4, 6, 3, padding="same", padding_mode="circular"), nn.PReLU(6), nn.ChannelShuffle(3)],
        [nn.utils.parametrizations.weight_norm(nn.Conv2d(4, 6, 3)), nn.Hardswish()],
        [nn.BatchNorm2d(4, track_running_stats=False), nn.Upsample(scale_factor=2)],
        [nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2), nn.Softmax2d()],
    ],
)
def test_layers_of_torch_become_operations_of_the_vocabulary(layers):
    model, x = nn.Sequential(*layers).eval(), torch.randn(2, 4, 4, 5)
    near(run(model, x), model(x), "output")
