"""Ill set-ups, one illness each, on several kinds of series, and healthy ones: nothing missed, nothing accused."""

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from lstm_notes import (
    Adam,
    LinearAutoregression,
    NumpyForecaster,
    Scaler,
    diagnose,
    fill_gaps,
    load_weather,
    mackey_glass,
    make_windows,
    persistence,
    random_walk,
    read_table,
    split_by_time,
)
from lstm_notes.diagnosis import ILLNESSES, _places

AXES, SHARED, SCALER, GAPS, FEW, CONSTANT, ECHO, UNITS = ILLNESSES
ROOT = Path(__file__).resolve().parent.parent
LOOK_BACK, VALIDATION, TEST = 14, 200, 200


def shop(seed=0, days=900):
    """A week's rhythm, a slow wave and noise, with a second column that says a little about the first's next day."""
    rng = np.random.default_rng(seed)
    visitors = 60 + 15 * np.sin(2 * np.pi * np.arange(days) / 7) + 8 * rng.standard_normal(days)
    sold = 10 + 0.3 * np.roll(visitors, 1) + 6 * np.cos(2 * np.pi * np.arange(days) / 7) + 3 * rng.standard_normal(days)
    return np.column_stack([sold, visitors])


def two_columns(seed=0):
    weather = load_weather()
    start = 20 * seed
    return np.column_stack([weather["temp_max"], weather["wind"]])[start : start + 1000]


SERIES = {
    "weather": lambda seed=0: load_weather()["temp_max"][20 * seed : 20 * seed + 1000],
    "random walk": lambda seed=0: random_walk(1000, seed=seed),
    "Mackey-Glass": lambda seed=0: mackey_glass(900, noise=0.02, seed=seed),
    "shop": shop,
    "weather, two columns": two_columns,
}
# On a random walk nothing is better than yesterday, and nothing varies more than it should: see diagnose.
TELLING = ["weather", "Mackey-Glass", "shop", "weather, two columns"]


def gaps_in(series, seed=0):
    """The series with stretches of 1 to 3 days missing in the first column, none at its ends."""
    raw, rng = np.array(series, "float64"), np.random.default_rng(seed)
    first = raw if raw.ndim == 1 else raw[:, 0]
    for begin in range(10, len(raw) - 10, 12):
        begin += rng.integers(6)
        first[begin : begin + rng.integers(1, 4)] = np.nan
    return raw


def filled(raw, how):
    """`raw` without gaps: "before", "line", "after", "mean" of all days."""
    columns = []
    for column in raw.reshape(len(raw), -1).T:
        known = np.isfinite(column)
        at = np.arange(len(column))
        if how == "line":
            column = np.interp(at, at[known], column[known])
        elif how == "mean":
            column = np.where(known, column, column[known].mean())
        elif how == "after":
            column = column[np.minimum.accumulate(np.where(known, at, len(at))[::-1])[::-1]]
        else:
            column = column[np.maximum.accumulate(np.where(known, at, 0))]
        columns.append(column)
    return np.column_stack(columns).reshape(raw.shape)


def healthy(name, seed=0, how="before", days=None, **parts):
    """A series and all that `diagnose` takes, in order: scaler of the training days, gaps filled forward, a line."""
    raw = gaps_in(SERIES[name](seed)[-(days or 2000) :], seed)
    series = filled(raw, how)
    split = split_by_time(series, LOOK_BACK, **({"validation": 200, "test": 200} | parts))
    line = LinearAutoregression().fit(*split.train)
    y = split.test.y
    judged = {"linear AR": (line.predict(split.test.X), y), "mean": (np.full_like(y, y.mean()), y)}
    scaler = Scaler().fit(series[split.train.days])
    return series, {"split": split, "scaler": scaler, "model": line, "raw": raw, "judged": judged}


def names(diagnosis):
    return [finding.name for finding in diagnosis.findings]


