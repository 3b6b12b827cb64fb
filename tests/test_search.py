"""Searches: settings are proposed, pruned, stopped and resumed; what cannot be is refused in a sentence."""

import json
import math
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import optuna
import pytest

from lstm_notes.studies import SEARCHES, Range, Search, StudyError, Tried, engine, search_settings
from lstm_notes.studies import __main__ as command
from lstm_notes.studies.record import FOLDER
from tests import toy_search
from tests.toy_search import FOLDS

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 6  # s for a setting that is tried again


def search(folder, place=None, workers=1, settings=None, sampler="tpe", seed=0, again=False, **more):
    """The toy search in a folder of its own."""
    options = {"workers": workers, "settings": settings, "sampler": sampler, "seed": seed, "again": again}
    return search_settings(toy_search.search(folder, **more), place or folder / "toy.log", **options)


def asked(tried):
    return [(row["x"], row["kind"], row["state"]) for row in tried]


def ran(folder):
    return [line for line in Path(folder, "ran").read_text().splitlines() if line.startswith("start")]


def error(x, kind):
    return np.array(FOLDS) + (x - 0.3) ** 2 + 0.05 * (kind == "b")


# ---------------------------------------------------------------------------------------------------------------
# What comes out.


def test_each_setting_is_tried_once_and_the_worse_ones_are_pruned(tmp_path):
    tried = search(tmp_path, settings=25)
    assert isinstance(tried, Tried) and tried["number"].tolist() == [*range(25)] and len(ran(tmp_path)) == 25
    best = math.inf
    for row in tried:
        errors = error(row["x"], row["kind"])
        steps = [float(f"{each:.6g}") for each in errors]
        assert 0 <= row["x"] <= 1 and row["failure"] == "" and row["seconds"] >= 0 and "numpy" in row["made"]
        if row["state"] == "complete":
            assert row["steps"] == pytest.approx(steps, abs=1e-5) and row["score"] == pytest.approx(
                errors.mean(), abs=1e-5
            )
            assert row["worst"] == pytest.approx(errors.max(), abs=1e-5)
            best = min(best, row["score"])
        else:  # four parts, all of them worse than those of the best setting so far
            assert row["state"] == "pruned" and row["score"] is None and row["worst"] is None
            assert row["steps"] == pytest.approx(steps[:4], abs=1e-5) and errors.mean() > best
    assert 3 < (tried["state"] == "pruned").sum() < 25
    assert tried.best["score"] == best == tried.where(state="complete")["score"].min()
    assert repr(tried) == f"toy: 25 settings, {len(tried.where(state='complete'))} complete, " + (
        f"{len(tried.where(state='pruned'))} pruned"
    )


def test_tpe_comes_closer_than_random(tmp_path):
    """Of 25 settings, the last ten: TPE proposes near the best."""
    distance = {}
    for sampler in ("tpe", "random"):
        tried = search(tmp_path, settings=25, sampler=sampler)
        distance[sampler] = np.abs(tried["x"][15:] - 0.3).mean() + (tried["kind"][15:] == "b").mean()
    assert distance["tpe"] < 0.6 * distance["random"], distance


def test_a_seed_gives_the_same_settings_also_in_parts(tmp_path):
    for name in ("whole", "parts", "other"):
        (tmp_path / name).mkdir()
    whole = search(tmp_path / "whole", settings=15)
    search(tmp_path / "parts", settings=4)
    search(tmp_path / "parts", settings=13)
    parts = search(tmp_path / "parts", settings=15)
    assert asked(whole) == asked(parts) and len(ran(tmp_path / "parts")) == 15
    assert len(set(whole["x"])) == 15
    other = search(tmp_path / "parts", settings=15, seed=1)  # a search of its own in the same place
    assert not set(other["x"]) & set(whole["x"]) and len(ran(tmp_path / "parts")) == 30
    assert asked(search(tmp_path / "parts", settings=15)) == asked(whole) and len(ran(tmp_path / "parts")) == 30


