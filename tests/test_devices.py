"""One training on several devices, in several processes. Notebook 10b shows what works; here is also what does not."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lstm_notes import SGD, NetworkWeights, batches, largest_difference, loss_and_gradient, train_steps
from lstm_notes.course.processes import finish, start

NOTEBOOK = Path(__file__).resolve().parent.parent / "notebooks" / "10b_scaling_out.ipynb"


def shown(name):
    """A text that the notebook shows, and runs in processes."""
    for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]:
        if (source := "".join(cell["source"])).startswith(f'{name} = """'):
            names = {}
            exec(source, names)
            return names[name]
    raise AssertionError(f"the notebook shows no {name}")


def windows(number):
    rng = np.random.default_rng(0)
    return rng.normal(size=(number, 5, 1)), rng.normal(size=(number, 1))


# tf.distribute

MIRRORED = """
import numpy as np
from lstm_notes import Adam, KerasForecaster, SGD, largest_difference, load_keras
load_keras(cpus=2)
import tensorflow as tf

rng = np.random.default_rng(0)
X, y = rng.normal(size=(192, 5, 1)), rng.normal(size=(192, 1))
one, two = tf.distribute.get_strategy(), tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])

def trained(strategy, windows, optimizer):
    with strategy.scope():
        model = KerasForecaster(units=4, seed=0, dtype="float32")
        model.fit(X[:windows], y[:windows], epochs=2, batch_size=32, optimizer=optimizer, validation=(X[128:], y[128:]))
    return model

for windows, optimizer in ((128, SGD(0.1)), (128, Adam(0.01)), (49, SGD(0.1))):
    single, double = (trained(strategy, windows, optimizer) for strategy in (one, two))
    ends = max(map(largest_difference, single.get_weights(), double.get_weights()))
    losses = largest_difference(single.history.loss, double.history.loss)
    later = largest_difference(single.history.validation_loss, double.history.validation_loss)
    print(ends, losses, later, len(double.predict(X[:5])))
"""


def test_two_replicas_train_as_one_device(tmp_path):
    """In float32; the notebook has float64. What windows left over do has to be seen as another result."""
    (text,) = finish(start(MIRRORED, 1, tmp_path), 300)
    sgd, adam, left_over = (list(map(float, line.split())) for line in text.splitlines())
    for ends, losses, later, rows in (sgd, adam):
        assert max(ends, losses, later) < 2e-6 and rows == 5
    assert left_over[0] > 1e-4 and left_over[3] == 5


MULTI_WORKER = """
import json, os
port = int(os.environ["MASTER_PORT"])
rank, workers = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
addresses = [f"127.0.0.1:{port + k}" for k in range(workers)]
os.environ["TF_CONFIG"] = json.dumps({"cluster": {"worker": addresses}, "task": {"type": "worker", "index": rank}})
os.environ |= {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
import numpy as np
import keras
import tensorflow as tf

strategy = tf.distribute.MultiWorkerMirroredStrategy()
rng = np.random.default_rng(0)
X, y = rng.normal(size=(64, 5, 1)), rng.normal(size=(64, 1))
data = tf.data.Dataset.from_tensor_slices((X, y)).batch(32, drop_remainder=True)
for given, eagerly in (((X, y), False), ((data,), False), ((X, y), True)):
    with strategy.scope():
        model = keras.Sequential([keras.Input((5, 1)), keras.layers.LSTM(4), keras.layers.Dense(1)])
        model.compile(optimizer="sgd", loss="mse", run_eagerly=eagerly)
    try:
        model.fit(*given, epochs=1, verbose=0)
        print("came: trained", flush=True)
    except Exception as error:
        print(f"came: {type(error).__name__}: {str(error).splitlines()[0]}", flush=True)
os._exit(0)  # two workers would wait for each other at their end
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_keras_3_does_not_train_under_several_workers(workers, tmp_path):
    """The day this fails for two, notebook 10b has something to tell."""
    for text in finish(start(MULTI_WORKER, workers, tmp_path), 300):
        came = re.findall(r"^came: (.*)", text, re.M)
        if workers == 1:
            assert came == ["trained"] * 3
        else:
            assert came == ["ValueError: Attempt to convert a value (PerReplica:{"] * 3
            assert came[0] in NOTEBOOK.read_text("utf-8")


def test_the_door_says_on_how_many_devices_tensorflow_runs():
    code = """
