"""Draw the pictures in figures/ and their gallery page: the report's five diagrams, with the numbers of real networks,
the course's own, and the README's forecast. The explorers' photographs are screenshots.py's."""

import re
from pathlib import Path

import nbformat
import numpy as np

from lstm_notes import (
    Adam,
    NetworkWeights,
    NumpyForecaster,
    Scaler,
    load_weather,
    make_windows,
    mse_gradient,
    network_backward,
    network_forward,
    persistence,
    split_by_time,
    toy_days,
)
from lstm_notes.pictures import diagrams, plots
from lstm_notes.pictures.cheat_sheet import cheat_sheet
from lstm_notes.pictures.course_diagrams import course_map, three_sequences
from lstm_notes.pictures.weight_map import weight_map

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "figures"
# Where each picture is at home.
NOTEBOOKS = {
    "three_sequences": "01_introduction",
    "course_map": "01_introduction",
    "cell_structure": "02_cell_structure",
    "cell_with_numbers": "02_cell_structure",
    "day_4_from_days_1_to_3": "03_sequence_processing",
    "shared_weights": "04_parameter_sharing",
    "gradient_accumulation": "05_training",
    "test_data_flow": "06_testing",
    "myth_against_fact": "07_misconceptions",
    "cheat_sheet": "08_key_takeaways",
    "weight_map": "09_frameworks",
}

# What each explorer is for, in the order of the notebooks; photographed by screenshots.py.
EXPLORERS = {
    "GuessingGame": ("01_introduction", "Forecast five days by hand, and see your error beside persistence's."),
    "CellExplorer": ("02_cell_structure", "One unit, one feature: drag every number of a step."),
    "WindowsExplorer": ("03_sequence_processing", "Slide look_back, horizon, stride and position over a series."),
    "OneWindowExplorer": ("03_sequence_processing", "Play one window: what goes in, gates, C and h of every unit."),
    "SharedWeightsExplorer": ("04_parameter_sharing", "The one W at every step, and its gradient part by part."),
    "TrainingRoom": ("05_training", "Play, pause and step a training run; move its settings meanwhile."),
    "LongMemoryExplorer": ("05b_long_memory", "A task, its length, how the gates start: train, and watch them."),
    "UnseenDayExplorer": ("06_testing", "Any day of the test year: window, states, forecasts, truth."),
    "ContestExplorer": ("06c_how_sure", "A series and a rival: the ratio, its interval, and the days it comes from."),
    "LabExplorer": ("07_misconceptions", "Switch the conditions of an experiment, and see what its errors are worth."),
    "SelfTest": ("08_key_takeaways", "Questions that explain a wrong answer."),
    "DigitsExplorer": (
        "09c_digits",
        "Turn over one bit of one weight, and see on how many digits two forecasts agree.",
    ),
    "TuningExplorer": (
        "10_tuning",
        "A map of settings: a setting's seeds and forecast, and where a winner stands later.",
    ),
    "PromptExplorer": ("12b_letters", "A prompt, a temperature, and what is written: letters in a unit's colours."),
}


def draw():
    """The diagrams, by the names of their files."""
    days = toy_days(11)
    X, y = make_windows(days, look_back=3)
    tiny = NumpyForecaster(units=1, scaler=Scaler().fit(days), seed=2)
    tiny.fit(X, y, epochs=600, batch_size=8, optimizer=Adam(0.02), progress=False)
    trace = tiny.states(X[:1])
    return {
        "cell_structure": diagrams.cell_structure(),
        "cell_with_numbers": diagrams.cell_structure(trace, step=1),
        "day_4_from_days_1_to_3": diagrams.one_window(trace, ["Day 1", "Day 2", "Day 3"], tiny.predict(X[:1]).item()),
        "shared_weights": diagrams.shared_weights(),
        "gradient_accumulation": accumulation(),
        "test_data_flow": flow(),
        "three_sequences": sequences(),
        "course_map": course_map(),
        "myth_against_fact": myths(),
        "cheat_sheet": cheat_sheet(),
        "weight_map": weight_map(),
    }


def saved(notebook, beginning):
    """The description of a picture that a notebook shows, as it is saved: its test holds it to the letter."""
    for cell in nbformat.read(ROOT / "notebooks" / f"{notebook}.ipynb", as_version=4).cells:
        for output in cell.get("outputs", []):
            text = output.get("data", {}).get("text/plain", "")
            if text.startswith(beginning):
                return text
    raise ValueError(f"{notebook} shows no picture that begins with {beginning!r}")