def test_several_workers_share_a_search(tmp_path):
    alone = tmp_path / "alone"
    alone.mkdir()
    both = search(tmp_path, workers=2, pause=0.4, sampler="random", settings=10)
    assert both["number"].tolist() == [*range(10)] and len(ran(tmp_path)) == 10
    assert len({line.split()[2] for line in ran(tmp_path)}) == 2
    assert both["x"].tolist() == search(alone, sampler="random", settings=10)["x"].tolist()


def test_a_record_gives_back_what_was_tried(tmp_path):
    asks = toy_search.search(tmp_path)
    tried = search(tmp_path)
    tried.write(asks, tmp_path)
    recorded = asks.recorded(tmp_path)
    assert recorded.rows == tried.rows and recorded.best == tried.best and repr(recorded) == repr(tried)
    assert recorded.about["space"] == asks.words() and recorded.about["sampler"] == "tpe"
    assert (tmp_path / "toy.json").read_text().count("\n") == 12 + len(recorded.about) + 5
    with pytest.raises(StudyError, match="recorded with version 1 of the study, this package has 2"):
        toy_search.search(tmp_path, version=2).recorded(tmp_path)


def whole(search, folder):
    """A record is what its search asks for, and its quickest complete setting comes out again."""
    tried = search.recorded(folder)
    assert tried["number"].tolist() == [*range(search.settings)] and tried.about["space"] == search.words()
    assert tried.best["score"] > 0 and search.path(folder).stat().st_size < 150_000
    quick = min(tried.where(state="complete"), key=lambda row: row["seconds"])
    if quick["seconds"] < LONGEST:
        result = search.ask(lambda step, value: None, {name: quick[name] for name in search.space})
        assert result["score"] == pytest.approx(quick["score"], rel=0.03)  # as closely as any training


def test_what_is_shipped_is_whole(tmp_path):
    for shipped in SEARCHES.values():
        whole(shipped, FOLDER)
        assert not re.search(r"[/\\]", shipped.path().read_text("utf-8"))
    asks = toy_search.search(tmp_path)
    tried = search(tmp_path)
    tried.write(asks, tmp_path)
    whole(asks, tmp_path)
    for change in ({"settings": 13}, {"space": asks.space | {"pause": [1.0]}}, {"run": toy_search.other_run}):
        with pytest.raises(AssertionError):
            whole(toy_search.search(tmp_path, **change), tmp_path)


# ---------------------------------------------------------------------------------------------------------------
# What goes wrong.


@pytest.mark.parametrize(
    "fault, words",
    [
        ("look_back 9 leaves fold 2\nno windows", "ValueError: look_back 9 leaves fold 2 no windows"),
        ("nothing", "ValueError: the run returned other; a number named score is needed"),
        ("nan", "ValueError: score is nan; a finite number is needed"),
        ("nan reported", "ValueError: the value reported at step 0 is nan; a finite number is needed"),
        ("twice", "ValueError: step 0 was reported twice"),
    ],
)
def test_a_setting_that_fails_has_its_sentence_and_the_others_go_on(tmp_path, fault, words):
    (tmp_path / "fault-b").write_text(fault)
    tried = search(tmp_path, settings=14)
    failed = tried.where(state="failed")
    assert 1 <= len(failed) < 14 and set(failed["kind"]) == {"b"} and set(failed["failure"]) == {words}
    assert "b" not in tried.where(state="complete")["kind"] and tried.best["kind"] == "a"
    assert len(tried.failures) == len(failed)
    assert re.fullmatch(rf"setting \d+ \(.*kind='b'.*\) failed: {re.escape(words)}", tried.failures[0])
    (tmp_path / "fault-b").unlink()
    assert search(tmp_path, settings=14).rows == tried.rows  # it has been tried: another call does not ask again


def test_no_setting_with_a_score(tmp_path):
    for kind in "ab":
        (tmp_path / f"fault-{kind}").write_text("no")
    tried = search(tmp_path, settings=2)
    with pytest.raises(StudyError, match=r"none of 2 settings has a score; setting 0 \(.*\) failed: ValueError: no$"):
        _ = tried.best


