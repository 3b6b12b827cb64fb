"""A search for tests of the engine: its workers have to find it in a module. Each setting leaves lines in a file.

python -m tests.toy_search FOLDER PLACE HEARTBEAT    runs it in a process that can be killed
"""

import os
import sys
import time
from pathlib import Path

from lstm_notes.studies.search import Range, Search, search_settings

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
        raise ValueError(fault.read_text())
    errors = []
    for fold, hard in enumerate(FOLDS):
        time.sleep(pause / len(FOLDS))
        errors.append(hard + (x - 0.3) ** 2 + (0.05 if kind == "b" else 0.0))
        report(fold, errors[-1])
    with left.open("a") as file:
        file.write(f"end {x:.6g} {os.getpid()}\n")
    return {"score": sum(errors) / len(errors), "worst": max(errors)}


def search(folder, settings=12, pause=0.0, **more):
    space = {"folder": [str(folder)], "x": Range(0.0, 1.0), "kind": ["a", "b"], "pause": [pause]}
    return Search(**{"name": "toy", "space": space, "run": run, "settings": settings} | more)


if __name__ == "__main__":
    folder, place, pause, heartbeat = sys.argv[1:]
    place = place if "://" in place else Path(place)
    tried = search_settings(search(folder, pause=float(pause)), place, workers=1, heartbeat=int(heartbeat))
    print(tried)
