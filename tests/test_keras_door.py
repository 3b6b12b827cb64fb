"""TensorFlow stays behind one door, and behind it stays quiet. Each case is a fresh Python."""

import os
import subprocess
import sys

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
