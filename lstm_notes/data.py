"""Series to learn from: weather, prices, passengers, jobs, generated series whose truth is known, and the reader's own.

A table is a NumPy record array with one row a day and its columns by name: `weather["temp_max"]`, `weather[:10]`.
Taught in notebooks 03 (a series) and 06 (a table of one's own).
"""

from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from . import _checks

# ---------------------------------------------------------------------------------------------------------------
# Measured and counted.


CITIES = {"Seattle": "seattle_weather.csv", "New York": "new_york_weather.csv"}  # of `load_weather`
BRANCHES = (
    "mining_and_logging",
    "construction",
    "durable_goods",
    "nondurable_goods",
    "wholesale_trade",
    "retail_trade",
    "transportation_and_warehousing",
    "utilities",
    "information",
    "financial_activities",
    "professional_and_business_services",
    "education_and_health_services",
    "leisure_and_hospitality",
    "other_services",
    "government",
)  # of `load_employment`


def load_weather(city="Seattle"):
    """1,461 days of weather in Seattle or New York, 2012–2015, none missing, without a download.

    Returns a table with `date` (datetime64[D]) and float64 columns `temp_max`, `temp_min` (°C), `precipitation` (mm),
    `wind` (m/s). Public domain: NOAA; lstm_notes/files/README.md has the provenance. ValueError for another `city`.
    Notebooks 06 and, for New York, 06c.

    >>> weather = load_weather()
    >>> len(weather), str(weather["date"][0]), float(weather["temp_max"][0])
    (1461, '2012-01-01', 12.8)
    """
    if city not in CITIES:
        raise ValueError(f"city is {city!r}; one of {', '.join(CITIES)} is needed")
    lines = resources.files("lstm_notes").joinpath(f"files/{CITIES[city]}").read_text("utf-8").splitlines()
    names = lines[0].split(",")
    columns = list(zip(*(line.split(",") for line in lines[1:])))
    arrays = [np.array(columns[0], "datetime64[D]"), *(np.array(column, "float64") for column in columns[1:])]
    return np.rec.fromarrays(arrays, names=names)


def load_passengers():
    """Passengers of international airlines, in thousands, month by month from 1949 to 1960, without a download.

    Returns a table of 144 rows with `date` (datetime64[D], the first of each month) and `passengers` (float64). A
    season of 12 months grows with the level. Box and Jenkins 1970, Time Series Analysis, series G;
    lstm_notes/files/README.md has the provenance. Notebook 06b.

    >>> table = load_passengers()
    >>> len(table), str(table["date"][-1]), float(table["passengers"][-1])
    (144, '1960-12-01', 432.0)
    """
    lines = resources.files("lstm_notes").joinpath("files/airline_passengers.csv").read_text("utf-8").splitlines()
    months, passengers = zip(*(line.split(",") for line in lines[1:]))
    arrays = [np.array(months, "datetime64[M]").astype("datetime64[D]"), np.array(passengers, "float64")]
    return np.rec.fromarrays(arrays, names=["date", "passengers"])


def load_prices():
    """Monthly prices of five companies, January 2000 to March 2010, out of the installed package vega_datasets.

    Returns a table with `date` (datetime64[D], the first of each of 123 months) and float64 columns `AAPL`, `AMZN`,
    `GOOG`, `IBM`, `MSFT`, in US dollars; NaN where there is no price yet. The file states no licence, so it is read
    where it was installed and not shipped; the package itself, which needs pandas, is not imported. Notebook 06b.

    Raises ModuleNotFoundError where vega_datasets is not installed.

    >>> prices = load_prices()
    >>> len(prices), str(prices["date"][-1]), float(prices["MSFT"][-1])
    (123, '2010-03-01', 28.8)
    """
    text = _installed("stocks.csv")
    names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    number = {name: k for k, name in enumerate(names, 1)}
    found = {}
    for line in text.splitlines()[1:]:  # MSFT,Jan 1 2000,39.81
        symbol, date, price = line.split(",")
        month, _, year = date.split()
        found[symbol, np.datetime64(f"{year}-{number[month]:02}-01")] = float(price)
    symbols, dates = (sorted(set(each)) for each in zip(*found))
    columns = [[found.get((symbol, date), np.nan) for date in dates] for symbol in symbols]
    return np.rec.fromarrays([np.array(dates, "datetime64[D]"), *columns], names=["date", *symbols])


