"""Recorded studies: their files hold what a run gives now, and their engine loses nothing and does nothing twice."""

import contextlib
import json
import math
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import optuna
import psutil
import pytest

from lstm_notes.studies import STUDIES, Records, Study, StudyError, engine, recorded
from lstm_notes.studies import __main__ as command
from lstm_notes.studies.engine import bring_up_to_date
from lstm_notes.studies.record import asked, key_of, plain, read, results, write
from tests import toy_study

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 20  # for all rows that are run again, and for one row of each study as many as it takes, up to LONGEST
LONGEST = 6


def bring(folder, place=None, workers=1, heartbeat=engine.HEARTBEAT, again=False, **settings):
    """The toy study in a folder of its own, brought up to date."""
    study = toy_study.study(folder, **settings)
    place = place or folder / "toy.log"
    return bring_up_to_date(study, place, workers=workers, folder=folder, heartbeat=heartbeat, again=again)


def ran(folder):
    return sorted(seed for seed, _ in toy_study.lines(folder, "start"))


# ---------------------------------------------------------------------------------------------------------------
# What is shipped.


@pytest.mark.parametrize("name", STUDIES)
def test_some_rows_come_out_again(name):
    """Rows picked at random, cheap ones; on failure: SPOT=… make test runs the same."""
    spot = os.environ.get("SPOT") or str(random.SystemRandom().randrange(10**6))
    study, rows = STUDIES[name], list(recorded(name))
    left = max(SECONDS / len(STUDIES), min(LONGEST, 1.2 * min(row["seconds"] for row in rows)))
    random.Random(spot).shuffle(rows)
    checked, wrong = 0, []
    for row in rows:
        if row["seconds"] <= left and checked < 3:
            left, checked = left - row["seconds"], checked + 1
            wrong += [f"{asked(row)}: {each}" for each in study.differences(row, study.ask(asked(row)))]
    assert not wrong, f"SPOT={spot}: {wrong}"
    if not checked:
        pytest.skip(f"no row of {name} takes less than {left:.0f} s")


@pytest.mark.parametrize("name", STUDIES)
def test_a_shipped_study_is_whole_and_small(name):
    records, study, text = recorded(name), STUDIES[name], STUDIES[name].path().read_text("utf-8")
    assert [asked(row) for row in records] == study.rows() and records.about["rows"] == len(records)
    assert records.about["command"] == f"make studies NB={name}" and len(text) < 150_000
    assert all({"date", "python"} <= set(made) for made in records.about["made"])
    assert not re.search(r"[/\\]", text) and text.count("\n") == len(records) + len(records.about) + 5


def test_reading_needs_no_optuna():
    code = "import sys, lstm_notes; from lstm_notes.studies import recorded; recorded('protocol'); "
    code += "print(sorted({'optuna', 'psutil', 'sqlalchemy', 'tensorflow', 'pandas'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ---------------------------------------------------------------------------------------------------------------
# The file, and what it refuses.


def test_records_by_column_and_setting():
    rows = [{"units": units, "seed": seed, "error": units + seed / 10} for units in (8, 16) for seed in range(3)]
    records = Records({}, rows)
    assert records.where(units=16)["error"].tolist() == [16.0, 16.1, 16.2] and len(records.where(seed=1)) == 2
    assert records["error"].shape == (6,) and next(iter(records)) == rows[0]
    for call, words in (
        (lambda: records["eror"], "there is no column 'eror'; there are units, seed, error"),
        (lambda: records.where(units=9), "no row has units=9; there are 8, 16"),
        (lambda: Records({}, rows[1:]).where(units=8, seed=0), "no row has units=8, seed=0"),
    ):
        with pytest.raises(ValueError, match=re.escape(words)):
            call()


def made(folder, name, **change):
    """A file of the toy study, written, and changed afterwards."""
    rows = [
        {**row, "error": row["seed"] / 3, "seconds": 0.1, "made": {"date": "2026-01-01", "python": "3.12.0"}}
        for row in toy_study.study("f").rows()
    ]
    write(toy_study.study("f"), rows, folder)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    return rows


def test_a_file_gives_back_what_went_in(tmp_path):
    rows = made(tmp_path, "toy")
    assert list(read(tmp_path / "toy.json")) == rows
    assert repr(read(tmp_path / "toy.json")) == "toy: 8 rows of 8, make studies NB=toy, 2026-01-01"