def test_another_space_or_version_is_refused_and_loses_nothing(tmp_path):
    first = search(tmp_path, settings=3)
    space = toy_search.search(tmp_path).space
    for change, words in (
        ({"version": 2}, "toy is in toy.log with version 1 of the search, this is version 2: give it another name"),
        ({"space": space | {"x": Range(0.0, 2.0)}}, r"with the space .*x: 0 … 1; .* this search has .*x: 0 … 2; "),
        ({"space": space | {"x": Range(0.0, 1.0000001)}}, "this search has .*x: 0 … 1.0000001; "),
        ({"space": space | {"kind": ["a"]}}, "with the space .*kind: 'a', 'b'; .* this search has .*kind: 'a'; "),
    ):
        with pytest.raises(StudyError, match=words) as caught:
            search(tmp_path, settings=5, **change)
        assert "\n" not in str(caught.value)
    same = search(tmp_path, settings=3, space=space | {"x": Range(0, 1)})
    assert same.rows == first.rows and len(ran(tmp_path)) == 3
    assert len(search(tmp_path, settings=2, again=True, version=2)) == 2 and len(ran(tmp_path)) == 5


def test_a_killed_process_loses_the_setting_at_hand(tmp_path):
    """The command is killed with its worker; the next one goes on."""
    arguments = [sys.executable, "-m", "lstm_notes.studies", "tests.toy_search:SEARCH", "--workers=1"]
    arguments += [f"--folder={tmp_path}", f"--results={tmp_path}"]
    environment = {**os.environ, "TOY": str(tmp_path), "PAUSE": "0.5"}
    first = subprocess.Popen(arguments, cwd=ROOT, env=environment)
    while not Path(tmp_path, "ran").exists() or len(ran(tmp_path)) < 3:
        assert first.poll() is None
        time.sleep(0.02)
    first.kill()
    toy_search.kill_workers(tmp_path)
    first.wait()
    before = ran(tmp_path)
    done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith("toy: 12 settings, ") and done.stderr == ""
    assert len(before) in (3, 4) and len(ran(tmp_path)) <= 13
    tried = toy_search.search(tmp_path, pause=0.5).recorded(tmp_path)
    assert tried["number"].tolist() == [*range(12)] and not (tried["state"] == "failed").any()
    again = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert again.stdout == done.stdout and len(ran(tmp_path)) <= 13


def test_a_worker_that_dies_does_not_stop_the_others(tmp_path):
    (tmp_path / "fault-b").write_text("die")
    with pytest.raises(StudyError) as caught:
        search(tmp_path, settings=6, sampler="random")
    *failures, last = str(caught.value).splitlines()
    assert failures and all(
        re.fullmatch(r"toy: setting \d failed: its process ended with exit code -?\d+", each) for each in failures
    )
    assert last == f"toy: {6 - len(failures)} of 6 settings are there; the same command runs the others"
    (tmp_path / "fault-b").unlink()
    tried = search(tmp_path, settings=6, sampler="random")
    assert len(ran(tmp_path)) == 6 + len(failures) and (tried["kind"] == "b").sum() == len(failures)


def test_without_scipy_there_is_a_sentence(tmp_path, monkeypatch):
    find_spec = engine.importlib.util.find_spec
    monkeypatch.setattr(engine.importlib.util, "find_spec", lambda name: None if name == "scipy" else find_spec(name))
    with pytest.raises(StudyError, match="running a search needs scipy: python -m pip install scipy"):
        search(tmp_path)


def test_a_lock_that_a_dead_process_holds_is_given_back(tmp_path, monkeypatch):
    search(tmp_path, settings=2)
    monkeypatch.setattr(engine, "GRACE", 3)
    code = "import sys, time; from pathlib import Path; from lstm_notes.studies import engine; "
    log = str(tmp_path / "toy.log")
    code += f"engine.JournalFileOpenLock({log!r}).acquire(); print('has it', flush=True); time.sleep(600)"
    holder = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "has it\n" and (tmp_path / "toy.log.lock").exists()
    holder.kill()
    holder.communicate()
    start = time.monotonic()
    assert len(search(tmp_path, settings=4)) == 4 and len(ran(tmp_path)) == 4
    assert time.monotonic() - start > 3 and not (tmp_path / "toy.log.lock").exists()


