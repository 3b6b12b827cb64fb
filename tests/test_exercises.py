"""The exercises: every solution passes its check, every usual mistake gets its diagnosis, every stub is still open."""

import _thread
import ast
import builtins
import html
import inspect
import json
import re
import signal
import threading
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import lstm_notes
from lstm_notes.course import exercises
from lstm_notes.course.exercises import _exercise
from lstm_notes.course.exercises._box import box
from lstm_notes.pictures.palette import DARK_PAGE, PAGE
from lstm_notes.variants import lstm_gradient_norms
from tests.test_look import contrast

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
NUMBERS = [
    f"{notebook}.{k}"
    for notebook in ("2", "3", "4", "5", "5b", "6", "6b", "6c", "7", "7b", "9", "9b", "10", "11", "12")
    for k in (1, 2, 3)
]
NAMES = vars(lstm_notes) | {"np": np, "lstm_gradient_norms": lstm_gradient_norms}


def source(number):
    return inspect.getsource(exercises._EXERCISES[number].solution)


def answer(text):
    """The function that `text` defines."""
    names = dict(NAMES)
    exec(text, names)
    (made,) = [value for name, value in names.items() if name.startswith("my_") and name not in NAMES]
    return made


def said(capsys, number, function):
    exercises.check(number, function)
    return capsys.readouterr().out.strip()


def test_three_a_notebook():
    assert list(exercises._EXERCISES) == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_solutions_pass(number, capsys):
    words = said(capsys, number, answer(source(number)))
    assert words.startswith(f"{number} ✓ ") and words.endswith(".") and "\n" not in words