def test_a_file_that_does_not_fit_says_so(tmp_path):
    study = toy_study.study("f")
    with pytest.raises(StudyError, match="toy is not recorded yet: run make studies NB=toy"):
        study.recorded(tmp_path)
    made(tmp_path, "toy", version=2)
    with pytest.raises(
        StudyError, match="toy is recorded with version 2 of the study, this package has 1: run make st"
    ):
        study.recorded(tmp_path)
    with pytest.raises(StudyError, match="recorded with version 2 of the study, this package has 1"):
        bring(tmp_path)  # an older package leaves a newer file as it is
    made(tmp_path, "toy", format=2)
    before = (tmp_path / "toy.json").read_bytes()
    for call in (lambda: study.recorded(tmp_path), lambda: bring(tmp_path)):
        with pytest.raises(StudyError, match="toy.json has format 2, this package reads format 1"):
            call()
    assert (tmp_path / "toy.json").read_bytes() == before and ran(tmp_path) == []
    (tmp_path / "toy.json").write_text("[1, 2")
    with pytest.raises(StudyError, match="toy.json cannot be read .*: get it back from git, or remove it"):
        bring(tmp_path)
    with pytest.raises(StudyError, match="there is no study 'toy'; there are protocol"):
        recorded("toy")


def test_what_a_run_returns_becomes_plain():
    came = plain({"a": np.float32(1 / 3), "b": np.bool_(True), "c": [np.int64(3), 2e-9 / 3], "d": 5})
    assert came == {"a": 0.333333, "b": True, "c": [3, 6.66667e-10], "d": 5} and json.loads(json.dumps(came)) == came
    for result, words in (({"a": math.nan}, "a is nan"), ({"a": "x"}, "a is 'x'"), ({"a": [math.inf]}, "a is inf")):
        with pytest.raises(ValueError, match=f"{words}; a finite number is needed"):
            plain(result)
    with pytest.raises(TypeError, match="the run returned None; a dict of numbers is needed"):
        plain(None)
    with pytest.raises(ValueError, match="the run returned a, seconds, the name of another column"):
        Study("toy", lambda a, seed: {"a": 1, "b": 2, "seconds": 3}, [{"a": 1}], [0]).ask({"a": 1, "seed": 0})


def test_how_a_row_is_compared():
    row = {"seed": 0, "error": 2.0, "path": [1.0, 0.0], "solved": True, "seconds": 1.0, "made": {}}
    calm = Study("toy", None, [{}], [0])
    assert calm.differences(row, results(row) | {"error": 2.0001, "path": [1.00005, 1e-5]}) == []
    assert calm.differences(row, results(row) | {"error": 2.001}) == ["error was 2.0, is 2.001"]
    assert calm.differences(row, results(row) | {"path": [1.0, 0.01]}) == ["path was [1.0, 0.0], is [1.0, 0.01]"]
    assert calm.differences(row, results(row) | {"path": [1.0]}) and calm.differences(row, {"error": 2.0})
    chaotic = Study("toy", None, [{}], [0], varies={"error": math.inf, "path": 0.5, "solved": 0})
    assert chaotic.differences(row, results(row) | {"error": 9.0, "path": [0.6, 0.3]}) == []
    assert chaotic.differences(row, results(row) | {"solved": False}) == ["solved was True, is False"]


@pytest.mark.parametrize(
    "change, words",
    [
        ({"name": "My study"}, "name is 'My study'; small letters"),
        ({"version": 0}, "version is 0"),
        ({"settings": [{"a": 1}, {"b": 1}]}, "the same names are needed"),
        ({"settings": []}, "one row at least"),
        ({"settings": [{"a": 1}, {"a": 1}]}, "have a row twice"),
        ({"seeds": [-1]}, "seed is -1"),
    ],
)
def test_a_study_that_cannot_be_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        Study(**{"name": "toy", "run": None, "settings": [{"a": 1}], "seeds": [0]} | change)


# ---------------------------------------------------------------------------------------------------------------
# The engine. STUDIES_DATABASE, the address of an empty database, has the first test run there, too.


def places(folder):
    return [folder / "toy.log", *filter(None, [os.environ.get("STUDIES_DATABASE")])]


def test_workers_share_the_rows_and_do_none_twice(tmp_path):
    for number, place in enumerate(places(tmp_path)):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert re.match("toy: 8 rows, 8 of them new, in", bring(folder, place, workers=2, pause=0.3))
        assert ran(folder) == [*range(8)] and len({pid for _, pid in toy_study.lines(folder, "start")}) == 2
        records = toy_study.study(folder, pause=0.3).recorded(folder)
        assert records["square"].tolist() == [float(f"{k**2 / 3:.6g}") for k in range(8)]
        assert (
            records["steps"].shape == (8, 2)
            and records["odd"].dtype == bool
            and records["seed"].tolist() == [*range(8)]
        )
        assert records.about["made"][0]["numpy"] == np.__version__ and "tensorflow" not in records.about["made"][0]
        assert bring(folder, place, pause=0.3) == "toy: 8 rows, up to date" and len(ran(folder)) == 8


