"""CONTRIBUTING.md's worked examples work."""

import importlib
import re
import shutil
from pathlib import Path

from lstm_notes.explorers import _explorer, _scene
from lstm_notes.studies import search_settings
from lstm_notes.studies.engine import bring_up_to_date
from lstm_notes.studies.record import asked

TEXT = (Path(__file__).resolve().parent.parent / "CONTRIBUTING.md").read_text("utf-8")
BLOCKS = re.findall(r"```(python|js)\n(.*?)```", TEXT, re.S)


def example(word):
    (code,) = [code for _, code in BLOCKS if word in code]
    return code


def run(code, **names):
    exec(code, names)
    return names


def test_the_explorer(monkeypatch, tmp_path):
    for path in _scene.FOLDER.glob("*.js"):
        shutil.copy(path, tmp_path)
    (tmp_path / "squash.js").write_text(example("const sigma"), "utf-8")
    monkeypatch.setattr(_scene, "FOLDER", tmp_path)
    squash = run(example("class Squash"), __name__="lstm_notes.explorers.squash", __package__="lstm_notes.explorers")[
        "Squash"
    ]
    explorer = squash(z=0.0)
    assert explorer.drawing().parts["value"]["words"] == "σ(0.00) = 0.50"
    assert explorer.drawing().png.startswith(b"\x89PNG") and "σ(0.00) = 0.50" in explorer.drawing().description
    explorer.z = 2.0
    assert explorer.drawing().parts["value"]["words"] == "σ(2.00) = 0.88"
    assert issubclass(squash, _explorer.Explorer) and "slider" in squash._esm


def test_the_claim(capsys):
    run(example("σ(−z)"))
    assert capsys.readouterr().out.startswith("✓ σ(−z) is 1 − σ(z)")


def test_the_exercise():
    from lstm_notes.course.exercises._exercise import Ask, Wrong

    double = run(example("my_double"))["double"]
    assert double.check(Ask(double.solution)) == "doubled."
    try:
        double.check(Ask(lambda x: x))
    except Wrong as wrong:
        assert str(wrong) == "twice 3 is 6; 3.0 came"
    else:
        raise AssertionError("a wrong answer passed")


def test_the_figure():
    drawing = run(example("two_boxes"))["two_boxes"]()
    assert drawing.png.startswith(b"\x89PNG") and drawing.svg.count("<rect") == 3


def test_the_study():
    (first, second) = run(example("protocol_errors"))["errors"]
    assert first.keys() == second.keys() and first["seen"] > 0


def test_the_recorded_study(monkeypatch, tmp_path):
    (tmp_path / "luck.py").write_text(example("STUDY = Study"), "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    luck = importlib.import_module("luck").STUDY
    assert "luck: 40 rows, 40 of them new" in bring_up_to_date(luck, tmp_path / "luck.log", folder=tmp_path)
    records = luck.recorded(tmp_path)
    wins = records.where(days=10)["mean wins"]
    assert wins.dtype == bool and wins.sum() > 0 and not records.where(days=100)["mean wins"].any()
    row = next(iter(records))
    assert luck.differences(row, luck.ask(asked(row))) == []


def test_the_search(monkeypatch, tmp_path):
    (tmp_path / "mix.py").write_text(example("SEARCH = Search"), "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    mix = importlib.import_module("mix").SEARCH
    tried = search_settings(mix, tmp_path / "mix.log", settings=15, workers=1)
    assert tried["number"].tolist() == [*range(15)] and {"complete", "pruned"} <= set(tried["state"])
    persistence = mix.ask(lambda step, value: None, {"days": 2, "today": 1.0})["score"]
    assert tried.best["score"] < persistence
    tried.write(mix, tmp_path)
    assert mix.recorded(tmp_path).best == tried.best


def test_every_place_on_the_map_is_there():
    root = _scene.FOLDER.parent.parent
    for place in re.findall(r"`((?:lstm_notes|tools|tests|notebooks|figures)/[\w./]*)`", TEXT):
        if not re.search("NAME|NN_|squash|luck|mix", place):
            assert (root / place).exists(), place