# In a solution, this for that, and what the reader has to be told.
MISTAKES = [
    ("2.1", "f = sigmoid(", "f = np.tanh(", "your forget gate uses tanh: its values reach below 0"),
    ("2.1", "i = sigmoid(", "i = np.tanh(", "your input gate uses tanh"),
    ("2.1", "o = sigmoid(", "o = np.tanh(", "your output gate uses tanh"),
    ("2.1", "candidate = np.tanh(", "candidate = sigmoid(", "your candidate uses σ"),
    ("2.1", "W_f.T + weights.b_f", "W_i.T + weights.b_i", "your forget gate is made with W_i, b_i; it has its own"),
    (
        "2.1",
        "C_t = f * c + i * candidate",
        "C_t = f * candidate + i * c",
        "f and i have changed places: f multiplies the candidate",
    ),
    ("2.1", "C_t = f * c + i * candidate", "C_t = c + i * candidate", "the old memory is not multiplied by f"),
    ("2.1", "C_t = f * c + i * candidate", "C_t = f * c + candidate", "the candidate is not multiplied by i"),
    ("2.1", "C_t = f * c + i * candidate", "C_t = i * candidate", "leave the old memory out"),
    (
        "2.1",
        "C_t = f * c + i * candidate",
        "f, i = i, f; C_t = f * c + i * candidate",
        "W_f, b_f and W_i, b_i are swapped",
    ),
    (
        "2.1",
        "C_t = f * c + i * candidate",
        "f, o = o, f; C_t = f * c + i * candidate",
        "W_f, b_f and W_o, b_o are swapped",
    ),
    ("2.1", "[h, x_t]", "[x_t, h]", "[x, h] stands where [h, x] is needed"),
    ("2.1", "weights.b_f", "weights.b_o", "your forget gate adds b_o; it has its own bias"),
    ("2.1", "o * np.tanh(C_t), C_t", "o * C_t, C_t", "h lacks the tanh"),
    ("2.1", "o * np.tanh(C_t), C_t", "np.tanh(C_t), C_t", "h lacks the output gate"),
    ("2.1", "o * np.tanh(C_t), C_t", "o * np.tanh(c), C_t", "h is made of the old C"),
    ("2.1", "o * np.tanh(C_t), C_t", "np.tanh(o * C_t), C_t", "the tanh comes before the output gate"),
    ("2.1", "o * np.tanh(C_t), C_t", "C_t, o * np.tanh(C_t)", "h and C are swapped: return h first"),
    ("2.1", "o * np.tanh(C_t), C_t", "o * np.tanh(C_t)", "one ndarray came back; 2 are needed: return h, C"),
    ("2.1", "o * np.tanh(C_t), C_t", "(o * np.tanh(C_t)).T, C_t.T", "the axes of C are (units, batch)"),
    ("2.1", "weights.W_f.T", "weights.W_f", "in a matrix product 5 columns meet 3 rows (is a .T missing"),
    ("2.1", "return o", "o", "your function gives nothing back"),
    ("2.1", "C_t = f * c + i * candidate", "c *= f; C_t = c + i * candidate", "your function changes c itself"),
    ("2.1", "hx = ", "x_t = x_t / 0; hx = ", "NaN or infinite"),
    ("2.2", "(units + features) + units)", "(units + features))", "the count forgets the biases of the four gates"),
    ("2.2", "units * outputs + outputs", "units * outputs", "the count forgets the head's bias"),
    ("2.2", "gates + head", "gates", "the count forgets the head: a matrix"),
    ("2.2", "(units + features) + units", "features + units", "the count forgets the recurrent kernel"),
    ("2.2", "(units + features) + units", "units + units", "the count forgets the kernel: each gate sees x"),
    ("2.2", "4 * ", "3 * ", "the count has three blocks"),
    ("2.2", "4 * ", "1 * ", "the count has one block; there are four"),
    ("2.2", "features) + units)", "features) + 2 * units)", "the count has two biases a gate, as PyTorch does"),
    ("2.2", "head = units", "head = (units + features)", "the head reads h alone"),
    (
        "2.2",
        "gates = 4 * (units * (units + features) + units)",
        "gates = 4 * features * (units + features + 1)",
        "features and units are swapped",
    ),
    ("2.2", "4 * ", "5 * ", "1 features, 4 units, 1 outputs are 101 parameters; your count is 125"),
    ("2.3", "b_f[:] = 40", "b_f[:] = 1", "the forget gate is at 0.73, so what was counted fades"),
    ("2.3", "b_i[:] = 80, -40", "b_i[:] = 0, 40", "on a 0 the cell still writes 1.00"),
    ("2.3", "b_i[:] = 80, -40", "b_i[:] = 10, -10", "a 1 is counted as 0.50: the input gate is not open"),
    ("2.3", "b_C[:] = 40", "b_C[:] = 1", "a 1 is counted as 0.76: the candidate is not near 1"),
    ("2.3", "return counter", "return counter.array", "a ndarray came back; return an LSTMWeights"),
    ("3.1", "horizon + 1", "horizon", "you lose the last window: there are N − look_back − horizon + 1"),
    ("3.1", "- look_back - horizon + 1", "- 2 * look_back + 1", "only the horizon has to fit behind a window"),
    ("3.1", "- look_back - horizon + 1", "- look_back", "rows of different lengths cannot be one array"),
    ("3.1", "range(count)", "range(1, count)", "you lose the first window"),
    ("3.1", "range(count)", "range(0, count, look_back)", "your windows do not overlap"),
    (
        "3.1",
        "series[k + look_back : k + look_back + horizon]",
        "series[k + look_back - 1 : k + look_back - 1 + horizon]",
        "y starts on the window's own last day",
    ),
    (
        "3.1",
        "y = np.array([series[k + look_back : k + look_back + horizon] for k in range(count)])",
        "X, k = X[:-1], look_back + 1; y = np.array([series[k + j : k + j + horizon] for j in range(count - 1)])",
        "y comes a day late",
    ),
    (
        "3.1",
        "series[k + look_back : k + look_back + horizon]",
        "series[k + look_back + horizon - 1 : k + look_back + horizon]",
        "y holds the last of the days asked for alone",
    ),
    ("3.1", "X[:, :, None], y", "X, y", "X is (windows, look_back): the third axis is missing"),
    ("3.1", "X[:, :, None], y", "X.T[:, :, None], y", "the axes of X are (time, batch, features): swap the first two"),
    ("3.1", "X[:, :, None], y", "X[:, None], y", "X is (windows, 1, look_back): one step with look_back features"),
    ("3.1", "X[:, :, None], y", "X[:, ::-1, None], y", "the days in a window run backwards"),
    ("3.1", "X[:, :, None], y", "X[:, :, None], y[:, 0]", "y is (windows,); (windows, horizon) = (17, 1) is needed"),
    ("3.1", "X[:, :, None], y", "X[:, :, None], y.T", "the axes of y are (horizon, windows)"),
    ("3.1", "X[:, :, None], y", "X[:, :, None], y[:, :1]", "y holds the first of the days asked for alone"),
    ("3.2", ", h0=one.h[:, -1], c0=one.c[:, -1]", "", "the second half starts from zero"),
    ("3.2", ", c0=one.c[:, -1]", "", "h is handed on and C is not"),
    ("3.2", "h0=one.h[:, -1], ", "", "C is handed on and h is not"),
    ("3.2", "h0=one.h[:, -1], c0=one.c[:, -1]", "h0=one.c[:, -1], c0=one.h[:, -1]", "h and C are swapped on the way"),
    ("3.2", "c0=one.c[:, -1]", "c0=one.h[:, -1]", "h is handed on as C as well"),
    (
        "3.2",
        "h0=one.h[:, -1], c0=one.c[:, -1]",
        "h0=one.h[:, 0], c0=one.c[:, 0]",
        "the states of the first step are handed on",
    ),
    ("3.2", "np.concatenate([one.h, two.h], axis=1)", "two.h", "only the second half's h came back"),
    ("3.2", "np.concatenate([one.h, two.h], axis=1)", "two.h[:, -1]", "only the last h came back"),
    (
        "3.2",
        ", axis=1)",
        ", axis=1).transpose(1, 0, 2)",
        "the axes of h are (time, batch, units); (batch, time, units) is needed: swap",
    ),
    ("3.2", ", axis=1)", ")", "it stops with ValueError"),
    ("3.3", "[0.0, 1.0, 0.0, 2.0]", "[0.0, 1.0, 2.0]", "look_back 1 is already enough"),
    (
        "3.3",
        "[0.0, 1.0, 0.0, 2.0]",
        "[0.0, 1.0, 0.0, 1.0, 2.0]",
        "look_back 2 is not enough: (0, 1) is followed by 0 on day 2 and by 2 on day 4",
    ),
    ("3.3", "[0.0, 1.0, 0.0, 2.0]", "[1.0]", "at least 40 are needed"),
    ("3.3", "[0.0, 1.0, 0.0, 2.0]", "[1.0, 1.0]", "the series is constant"),
    (
        "3.3",
        "np.tile([0.0, 1.0, 0.0, 2.0], 20)",
        "np.random.default_rng(0).normal(size=50)",
        "comes less than three times",
    ),
    ("4.1", "cell if shared else look_back * cell", "look_back * cell", "shared weights do not grow with look_back"),
    ("4.1", "cell if shared else look_back * cell", "cell", "separate weights need a cell for each step"),
    (
        "4.1",
        "cell if shared else look_back * cell",
        "look_back * cell if shared else cell",
        "shared and separate are swapped",
    ),
    (
        "4.1",
        "(cell if shared else look_back * cell) + head",
        "(cell + head) * (1 if shared else look_back)",
        "the head is there once",
    ),
    ("4.1", " + head", "", "the count forgets the head: units weights and a bias"),
    ("4.1", "head = units + 1", "head = units", "the count forgets the head's bias"),
    ("4.1", "(units + 1 + 1)", "(units + 1)", "the count forgets the biases of the gates"),
    ("4.1", "(units + 1 + 1)", "(units + look_back + 1)", "look_back is not the number of features"),
    ("4.2", "return sum(", "return 1 / steps * sum(", "the gradient is the mean over steps; the sum is needed"),
    ("4.2", "return sum(", "return 1 / windows * sum(", "the gradient is the mean over windows; the sum is needed"),
    ("4.2", "range(steps)", "range(steps - 1, steps)", "only the last step's part came"),
    ("4.2", "range(steps)", "range(1, steps)", "the first step's part is missing"),
    ("4.2", "[h_before, trace.x]", "[trace.h, trace.x]", "h_t stands where h_{t−1} is needed"),
    ("4.2", "trace.h0[:, None]", "0 * trace.h0[:, None]", "the first step's h is taken as 0"),
    ("4.2", "[h_before, trace.x]", "[trace.x, h_before]", "[x, h] stands where [h, x] is needed"),
    ("4.2", "units : 2 * units", ": units", "that is the gradient of W_i"),
    ("4.2", "units : 2 * units", "2 * units : 3 * units", "that is the gradient of W_C"),
    (
        "4.2",
        "z_f[:, t].T @ hx[:, t]",
        "hx[:, t].T @ z_f[:, t]",
        "the axes of the gradient are (units + features, units)",
    ),
    (
        "4.3",
        "b_f[:] = -80, 40",
        "b_f[:] = 0, 1",
        "after the mark the forget gate is at 0.731, so what was written fades",
    ),
    ("4.3", "b_i[:] = 80, -40", "b_i[:] = 0, 40", "on days without a mark the input gate is at up to 1.00"),
    ("4.3", "b_i[:] = 80, -40", "b_i[:] = 40, -40", "on the marked day the input gate is only at 0.50"),
    ("4.3", "memory, 10.0", "memory, 1.0", "the number that C is multiplied by"),
    ("4.3", "= 0.1", "= 1", "tanh bends large values"),
    ("4.3", "memory, 10.0", "memory", "return two things"),
    ("5.1", "w - learning_rate", "w + learning_rate", "the weights go uphill"),
    ("5.1", "min(1, limit / norm)", "1", "nothing is clipped"),
    ("5.1", "min(1, limit / norm)", "limit / norm", "a short gradient is made longer"),
    (
        "5.1",
        "min(1, limit / norm)",
        "min(1, limit / (learning_rate * norm))",
        "the step is clipped, learning rate included",
    ),
    ("5.1", "factor * gradient", "np.clip(gradient, -limit, limit)", "each number is cut off at the limit"),
    (
        "5.1",
        "factor * gradient",
        "min(1, limit / np.linalg.norm(gradient)) * gradient",
        "each array is clipped by its own length",
    ),
    (
        "5.1",
        "np.sqrt(sum((gradient**2).sum() for gradient in gradients))",
        "sum((gradient**2).sum() for gradient in gradients)",
        "the length lacks its square root",
    ),
    ("5.1", "learning_rate * factor", "factor", "the learning rate is missing"),
    ("5.1", "w - learning_rate", "-learning_rate", "that is the change alone"),
    (
        "5.1",
        "return [",
        "return np.sum([0]) + [0] if False else weights[0]; [",
        "a ndarray came back; a list of two arrays",
    ),
    ("5.1", "return [", "for w in weights: w -= 1\n    return [", "your function changes weights itself"),
    ("5.2", "dc = dc + dh * o * (1 - tanh_c**2)", "pass", "dC lacks its way through h"),
    ("5.2", "dc = dc + dh", "dc = dh", "dC lacks what comes from the next step"),
    ("5.2", "(1 - tanh_c**2)", "tanh_c", "the slope of tanh is 1 − tanh²C"),
    ("5.2", "dc * g * i * (1 - i)", "dc * g", "dz_i lacks the slope of its σ"),
    ("5.2", "dc * c_before * f * (1 - f)", "dc * c_before", "dz_f lacks the slope of its σ"),
    ("5.2", "i * (1 - g**2)", "i", "dz_C lacks the slope of its tanh"),
    ("5.2", "i * (1 - g**2)", "i * g * (1 - g)", "the candidate goes through tanh: its slope is 1 − g²"),
    ("5.2", "dh * tanh_c * o * (1 - o)", "dh * tanh_c", "dz_o lacks the slope of its σ"),
    ("5.2", "dc * c_before * f", "dc * (f * c_before + i * g) * f", "dz_f needs c_before, not the new C"),
    ("5.2", "dh * tanh_c * o * (1 - o)", "dc * tanh_c * o * (1 - o)", "dz_o is made of dh, not of dC"),
    ("5.2", "[dz_i, dz_f, dz_C, dz_o]", "[dz_f, dz_i, dz_C, dz_o]", "the blocks of dz stand in the order f, i, C, o"),
    ("5.2", ", dc * f", ", dc", "yours lacks the f"),
    ("5.2", "dc * g * i", "2 * dc * g * i", "12 of 12 numbers of dz_i are wrong; the first, dz_i[0, 0], is"),
    ("5.3", "loss_and_gradient(x, y, weights)", "loss_and_gradient(x, y, weights)[0], 0", "return two things"),
    ("5.3", "return loss, gradient", "return loss / 2, gradient", "it is that of loss_and_gradient, "),
    (
        "5.3",
        'if trained == "head"',
        'if trained == "cell"',
        'with trained="head" the gradient of kernel is not 0; that part is to stay as it is',
    ),
    (
        "5.3",
        "gradient.head_kernel[:], gradient.head_bias[:] = 0, 0",
        "gradient.vector[:] = 0",
        'with trained="cell" the gradient of kernel is 0; that part is to be trained',
    ),
    (
        "5.3",
        "gradient.head_kernel[:], gradient.head_bias[:] = 0, 0",
        "gradient.head_kernel[:] = 0",
        'with trained="cell" the gradient of head_bias is not 0',
    ),
    (
        "5.3",
        "return loss, gradient",
        "gradient.vector[:] *= 2; return loss, gradient",
        "numbers of the gradient of kernel are wrong; the first",
    ),
    ("5b.1", "return np.log(f / (1 - f))", "return f", "that is the forget gate itself"),
    ("5b.1", "np.log(f / (1 - f))", "np.log((1 - f) / f)", "the sign is wrong"),
    ("5b.1", "f = left ** (1 / steps)", "f = left", "that leaves the share after one step"),
    ("5b.1", "left ** (1 / steps)", "left / steps", "f is not left / steps"),
    ("5b.1", "left ** (1 / steps)", "1 - 1 / steps", "f is not 1 − 1 / steps"),
    ("5b.1", "np.log(f / (1 - f))", "np.log(f)", "that is log(f)"),
    ("5b.1", "np.log(f / (1 - f))", "5", "with b = 5 there is 0.71 left after 50 steps; 0.5 was asked for"),
    ("5b.1", "np.log(f / (1 - f))", "np.full(3, f)", "an array of shape (3,) came back"),
    ("5b.1", "np.log(f / (1 - f))", "np.log(f / (1 - f)) * 1.00002", "near, but not exact"),
    ("5b.2", "return network", "return network.lstm", "a LSTMWeights came back; return a NetworkWeights"),
    ("5b.2", "features=2", "features=3", "features=3, outputs=1 came; a step has 2 numbers"),
    (
        "5b.2",
        "lstm.b_i[:] = 40, -20",
        "lstm.b_i[:] = 0, 20",
        "where no mark is, the input gate of unit 0 is at up to 1",
    ),
    ("5b.2", "lstm.b_i[:] = 40, -20", "lstm.b_i[:] = 20, -20", "on a mark the input gate of unit 0 is only at 0.50"),
    ("5b.2", "lstm.b_f[:] = 15", "lstm.b_f[:] = 3", "the forget gate of unit 0 is at 0.9526, and 0.9526 to the power"),
    ("5b.2", "W_C[:, 1] = 0.1", "W_C[:, 1] = 9", "C at the end is not the sum"),
    ("5b.2", "lstm.b_o[:] = 20", "lstm.b_o[:] = 0", "the output gate shows only 0.50 of it"),
    ("5b.2", "head_kernel[:] = 10", "head_kernel[:] = 1", "look at the head"),
    ("5b.3", "b_f[:] = 6", "b_f[:] = 1", "the gradient vanishes"),
    ("5b.3", "recurrent_kernel[:] *= 0.1", "recurrent_kernel[:] *= 5", "the gradient grows to"),
    ("5b.3", "recurrent_kernel[:] *= 0.1", "b_i[:] = -40", "a cell that writes nothing keeps nothing"),
    (
        "5b.3",
        "recurrent_kernel[:] *= 0.1",
        "recurrent_kernel[:] = 0; weights.W_o[:] = 0; weights.b_o[:] = -40",
        "the last h does not notice the first day",
    ),
    ("6.1", "training = series[:-test_days]", "training = series", "you fitted the scaler on the test days as well"),
    (
        "6.1",
        "training = series[:-test_days]",
        "training = series[-test_days:]",
        "you fitted the scaler on the test days alone",
    ),
    ("6.1", "(series - training.mean()) / training.std()", "series", "nothing is scaled"),
    (
        "6.1",
        "(series - training.mean()) / training.std()",
        "series - training.mean()",
        "not divided by the standard deviation",
    ),
    ("6.1", "scaled[-test_days - look_back :]", "scaled[-test_days:]", "the first 4 test days have no forecast"),
    ("6.1", "scaled[:-test_days]", "scaled", "the first test days are targets in training as well"),
    ("6.1", "scaled[-test_days - look_back :]", "scaled", "the test windows hold the training days as well"),
    (
        "6.1",
        "return X_train, y_train",
        "y_train, y_test = (y * training.std() + training.mean() for y in (y_train, y_test)); return X_train, y_train",
        "X is scaled and y is not",
    ),
    (
        "6.1",
        "return X_train, y_train, X_test, y_test",
        "k = np.random.default_rng(0).permutation(56); X = np.concatenate([X_train, X_test])[k]; "
        "y = np.concatenate([y_train, y_test])[k]; return X[15:], y[15:], X[:15], y[:15]",
        "your test days are drawn at random",
    ),
    (
        "6.2",
        "forecast = X[:, -1]",
        "forecast = np.concatenate([X[:, -1], y[:, :-1]], axis=1)",
        "for day 2 you took day 1, which nobody knows yet",
    ),
    ("6.2", ".mean(axis=0)", ".mean()", "that is one number for all days"),
    ("6.2", ".mean(axis=0)", ".mean(axis=1)", "that is the mean over days, a number a window"),
    ("6.2", "np.abs(forecast - y)", "(forecast - y)", "the errors' signs cancel out"),
    ("6.2", "np.abs(forecast - y)", "np.square(forecast - y)", "that is the mean squared error"),
    ("6.2", "X[:, -1]", "X[:, 0]", "you took the window's first day"),
    ("6.2", "X[:, -1]", "X.mean(axis=1)", "you took the mean of the window"),
    ("6.2", "X[:, -1] ", "X[:, -1, 0] ", "it stops with ValueError"),
    (
        "6.3",
        "design(X, day) @ coefficients",
        "np.concatenate([X[1:, -1], X[-1:, -1]])",
        "it uses them, and later ones hold the day itself",
    ),
    (
        "6.3",
        "design(X, day) @ coefficients",
        "X[:, -1]",
        "on 2014 your MAE is 2.28 °C, the linear autoregression's 2.22: not beaten",
    ),
    (
        "6.3",
        "design(X, day) @ coefficients",
        "(design(X, day) @ coefficients)[:, 0]",
        "the forecast has shape (365,); (windows, horizon) = (365, 1) is needed",
    ),
    ("6.3", "design(X, day) @ coefficients", "lookup(X)", "is too good to be honest"),
    ("6b.1", " * series[-1] / series[-season - 1]", "", "that is as a year ago"),
    ("6b.1", "/ series[-season - 1]", "/ series[-season]", "the two months of a growth are a year apart"),
    ("6b.1", "* series[-1] / series[-season - 1]", "* series[-season - 1] / series[-1]", "the growth is upside down"),
    ("6b.1", "* series[-1] / series", "+ series[-1] - series", "you added the growth"),
    ("6b.2", "return X, y, series[look_back:-1, None]", "return X, y", "three arrays are needed: X, y and today"),
    ("6b.2", "np.diff(series), look_back", "series, look_back", "X has shape (35, 5, 1); (34, 5, 1) is needed"),
    ("6b.2", "np.diff(series), look_back", "series[1:], look_back", "X holds the levels"),
    ("6b.2", "return X, y,", "return X + 1, y,", "X does not hold the windows of np.diff(series)"),
    ("6b.2", "return X, y,", "return X, -y,", "y is not the difference that follows"),
    ("6b.2", "series[look_back:-1", "series[look_back + 1 :", "`today` is the level that is asked for"),
    ("6b.2", "series[look_back:-1", "series[look_back - 1 : -2", "`today` is a day too early"),
    ("6b.2", "return X, y, series", "return X, y, 2 * series", "today + y is not the level"),
    ("6b.3", "range(599)", "range(500)", "the series has shape (501,); (600,) is needed"),
    ("6b.3", "4 * x[-1] * (1 - x[-1])", "x[-1]", "stands still"),
    ("6b.3", "4 * x[-1] * (1 - x[-1])", "5 * x[-1] * (1 - x[-1])", "runs away"),
    ("6b.3", "4 * x[-1] * (1 - x[-1])", "np.random.default_rng(len(x)).random()", "err over twice as much"),
    ("6b.3", "4 * x[-1] * (1 - x[-1])", "0.9 * x[-1] + np.sin(len(x))", "err over twice as much"),
    ("6c.1", '"better" if b < 1 else "worse"', '"worse" if b < 1 else "better"', "the other way round"),
    ("6c.1", "b < 1", "a < 1", "[0.93, 1.04] is 'not told apart', for 1 lies in it; you say 'better'"),
    ("6c.1", "not told apart", "equal", "'equal' came"),
    ("6c.1", "zip(low, high)", "zip(low[1:], high[1:])", "4 words came for 5 contests"),
    ("6c.2", "np.abs(residuals)", "residuals", "those are the residuals with their signs"),
    ("6c.2", "[k - 1]", "[k]", "Python counts from 0"),
    ("6c.2", "(len(residuals) + 1)", "(len(residuals) - 1)", "it is place ⌈(n + 1) · share⌉"),
    ("6c.3", "return seed", "return float(seed)", "a seed is needed, a whole number from 0 on"),
    ("6c.3", '== "better"', '!= "better"', "look on"),
    ("7.1", '"A": "zero"', '"A": "goes on"', "A: without stateful=True a window begins at zero"),
    ("7.1", '"D": "goes on"', '"D": "zero"', "D: no epoch resets a stateful layer"),
    ("7.1", '"E": "goes on"', '"E": "zero"', "E: fit resets nothing when it ends"),
    ("7.1", '"G": "zero"', '"G": "goes on"', "G: states go on from batch to batch, not from row to row"),
    ("7.1", '"zero"', '"goes on"', "(4 of 7 are wrong.)"),
    ("7.1", '"A": "zero"', '"A": "nothing"', "A has the verdict 'nothing'; there are 'zero', 'goes on'"),
    ("7.1", '"F": "zero"', '"F": ...', "F is still empty"),
    ("7.1", '"F": "zero",', "", "return a dict with the keys A, B, C, D, E, F, G"),
    ("7.2", "weights, h, c)", "weights)", "every batch starts at zero: that is stateless"),
    ("7.2", "weights, h, c)", "weights, h)", "h is handed on and C is not"),
    ("7.2", "weights, h, c)", "weights, None, c)", "C is handed on and h is not"),
    ("7.2", "weights, h, c)", "weights, c, h)", "h and C are swapped on the way"),
    ("7.2", "h, c = trace.h[:, -1], trace.c[:, -1]", "h, c = trace.h[::-1, -1], trace.c[::-1, -1]", "of h are wrong"),
    ("7.2", "np.array(shown)", "h", "only the last batch's h came back"),
    ("7.3", "np.resize([1.0, -1.0], 400) + 0.1 * noise", "noise.cumsum()", "yesterday is nearer than that"),
    (
        "7.3",
        "np.resize([1.0, -1.0], 400) + 0.1 * noise",
        "1.0 * (np.random.default_rng(3).random(400) < 0.3)",
        "what do those learn whose target is a rare day?",
    ),
    ("7.3", "np.resize([1.0, -1.0], 400) + 0.1 * noise", "np.ones(400)", "the series does not move"),
    ("7.3", "np.resize([1.0, -1.0], 400)", "np.resize([1e9, -1e9], 400)", "or beyond a million"),
    ("7.3", "np.resize([1.0, -1.0], 400) + 0.1 * noise", "noise[:100]", "(time,) with 200 to 600 days is needed"),
    (
        "7b.1",
        '"D": "no baseline"',
        '"D": "random split"',
        "D: not 'random split': its split is by time. Look again: 0.95 beside what?",
    ),
    ("7b.1", '"E": "nothing"', '"E": "scaler on all days"', "E: not 'scaler on all days'"),
    ("7b.1", '"E": "nothing"', '"E": "all well"', "E has the verdict 'all well'; there are 'random split'"),
    ("7b.1", '"E": "nothing"', '"E": ...', "E is still empty"),
    ("7b.2", "lags[:, :, ::-1]", "lags", "the newest day stands first"),
    ("7b.2", "features, look_back)", "look_back, features).transpose(0, 2, 1)", "a reshape alone mixes them up"),
    (
        "7b.2",
        "return lags[:, :, ::-1].transpose(0, 2, 1)",
        "return table.reshape(-1, look_back, features)",
        "reshape alone",
    ),
    ("7b.2", "lags[:, :, ::-1]", "lags[:, ::-1, ::-1]", "the features of a step have changed places"),
    ("7b.2", "lags[:, :, ::-1]", "lags[:, ::-1]", "the newest day stands first"),
    ("7b.2", ".transpose(0, 2, 1)", "", "the axes are (windows, features, look_back); swap the last two"),
    ("7b.2", "lags[:, :, ::-1].transpose(0, 2, 1)", "lags", "swap the last two, and begin with the oldest day"),
    ("7b.2", "lags[:, :, ::-1].transpose(0, 2, 1)", "table[:, None]", "with one step there is no recurrence"),
    ("7b.2", "lags[:, :, ::-1].transpose(0, 2, 1)", "table[..., None]", "days of one feature"),
    (
        "7b.3",
        "np.random.default_rng(0).normal(size=600).cumsum()",
        "np.random.default_rng(0).normal(size=600)",
        "The memoriser is bad on both",
    ),
    (
        "7b.3",
        "np.random.default_rng(0).normal(size=600).cumsum()",
        "np.sin(np.arange(600) / 4)",
        "The memoriser is not found out",
    ),
    ("7b.3", "size=600", "size=60", "(time,) with 300 to 1000 days is needed"),
    ("7b.3", "np.random.default_rng(0).normal(size=600).cumsum()", "np.ones(400)", "or is constant"),
    ("9.1", "weight_ih.T", "weight_ih.reshape(3, 20)", "kernel was reshaped"),
    ("9.1", "weight_hh.T", "weight_hh.reshape(5, 20)", "recurrent_kernel was reshaped"),
    ("9.1", "weight_hh.T", "weight_hh", "the axes of recurrent_kernel are (4·units, units)"),
    ("9.1", "weight_ih.T, weight_hh.T", "weight_hh.T, weight_ih.T", "have changed places"),
    ("9.1", "weight_ih.T", "weight_ih.reshape(4, 5, 3)[[0, 3, 1, 2]].reshape(20, 3).T", "have another order"),
    ("9.1", "bias_ih + bias_hh", "(bias_ih + bias_hh).reshape(4, 5)[[0, 3, 1, 2]].ravel()", "have another order"),
    ("9.1", "bias_ih + bias_hh", "bias_ih", "the bias lacks bias_hh"),
    ("9.1", "bias_ih + bias_hh", "bias_hh", "the bias lacks bias_ih"),
    ("9.1", "bias_ih + bias_hh", "(bias_ih + bias_hh) / 2", "the mean of the two biases"),
    ("9.2", "output[:, 0, units:]", "output[:, -1, units:]", "has read the whole window at the first day"),
    ("9.2", "output[:, -1, :units]", "output[:, 0, :units]", "has read the whole window at the last day"),
    (
        "9.2",
        "[output[:, -1, :units], output[:, 0, units:]]",
        "[output[:, 0, units:], output[:, -1, :units]]",
        "the way forth comes first",
    ),
    ("9.2", "-1, :units], output[:, 0, units:]", "-1, ::2], output[:, 0, 1::2]", "the even and the odd ones"),
    ("9.2", "units:]])", "units:]], axis=1)", "the axes of h_n are (batch, 2, units)"),
    ("9.2", "np.stack(", "np.hstack(", "both directions side by side"),
    ("9.3", "100.0", "0.5", "neither is longer than 1, so nothing is clipped"),
    ("9.3", "np.array([1.0])", "np.array([100.0])", "both are shortened by one factor"),
    ("9.3", "np.array([1.0])", "np.array([0.1])", "clipped they are 1 and 0.1"),
    ("9.3", "np.array([1.0])", "np.array([0.0])", "one of the arrays is 0"),
    ("9.3", "100.0", "np.inf", "is NaN or infinite"),
    ("9b.1", "real[:, None], h_new, h)", "real[:, None], h, h_new)", "real is the wrong way round"),
    ("9b.1", "h_new, h)", "h_new, 0 * h)", "h is 0 at masked steps"),
    ("9b.1", "c_new, c)", "c_new, 0 * c)", "C is 0 at masked steps"),
    ("9b.1", "h_t = np.where(real[:, None], h_new, h)", "h_t = h_new", "h is made anew at masked steps, too"),
    ("9b.1", "c_t = np.where(real[:, None], c_new, c)", "c_t = c_new", "C is made anew at masked steps, too"),
    ("9b.1", "return h_t, c_t", "return c_t, h_t", "h and C are swapped"),
    ("9b.1", "np.where(real[:, None], h_new, h)", "real[:, None] * h_new + ~real[:, None] * h", "0 · NaN is NaN"),
    ("9b.2", "(forecast - y)[mask]", "(forecast - y)", "you count the padding, too"),
    ("9b.2", "(forecast - y)[mask] ** 2", "(forecast - y) ** 2 * mask", "you divide by all steps"),
    (
        "9b.2",
        "np.mean((forecast - y)[mask] ** 2)",
        "np.mean([np.mean(e[m] ** 2) for e, m in zip(forecast - y, mask)])",
        "that is the mean of the windows' means",
    ),
    ("9b.2", "np.mean(", "np.sum(", "that is the sum"),
    ("9b.2", "np.mean((forecast - y)[mask] ** 2)", "np.sum((forecast - y)[mask] ** 2) / len(y)", "number of windows"),
    ("9b.2", "[mask]", "[~mask]", "the mask is the wrong way round"),
    ("9b.2", "(forecast - y)[mask] ** 2", "np.abs(forecast - y)[mask]", "those are absolute errors"),
    (
        "9b.2",
        "np.mean((forecast - y)[mask] ** 2)",
        "np.mean((forecast - y)[mask] ** 2) ** 0.5",
        "that is the root of it",
    ),
    (
        "9b.2",
        "np.mean((forecast - y)[mask] ** 2)",
        "np.sum((forecast - y) ** 2 * mask) / mask.sum()",
        "with NaN as padding the loss is NaN",
    ),
    ("9b.3", "1 / (1.8 * scale), -(32 / 1.8 + mean) / scale", "1 / scale, -mean / scale", "what goes in is read as °C"),
    ("9b.3", "-(32 / 1.8 + mean) / scale", "-mean / scale", "the 32 is still in what goes in"),
    ("9b.3", "1 / (1.8 * scale), -(32 / 1.8", "1 / scale, -(32", "the 1.8 is still in what goes in"),
    ("9b.3", "-(32 / 1.8 + mean) / scale", "-(32 / 1.8 + mean)", "Keras multiplies first and adds then"),
    ("9b.3", "+ mean) / scale", "- mean) / scale", "the mean is added to what goes in"),
    ("9b.3", "1.8 * scale, 1.8 * mean + 32", "scale, mean", "what comes out is in °C"),
    ("9b.3", "1.8 * mean + 32", "1.8 * mean", "what comes out lacks the 32"),
    ("9b.3", "1.8 * scale, 1.8 * mean + 32", "scale, mean + 32", "what comes out lacks the 1.8"),
    ("9b.3", "1.8 * mean + 32", "mean + 32", "the mean that comes out is still in °C"),
    ("9b.3", "return *into, *out", "return *into, *into", "what comes out is scaled as on the way in"),
    ("9b.3", "return *into, *out", "return into", "4 are needed: return scale_in, offset_in, scale_out, offset_out"),
    ("10.1", "np.arange(look_back, start)", "np.arange(start)", "have no whole window before them"),
    ("10.1", "np.arange(look_back, start)", "np.arange(look_back, end)", "learns from the days it is judged on"),
    (
        "10.1",
        "np.arange(look_back, start)",
        "np.arange(([look_back] + edges)[edges.index(start)], start)",
        "not from the last stretch",
    ),
    ("10.1", "np.arange(look_back, start)", "np.arange(look_back, start - 1)", "the day before the fold is known"),
    ("10.1", "np.arange(look_back, start)", "np.arange(0)", "fold 1 learns from the targets 6 … 19; of none came"),
    ("10.1", "np.arange(start, end)", "np.arange(start + look_back, end)", "may reach back over the edge"),
    ("10.1", "np.arange(start, end)", "np.arange(start, end + 1)", "the next fold's first day"),
    ("10.1", "np.arange(start, end)", "np.arange(start, edges[-1])", "a fold ends where the next begins"),
    ("10.1", "np.arange(start, end)", "np.arange(end)", "fold 1 is judged on the days 20 … 27; 0 … 27 came"),
    ("10.1", "zip(edges, edges[1:])", "zip(edges[1:], edges[2:])", "a list of 3 pairs is needed"),
    ("10.1", "(np.arange(look_back, start), np.arange(start, end))", "np.arange(start, end)", "a pair is needed"),
    (
        "10.2",
        "errors[winner, 1:].mean() - errors[winner, 0]",
        "errors[winner, 0] - errors[winner, 1:].mean()",
        "other way",
    ),
    ("10.2", "errors[winner, 1:].mean()", "errors[winner].mean()", "the seed that chose is among those that judge"),
    ("10.2", "errors[:, 0].argmin()", "errors.mean(axis=1).argmin()", "who chooses has seed 0 alone"),
    ("10.2", "errors[:, 0].argmin()", "errors[:, 0].argmax()", "that is the worst setting"),
    ("10.2", "errors[winner, 1:].mean()", "errors[:, 1:].min(axis=0).mean()", "each seed has its own winner there"),
    ("10.2", "errors[winner, 1:].mean()", "errors[:, 1:].mean()", "that is the mean of all settings"),
    ("10.2", "errors[winner, 1:].mean()", "errors[winner, 1]", "the winner's curse is"),
    ("10.3", "((8, 2), (4, 4))", "((8, 2), (4, 5))", "you ran 68 times; the budget is 64"),
    ("10.3", "((8, 2), (4, 4))", "()", "your choice is 0.9"),
    ("10.3", "((8, 2), (4, 4))", "((32, 1),)", "spend the budget where it can still change the choice"),
    ("10.3", "return min(", "return -min(", "the number of a setting, 0 … 31, is needed"),
    ("11.1", " / np.sqrt(len(query))", "", "the scores are not divided by √size"),
    ("11.1", "np.sqrt(len(query))", "len(query)", "the scores are divided by size; its root is needed"),
    ("11.1", "weights / weights.sum() @", "np.exp(scores) @", "the weights are not divided by their sum"),
    ("11.1", "weights / weights.sum() @", "scores @", "the scores themselves are used as weights"),
    ("11.1", "scores - scores.max()", "0 * scores", "that is the plain mean of the values"),
    ("11.1", "return weights / weights.sum() @ values", "return values[scores.argmax()]", "that is one value alone"),
    ("11.1", "weights.sum() @ values", "weights.sum()", "these are the weights; the output is their mixture"),
    ("11.1", "weights.sum() @ values", "weights.sum() @ values[:, :1]", "the output has shape (1,); (3,) is needed"),
    ("11.1", "scores - scores.max()", "scores", "with large scores np.exp overflows"),
    ("11.1", "keys @ query", "-keys @ query", "the output begins with"),
    ("11.2", ".h[:, ::-1]", ".h", "the second h is not turned back"),
    ("11.2", "x[:, ::-1], backward).h[:, ::-1]", "x, backward).h", "the second cell reads on as well"),
    ("11.2", "x[:, ::-1], backward", "x, backward", "it is the window that has to be"),
    ("11.2", "[on, back]", "[back, on]", "the two have changed places"),
    ("11.2", "x[:, ::-1], backward", "x[:, ::-1], forward", "both directions have the first cell's weights"),
    ("11.2", "[on, back], axis=2", "[on, back], axis=1", "h has shape (4, 12, 3); (4, 6, 6) is needed"),
    ("11.2", "[on, back]", "[on, 2 * back]", "h differs from what two cells give"),
    ("11.3", " + later[:, 1:-1] + later[:, 2:]", "", "an output sees no day after it; exactly 2"),
    ("11.3", " + later[:, 2:]", "", "an output sees 1 day ahead; exactly 2"),
    ("11.3", "later[:, 1:-1]", "0", "the output of day 0 does not see day 1"),
    ("11.3", "total +", "x[:, :, 0] +", "the output of day 1 does not see day 0; all days before"),
    ("11.3", "total +", "total[:, -1:] +", "some output sees 11 days ahead; exactly 2"),
    ("11.3", "return total + later[:, 1:-1]", "return 0 * total + 0 * later[:, 1:-1] + 0 *", "no day moves any output"),
    ("11.3", "return total", "return total[:, :1]", "the output of day 1 does not see day 1"),
    ("12.1", "np.log2", "np.log", "that is in nats"),
    ("12.1", "-np.log2(", "np.log2(", "its sign is the other one"),
    ("12.1", "np.mean(-np.log2(", "-np.log2(np.mean(", "that is the logarithm of the mean share"),
    ("12.1", "np.mean(", "np.sum(", "that is the sum; bits per character are a mean"),
    ("12.1", "shares[np.arange(len(numbers)), numbers]", "shares.max(axis=1)", "the likeliest each time"),
    ("12.1", "shares[np.arange(len(numbers)), numbers]", "shares", "all shares were taken"),
    ("12.1", "np.mean(", "(", "the bits have shape (40,); one number is needed"),
    ("12.1", "np.log2", "2 * np.log2", "the bits are"),
    ("12.2", " / temperature", " * temperature", "multiplied instead of divided"),
    ("12.2", "return shares / shares.sum()", "return np.exp(logits / temperature)", "the shares do not sum to 1"),
    ("12.2", "(logits - logits.max()) / temperature", "logits - logits.max()", "the temperature is not used"),
    ("12.2", "(logits - logits.max()) / temperature", "logits / temperature", "at temperature 0.0001 np.exp overflows"),
    ("12.2", "return shares", "return shares[:1]", "the shares have shape (1,); (96,) is needed"),
    ("12.2", "return shares / shares.sum()", "return np.full(96, 1 / 96)", "at temperature 0.5 the likeliest has"),
    ("12.3", "for length in (1, 2, 3):", "for length in (1,):", "and a tenth less is asked for: look back further"),
    ("12.3", "np.full(96, 1 / 96)", "np.full(96, 0.0)", "the shares sum to"),
    ("12.3", "return guessed", "return guessed[:5]", "the shares have shape (5,); (96,) is needed"),
    ("12.3", "return guessed", "return np.eye(96)[guessed.argmax()]", "a character came that had a share of 0"),
    ("12.3", "return guess\n", "return guess(training)\n", "a ndarray came; a function is needed"),
]


