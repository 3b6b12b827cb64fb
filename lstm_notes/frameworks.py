"""An LSTM layer's weights in Keras and in PyTorch, read and written as Keras's three arrays. Neither is imported here.

PyTorch's blocks i, f, g, o are Keras's i, f, C, o: its matrices are the transposed ones, and it has two biases, of
which only the sum counts. Compared in notebooks 02_cell_structure and 09_frameworks.
"""

import importlib.util

import numpy as np

from . import _checks


def has_torch():
    """Whether PyTorch, an extra, is installed: a bool. Where it is not, one printed line says how to get it.

    The first line of a notebook's cell that compares with PyTorch; nothing is imported here, and all else runs
    without. From notebook 09_frameworks on.

    >>> from unittest.mock import patch
    >>> with patch.dict("sys.modules", torch=None):  # as where it is missing
    ...     has_torch()
    PyTorch is not installed; with %pip install torch this cell compares with it.
    False
    """
    found = importlib.util.find_spec("torch") is not None
    if not found:
        print("PyTorch is not installed; with %pip install torch this cell compares with it.")
    return found


def read_keras(layer):
    """kernel (features, 4·units), recurrent kernel (units, 4·units) and bias (4·units,) of a built LSTM layer."""
    _check_keras(layer)
    if not layer.built:
        raise ValueError("layer has no weights yet; build it first: layer.build((None, None, features))")
    arrays = [np.asarray(array) for array in layer.get_weights()]
    kernel, recurrent_kernel = arrays[:2]
    bias = arrays[2] if layer.use_bias else np.zeros(kernel.shape[1], kernel.dtype)
    return kernel, recurrent_kernel, bias


def write_keras(layer, kernel, recurrent_kernel, bias):
    """Write the three arrays into a `keras.layers.LSTM` of as many units and return it; builds it if need be."""
    _check_keras(layer)
    (features, _), units = kernel.shape, len(recurrent_kernel)
    if layer.units != units:
        raise ValueError(f"layer has {layer.units} units; {units} are needed")
    if not layer.use_bias:
        raise ValueError("layer has use_bias=False; a layer with a bias is needed")
    if not layer.built:
        layer.build((None, None, features))
    _checks.shape("layer's kernel", layer.get_weights()[0], kernel.shape, ("features", "4·units"))
    layer.set_weights([kernel, recurrent_kernel, bias])
    return layer


def read_torch(module, part="l0"):
    """The three arrays of a `torch.nn.LSTM`'s part, its two biases added up: "l0" the first layer, "l1" the second, …,
    "l0_reverse" the one that reads back."""
    parameters = _torch_arrays(module, part)
    kernel, recurrent_kernel = (array.detach().cpu().numpy().T for array in parameters[:2])
    if not module.bias:
        return kernel, recurrent_kernel, np.zeros(kernel.shape[1], kernel.dtype)
    return kernel, recurrent_kernel, sum(parameters[2:]).detach().cpu().numpy()


def write_torch(module, kernel, recurrent_kernel, bias, part="l0"):
    """Write the three arrays into a part of a `torch.nn.LSTM`, of the same sizes, and return it; its second bias
    becomes 0."""
    parameters = _torch_arrays(module, part)
    if not module.bias:
        raise ValueError("module has bias=False; a module with a bias is needed")
    sizes, needed = (parameters[0].shape[1], module.hidden_size), (len(kernel), len(recurrent_kernel))
    if sizes != needed:
        raise ValueError(f"module's part {part} has (input_size, hidden_size) = {sizes}; {needed} is needed")
    for parameter, array in zip(parameters, (kernel.T, recurrent_kernel.T, bias, np.zeros_like(bias))):
        parameter.data.copy_(parameter.data.new_tensor(np.ascontiguousarray(array)))
    return module


def _torch_arrays(module, part):
    """The parameters of a part: both matrices, and both biases where there are any."""
    if not hasattr(module, "weight_ih_l0") or getattr(module, "mode", None) != "LSTM":
        raise TypeError(f"module is {module!r}; a torch.nn.LSTM is needed")
    if module.proj_size:
        raise ValueError(f"module has proj_size={module.proj_size}; proj_size=0 is needed")
    names = [f"weight_ih_{part}", f"weight_hh_{part}", *([f"bias_ih_{part}", f"bias_hh_{part}"] if module.bias else [])]
    if not hasattr(module, names[0]):
        parts = [name.removeprefix("weight_ih_") for name, _ in module.named_parameters() if "weight_ih" in name]
        raise ValueError(f"part is {part!r}; this module has {', '.join(parts)}")
    return [getattr(module, name) for name in names]


def _check_keras(layer):
    names = [getattr(getattr(layer, a, None), "__name__", None) for a in ("activation", "recurrent_activation")]
    if names != ["tanh", "sigmoid"] or not hasattr(layer, "cell") or layer.go_backwards:
        raise TypeError(f"layer is {layer!r}; a keras.layers.LSTM with tanh and sigmoid that goes forwards is needed")
