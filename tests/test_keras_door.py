"""TensorFlow stays behind one door, and behind it stays quiet. Each case is a fresh Python."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

HEAVY = ("tensorflow", "keras", "torch", "pandas", "matplotlib", "IPython", "sklearn", "scipy")


def python(code, **environment):
    """Run `code` in a fresh Python; stdout and stderr as they reach the descriptors."""
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"} | environment
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)


def test_importing_the_package_loads_numpy_alone():
    done = python(f"import sys, lstm_notes; print([m for m in {HEAVY} if m in sys.modules])")
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_training_in_numpy_loads_no_tensorflow():
    code = """
import sys, numpy as np
from lstm_notes import KerasForecaster, NumpyForecaster, make_windows, random_walk
NumpyForecaster(units=4).fit(*make_windows(random_walk(60), 5), epochs=1)
KerasForecaster(units=4)
print([m for m in ("tensorflow", "keras") if m in sys.modules])
"""
    done = python(code)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_no_line_of_noise_reaches_a_reader():
    code = """
from lstm_notes import KerasForecaster, make_windows, random_walk
for seed in range(6):                                     # TensorFlow warns of retracing from the fifth model on
    model = KerasForecaster(units=4, seed=seed)
    model.fit(*make_windows(random_walk(60 + seed), 5), epochs=1)
    model.predict(make_windows(random_walk(30), 5)[0])
import os
os.write(2, b"stderr is back")
"""
    done = python(code, KERAS_BACKEND="no such backend")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "stderr is back")


def test_the_noise_can_be_let_through():
    done = python("from lstm_notes import load_keras; load_keras()", LSTM_NOTES_TENSORFLOW_NOISE="1")
    assert done.returncode == 0 and done.stderr


def test_a_failing_import_shows_what_was_swallowed(tmp_path):
    (tmp_path / "keras.py").write_text(
        "import os, sys\n"
        "os.write(2, b'from C++\\n')\n"
        "print('from Python', file=sys.stderr)\n"
        "raise ImportError('broken here')\n"
    )
    done = python("from lstm_notes import load_keras\nload_keras()", PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    for line in ("from C++", "from Python", "ImportError: broken here"):
        assert line in done.stderr


def test_another_backend_is_refused(tmp_path):
    (tmp_path / "keras.py").write_text("class backend:\n    backend = staticmethod(lambda: 'jax')\n")
    done = python("import keras; from lstm_notes import load_keras; load_keras()", PYTHONPATH=str(tmp_path))
    assert "RuntimeError: Keras is already loaded with the backend 'jax'" in done.stderr


def test_why_the_notebooks_set_float64_in_two_lines():
    """Keras fixes its policy when it first needs one; set_floatx alone then reaches what goes in, and no layer."""
    code = """
from lstm_notes import load_keras
keras = load_keras()
before = {"nothing": lambda: None, "a layer": lambda: keras.layers.Dense(1), "an input": lambda: keras.Input((3, 1))}
for name, made in before.items():
    for both in (False, True):
        keras.utils.clear_session()  # as in a fresh Python
        keras.config.set_floatx("float32")
        made()
        keras.config.set_floatx("float64")
        if both:
            keras.config.set_dtype_policy("float64")
        model = keras.Sequential([keras.Input((3, 1)), keras.layers.LSTM(2), keras.layers.Dense(1)])
        print(name, both, model.inputs[0].dtype, *{weight.dtype for weight in model.weights}, sep=", ")
"""
    assert python(code).stdout.splitlines() == [
        "nothing, False, float64, float64",
        "nothing, True, float64, float64",
        "a layer, False, float64, float32",
        "a layer, True, float64, float64",
        "an input, False, float64, float32",
        "an input, True, float64, float64",
    ]


def test_every_notebook_sets_float64_in_those_two_lines():
    """Or each layer by itself, with dtype=."""
    folder = Path(__file__).resolve().parent.parent / "notebooks"
    for path in folder.glob("*.ipynb"):
        source = "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"])
        set_alone = re.sub(r'set_floatx\("float(32|64)"\).*\nkeras.config.set_dtype_policy\("float\1"\)', "", source)
        assert "set_dtype_policy" not in set_alone, path.stem
        assert set_alone.count("set_floatx(") == (2 if path.stem.startswith("03") else 0), path.stem  # 03 shows why