def lookup(X):
    """A cheat: the day itself, looked up in the series by the window."""
    series = lstm_notes.load_weather()["temp_max"]
    windows, targets = lstm_notes.make_windows(series, X.shape[1])
    return np.array([targets[np.abs(windows - each).sum(axis=(1, 2)).argmin()] for each in X])


NAMES["lookup"] = lookup


@pytest.mark.parametrize("number, old, new, words", MISTAKES, ids=lambda value: str(value)[:30])
def test_mistakes_are_named(number, old, new, words, capsys):
    text = source(number)
    assert old in text
    line = said(capsys, number, answer(text.replace(old, new)))
    assert line.startswith(f"{number} is not right yet: ") and words in line, line
    assert "\n" not in line and len(line) < 320


@pytest.mark.parametrize("number, old, new, words", [each for each in MISTAKES if each[0] in ("2.3", "3.3", "4.3")])
def test_one_mistake_is_not_told_as_two(number, old, new, words, capsys):
    two = number == "3.3" and new == "[1.0]"  # which is constant, and too short
    words = said(capsys, number, answer(source(number).replace(old, new)))
    assert (": two things:" in words) == two


def test_of_many_faults_the_first_two_are_told(capsys):
    zero = "def my_memory():\n    return LSTMWeights(np.zeros((2, 4)), np.zeros((1, 4)), np.zeros(4)), 1.0"
    words = said(capsys, "4.3", answer(zero))
    assert "two things first: on days without a mark" in words and words.endswith("input gate is only at 0.50"), words
    assert len(words) < 320


