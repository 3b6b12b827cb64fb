"""The cell against PyTorch, where PyTorch is installed."""

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is an extra; with `pip install torch` these comparisons run, too")

import numpy as np

from lstm_notes import LSTMWeights, largest_difference, lstm_backward, lstm_forward
from tests.random_case import SHAPES, random_case, relative_difference

BOUNDS = {"float32": (1e-6, 2e-6), "float64": (1e-12, 1e-12)}


@pytest.mark.parametrize("states", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES)
def test_equals_torch(shape, dtype, states):
    case = random_case(*shape, dtype)
    _, _, features, units = shape
    module = torch.nn.LSTM(features, units, batch_first=True, dtype=getattr(torch, dtype))
    case.weights.to_torch(module)
    x, h0, c0 = (torch.tensor(a, requires_grad=True) for a in (case.x, case.h0, case.c0))
    out, (_, c_last) = module(x, (h0[None], c0[None]) if states else None)
    ((out * torch.tensor(case.dh)).sum() + (c_last[0] * torch.tensor(case.dc)).sum()).backward()

    trace = lstm_forward(case.x, case.weights, *((case.h0, case.c0) if states else ()))
    gradients = lstm_backward(trace, case.dh, case.dc)
    bound, gradient_bound = BOUNDS[dtype]
    assert largest_difference(trace.h, out.detach()) <= bound
    assert largest_difference(trace.c[:, -1], c_last[0].detach()) <= bound
    assert relative_difference(gradients.kernel, module.weight_ih_l0.grad.T) <= gradient_bound
    assert relative_difference(gradients.recurrent_kernel, module.weight_hh_l0.grad.T) <= gradient_bound
    assert relative_difference(gradients.bias, module.bias_ih_l0.grad) <= gradient_bound
    assert relative_difference(gradients.x, x.grad) <= gradient_bound
    if states:
        assert relative_difference(gradients.h0, h0.grad) <= gradient_bound
        assert relative_difference(gradients.c0, c0.grad) <= gradient_bound


def test_weights_travel_both_ways():
    weights = random_case(1, 1, 2, 3, "float32").weights
    back = LSTMWeights.from_torch(weights.to_torch(torch.nn.LSTM(2, 3)))
    np.testing.assert_array_equal(back.array, weights.array)


def test_two_biases_are_added_and_none_is_zero():
    module = torch.nn.LSTM(2, 3)
    expected = (module.bias_ih_l0 + module.bias_hh_l0).detach().numpy()
    np.testing.assert_array_equal(LSTMWeights.from_torch(module).bias, expected)
    assert (LSTMWeights.from_torch(torch.nn.LSTM(2, 3, bias=False)).bias == 0).all()


@pytest.mark.parametrize(
    "module, error, words",
    [
        (torch.nn.LSTM(2, 3, proj_size=1), ValueError, "proj_size=1"),
        (torch.nn.LSTM(2, 5), ValueError, "(2, 5)"),
        (torch.nn.LSTM(2, 3, bias=False), ValueError, "bias=False"),
        (torch.nn.GRU(2, 3), TypeError, "torch.nn.LSTM is needed"),
    ],
)
def test_other_modules_are_refused(module, error, words):
    before = [p.detach().clone() for p in module.parameters()]
    with pytest.raises(error) as caught:
        random_case(1, 1, 2, 3, "float32").weights.to_torch(module)
    assert words in str(caught.value)
    assert all(torch.equal(a, b) for a, b in zip(before, module.parameters()))


def test_a_part_that_is_not_there_is_named():
    module = torch.nn.LSTM(2, 3, num_layers=2, bidirectional=True)
    with pytest.raises(ValueError, match="part is 'l2'; this module has l0, l0_reverse, l1, l1_reverse"):
        LSTMWeights.from_torch(module, "l2")
    with pytest.raises(ValueError, match=r"part l1 has \(input_size, hidden_size\) = \(6, 3\); \(2, 3\) is needed"):
        random_case(1, 1, 2, 3, "float32").weights.to_torch(module, "l1")