@pytest.mark.parametrize("name", SERIES)
def test_of_a_healthy_set_up_nothing_is_said(name):
    """Twenty seeds (stretches, of the weather), each illness looked at."""
    for seed in range(20):
        series, given = healthy(name, seed)
        diagnosis = diagnose(series, **given)
        assert not diagnosis.findings and not diagnosis.skipped, (seed, diagnosis)
        assert [each.name for each in diagnosis.seen] == list(ILLNESSES)


# ---------------------------------------------------------------------------------------------------------------
# Each illness alone.


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("how", ["transposed", "reshaped"])
@pytest.mark.parametrize("scaled", [False, True])
def test_swapped_axes(name, how, scaled):
    series, given = healthy(name)
    split, scaler = given["split"], given["scaler"]
    exchange = (lambda X: X.transpose(0, 2, 1)) if how == "transposed" else (lambda X: X.reshape(len(X), -1, LOOK_BACK))
    unit = scaler.transform if scaled else np.array
    parts = {part.name: (exchange(unit(part.X)), unit(part.y)) for part in vars(split).values()}
    forecast = unit(given["model"].predict(split.validation.X))
    diagnosis = diagnose(series, **(given | {"split": parts, "model": lambda X: forecast}))
    assert names(diagnosis) == [AXES], diagnosis
    assert str(parts["train"][0].shape) in diagnosis.findings[0].sentence and not diagnosis.skipped
    right = {part.name: (unit(part.X), unit(part.y)) for part in vars(split).values()}
    assert not diagnose(series, **(given | {"split": right, "model": lambda X: forecast})).findings


def at_random(series, seed=0, horizon=1):
    """Windows of the three parts, drawn at random."""
    X, y = make_windows(series, LOOK_BACK, horizon)
    order = np.random.default_rng(seed).permutation(len(X))
    cut = {"train": order[400:], "validation": order[:200], "test": order[200:400]}
    return {name: (X[rows], y[rows]) for name, rows in cut.items()}


@pytest.mark.parametrize("name", SERIES)
def test_targets_shared_by_a_random_split(name):
    series, given = healthy(name)
    parts = at_random(series)
    given |= {"split": parts, "scaler": Scaler().fit(parts["train"][0])}
    given["model"] = LinearAutoregression().fit(*parts["train"])
    diagnosis = diagnose(series, **given)
    assert names(diagnosis) == [SHARED], diagnosis


def test_shared_targets_are_counted():
    """Ten days, windows of 2, day 1 ahead. The test asks for days 7 … 9; a training window that ends with day 8 has 7
    and 8 in it (8 as its target), the validation window before it has none."""
    series = np.arange(10.0) ** 2
    X, y = make_windows(series, 2)  # window k asks for day k + 2
    parts = {"train": (X[[0, 1, 2, 6]], y[[0, 1, 2, 6]]), "validation": (X[3:5], y[3:5]), "test": (X[5:], y[5:])}
    (found,) = [each for each in diagnose(series, parts).findings if each.name == SHARED]
    assert found.sentence == (
        "of 3 days that the test part asks for, 2 are in windows of train and validation, 1 of them as targets"
    )
    parts["train"] = (X[[0, 1, 2, 4]], y[[0, 1, 2, 4]])  # asks for day 6, as a validation window does
    (found,) = [each for each in diagnose(series, parts).findings if each.name == SHARED]
    assert (
        found.sentence == "of 2 days that the validation part asks for, 2 are in windows of train, 1 of them as targets"
    )


def overlapping(series):
    """Cut at a day, but without leaving out the windows whose targets reach over it: horizon 3."""
    X, y = make_windows(series, LOOK_BACK, 3)
    cut = len(X) - 200
    return {
        "train": (X[: cut - 150], y[: cut - 150]),
        "validation": (X[cut - 150 : cut], y[cut - 150 : cut]),
        "test": (X[cut:], y[cut:]),
    }