def test_a_product_is_wrong_by_both_its_factors(capsys):
    text = source("2.3").replace("= 80, -40", "= 10, -10").replace("b_C[:] = 40", "b_C[:] = 1")
    words = said(capsys, "2.3", answer(text))
    assert words.endswith(
        "a 1 is counted as 0.38: the candidate is not near 1, and the input gate is not open where x is 1"
    )


def test_every_exercise_has_its_mistakes():
    assert {number for number, *_ in MISTAKES} == set(NUMBERS)


# Other right answers than the solutions.
OTHERS = {
    "2.1": "def my_step(x_t, h, c, weights):\n    z = x_t @ weights.kernel + h @ "
    "weights.recurrent_kernel + weights.bias\n"
    "    i, f, g, o = np.split(z, 4, axis=1)\n    C = sigmoid(f) * c + sigmoid(i) * np.tanh(g)\n"
    "    return [sigmoid(o) * np.tanh(C), C]",
    "3.1": "def my_windows(series, look_back, horizon):\n    both = np.lib.stride_tricks.sliding_window_view("
    "series, look_back + horizon)\n    return both[:, :look_back, None], both[:, look_back:]",
    "3.3": "def my_series():\n    return [1, 1, 2, 3, 2] * 10",
    "5b.2": "def my_adder():\n    network = NetworkWeights(2, 2, 1)\n    lstm = network.lstm\n"
    "    lstm.b_f[:], lstm.W_i[:, 3], lstm.b_i[:] = 15, 40, -20\n    lstm.W_C[1, 2], lstm.b_o[:] = -0.05, 20\n"
    "    network.head_kernel[1] = -20\n    return network",
    "5b.3": "def my_weights():\n    weights = LSTMWeights.initial(1, 32, seed=1, dtype='float64')\n"
    "    weights.b_f[:], weights.recurrent_kernel[:] = 5, 0\n    return weights",
    "6.1": "def my_preparation(series, look_back, test_days):\n"
    "    split = split_by_time(series, look_back, validation=1, test=test_days - 0)\n"
    "    start = len(series) - test_days\n    s = Scaler().fit(series[:start])\n"
    "    X, y = make_windows(s.transform(series), look_back)\n    cut = start - look_back\n"
    "    return X[:cut], y[:cut], X[cut:], y[cut:]",
    "7.1": "def my_beginnings():\n    return dict(zip('ABCDEFG', 2 * ['zero'] + 3 * ['goes on'] + 2 * ['zero']))",
    "7.3": "def my_series():\n    return np.resize([1, 2, 3], 400)",
    "7b.2": "def my_steps(table, look_back, features):\n    days = np.split(table, features, axis=1)\n"
    "    return np.stack(days, axis=2)[:, ::-1]",
    "7b.3": "def my_series():\n    return sine_with_trend(600, slope=0.03, seed=3)",
    "9.1": "def my_keras_arrays(weight_ih, weight_hh, *biases):\n"
    "    return [np.swapaxes(weight_ih, 0, 1), np.swapaxes(weight_hh, 0, 1), np.add(*biases)]",
    "9.3": "def my_gradient():\n    return [[0.9]], np.full((3, 4), 50)",
}


