import subprocess
import sys

import numpy as np
import pytest

from lstm_notes import (
    data,
    fill_gaps,
    find_gaps,
    load_employment,
    load_passengers,
    load_weather,
    mackey_glass,
    make_windows,
    random_walk,
    read_table,
    sine_with_trend,
    toy_days,
)
from lstm_notes.data import load_prices


@pytest.mark.parametrize("city", data.CITIES)
def test_weather_is_what_noaa_measured(city):
    """Against facts that can be looked up: the days' number, Seattle's hottest day, New York's wind on the day of the
    hurricane Sandy."""
    weather = load_weather(city)
    assert weather.dtype["date"] == "datetime64[D]"
    assert all(weather.dtype[name] == "float64" for name in ("temp_max", "temp_min", "precipitation", "wind"))
    days = weather["date"]
    assert (len(days), str(days[0]), str(days[-1])) == (366 + 3 * 365, "2012-01-01", "2015-12-31")
    assert (np.diff(days) == np.timedelta64(1, "D")).all()
    assert (weather["temp_max"] >= weather["temp_min"]).all() and (weather["precipitation"] >= 0).all()
    if city == "Seattle":
        hottest = weather[weather["temp_max"].argmax()]
        assert (str(hottest["date"]), float(hottest["temp_max"])) == ("2014-08-11", 35.6)
    else:
        assert str(weather["date"][weather["wind"].argmax()]) == "2012-10-29"


def test_weather_of_another_city():
    with pytest.raises(ValueError, match="city is 'Rome'; one of Seattle, New York is needed"):
        load_weather("Rome")


def test_prices_are_monthly():
    """Against facts that can be looked up: when Google was first traded, and the months of the table."""
    prices = load_prices()
    assert prices.dtype.names == ("date", "AAPL", "AMZN", "GOOG", "IBM", "MSFT")
    assert prices["date"].dtype == "datetime64[D]" and prices["MSFT"].dtype == "float64"
    months = np.arange("2000-01", "2010-04", dtype="datetime64[M]")
    np.testing.assert_array_equal(prices["date"], months.astype("datetime64[D]"))
    assert str(prices["date"][np.isfinite(prices["GOOG"])][0]) == "2004-08-01"
    assert find_gaps(prices).values == {"GOOG": 55} and not len(find_gaps(prices).dates)
    assert (prices["IBM"] > 0).all() and float(prices["AAPL"][prices["AAPL"].argmax()]) == 223.02