def test_a_storage_out_of_reach_is_not_the_settings_fault(tmp_path):
    class Trial:
        def report(self, value, step):
            raise OSError("no space left on device")

    task = engine._Settings(toy_search.search(tmp_path), 1, "tpe", 0)
    with pytest.raises(engine._Lost):
        task.answer(Trial(), {"folder": str(tmp_path), "x": 0.5, "kind": "a", "pause": 0}, tmp_path / "toy.log")


def test_a_search_needs_a_function_that_workers_find(tmp_path):
    def run(report, x):
        return {"score": x}

    space = {"x": [1, 2]}
    for each in (run, lambda report, x: {"score": x}):
        with pytest.raises(ValueError, match="workers are processes of their own, and need a function at the top"):
            search_settings(Search("toy", space, each, 1), tmp_path / "toy.log")
    code = "from pathlib import Path; from lstm_notes.studies import *; run = lambda report, x: {'score': x}; "
    code += f"search_settings(Search('toy', {space}, run, 1), Path({str(tmp_path / 'toy.log')!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1].startswith("ValueError: run is <lambda> of __main__; workers are processes")
    assert not (tmp_path / "toy.log").exists()


@pytest.mark.parametrize(
    "change, words",
    [
        ({"name": "My search"}, "name is 'My search'; small letters"),
        ({"version": 0}, "version is 0"),
        ({"settings": 0}, "settings is 0; at least 1 is needed"),
        ({"settings": 2.5}, "settings is 2.5; a whole number is needed"),
        ({"space": {}}, "space is {}; a dict with a name and its values at least is needed"),
        ({"space": {"x": []}}, r"space has x=\[\]; a Range or a list of one value at least is needed"),
        ({"space": {"x": (1, 2)}}, r"space has x=\(1, 2\); a Range or a list"),
        ({"space": {"x": [1, [2]]}}, r"space has x=\[2\]; text, numbers, True, False or None are needed"),
        ({"space": {"x": [1, True]}}, r"space has x=\[1, True\], a value twice"),
        ({"space": {"score": [1]}}, "space has the name 'score'; an argument of run is needed"),
        ({"space": {"a b": [1]}}, "space has the name 'a b'"),
    ],
)
def test_a_search_that_cannot_be_is_refused(change, words):
    with pytest.raises((ValueError, TypeError), match=words):
        Search(**{"name": "toy", "space": {"x": [1]}, "run": toy_search.run, "settings": 1} | change)


@pytest.mark.parametrize(
    "low, high, more, words",
    [
        (2.0, 1.0, {}, "the Range goes from 2.0 to 1.0; low has to be below high"),
        (1.0, 1.0, {}, "low has to be below high"),
        (0.0, 1.0, {"log": True}, "low of the Range is 0.0; with log=True it has to be above 0"),
        (1, 2.5, {"whole": True}, "high of the Range is 2.5; a whole number is needed"),
        (math.nan, 1.0, {}, "low of the Range is nan; a finite number is needed"),
        (0.0, "1", {}, "high of the Range is '1'; a finite number is needed"),
    ],
)
def test_a_range_that_cannot_be_is_refused(low, high, more, words):
    with pytest.raises((ValueError, TypeError), match=words):
        Range(low, high, **more)


def test_what_search_settings_refuses(tmp_path):
    for options, words in (
        ({"settings": 0}, "settings is 0; at least 1 is needed"),
        ({"workers": 0}, "workers is 0; at least 1 is needed"),
        ({"sampler": "grid"}, "sampler is 'grid'; 'tpe' or 'random' is needed"),
        ({"seed": -1}, "seed is -1; at least 0 is needed"),
    ):
        with pytest.raises(ValueError, match=words):
            search(tmp_path, **options)
    with pytest.raises(TypeError, match="search is 3; a Search is needed"):
        search_settings(3, tmp_path / "toy.log")
    assert not (tmp_path / "toy.log").exists()
    (tmp_path / "toy.log").write_text("no log\n of it\n")
    with pytest.raises(StudyError, match="the file .*toy.log cannot be used"):
        search(tmp_path)