@pytest.mark.parametrize("number", OTHERS)
def test_other_right_answers_pass(number, capsys):
    assert " ✓ " in said(capsys, number, answer(OTHERS[number]))


def test_what_is_not_an_answer(capsys):
    assert said(capsys, "2.2", ...) == '2.2 is still open. A hint: hint("2.2")'
    for stub in ("    ...", "    return", "    return ..., ...", "    raise NotImplementedError", '    """Words."""'):
        assert "is still open" in said(capsys, "2.2", answer(f"def my_count(features, units, outputs):\n{stub}"))
    assert "hand in the function itself" in said(capsys, "2.2", 101)
    assert "is a str of" in said(capsys, "2.2", lambda features, units, outputs: "many")
    assert "your function gives nothing back" in said(
        capsys, "2.2", answer("def my_count(*sizes):\n    n = sum(sizes)")
    )
    assert said(capsys, "2.1", lambda *a: (None, None)).endswith("h is still empty")


@pytest.mark.parametrize(
    "line, words",
    [
        ("return sizee", "NameError: name 'sizee' is not defined"),
        ("raise ValueError('units and\\noutputs')", "ValueError: units and outputs"),
        ("assert len(sizes) == 4", "AssertionError"),
        ("raise SystemExit", "SystemExit"),
        ("raise ValueError('long ' * 99)", "ValueError: " + "long " * 39 + "long…"),
    ],
)
def test_what_an_answer_raises_is_told_with_its_line(line, words, capsys, tmp_path):
    expected = f"2.2 is not right yet: it stops with {words}, in your line {line!r}"
    assert said(capsys, "2.2", in_a_file(tmp_path, f"def my_count(*sizes):\n    {line}")) == expected