from lstm_notes import load_keras
load_keras(cpus=2)
load_keras()
import tensorflow as tf
print(len(tf.config.list_logical_devices("CPU")))
for cpus in (3, 0, "two"):
    try:
        load_keras(cpus=cpus)
    except (RuntimeError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    devices, *refused = done.stdout.splitlines()
    assert (devices, done.stderr) == ("2", "")
    assert refused[0] == "RuntimeError TensorFlow already runs on 2 CPU device(s); start anew, with cpus=3 at once"
    assert len(refused) == 3 and all("cpus" in line for line in refused)


# PyTorch's DistributedDataParallel: the script that the notebook shows


def given(folder, windows):
    """What the script reads, and the network that it begins with."""
    torch = pytest.importorskip("torch", reason="PyTorch is an extra; with `pip install torch` this runs, too")
    X, y = windows
    weights = NetworkWeights.initial(features=1, units=8, outputs=1, seed=0)
    lstm = weights.lstm.to_torch(torch.nn.LSTM(1, 8, batch_first=True, dtype=torch.float64))
    named = {f"lstm.{name}": array.numpy() for name, array in lstm.state_dict().items()}
    named |= {"head.weight": weights.head_kernel.T, "head.bias": weights.head_bias}
    np.savez(folder / "given.npz", X=X, y=y, **named)
    return weights


@pytest.mark.parametrize("processes", [1, 2])
def test_processes_train_as_one_in_torch(processes, tmp_path):
    X, y = windows(64)
    weights = given(tmp_path, (X, y))
    finish(start(shown("SCRIPT"), processes, tmp_path))
    came = [np.load(tmp_path / f"came-{rank}.npz") for rank in range(processes)]
    order = [(X[batch], y[batch]) for batch in batches(np.arange(64), 32)] * 3
    losses = [loss for loss, _ in train_steps(loss_and_gradient, weights, order, SGD(0.1))]
    assert largest_difference(np.mean([each["losses"] for each in came], axis=0), losses) < 1e-12
    for each in came:
        assert largest_difference(each["lstm.weight_ih_l0"].T, weights.lstm.kernel) < 1e-12
        assert largest_difference(each["lstm.weight_hh_l0"].T, weights.lstm.recurrent_kernel) < 1e-12
        assert largest_difference(each["lstm.bias_ih_l0"], weights.lstm.bias) < 1e-12
        assert largest_difference(each["head.weight"].T, weights.head_kernel) < 1e-12


def test_a_batch_that_is_not_shared_out_is_seen(tmp_path):
    """Both processes on the same half: the weights are elsewhere, so the bounds above can fail."""
    X, y = windows(64)
    weights = given(tmp_path, (X, y))
    finish(start(shown("SCRIPT").replace("[rank]  #", "[0]  #"), 2, tmp_path))
    order = [(X[batch], y[batch]) for batch in batches(np.arange(64), 32)] * 3
    for _ in train_steps(loss_and_gradient, weights, order, SGD(0.1)):
        pass
    kernel = np.load(tmp_path / "came-0.npz")["lstm.weight_ih_l0"].T
    assert largest_difference(kernel, weights.lstm.kernel) > 1e-4


# Scripts in processes


def test_each_process_knows_who_it_is_and_where_they_meet(tmp_path):
    names = ("RANK", "WORLD_SIZE", "MASTER_ADDR")
    texts = finish(start(f"import os; print(*(os.environ[name] for name in {names}), os.getcwd())", 3, tmp_path))
    assert texts == [f"{rank} 3 127.0.0.1 {tmp_path}\n" for rank in range(3)]


def alive(process):
    return process.poll() is None


def test_where_one_fails_the_others_are_ended_and_its_words_are_said(tmp_path):
    started = start("import os, time\nif os.environ['RANK'] == '1': 1 / 0\ntime.sleep(600)", 2, tmp_path)
    with pytest.raises(RuntimeError, match="^a process failed: ZeroDivisionError: division by zero$"):
        finish(started)
    assert not any(map(alive, started))


def test_a_process_that_dies_without_a_word_is_named(tmp_path):
    started = start("import os; os.abort()", 2, tmp_path)
    with pytest.raises(RuntimeError, match="^a process failed: it ended with "):
        finish(started)


def test_processes_that_do_not_end_are_ended(tmp_path):
    started = start("import time; time.sleep(600)", 2, tmp_path)
    with pytest.raises(RuntimeError, match="did not end in 0.5 seconds"):
        finish(started, 0.5)
    assert not any(map(alive, started))
    assert os.listdir(tmp_path)


@pytest.mark.parametrize("processes, error", [(0, ValueError), ("two", TypeError)])
def test_a_number_of_processes_is_asked_for(processes, error, tmp_path):
    with pytest.raises(error, match="processes"):
        start("pass", processes, tmp_path)
    assert not os.listdir(tmp_path)