def sequences():
    """As in notebook 01, from its picture's own words."""
    one = re.compile(r"(?:^|\. )([^.,:]+), ([^:]+): (.+?), then a question mark: ([^.]+)")
    kinds = one.findall(saved("01_introduction", "3 kinds of sequence").removeprefix("3 kinds of sequence. "))
    return three_sequences(
        [(kind, what, [pair.rsplit(" ", 1) for pair in pairs.split(", ")], asked) for kind, what, pairs, asked in kinds]
    )


def myths():
    """As in notebook 07, with the numbers of its picture's own words."""
    told = {}
    words = saved("07_misconceptions", "Myth against fact").split(". ", 1)[1].removesuffix(".")
    for myth, rest in re.findall(r"“([^”]+)” ([^“]+)", words):
        measured, *rows = rest.removesuffix("; ").split("; ")
        pairs = (row.split(": ") for row in rows)
        told[myth] = measured, *((name, np.array(values.split(", "), float)) for name, values in pairs)
    return diagrams.myth_against_fact(told)


def accumulation():
    """As in notebook 05: three windows of weather, one number of the kernel."""
    temperature = load_weather()["temp_max"]
    X, y = make_windows(Scaler().fit(temperature[:731]).transform(temperature[:731]), look_back=5)
    X, y, network = X[:3], y[:3], NetworkWeights.initial(1, 4, 1, seed=0, dtype="float64")
    forecast, trace = network_forward(X, network)
    gradients = network_backward(trace, mse_gradient(forecast, y), network).through_time
    parts = X[:, :, 0] * gradients.z[:, :, 8]
    return diagrams.gradient_accumulation(parts, scale=1000, unit=" × 1000")


def flow():
    """As in notebook 06: Days 8–10 → Day 11."""
    days = toy_days(10)
    X, y = make_windows(days, look_back=3)
    model = NumpyForecaster(units=8, scaler=Scaler().fit(days), seed=2)
    model.fit(X, y, epochs=300, batch_size=7, optimizer=Adam(0.02), progress=False)
    trace, forecast = model.states(days[None, 7:, None]), model.predict(days[None, 7:, None]).item()
    unit = np.abs(trace.h[0, -1]).argmax()
    scaled = model.scaler.transform(forecast).item()
    unseen = {"Day 8": 8, "Day 9": 9, "Day 10": 10}
    c, h = trace.c[0, :, unit], trace.h[0, :, unit]
    return diagrams.data_flow(unseen, trace.x[0, :, 0], c, h, scaled, forecast, 11)


def draw_forecast(file):
    """Five weeks of notebook 06's test year."""
    weather = load_weather()
    split = split_by_time(weather["temp_max"], look_back=30, validation=365, test=365)
    model = NumpyForecaster(units=32, scaler=Scaler().fit(weather["temp_max"][split.train.days]))
    model.fit(*split.train, validation=split.validation, epochs=100, optimizer=Adam(0.005), patience=5, progress=False)
    weeks = slice(120, 155)
    curves = {"LSTM": model.predict(split.test.X)[weeks, 0], "persistence": persistence(split.test.X)[weeks, 0]}
    dates, truth = weather["date"][split.test.days][weeks], split.test.y[weeks, 0]
    plots.forecasts(dates, truth, curves, unit="°C", title="May and June 2015, highest temperature", file=file)


def gallery(drawings):
    """The page that shows them all, in the order of the notebooks."""
    lines = [
        "# Figures",
        "",
        "Drawn by `make figures`. Each SVG has a PNG beside it, for hosts that show no SVG. A test compares both with",
        "what the code draws.",
    ]
    for name, notebook in NOTEBOOKS.items():
        drawing = drawings[name]
        lines += ["", f"## {drawing.title}", "", f"![{drawing.description}]({name}.svg)", "", drawing.description, ""]
        lines += [f"[SVG]({name}.svg), [PNG]({name}.png); used in [{notebook}](../notebooks/{notebook}.ipynb)"]
    lines += ["", "# Explorers", "", "Photographed by `make screenshots`, in light and dark."]
    for name, (notebook, words) in EXPLORERS.items():
        lines += ["", f"## {name}", "", f"{words} In [{notebook}](../notebooks/{notebook}.ipynb).", "", "<picture>"]
        lines += [f'<source media="(prefers-color-scheme: dark)" srcset="{name}_dark.png">']
        lines += [f'<img alt="{name}: {words}" src="{name}_light.png">', "</picture>"]
    return "\n".join(lines) + "\n"


def main():
    drawings = draw()
    for name, drawing in drawings.items():
        drawing.save(FOLDER, name)
    draw_forecast(FOLDER / "forecast.svg")
    (FOLDER / "README.md").write_text(gallery(drawings), encoding="utf-8")
    print(f"figures/: {len(drawings)} diagrams, forecast.svg and README.md")


if __name__ == "__main__":
    main()