@pytest.mark.parametrize("name", SERIES)
def test_targets_shared_where_windows_are_cut_in_a_row(name):
    series, given = healthy(name)
    parts = overlapping(series)
    found = diagnose(series, **(given | {"split": parts, "model": LinearAutoregression().fit(*parts["train"])}))
    assert names(found) == [SHARED], found
    assert "2 are in windows of train and validation, 2 of them as targets" in found.findings[0].sentence


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("what", ["all days", "all windows", "test days", "validation and half of the test days"])
def test_a_scaler_that_saw_the_test_days(name, what):
    series, given = healthy(name)
    X, _ = make_windows(series, LOOK_BACK)
    days = {"all days": series, "test days": series[given["split"].test.days], "all windows": X}
    values = days.get(what, series[: given["split"].test.days.start + 100])
    diagnosis = diagnose(series, **(given | {"scaler": Scaler().fit(values)}))
    assert names(diagnosis) == [SCALER], diagnosis


@pytest.mark.parametrize("name", SERIES)
def test_scalers_that_saw_no_test_day(name):
    """Of the training days, its windows, its targets, the days up to the test part; pandas' deviation, too."""
    series, given = healthy(name)
    split = given["split"]
    rows = series.reshape(len(series), -1)
    for values in (split.train.X, split.train.y.reshape(-1, rows.shape[1]), rows[: split.test.days.start], rows[:500]):
        assert not diagnose(series, **(given | {"scaler": Scaler().fit(values)})).findings
    training = rows[split.train.days]
    pandas = SimpleNamespace(mean_=training.mean(axis=0), scale_=training.std(axis=0, ddof=1))
    assert not diagnose(series, **(given | {"scaler": pandas})).findings
    strange = SimpleNamespace(mean_=training.mean(axis=0) + 0.1, scale_=training.std(axis=0))
    diagnosis = diagnose(series, **(given | {"scaler": strange}))
    assert not diagnosis.findings and [each.name for each in diagnosis.skipped] == [SCALER]


def test_a_range_that_reaches_beyond_the_training_days():
    rising = np.arange(1000.0)
    split = split_by_time(rising, 3, validation=200, test=200)
    for last, ill in ((600, False), (800, False), (801, True), (1000, True)):
        scaler = SimpleNamespace(data_min_=np.array([0.0]), data_max_=np.array([last - 1.0]), scale_=1, min_=0)
        assert (SCALER in names(diagnose(rising, split, scaler=scaler))) == ill


def test_scalers_of_scikit_learn():
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    rising = np.arange(1000.0) + random_walk(1000)
    split = split_by_time(rising, 3, validation=200, test=200)
    for make in (preprocessing.StandardScaler, preprocessing.MinMaxScaler):
        for values, ill in ((rising[split.train.days], False), (rising, True)):
            scaler = make().fit(values.reshape(-1, 1))
            assert (SCALER in names(diagnose(rising, split, scaler=scaler))) == ill


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("how", ["line", "after", "mean"])
def test_gaps_filled_from_the_future(name, how):
    series, given = healthy(name, how=how)
    diagnosis = diagnose(series, **given)
    assert names(diagnosis) == [GAPS], diagnosis
    assert "in the test part" in diagnosis.findings[0].sentence


def test_gaps_of_a_table():
    """As in notebook 06: a table with dates left out, and the one that was filled."""
    days = np.arange("2024-01-01", "2024-12-31", dtype="datetime64[D]")
    sold = 20 + random_walk(len(days), seed=1)
    kept = np.ones(len(days), bool)
    kept[[0, 30, 31, 100, 200, 201, 202, 364]] = False
    table = read_table({"date": days[kept], "sold": sold[kept]})
    filled = fill_gaps(table)
    forward = filled["sold"]
    line = np.interp(filled["date"].astype(int), table["date"].astype(int), table["sold"])
    (found,) = diagnose(line, raw=table).findings
    assert (found.name, found.sentence) == (GAPS, "3 of 3 gaps hold values made from days after the gap")
    diagnosis = diagnose(forward, raw=table)
    assert not diagnosis.findings
    (sound,) = diagnosis.sound
    assert sound.sentence == "3 gaps, all filled with what was known before"
    strange = np.where(kept[1:-1], forward, 5.0)
    diagnosis = diagnose(strange, raw=table)
    assert not diagnosis.findings and "3 of 3 gaps hold values whose origin" in str(diagnosis)
    assert diagnose(table["sold"], raw=table["sold"]).sound[0].sentence == "nothing was missing"