def test_what_is_drawn_lies_in_its_range():
    ranges = {
        "whole": Range(3, 60, log=True, whole=True),
        "log": Range(3e-4, 3e-2, log=True),
        "plain": Range(-1.0, 1.0),
    }
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(200):
        trial = study.ask()
        drawn = {name: engine._suggest(trial, name, values) for name, values in ranges.items()}
        assert all(ranges[name].low <= value <= ranges[name].high for name, value in drawn.items())
        assert isinstance(drawn["whole"], int) and drawn["log"] == float(f"{drawn['log']:.6g}")
    logs = [trial.params["log"] for trial in study.get_trials()]
    assert 0.4 < np.mean(np.array(logs) < 3e-3) < 0.6  # as many in each half of the range's logarithm


# ---------------------------------------------------------------------------------------------------------------
# The command.


def call(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["studies", *map(str, arguments)])
    with pytest.raises(SystemExit) as caught:
        command.main()
    return caught.value.code


def test_the_command_knows_searches(monkeypatch, tmp_path, capsys):
    known = {"toy": toy_search.search(tmp_path, settings=3)}
    monkeypatch.setattr(command, "STUDIES", {})
    monkeypatch.setattr(command, "SEARCHES", known)
    options = [f"--folder={tmp_path / 'rows'}", f"--results={tmp_path}", "--workers=1"]
    (tmp_path / "fault-b").write_text("no b")
    assert call(monkeypatch, "toy", *options) == 0
    first, *failures = capsys.readouterr().out.splitlines()
    assert first.startswith("toy: 3 settings, ") and all("failed: ValueError: no b" in each for each in failures)
    assert first.endswith(f"{len(failures)} failed") and (tmp_path / "rows" / "toy.log").exists()
    (tmp_path / "rows" / "toy.log").unlink()  # the file is enough
    assert call(monkeypatch, "toy", *options) == 0 and len(ran(tmp_path)) == 3
    assert capsys.readouterr().out == f"{first}, up to date\n"
    assert call(monkeypatch, "toy", *options, "--again") == 0 and len(ran(tmp_path)) == 6
    monkeypatch.setattr(command, "SEARCHES", {"toy": toy_search.search(tmp_path, settings=3, version=2)})
    assert "this is version 2" in call(monkeypatch, "toy", *options)


def test_the_command_runs_from_an_installed_package(tmp_path):
    """Rows on their way are kept below the folder in which it is called."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    arguments = [sys.executable, "-m", "lstm_notes.studies", "sharing"]
    done = subprocess.run(arguments, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert re.fullmatch(r"sharing: \d+ rows, up to date\n", done.stdout) and done.stderr == ""
    assert (tmp_path / "build" / "studies" / "sharing.log").exists()


def test_the_command_takes_what_a_reader_has(monkeypatch, tmp_path, capsys):
    (tmp_path / "mine.py").write_text(
        "from lstm_notes.studies import Study\n"
        "def run(sides, seed):\n    return {'square': sides * seed}\n"
        "SQUARES = Study('squares', run, [{'sides': 4}], range(3))\nOTHER = 3\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    options = [f"--folder={tmp_path / 'rows'}", f"--results={tmp_path}", "--workers=1"]
    assert call(monkeypatch, "mine:SQUARES", *options) == 0
    assert capsys.readouterr().out.startswith("squares: 3 rows, 3 of them new")
    assert json.loads((tmp_path / "squares.json").read_text())["rows"] == 3
    assert call(monkeypatch, "mine:OTHER", *options) == "mine:OTHER is 3; a Study or a Search is needed"
    assert "mine:NONE is not there" in call(monkeypatch, "mine:NONE", *options)
    assert "nosuch:X is not there: No module named 'nosuch'" in call(monkeypatch, "nosuch:X", *options)
    assert call(monkeypatch, "mine:SQUARES", *options, "--workers=0") == "workers is 0; at least 1 is needed"


def test_an_address_never_shows_its_password(tmp_path):
    for place in (
        "postgresql://me:sec/ret@127.0.0.1:1/rows",
        "postgresql://me:s@cret@127.0.0.1:1/rows",
        "postgresql://127.0.0.1:1/rows?user=me&password=secret",
        "postgresql://me:secret@127.0.0.1:port/rows",
    ):
        with pytest.raises(StudyError) as caught:
            search_settings(toy_search.search(tmp_path), place)
        assert not re.search(r"s.?e?cret|sec/|\n", str(caught.value)), str(caught.value)