def halfway(folder, process):
    """Wait until some rows have ended and others are being run."""
    while len(toy_study.lines(folder, "end")) < 2:
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(0.2)


def kill_workers(folder):
    for pid in {pid for _, pid in toy_study.lines(folder, "start")}:
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(pid).kill()


def start(folder, pause):
    arguments = [sys.executable, "-m", "tests.toy_study", str(folder), str(pause)]
    # A shell's background job is deaf to Ctrl-C, and so is what it starts.
    hears = None if os.name == "nt" else lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(arguments, cwd=ROOT, text=True, preexec_fn=hears, **pipes)


def test_two_commands_at_once_share_the_rows(tmp_path):
    """Each may ask for all rows before it sees that the other has: of a row that waits twice, the first counts."""
    trials = optuna.create_study(study_name="toy 1", storage=engine.open_storage(tmp_path / "toy.log"))
    for row in 2 * toy_study.study(tmp_path, 0.3).rows():
        trials.enqueue_trial({}, user_attrs={"row": key_of(row)})
    both = [start(tmp_path, 0.3) for _ in range(2)]
    said = [each.communicate(timeout=120) for each in both]
    assert [out.startswith("toy: 8 rows") and not err for out, err in said] == [True, True], said
    assert ran(tmp_path) == [*range(8)]


@pytest.mark.parametrize("how", ["killed", "Ctrl-C"])
def test_stopped_in_the_middle_it_goes_on(tmp_path, how):
    if how == "Ctrl-C" and os.name == "nt":
        pytest.skip("Windows has no way to send it to one process")
    first = start(tmp_path, 0.5)
    halfway(tmp_path, first)
    if how == "killed":
        first.kill()
        kill_workers(tmp_path)
    else:
        first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)
    assert not (tmp_path / "toy.json").exists()
    at_hand = len(ran(tmp_path)) - len(toy_study.lines(tmp_path, "end"))
    with (tmp_path / "toy.log").open("a") as file:
        file.write('{"op_code": 6, "worker')  # what a machine leaves that loses power while it writes
    assert "toy: 8 rows, 8 of them new" in bring(tmp_path, pause=0.5)
    assert set(ran(tmp_path)) == set(range(8)) and len(ran(tmp_path)) <= 8 + 2 and at_hand <= 2
    assert len(toy_study.study(tmp_path, pause=0.5).recorded(tmp_path)) == 8


def test_workers_end_when_nobody_watches(tmp_path):
    first = start(tmp_path, 0.5)
    halfway(tmp_path, first)
    first.kill()
    alone = [psutil.Process(pid) for pid in {pid for _, pid in toy_study.lines(tmp_path, "start")}]
    first.communicate(timeout=60)  # until they, too, have closed its output
    psutil.wait_procs(alone, timeout=10)
    assert len(ran(tmp_path)) == len(toy_study.lines(tmp_path, "end")) < 8  # the rows at hand were brought to their end
    assert "8 of them new" in bring(tmp_path, pause=0.5) and ran(tmp_path) == [*range(8)]


def test_a_failing_row_does_not_stop_the_others(tmp_path):
    (tmp_path / "fault-3").write_text("look_back 9 leaves\nno windows")
    (tmp_path / "fault-5").write_text("die")
    with pytest.raises(StudyError) as caught:
        bring(tmp_path)
    assert str(caught.value).count("\n") == 2, str(caught.value)
    first, second, last = str(caught.value).split("\n")
    assert first.endswith("seed=3 failed: ValueError: look_back 9 leaves no windows") and "toy: folder='" in first
    assert re.search(r"seed=5 failed: its process ended with exit code -?\d+$", second)
    assert last == "toy: 6 of 8 rows are there; the same command runs the others"
    assert ran(tmp_path) == [*range(8)] and not (tmp_path / "toy.json").exists()
    for seed in (3, 5):
        (tmp_path / f"fault-{seed}").unlink()
    bring(tmp_path)
    assert ran(tmp_path) == sorted([*range(8), 3, 5])


def test_only_what_is_new_is_run(tmp_path):
    bring(tmp_path)
    (tmp_path / "toy.log").unlink()  # the file is enough
    assert "toy: 10 rows, 2 of them new" in bring(tmp_path, seeds=10)
    assert ran(tmp_path) == [*range(10)]
    assert "toy: 9 rows, 0 of them new" in bring(tmp_path, seeds=9)
    assert len(ran(tmp_path)) == 10 and len(toy_study.study(tmp_path).recorded(tmp_path)) == 9
    assert "8 of them new" in bring(tmp_path, seeds=8, version=2)
    assert len(ran(tmp_path)) == 18


