"""The gate of `make machines`: it names the cell whose number hangs on the last bits, and lets the others pass."""

import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

from tools import machines

# One number of one training, to six digits: in float64 they are the same on every processor, in float32 they are not.
TRAINED = """
import numpy as np
from lstm_notes import Adam, NumpyForecaster, Scaler, mae, make_windows, random_walk
X, y = make_windows(random_walk(400, seed=2), look_back=7)
model = NumpyForecaster(16, scaler=Scaler().fit(X[:200]), seed=2, dtype="{dtype}")
model.fit(X[:200], y[:200], epochs=60, optimizer=Adam(0.02), progress=False)
print(f"{{mae(model.predict(X[200:]), y[200:]):.5f}}")
"""


@pytest.fixture(scope="module")
def differing(tmp_path_factory):
    path = tmp_path_factory.mktemp("notebooks") / "90_trained.ipynb"
    sources = [TRAINED.format(dtype=dtype) for dtype in ("float64", "float32")]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(notebook, kernel_name="python3").execute()
    nbformat.write(notebook, path)
    return machines.compare([path], machines.settings()["moved"])


def test_a_float32_training_is_named_and_a_float64_one_is_not(differing):
    assert list(differing) == ["90_trained, Cell 1"]
    saved, now = differing["90_trained, Cell 1"][:2]
    assert {saved.split()[0], now.split()[0]} == {"saved", "now"} and saved.split()[1] != now.split()[1]


def test_emulated_processors_are_what_they_are_told_to_be():
    settings = machines.settings()
    if len(settings) == 3:
        pytest.skip("other processors are emulated on Linux with x86-64 only")
    assert list(settings) == ["this-1", "this-2", "haswell-1", "haswell-2", "nehalem-1", "nehalem-2", "moved"]
    features, kernels = machines.probe(settings["nehalem-1"].environment)
    assert "X86_V3" not in features and kernels == "Nehalem"


def test_an_emulation_that_does_not_take_effect_stops(monkeypatch):
    monkeypatch.setattr(machines, "probe", lambda environment: ["X86_V4, X86_V3", "SkylakeX"])
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    with pytest.raises(SystemExit, match="Haswell-class .* could not be emulated"):
        machines.settings()


def test_elsewhere_one_line_says_what_is_left(monkeypatch, capsys):
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    assert list(machines.settings()) == ["this-1", "this-2", "moved"]
    assert capsys.readouterr().out.count("\n") == 1


def test_what_is_not_there_is_said():
    done = subprocess.run([sys.executable, "-m", "tools.machines", "abacus"], capture_output=True, text=True)
    assert done.returncode == 1 and "the settings are this-1" in done.stderr
