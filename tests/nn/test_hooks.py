"""Hooks see what torch's see, replace what they return, and end when they are removed."""

from collections import OrderedDict

import numpy as np
import pytest
import torch

from cnnviz import nn

from .compare import assert_same, random


def test_forward_hooks_see_what_torchs_see(networks):
    ours, theirs = networks
    seen, expected = OrderedDict(), OrderedDict()
    for name, module in ours.named_modules():
        module.register_forward_hook(lambda m, inputs, output, name=name: seen.update({name: (m, inputs, output)}))
    for name, module in theirs.named_modules():
        module.register_forward_hook(lambda m, inputs, output, name=name: expected.update({name: (inputs, output)}))
    x = random((2, 3, 16, 16))
    ours(x)
    theirs(torch.from_numpy(x))
    assert list(seen) == list(expected)
    for name, (inputs, output) in expected.items():
        module, our_inputs, our_output = seen[name]
        assert module is dict(ours.named_modules())[name]
        assert_same(our_inputs[0], inputs[0], f"input of {name}")
        assert_same(our_output, output, f"output of {name}")


def test_full_backward_hooks_see_what_torchs_see(networks):
    ours, theirs = networks
    seen, expected = OrderedDict(), OrderedDict()
    for name, module in ours.named_modules():
        module.register_full_backward_hook(lambda _, g_in, g_out, name=name: seen.update({name: (g_in, g_out)}))
    for name, module in theirs.named_modules():
        module.register_full_backward_hook(lambda _, g_in, g_out, name=name: expected.update({name: (g_in, g_out)}))
    x, grad = random((2, 3, 16, 16)), random((2, 5), 1)
    ours(x)
    ours.backward(grad)
    theirs(torch.tensor(x, requires_grad=True)).backward(torch.from_numpy(grad))
    assert list(seen) == list(expected)
    for name, (grad_input, grad_output) in expected.items():
        assert_same(seen[name][0][0], grad_input[0], f"gradient of the input of {name}")
        assert_same(seen[name][1][0], grad_output[0], f"gradient of the output of {name}")


def test_a_hooks_result_replaces_output_and_gradient():
    layer = nn.ReLU()
    layer.register_forward_hook(lambda m, inputs, output: output + 1)
    layer.register_full_backward_hook(lambda m, grad_input, grad_output: (10 * grad_input[0],))
    np.testing.assert_array_equal(layer(np.array([-1.0, 2.0])), [1, 3])
    np.testing.assert_array_equal(layer.backward(np.ones(2)), [0, 10])


@pytest.mark.parametrize("register", ["register_forward_hook", "register_full_backward_hook"])
def test_a_hook_that_cannot_be_called_is_refused(register):
    layer = nn.ReLU()
    with pytest.raises(TypeError, match=rf"^ReLU\(\)\.{register} needs hook as a function, got 3: give the function"):
        getattr(layer, register)(3)
    layer.backward(layer(np.ones(2)))


@pytest.mark.parametrize("register", ["register_forward_hook", "register_full_backward_hook"])
def test_a_removed_hook_is_not_called(register):
    layer, calls = nn.ReLU(), []
    handle = getattr(layer, register)(lambda *_: calls.append("plain"))
    with getattr(layer, register)(lambda *_: calls.append("with")):
        layer.backward(layer(np.ones(2)))
    handle.remove()
    handle.remove()
    layer.backward(layer(np.ones(2)))
    assert calls == ["plain", "with"]