@pytest.mark.parametrize("name", SERIES)
def test_too_few_windows_to_learn_from(name):
    windows = 4 * LOOK_BACK * (2 if name in ("shop", "weather, two columns") else 1)
    series, given = healthy(name, days=400 + LOOK_BACK + windows)
    diagnosis = diagnose(series, **given)
    assert names(diagnosis) == [FEW] and str(windows) in diagnosis.findings[0].sentence, diagnosis


@pytest.mark.parametrize("name", SERIES)
def test_too_few_windows_to_test_on(name):
    series, given = healthy(name, test=10)
    diagnosis = diagnose(series, **given)
    assert names(diagnosis) == [FEW] and "10 test windows" in diagnosis.findings[0].sentence, diagnosis


def test_few_windows_are_enough_where_they_tell():
    """30 days of an even wave tell the line from persistence; 30 of weather mostly do not."""
    wave = np.sin(np.arange(600)) + 0.1 * np.random.default_rng(0).standard_normal(600)
    assert not diagnose(wave, split_by_time(wave, LOOK_BACK, validation=200, test=30)).findings
    verdicts = []
    for seed in range(10):
        series, given = healthy("weather", seed, test=30)
        verdicts.append(names(diagnose(series, given["split"])))
    assert verdicts.count([FEW]) >= 5 and all(each in ([], [FEW]) for each in verdicts)


def test_the_cost_of_few_windows():
    """Least squares from n normal windows errs p / (n - p - 1) more, squared, than with the true weights."""
    rng, n, p = np.random.default_rng(0), 40, 8
    weights, more = rng.standard_normal(p - 1), []
    for _ in range(2000):
        X, new = rng.standard_normal((2, n, p - 1, 1))
        line = LinearAutoregression().fit(X, X[:, :, 0] @ weights[:, None] + rng.standard_normal((n, 1)))
        more.append(np.mean((line.predict(new)[:, 0] - new[:, :, 0] @ weights) ** 2))
    assert np.mean(more) == pytest.approx(p / (n - p - 1), rel=0.05)


@pytest.mark.parametrize("name", SERIES)
def test_constant_output(name):
    series, given = healthy(name)
    split, line = given["split"], given["model"]
    mean = split.train.y.mean(axis=0)
    dead = diagnose(series, **(given | {"model": lambda X: np.repeat(mean[None], len(X), axis=0)}))
    assert names(dead) == [CONSTANT], dead
    faint = diagnose(series, **(given | {"model": lambda X: mean + 0.02 * (line.predict(X) - mean)}))
    assert names(faint) == [CONSTANT], faint


def test_nearly_constant_is_right_where_nothing_can_be_forecast():
    for seed in range(20):
        steps = np.random.default_rng(seed).standard_normal(1000)
        split = split_by_time(steps, 3, validation=200, test=200)
        line = LinearAutoregression().fit(*split.train)
        forecast = split.train.y.mean() + 0.2 * (line.predict(split.validation.X) - split.train.y.mean())
        assert forecast.std() < 0.05 * split.validation.y.std()
        assert not diagnose(steps, split, model=lambda X, forecast=forecast: forecast).findings


