"""A search for tests of the engine: its workers have to find it in a module. Each setting leaves lines in a file.

TOY=FOLDER python -m lstm_notes.studies tests.toy_search:SEARCH    runs it, with PAUSE in the environment
"""

import contextlib
import os
import signal
import time
from pathlib import Path

import psutil

from lstm_notes.studies import Range, Search

FOLDS = [0.0, 3.0, 1.0, 2.0, 0.5, 1.5]  # how hard each is


def run(report, folder, x, kind, pause):
    left = Path(folder, "ran")
    with left.open("a") as file:
        file.write(f"start {x:.6g} {os.getpid()}\n")
    if (fault := Path(folder, f"fault-{kind}")).exists():
        if fault.read_text() == "nothing":
            return {"other": 1.0}
        if fault.read_text() == "nan":
            return {"score": float("nan")}
        if fault.read_text() == "nan reported":
            report(0, float("nan"))
        if fault.read_text() == "die":
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(60)
        if fault.read_text() == "twice":
            report(0, 1.0)
            report(0, 1.0)
        raise ValueError(fault.read_text())
    errors = []
    try:
        for fold, hard in enumerate(FOLDS):
            time.sleep(pause / len(FOLDS))
            errors.append(hard + (x - 0.3) ** 2 + (0.05 if kind == "b" else 0.0))
            report(fold, errors[-1])
    finally:  # complete or pruned
        with left.open("a") as file:
            file.write(f"end {x:.6g} {os.getpid()}\n")
    return {"score": sum(errors) / len(errors), "worst": max(errors)}


def other_run(report, **setting):
    return {"score": 1.1 * run(report, **setting)["score"]}


def search(folder, settings=12, pause=0.0, **more):
    space = {"folder": [str(folder)], "x": Range(0.0, 1.0), "kind": ["a", "b"], "pause": [pause]}
    return Search(**{"name": "toy", "space": space, "run": run, "settings": settings} | more)


def kill_workers(folder):
    """Kill every process that has started a setting."""
    for line in Path(folder, "ran").read_text().splitlines():
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(int(line.split()[2])).kill()


if "TOY" in os.environ:
    SEARCH = search(os.environ["TOY"], pause=float(os.environ["PAUSE"]))