def in_a_file(folder, text):
    """The function of `text`, whose lines are known as those of a cell are."""
    path, names = folder / "cell.py", dict(NAMES)
    path.write_text(text)
    exec(compile(text, path, "exec"), names)
    return next(value for name, value in names.items() if name.startswith("my_"))


def test_what_comes_back_may_be_anything(capsys):
    weights = lstm_notes.LSTMWeights.initial(2, 1)
    things = [[], {}, "text", np.zeros(0), np.nan, (1,), ([], []), (1, 2, 3), [[1, 2], [3]], np.array([1j]), len, int]
    things += [weights, (weights, 1), (weights, []), range(50), np.full(50, np.inf), np.zeros((2, 2, 2, 2)), ["a"] * 40]
    for number in NUMBERS:
        for thing in things:
            words = said(capsys, number, lambda *arguments, thing=thing: thing)
            assert words.startswith(f"{number} is not right yet: ") and "\n" not in words and len(words) < 350, words


ENDLESS = "def my_count(*sizes):\n    n = 0\n    while n < 5:\n        n = n - 0"


def test_an_endless_loop_is_told_and_can_be_stopped(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(_exercise, "PATIENCE", 0.2)
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    threading.Timer(1, _thread.interrupt_main).start()  # as the ■ button
    told, stopped = said(capsys, "2.2", in_a_file(tmp_path, ENDLESS)).splitlines()
    signal.signal(signal.SIGINT, heard)
    line = "'(while n < 5:|n = n - 0)'"
    assert re.fullmatch(rf"2.2 has been running for 0.2 s, in your line {line}. If it never ends: .*", told), told
    assert re.fullmatch(rf"2.2 is not right yet: you stopped it, in your line {line}: does a loop .*", stopped), stopped


def test_patience_is_not_for_quick_answers(capsys, monkeypatch):
    monkeypatch.setattr(_exercise, "PATIENCE", 0.2)
    assert said(capsys, "2.2", answer(source("2.2"))).startswith("2.2 ✓")
    time.sleep(0.4)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "number, text",
    [
        ("2.1", "def my_step(x_t, h, c, weights):\n    return lstm_step(x_t, h, c, weights)"),
        ("2.1", "def my_step(x_t, h, c, weights):\n    other = lstm_step\n    return other(x_t, h, c, weights)[:2]"),
        (
            "2.1",
            "def my_step(x_t, h, c, weights):\n    trace = lstm_forward(x_t[:, None], weights, h, c)\n"
            "    return trace.h[:, 0], trace.c[:, 0]",
        ),
        ("3.1", "def my_windows(*how):\n    return make_windows(*how)"),
    ],
)
def test_what_is_to_be_done_without(number, text, capsys):
    (name,) = re.findall(r"lstm_step|lstm_forward|make_windows", text)[:1]
    words = said(capsys, number, answer(text))
    assert words.startswith(f"{number} is not right yet: your function calls {name}, which is to be done without")