def load_employment():
    """People employed in fifteen branches of the US economy, month by month from 2006 to 2015, out of the installed
    package vega_datasets.

    Returns a table of 120 rows with `date` (datetime64[D]) and a float64 column a branch, in thousands. The branches do
    not overlap; sums of them, which the file has too, are left out. The numbers are the Bureau of Labor Statistics', a
    work of the US government. Notebook 06b.

    Raises ModuleNotFoundError where vega_datasets is not installed.

    >>> jobs = load_employment()
    >>> len(jobs), len(jobs.dtype.names), str(jobs["date"][0]), float(jobs["construction"][0])
    (120, 16, '2006-01-01', 7601.0)
    """
    lines = [line.split(",") for line in _installed("us-employment.csv").splitlines()]
    months, *columns = zip(*lines)
    found = {name: np.array(values, "float64") for name, *values in columns}
    arrays = [np.array(months[1:], "datetime64[D]"), *(found[branch] for branch in BRANCHES)]
    return np.rec.fromarrays(arrays, names=["date", *BRANCHES])


def _installed(name):
    """The text of a file of the installed package vega_datasets, which itself, and pandas, are not imported."""
    package = find_spec("vega_datasets")
    if package is None:
        raise ModuleNotFoundError(f"{name} is in a package of its own: pip install vega_datasets")
    return Path(package.submodule_search_locations[0], "_data", name).read_text("utf-8")


# ---------------------------------------------------------------------------------------------------------------
# Generated series, (time,) float64.


def toy_days(days=11):
    """The report's toy series: day d has the value d.

    >>> toy_days(4).tolist()
    [1.0, 2.0, 3.0, 4.0]
    """
    return np.arange(1, _checks.whole("days", days) + 1, dtype="float64")


def sine_with_trend(days=400, *, period=25, slope=0.01, noise=0.1, seed=0):
    """sin(2π t / period) + slope · t + noise of that standard deviation.

    >>> sine_with_trend(100, noise=0.0).round(2)[:3].tolist()
    [0.0, 0.26, 0.5]
    """
    t = np.arange(_checks.whole("days", days))
    return np.sin(2 * np.pi * t / period) + slope * t + noise * np.random.default_rng(seed).standard_normal(days)


def random_walk(days=1000, *, seed=0):
    """Sums of independent standard normal steps: no forecast beats "as today" but by luck.

    >>> walk = random_walk(1000, seed=1)
    >>> bool(abs(np.diff(walk).std() - 1) < 0.1)
    True
    """
    return np.random.default_rng(seed).standard_normal(_checks.whole("days", days)).cumsum()


def mackey_glass(days=1000, *, every=6, noise=0.0, seed=0):
    """The Mackey–Glass series, nonlinear and chaotic: x' = 0.2 x(t-17) / (1 + x(t-17)¹⁰) - 0.1 x.

    Integrated with Heun's method in steps of 0.1, a value kept each `every` units of time, the first 500 units left
    out; `noise` is the standard deviation of what is added. The start is drawn from `seed`.

    Mackey and Glass 1977, Science 197.

    >>> series = mackey_glass(500)
    >>> bool(0.2 < series.min() and series.max() < 1.5)
    True
    """
    days, every = _checks.whole("days", days), _checks.whole("every", every)
    rng = np.random.default_rng(seed)
    dt, delay, start = 0.1, 170, 5000
    x = [float(v) for v in 1.2 + 0.1 * rng.standard_normal(delay + 1)]
    for k in range(delay, delay + start + days * every * 10):
        late, later = x[k - delay], x[k - delay + 1]
        slope = 0.2 * late / (1 + late**10) - 0.1 * x[k]
        guess = x[k] + dt * slope
        x.append(x[k] + dt / 2 * (slope + 0.2 * later / (1 + later**10) - 0.1 * guess))
    return np.array(x[delay + start :: every * 10][:days]) + noise * rng.standard_normal(days)


# ---------------------------------------------------------------------------------------------------------------
# The reader's own.