def test_again_is_remembered_until_it_is_done(tmp_path):
    bring(tmp_path)
    (tmp_path / "fault-0").write_text("not now")
    with pytest.raises(StudyError):
        bring(tmp_path, again=True)
    (tmp_path / "fault-0").unlink()
    assert "8 of them new" in bring(tmp_path)
    assert ran(tmp_path) == sorted([*range(8), *range(8), 0])
    assert "up to date" in bring(tmp_path)


def test_in_a_database_a_silent_row_is_taken_up(tmp_path):
    """SQLite stands for PostgreSQL, with one process at a time, which is what it can."""
    place, settings = f"sqlite:///{tmp_path / 'toy.db'}", {"heartbeat": 1, "pause": 3.0, "seeds": 1}
    code = f"from tests.test_studies import *; bring(Path({str(tmp_path)!r}), {place!r}, **{settings})"
    first = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    while not ran(tmp_path):
        assert first.poll() is None
        time.sleep(0.02)
    time.sleep(1)
    first.kill()
    kill_workers(tmp_path)
    first.wait()
    assert "1 rows, 1 of them new" in bring(tmp_path, place, **settings)
    assert ran(tmp_path) == [0, 0] and len(toy_study.lines(tmp_path, "end")) == 1


@pytest.mark.parametrize(
    "place, words",
    [
        ("postgresql://me:secret@127.0.0.1:1/rows", r"the database postgresql://me:\*\*\*@127.0.0.1:1/rows"),
        ("nosuch://host/rows", "the database nosuch://host/rows cannot be used"),
        ("postgres", "the database postgres cannot be used"),
    ],
)
def test_a_database_that_cannot_be_reached(tmp_path, place, words):
    made(tmp_path, "toy")
    before = (tmp_path / "toy.json").read_bytes()
    with pytest.raises(StudyError, match=words) as caught:
        bring(tmp_path, place)
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)
    assert (tmp_path / "toy.json").read_bytes() == before and ran(tmp_path) == []


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(
        StudyError, match="the file .*toy.log cannot be used .*; no row is lost, the same command goes on"
    ):
        bring(tmp_path, tmp_path / "file" / "toy.log")
    (tmp_path / "toy.json").mkdir()  # the rows are run, and cannot be put into their file
    with pytest.raises(StudyError, match="toy.json cannot be"):
        bring(tmp_path)
    with pytest.raises(StudyError, match="toy.json cannot be written"):
        made(tmp_path, "toy")
    study = toy_study.study(tmp_path)
    with pytest.raises(StudyError, match="toy.json cannot be written .*no row is lost, the same command goes on"):
        bring_up_to_date(study, tmp_path / "toy.log", folder=tmp_path / "file")
    assert ran(tmp_path) == [*range(8)] and "0 of them" not in bring_up_to_date(
        study, tmp_path / "toy.log", folder=tmp_path / "fine"
    )
    assert ran(tmp_path) == [*range(8)] and len(study.recorded(tmp_path / "fine")) == 8
    assert not list(tmp_path.rglob(".toy*"))


def test_a_damaged_log_says_so(tmp_path):
    (tmp_path / "toy.log").write_text("no log\nof rows\n")
    with pytest.raises(StudyError, match="the file .*toy.log cannot be used"):
        bring(tmp_path)


# ---------------------------------------------------------------------------------------------------------------
# The command.


def test_the_command_names_what_is_there(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["studies", "fly"])
    with pytest.raises(SystemExit, match="There is no study fly; there are protocol"):
        command.main()


def test_the_command_ends_with_what_failed(monkeypatch, capsys):
    def bring(study, place, again, **more):
        if study.name == "b":
            raise StudyError(f"{place.name} cannot be used")
        return f"{study.name}: fine"

    monkeypatch.setattr(engine, "bring_up_to_date", bring)
    monkeypatch.setattr(command, "STUDIES", {name: Study(name, None, [{}], [0]) for name in "abc"})
    monkeypatch.setattr(command, "SEARCHES", {})
    monkeypatch.setattr(sys, "argv", ["studies"])
    with pytest.raises(SystemExit, match="^b.log cannot be used$"):
        command.main()
    assert capsys.readouterr().out == "a: fine\nc: fine\n"


def test_without_optuna_there_is_a_sentence(tmp_path):
    code = "import sys; sys.modules['optuna'] = None; sys.argv = ['studies', 'protocol']; "
    code += "from lstm_notes.studies.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith("running a study needs optuna: python -m pip install optuna")
    assert done.stderr.count("\n") == 1


def test_rows_are_known_by_what_they_ask():
    assert key_of({"a": 1, "seed": 0}) == key_of({"seed": 0, "a": 1}) != key_of({"a": 1.0, "seed": 0})