def test_the_function_itself_is_no_answer_either(capsys):
    assert "calls lstm_step" in said(capsys, "2.1", lstm_notes.lstm_step)


# Two mistakes in one answer, and the two that have to be told.
PAIRS = [
    (
        "2.1",
        "f = sigmoid(",
        "f = np.tanh(",
        "o * np.tanh(C_t), C_t",
        "o * C_t, C_t",
        "forget gate uses tanh",
        "h lacks",
    ),
    ("2.1", "[h, x_t]", "[x_t, h]", "f * c + i", "c + i", "[x, h] stands", "not multiplied by f"),
    ("2.1", "i = sigmoid(", "i = np.tanh(", "f * c + i", "c + i", "input gate uses tanh", "not multiplied by f"),
    ("2.2", "4 * ", "3 * ", "gates + head", "gates", "three blocks", "forgets the head"),
    ("2.2", "+ features) + units", "+ features)", "outputs + outputs", "outputs", "of the four gates", "head's bias"),
    ("3.1", "horizon + 1", "horizon", "X[:, :, None], y", "X[:, None], y", "lose the last window", "one step with"),
    (
        "3.1",
        "series[k + look_back : k + look_back + horizon]",
        "series[k + look_back - 1 : k + look_back - 1 + horizon]",
        "X[:, :, None], y",
        "X, y",
        "third axis",
        "y starts",
    ),
    ("3.2", ", c0=one.c[:, -1]", "", "[one.h, two.h], axis=1)", "[one.h, two.h], axis=1)[:, 3:]", "C is not", "second"),
    ("4.1", "cell if shared", "cell if not shared", " + head", "", "are swapped", "forgets the head"),
    ("4.2", "range(steps)", "range(1, steps)", "units : 2 * units", ": units", "trace.h0", "gradient of W_i"),
    ("2.3", "b_f[:] = 40", "b_f[:] = 1", "b_C[:] = 40", "b_C[:] = 1", "forget gate is at 0.73", "counted as 0.76"),
    ("2.3", "= 80, -40", "= 0, 40", "b_C[:] = 40", "b_C[:] = 1", "on a 0 the cell still writes 0.76", "not near 1"),
    ("3.3", "0.0, 1.0, 0.0, 2.0", "0.0, 1.0, 2.0", "20)", "10)", "the series has 30 days", "look_back 1 is already"),
    ("3.3", "0.0, 2.0]", "0.0, 1.0, 2.0]", "20)", "6)", "the series has 30 days", "look_back 2 is not enough"),
    ("3.3", "np.tile(", "np.append(5, ", ", 2.0], 20)", ", 1, 2] * 10)", "(5, 0) comes less", "look_back 2 is not"),
    ("4.3", "b_f[:] = -80, 40", "b_f[:] = 0, 1", "= 0.1", "= 1", "forget gate is at 0.731", "tanh bends"),
    ("4.3", "b_i[:] = 80, -40", "b_i[:] = 40, -40", "= -80, 40", "= 0, 1", "gate is only at 0.50", "gate is at 0.731"),
    ("9.2", ":, -1, :", ":, 0, :", ":, 0, units:", ":, -1, units:", "at the first day", "at the last day"),
]