def read_table(source, *, date="date", dayfirst=None, columns=None, **csv):
    """A table from a CSV file, or from anything pandas makes a DataFrame of (a dict of arrays, an array, …).

    Parameters
    ----------
    source : path of a CSV file, or a dict of arrays, a record array, a DataFrame, an array (time, features)
    date : name of the column of dates; None where there is none
    dayfirst : True reads 01/02/2020 as 1 February, False as 2 January; dates that could be either need one of them
    columns : names of the columns to take, which have to be numbers; left out: all columns of numbers
    **csv : passed on to pandas.read_csv, as sep=";" or decimal=","

    Returns a table sorted by date. Empty cells are NaN and missing days stay missing: `find_gaps` reports both,
    `fill_gaps` fills them.

    Raises FileNotFoundError, and ValueError for an unknown column, text among numbers, a date that is none or could be
    two, or a date that stands twice. A column of text alone is left out.

    >>> table = read_table({"date": ["2024-01-02", "2024-01-01", "2024-01-04"], "sold": [5, 3, None]})
    >>> table["sold"].tolist(), find_gaps(table)
    ([3.0, 5.0, nan], 1 date is missing: 2024-01-03; sold: 1 value is missing)
    >>> fill_gaps(table)["sold"].tolist()
    [3.0, 5.0, 5.0, 5.0]
    """
    import pandas as pd  # half a second, needed here alone

    if isinstance(source, (str, bytes)) or hasattr(source, "__fspath__") or hasattr(source, "read"):
        frame = pd.read_csv(source, **csv)
    else:
        frame = pd.DataFrame(source)
    frame.columns = [str(name) for name in frame.columns]
    wanted = [name for name in [date, *(columns or [])] if name is not None]
    unknown = [name for name in wanted if name not in frame.columns]
    if unknown:
        raise ValueError(f"source has no column {unknown[0]!r}; it has {', '.join(map(repr, frame.columns))}")
    if columns is None:
        columns = [name for name in frame.columns if name != date and _mostly_numbers(pd, frame[name])]
    if not columns or not len(frame):
        raise ValueError(f"source has {len(frame)} rows and no column of numbers to take; {frame.dtypes.to_dict()}")
    arrays, names = [], []
    if date is not None:
        dates = _dates(pd, frame[date], dayfirst)
        order = np.argsort(dates, kind="stable")
        frame, dates = frame.iloc[order], dates[order]
        twice = np.flatnonzero(dates[1:] == dates[:-1])
        if twice.size:
            raise ValueError(f"column {date!r} has {dates[twice[0]]} more than once; each date is needed once")
        arrays, names = [dates], ["date"]
    for name in columns:
        values = pd.to_numeric(frame[name], errors="coerce")
        bad = frame[name][values.isna() & frame[name].notna()]
        if len(bad):
            raise ValueError(f"column {name!r} has {bad.iloc[0]!r} in row {bad.index[0]}; a number is needed")
        arrays.append(values.to_numpy("float64", na_value=np.nan))
    return np.rec.fromarrays(arrays, names=[*names, *columns])


def _mostly_numbers(pd, column):
    """Whether a column is meant to be numbers: one that has them in at least half of its cells, or is all empty."""
    if column.dtype.kind in "mM":
        return False
    return column.isna().all() or 2 * pd.to_numeric(column, errors="coerce").notna().sum() >= column.notna().sum()