def test_prices_do_not_import_their_package():
    code = (
        "import sys; from lstm_notes.data import load_prices; load_prices(); "
        "print([name for name in ('vega_datasets', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_missing_prices_say_what_to_install(monkeypatch):
    monkeypatch.setattr(data, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="pip install vega_datasets"):
        load_prices()


def test_generated_series_are_seeded():
    for make in (sine_with_trend, random_walk, lambda days, seed: mackey_glass(days, noise=0.1, seed=seed)):
        np.testing.assert_array_equal(make(50, seed=1), make(50, seed=1))
        assert np.abs(make(50, seed=1) - make(50, seed=2)).max() > 0.01
        assert make(50, seed=1).shape == (50,)
    assert toy_days().tolist() == list(range(1, 12))


def test_mackey_glass_follows_its_equation():
    """x' by differences of a finely kept series, against the equation's right-hand side."""
    x = mackey_glass(200, every=1)
    slope = (x[19:] - x[17:-2]) / 2
    right = 0.2 * x[1:-18] / (1 + x[1:-18] ** 10) - 0.1 * x[18:-1]
    assert np.abs(slope - right).max() < 0.01 * np.abs(right).max() + 0.002


@pytest.fixture
def csv(tmp_path):
    def write(text):
        path = tmp_path / "own.csv"
        path.write_text(text)
        return path

    return write


def test_own_csv(csv):
    table = read_table(
        csv("day,sold,place,returned\n2024-01-03,3,a,1\n2024-01-01,1,b,\n2024-01-02,2,c,0\n"), date="day"
    )
    assert table.dtype.names == ("date", "sold", "returned")
    assert table["sold"].tolist() == [1, 2, 3]
    assert str(find_gaps(table)) == "returned: 1 value is missing"
    only = read_table(csv("date;sold\n31.01.2024;1,5\n01.02.2024;2,5\n"), sep=";", decimal=",", dayfirst=True)
    assert only["sold"].tolist() == [1.5, 2.5] and str(only["date"][0]) == "2024-01-31"


def test_arrays_are_read_the_same_way():
    weather = load_weather()
    np.testing.assert_array_equal(read_table(weather)["temp_max"], weather["temp_max"])
    table = read_table(np.arange(6.0).reshape(3, 2), date=None)
    assert table.dtype.names == ("0", "1") and table["1"].tolist() == [1, 3, 5]
    assert not find_gaps(table)


def test_gaps_are_found_and_filled():
    dates = np.array(["2024-02-27", "2024-02-28", "2024-03-02", "2024-03-03"], "datetime64[D]")
    table = read_table({"date": dates, "a": [0.0, 1.0, np.nan, 5.0], "b": [1.0, 1.0, 4.0, 5.0]})
    gaps = find_gaps(table)
    assert gaps.dates.astype(str).tolist() == ["2024-02-29", "2024-03-01"] and gaps.values == {"a": 1}
    assert str(gaps) == "2 dates are missing: 2024-02-29, 2024-03-01; a: 1 value is missing"
    with pytest.raises(ValueError, match="series has 1 values that are NaN"):
        make_windows(table["a"], 2)
    filled = fill_gaps(table)
    assert filled["a"].tolist() == [0, 1, 1, 1, 1, 5] and filled["b"].tolist() == [1, 1, 1, 1, 4, 5]
    assert filled.dtype == table.dtype and not find_gaps(filled)


def test_a_filled_gap_knows_nothing_of_later_days():
    """Whatever comes after a day, its filled value stays; and before the first value nothing is made up."""
    dates = np.arange("2024-01-01", "2024-01-13", dtype="M8[D]")
    a = np.array([np.nan, 1, 2, np.nan, np.nan, 5, np.nan, 7, 8, np.nan, 10, 11])
    b = np.array([np.nan, np.nan, 2, 3, np.nan, 5, 6, np.nan, np.nan, np.nan, 10, 11])
    whole = fill_gaps(read_table({"date": dates, "a": a, "b": b}))
    assert whole["date"][0] == dates[2] and whole["a"].tolist() == [2, 2, 2, 5, 5, 7, 8, 8, 10, 11]
    for day in range(3, 12):
        known = fill_gaps(read_table({"date": dates[:day], "a": a[:day], "b": b[:day]}))
        assert known.tolist() == whole[: day - 2].tolist()


def test_passengers_and_jobs_are_whole():
    passengers, jobs = load_passengers(), load_employment()
    assert len(passengers) == 144 and not find_gaps(passengers) and passengers["passengers"].sum() == 40363
    assert len(jobs) == 120 and not find_gaps(jobs)
    total = sum(jobs[branch][0] for branch in jobs.dtype.names[1:])
    assert abs(total - 135_450) < 1  # "nonfarm" of the same month: no branch is left out, none counted twice


def test_months_count_as_months():
    months = np.array(["2024-01-01", "2024-02-01", "2024-04-01", "2024-05-01"], "datetime64[D]")
    table = read_table({"date": months, "price": [1.0, 2.0, 4.0, 5.0]})
    assert find_gaps(table).dates.astype(str).tolist() == ["2024-03-01"]
    assert fill_gaps(table)["price"].tolist() == [1, 2, 2, 4, 5]


def test_hours_count_as_hours():
    table = read_table({"date": ["2024-01-01 00:00", "2024-01-01 01:00", "2024-01-01 03:00"], "load": [1.0, 2.0, 4.0]})
    assert fill_gaps(table)["load"].tolist() == [1, 2, 2, 4]


@pytest.mark.parametrize(
    "text, arguments, words",
    [
        ("date,a\n2024-01-01,1\n", {"date": "day"}, "source has no column 'day'; it has 'date', 'a'"),
        ("date,a\n2024-01-01,1\n", {"columns": ["b"]}, "source has no column 'b'"),
        ("date,a\n2024-01-01,1\n2024-01-02,x\n", {"columns": ["a"]}, "column 'a' has 'x' in row 1; a number is needed"),
        ("date,a\n2024-01-01,1\nsoon,2\n", {}, "column 'date' has 'soon' in row 1; a date"),
        ("date,a\n2024-01-01,1\n2024-01-01,2\n", {}, "column 'date' has 2024-01-01 more than once"),
        ("date,a\n2024-01-01,x\n", {}, "no column of numbers"),
        ("date,a\n2024-01-01,1\n2024-01-02,-\n", {}, "column 'a' has '-' in row 1"),
        ("date,a\n01.02.2024,1\n02.02.2024,2\n", {}, "dayfirst=True or dayfirst=False has to say which is the day"),
        ("date,a\n13.02.2024,1\n14.14.2024,2\n", {"dayfirst": True}, "column 'date' has '14.14.2024' in row 1"),
        ("date,a\n", {}, "source has 0 rows"),
    ],
)
def test_bad_tables(csv, text, arguments, words):
    with pytest.raises(ValueError) as caught:
        read_table(csv(text), **arguments)
    assert words in str(caught.value)


def test_more_bad_tables(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_table(tmp_path / "none.csv")
    with pytest.raises(ValueError, match="column 'a' has no value at all"):
        fill_gaps(read_table({"date": ["2024-01-01", "2024-01-02"], "a": [np.nan, np.nan]}))
    stray = {"date": ["2024-01-01", "2024-01-03", "2024-01-05", "2024-01-06"], "a": [1.0, 2.0, 3.0, 4.0]}
    with pytest.raises(ValueError, match="off the table's step"):
        fill_gaps(read_table(stray))


@pytest.mark.parametrize(
    "dates",
    [
        np.arange("2020-01", "2022-01", dtype="M8[M]").astype("M8[D]"),
        np.arange("2020-02", "2022-02", dtype="M8[M]").astype("M8[D]") - 1,  # the last of each month
        np.arange("2020-01", "2022-01", dtype="M8[M]").astype("M8[D]") + 14,
        np.array([f"{year}-06-30" for year in range(2010, 2030)], "M8[D]"),
        np.arange("2020-01-06", "2020-12-28", 7, dtype="M8[D]"),
        np.arange("2020-01-06", "2020-03-06", dtype="M8[D]"),
        np.arange("2020-01-06T00", "2020-02-06T00", dtype="M8[h]"),
    ],
    ids=["months", "month ends", "mid-months", "years", "weeks", "days", "hours"],
)
def test_any_regular_calendar(dates):
    whole = read_table({"date": dates, "a": np.arange(len(dates), dtype="float64")})
    assert not find_gaps(whole)
    some = np.r_[0:5, 6 : len(dates)]
    table = read_table({"date": dates[some], "a": np.arange(len(dates), dtype="float64")[some]})
    assert find_gaps(table).dates.astype("M8[s]").tolist() == [dates[5].astype("M8[s]").item()]
    filled = fill_gaps(table)
    np.testing.assert_array_equal(filled["date"], whole["date"])
    assert filled["a"][5] == 4


def test_unsorted_tables_are_refused():
    for table in (load_weather()[::-1], np.concatenate([load_weather()[:10], load_weather()[9:20]])):
        for look in (find_gaps, fill_gaps):
            with pytest.raises(ValueError, match="do not rise"):
                look(table)


def test_years_and_compact_dates():
    years = read_table({"date": [2018, 2019, 2020], "a": [1.0, 2.0, 3.0]})
    assert years["date"].astype(str).tolist() == ["2018-01-01", "2019-01-01", "2020-01-01"]
    assert str(read_table({"date": [20200131], "a": [1.0]})["date"][0]) == "2020-01-31"