@pytest.mark.parametrize("number, old, new, other, more, first, second", PAIRS, ids=lambda value: str(value)[:20])
def test_two_mistakes_at_once(number, old, new, other, more, first, second, capsys):
    text = source(number)
    assert old in text and other in text.replace(old, new)
    line = said(capsys, number, answer(text.replace(old, new).replace(other, more)))
    assert line.startswith(f"{number} is not right yet: ") and ": two things: " in line and len(line) < 320, line
    assert all(any(words in part for part in line.split("; and ")) for words in (first, second)), line


def test_a_notebook_tells_why_a_check_was_not_reached():
    cells = [
        "import lstm_notes\nfrom lstm_notes.course.exercises import check",
        'def my_count(*sizes):\n    return (4 * sizes[0]\n\n\ncheck("2.2", my_count)',
        'def my_count(*sizes):\nreturn 4\n\n\ncheck("2.2", my_count)',
        'def my_count(*sizes):\n    return sizes[9]\n\n\ncheck("2.2", my_count(1, 2, 3))',
        'def their_count(*sizes):\n    return 4\n\n\ncheck("2.2", my_counter)',
        "1 / 0",
        ENDLESS + "\n\n\nimport _thread, threading\nthreading.Timer(1, _thread.interrupt_main).start()"
        '\ncheck("2.2", my_count)',
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    NotebookClient(notebook, allow_errors=True, resources={"metadata": {"path": str(NOTEBOOKS.parent)}}).execute()
    printed = ["".join(o.text for o in each.outputs if o.get("name") == "stdout") for each in notebook.cells]
    boxes = [o.data["text/plain"] for o in notebook.cells[-1].outputs if o.output_type == "display_data"]
    errors = ["".join(o.ename for o in each.outputs if o.output_type == "error") for each in notebook.cells]
    assert errors == ["", "SyntaxError", "IndentationError", "IndexError", "NameError", "ZeroDivisionError", ""]
    assert printed[:-1] == [
        "",
        "2.2 was not tried: Python cannot read line 2, 'return (4 * sizes[0]': '(' was never closed\n",
        "2.2 was not tried: Python cannot read line 2, 'return 4': expected an indented block after function "
        "definition on line 1\n",
        '2.2 was not tried: hand in the function itself, without calling it: check("2.2", my_count)\n',
        "2.2 was not tried: the cell stops before it, with NameError: name 'my_counter' is not defined\n",
        "",
    ]
    assert re.fullmatch(r"2.2 is not right yet: you stopped it, in your line '.*n.*': does .*", *boxes), boxes


def test_in_a_notebook_an_answer_gets_a_box():
    """An exercise that is open has none: the saved notebooks are compared by what they print."""
    right, wrong = source("2.2"), source("2.2").replace("4 * ", "3 * ")
    head = "from lstm_notes.course.exercises import check\n"
    cells = [f'{head}{text}\ncheck("2.2", my_count)' for text in (right, wrong, "my_count = ...")]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    NotebookClient(notebook, resources={"metadata": {"path": str(NOTEBOOKS.parent)}}).execute()
    ((green,), (amber,), (still_open,)) = (cell.outputs for cell in notebook.cells)
    assert still_open.output_type == "stream" and still_open.text.startswith("2.2 is still open.")
    for output, words in ((green, "2.2 ✓ "), (amber, "2.2 is not right yet: the count has three blocks")):
        assert output.output_type == "display_data" and output.data["text/plain"].startswith(words)
        assert html.escape(output.data["text/plain"]) in output.data["text/html"]
        assert 'role="status"' in output.data["text/html"]


@pytest.mark.parametrize("right", [True, False])
def test_a_box_is_read_in_light_and_dark(right):
    """Its words, and the edge and the sign that tell the two apart where their colours do not."""
    bundle = box("2.1 <b>", right)
    words, rule = re.fullmatch(r'<div class="[\w-]+" (.*</div>)<style>(.*)</style>', bundle["text/html"]).groups()
    assert "&lt;b&gt;" in words and "<b>" not in words and bundle["text/plain"] == "2.1 <b>"
    assert ("○" in words) != right  # a right answer has its ✓ in its words
    for style, page in ((words, PAGE), (rule, DARK_PAGE)):
        ink, ground, edge = (
            re.search(rf"[;{{\"]{name}:(#\w+)", style)[1] for name in ("color", "background", "border-color")
        )
        assert contrast(ink, ground) >= 4.5 and contrast(edge, page) >= 3 and contrast(edge, ground) >= 3


def test_hints_come_one_by_one(capsys, monkeypatch):
    monkeypatch.setattr(exercises, "_hints_given", {})
    for number in NUMBERS:
        lines = []
        for _ in range(3):
            exercises.hint(number)
            lines.append(capsys.readouterr().out)
        assert lines[0].startswith(f"{number}, hint 1 of 2: ") and lines[1].startswith(f"{number}, hint 2 of 2: ")
        assert lines[1] == lines[2] and f'solution("{number}")' in lines[1]


def test_solution_is_the_source_that_is_tested(capsys):
    for number in NUMBERS:
        exercises.solution(number)
        assert capsys.readouterr().out == source(number).rstrip() + "\n"


@pytest.mark.parametrize("ask", [exercises.hint, exercises.solution, lambda number: exercises.check(number, print)])
def test_unknown_numbers_say_which_there_are(ask):
    with pytest.raises(ValueError, match=r"number is '9.9'; there are 2.1, 2.2, 2.3, 3.1, .*12.3$"):
        ask("9.9")


# ---------------------------------------------------------------------------------------------------------------
# The notebooks' cells.


def cells(number):
    """The code cells of the notebook that an exercise stands in."""
    (path,) = NOTEBOOKS.glob(f"{number.split('.')[0] if number[1].isdigit() else '0' + number.split('.')[0]}_*.ipynb")
    return [
        "".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"
    ]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_notebooks_stub_is_open(number, capsys):
    (stub,) = [cell for cell in cells(number) if f'check("{number}", ' in cell]
    assert stub.splitlines()[-1].startswith("check(")
    exec(stub, NAMES | {"check": exercises.check})
    assert capsys.readouterr().out == f'{number} is still open. A hint: hint("{number}")\n'
    asked, solved = (ast.parse(text).body[0] for text in (stub, source(number)))
    assert (asked.name, ast.dump(asked.args)) == (solved.name, ast.dump(solved.args))


@pytest.mark.parametrize("number", NUMBERS)
def test_the_solution_runs_in_its_notebook(number):
    """It uses nothing but what the notebook has imported by then."""
    imported = {
        (alias.asname or alias.name)
        for cell in cells(number)
        for node in ast.walk(ast.parse(cell))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    tree = ast.parse(source(number))
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)} | {
        a.arg for a in ast.walk(tree) if isinstance(a, ast.arg)
    }
    own |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert {node.id for node in names} - own - set(dir(builtins)) <= imported