def _dates(pd, column, dayfirst):
    if column.dtype.kind in "iu":
        column = column.astype(str)  # 2020 is a year and 20200131 a day, not nanoseconds since 1970
    if column.dtype.kind != "M" and dayfirst is None:
        doubtful = column.astype(str).str.match(r"\s*\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
        if doubtful.any():
            text = column[doubtful.idxmax()]
            raise ValueError(
                f"column {column.name!r} has {text!r}; dayfirst=True or dayfirst=False has to say which is the day"
            )
    options = {} if dayfirst is None else {"dayfirst": dayfirst}
    try:
        parsed = pd.to_datetime(column, errors="coerce", **options)
    except ValueError as error:
        raise ValueError(f"column {column.name!r} has dates of several time zones; one is needed") from error
    if parsed.isna().any():
        row = parsed.index[parsed.isna()][0]
        raise ValueError(
            f"column {column.name!r} has {column[row]!r} in row {row}; a date such as 2024-01-31 is needed"
        )
    dates = parsed.to_numpy("datetime64[s]")
    return dates.astype("datetime64[D]") if (dates == dates.astype("datetime64[D]")).all() else dates


@dataclass(repr=False)
class Gaps:
    """What `find_gaps` found: `dates` (missing,) datetime64 and `values`, a dict of column → missing values."""

    dates: np.ndarray
    values: dict

    def __bool__(self):
        return bool(len(self.dates) or self.values)

    def __repr__(self):
        parts = []
        if len(self.dates):
            shown = ", ".join(map(str, self.dates[:3])) + (", …" if len(self.dates) > 3 else "")
            verb = "date is" if len(self.dates) == 1 else "dates are"
            parts.append(f"{len(self.dates)} {verb} missing: {shown}")
        for name, count in self.values.items():
            parts.append(f"{name}: {count} {'value is' if count == 1 else 'values are'} missing")
        return "; ".join(parts) or "no gaps"


def find_gaps(table):
    """The dates a table leaves out, by the commonest step between its dates (months count as months), and its NaN.

    >>> find_gaps(load_weather())
    no gaps
    """
    names = [name for name in table.dtype.names if name != "date"]
    missing = {name: int((~np.isfinite(table[name])).sum()) for name in names}
    values = {name: count for name, count in missing.items() if count}
    if "date" not in table.dtype.names or len(table) < 2:
        return Gaps(np.array([], "datetime64[D]"), values)
    calendar, dates, back = _calendar(table["date"])
    return Gaps(back(np.setdiff1d(calendar, dates)), values)


def fill_gaps(table):
    """The table with each date present and each NaN replaced by the last value before it: what is known on that day.

    A straight line to the next value, as pandas' `interpolate` draws it, tells a day of a later one: a leak where a
    window ends in a gap. Days before each column has its first value are left out. ValueError for a column without any
    value, or for dates that keep no regular step. Notebook 06.

    >>> table = read_table({"date": ["2024-01-01", "2024-01-02", "2024-01-04"], "sold": [None, 3, 9]})
    >>> fill_gaps(table)["sold"].tolist()
    [3.0, 3.0, 9.0]
    """
    names = [name for name in table.dtype.names if name != "date"]
    empty = [name for name in names if not np.isfinite(table[name]).any()]
    if empty:
        raise ValueError(f"column {empty[0]!r} has no value at all; at least one is needed")
    if "date" in table.dtype.names and len(table) > 1:
        calendar, dates, back = _calendar(table["date"])
        stray = np.setdiff1d(dates, calendar)
        if stray.size:
            raise ValueError(f"the date {back(stray)[0]} is off the table's step of {calendar[1] - calendar[0]}")
        days = [back(calendar).astype(table["date"].dtype)]
        at, known = calendar.astype("int64"), dates.astype("int64")
    else:
        days = [table["date"]] if "date" in table.dtype.names else []
        at = known = np.arange(len(table))
    columns, start = [], 0
    for name in names:
        there = np.isfinite(table[name])
        last = np.searchsorted(known[there], at, side="right") - 1  # the last known value's number; -1: none yet
        columns.append(table[name][there][last])
        start = max(start, int(np.argmax(last >= 0)))
    return np.rec.fromarrays([each[start:] for each in (*days, *columns)], names=table.dtype.names)


def _calendar(dates):
    """Every step from the first date to the last, `dates` in the same unit, and the way from steps back to dates."""
    gaps = np.diff(dates)
    if gaps.min() <= np.timedelta64(0, "D"):
        raise ValueError("the table's dates do not rise; sort them, each once (read_table does the sorting)")
    at, back = dates, lambda steps: steps
    for shift in (np.timedelta64(0, "D"), np.timedelta64(1, "D")):  # the same day of every month, or its last day
        months = (dates + shift).astype("datetime64[M]")
        day = np.unique(dates + shift - months)
        if len(day) == 1 and gaps.min() >= np.timedelta64(28, "D"):
            at, back = months, lambda steps, past=day[0] - shift: steps + past
            break
    steps, counts = np.unique(np.diff(at), return_counts=True)
    step = steps[counts.argmax()]
    return np.arange(at[0], at[-1] + step, step), at, back