@pytest.mark.parametrize("name", TELLING)
@pytest.mark.parametrize("kind", ["yesterday", "drawn a little to the mean", "with noise"])
def test_echo_of_yesterday(name, kind):
    series, given = healthy(name)
    split, line = given["split"], given["model"]
    mean, spread = split.train.y.mean(axis=0), split.train.y.std(axis=0)

    def echo(X):
        last = persistence(X)
        noise = np.random.default_rng(0).standard_normal(last.shape)
        return {"yesterday": last, "with noise": last + 0.05 * spread * noise}.get(kind, mean + 0.98 * (last - mean))

    diagnosis = diagnose(series, **(given | {"model": [echo] * 3}))
    assert names(diagnosis) == [ECHO] and "(3 of 3 models)" in diagnosis.findings[0].sentence, diagnosis
    one = diagnose(series, **(given | {"model": [echo, line]}))
    assert names(one) == [ECHO] and "(1 of 2 models)" in one.findings[0].sentence, one


def test_a_forecast_far_off_is_no_echo():
    """As of a network on the levels of a rising series, which stays behind: closer to yesterday, but not near it."""
    series, given = healthy("weather")
    assert ECHO in names(diagnose(series, **(given | {"model": lambda X: X[:, -1] - 0.5})))
    assert not diagnose(series, **(given | {"model": lambda X: X[:, -1] - 5})).findings


def test_on_a_random_walk_an_echo_is_no_illness():
    for seed in range(20):
        series, given = healthy("random walk", seed)
        assert not diagnose(series, **(given | {"model": lambda X: X[:, -1]})).findings


@pytest.mark.parametrize("name", SERIES)
def test_errors_of_two_scalers(name):
    """As mean 0 and standard deviation 1, as 0 … 1; errors in one unit are none, also if one is moved."""
    series, given = healthy(name)
    y, scaler = given["split"].test.y, given["scaler"]
    forecast = given["model"].predict(given["split"].test.X)
    low, high = series.min(axis=0), series.max(axis=0)
    ours = scaler.transform(forecast), scaler.transform(y)
    theirs = [(each + 0.01 - low) / (high - low) for each in (forecast, y)]
    diagnosis = diagnose(series, **(given | {"judged": {"ours": ours, "theirs": theirs}}))
    assert names(diagnosis) == [UNITS], diagnosis
    there, here = (np.mean(np.abs(f - t)[..., :1]) for f, t in (theirs, ours))
    assert f"{here:.3g} (ours) and {there:.3g} (theirs) are {here:.3g} and {here:.3g}" in diagnosis.findings[0].sentence
    for other in (ours, (ours[0] + 3, ours[1] + 3)):
        assert not diagnose(series, **(given | {"judged": {"ours": ours, "others": other}})).findings
    other_days = diagnose(series, judged={"ours": ours, "others": (ours[0], ours[1][::-1])})
    assert not other_days.findings and "not the same days" in other_days.skipped[-1].sentence


# ---------------------------------------------------------------------------------------------------------------
# Networks, what is left out, the door.


def test_networks_trained_as_the_course_does():
    """Three seeds, their scaler taken from them; the same network on a scaler of all days."""
    series = SERIES["weather"]()
    split = split_by_time(series, LOOK_BACK, validation=200, test=200)
    for values, expected in ((series[split.train.days], []), (series, [SCALER])):
        models = [NumpyForecaster(8, scaler=Scaler().fit(values), seed=seed) for seed in range(3)]
        for model in models:
            model.fit(*split.train, validation=split.validation, epochs=10, optimizer=Adam(0.01), progress=False)
        assert names(diagnose(series, split, model=models)) == expected


def test_what_is_not_given_is_not_looked_at():
    series, given = healthy("shop")
    diagnosis = diagnose(series)
    assert not diagnosis.findings and not diagnosis.sound and len(diagnosis.skipped) == len(ILLNESSES)
    assert diagnosis.verdict == "0 illnesses found, 0 in order, 8 not looked at"
    for word, left in (("split", 6), ("model", 2), ("raw", 1), ("judged", 1), ("scaler", 1)):
        less = {key: value for key, value in given.items() if key != word}
        skipped = [each for each in diagnose(series, **less).skipped if f"give {word}=" in each.sentence]
        assert len(skipped) == left, word
        assert all("✗" not in str(each) and each.notebook not in str(each) for each in skipped)


