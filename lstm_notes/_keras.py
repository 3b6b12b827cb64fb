"""The one door to TensorFlow: `load_keras()` imports it when it is first needed, and without its noise.

TensorFlow takes seconds to import and logs from C++ straight to file descriptor 2, where neither Python nor
TF_CPP_MIN_LOG_LEVEL alone can stop it; in a notebook those lines would land in a reader's output. So the descriptor
is redirected while it is imported and while it runs its first operation. Should the import fail, what was swallowed
is shown. LSTM_NOTES_TENSORFLOW_NOISE=1 lets everything through.
"""

import contextlib
import functools
import os
import sys
import tempfile

from . import _checks


@functools.cache
def load_keras(cpus=None):
    """Keras on TensorFlow, imported once.

    `cpus` is as how many devices TensorFlow is to see the processor, for `tf.distribute` to share a batch among
    (notebook 10b_scaling_out); left out, one. TensorFlow has to know it before its first operation. Raises ImportError
    where TensorFlow is not installed, RuntimeError where Keras already runs on another backend, or TensorFlow on
    another number of devices.
    """
    if cpus is not None:
        cpus = _checks.whole("cpus", cpus)
    if "keras" not in sys.modules:
        os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever the reader's own Keras settings say
    noisy = os.environ.get("LSTM_NOTES_TENSORFLOW_NOISE") == "1"
    with contextlib.nullcontext() if noisy else _silence():
        import keras
        import tensorflow as tf

        if not noisy:
            tf.get_logger().setLevel("ERROR")
        if cpus is not None:
            with contextlib.suppress(RuntimeError):  # it runs already; with how many, is asked below
                (processor,) = tf.config.list_physical_devices("CPU")
                parts = [tf.config.LogicalDeviceConfiguration()] * cpus
                tf.config.set_logical_device_configuration(processor, parts)
        tf.reduce_sum(tf.zeros(1)).numpy()
    backend = keras.backend.backend()
    if backend != "tensorflow":
        raise RuntimeError(f"Keras is already loaded with the backend {backend!r}; start anew: 'tensorflow' is needed")
    if cpus not in (None, devices := len(tf.config.list_logical_devices("CPU"))):
        raise RuntimeError(f"TensorFlow already runs on {devices} CPU device(s); start anew, with cpus={cpus} at once")
    return keras


@contextlib.contextmanager
def _silence():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    python_stderr, descriptor = sys.stderr, os.dup(2)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as swallowed:
        os.dup2(swallowed.fileno(), 2)
        sys.stderr = swallowed
        failed = True
        try:
            yield
            failed = False
        finally:
            sys.stderr = python_stderr
            os.dup2(descriptor, 2)
            os.close(descriptor)
            if failed:
                swallowed.seek(0)
                print(swallowed.read(), file=sys.stderr)