def test_windows_of_another_series_are_not_guessed_at():
    series, given = healthy("weather")
    split = split_by_time(np.log(series + 30), LOOK_BACK, validation=200, test=200)
    diagnosis = diagnose(series, {part.name: tuple(part) for part in vars(split).values()}, scaler=given["scaler"])
    assert not diagnosis.findings
    assert {AXES, SHARED, SCALER} <= {each.name for each in diagnosis.skipped}


def test_places_of_windows():
    series = np.tile([1.0, 2.0, 4.0], 5)[:, None]
    X, _ = make_windows(series, 4)
    assert (_places(X, series)[:3] == -2).all()  # it repeats itself
    series = random_walk(300)[:, None]
    X, _ = make_windows(series, 4)
    np.testing.assert_array_equal(_places(X.astype("float32"), series), np.arange(len(X)))
    assert (_places(X + 0.1, series) == -1).all() and (_places(X[:, ::-1], series) == -1).all()


def test_how_it_looks():
    series, given = healthy("weather")
    diagnosis = diagnose(series, given["split"], scaler=Scaler().fit(series))
    lines = str(diagnosis).splitlines()
    assert lines[0] == diagnosis.verdict and lines[1].startswith(f"✗ {SCALER}: its numbers are those of days 0 … 999")
    assert lines[1].endswith("→ 07b_more_misconceptions") and [line[0] for line in lines[1:]] == list("✗✓✓✓––––")
    page = diagnosis._repr_html_()
    assert '(<a href="07b_more_misconceptions.ipynb">07b_more_misconceptions</a>)' in page and page.count("<li>") == 8
    assert "<b>scaler saw test days</b>" in page and repr(diagnosis) == str(diagnosis)


def test_the_notebooks_are_there():
    for notebook in ILLNESSES.values():
        assert (ROOT / "notebooks" / f"{notebook}.ipynb").is_file()


WALK = random_walk(200)
SPLIT = split_by_time(WALK, 5, validation=40, test=40)
REFUSED = [
    (lambda: diagnose(WALK.reshape(1, 1, -1)), ValueError, r"series has shape \(1, 1, 200\)"),
    (lambda: diagnose(np.where(WALK > 0, np.nan, WALK)), ValueError, "series has .* NaN"),
    (lambda: diagnose(WALK, target=1), ValueError, "target is 1; series has 1 features"),
    (lambda: diagnose(WALK, {"train": SPLIT.train}), ValueError, r"split has \['train'\]"),
    (lambda: diagnose(WALK, {"train": SPLIT.train, "test": (SPLIT.test.X, WALK)}), ValueError, "test y has shape"),
    (lambda: diagnose(WALK, SPLIT, scaler="standard"), TypeError, "scaler is 'standard'"),
    (lambda: diagnose(WALK, SPLIT, scaler=Scaler()), TypeError, "scaler is Scaler"),
    (lambda: diagnose(WALK, SPLIT, model=3), TypeError, "model is 3"),
    (lambda: diagnose(WALK, SPLIT, model=lambda X: X[:, 0, 0]), ValueError, "the model's forecast has shape"),
    (lambda: diagnose(WALK, SPLIT, model=lambda X: X[:, 0] * np.nan), ValueError, "the model's forecast has .* NaN"),
    (lambda: diagnose(WALK, raw=WALK[:-1]), ValueError, r"raw has shape \(199, 1\)"),
    (lambda: diagnose(WALK, judged={"one": (WALK, WALK)}), ValueError, "judged needs at least two methods"),
    (lambda: diagnose(WALK, judged={"one": (WALK, WALK), "two": (WALK[1:], WALK)}), ValueError, "shape"),
]


@pytest.mark.parametrize("call, kind, words", REFUSED)
def test_the_door(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    assert re.search(words, str(caught.value)), caught.value
