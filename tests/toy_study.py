"""A study for tests of the engine: its workers have to find it in a module. Each row leaves a line in a file.

python -m tests.toy_study FOLDER PAUSE    runs it in a process that can be killed
TOY=FOLDER python -m lstm_notes.studies tests.toy_study:STUDY    the same through the command, PAUSE in the environment
"""

import os
import signal
import sys
import time
from pathlib import Path

from lstm_notes.studies import Study
from lstm_notes.studies.engine import bring_up_to_date

ROWS = 8


def run(folder, pause, seed):
    left = Path(folder, "ran")
    with left.open("a") as file:
        file.write(f"start {seed} {os.getpid()}\n")
    time.sleep(pause)
    if (fault := Path(folder, f"fault-{seed}")).exists():
        if fault.read_text() == "die":
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(60)
        raise ValueError(fault.read_text())
    with left.open("a") as file:
        file.write(f"end {seed} {os.getpid()}\n")
    return {"square": seed**2 / 3, "odd": seed % 2 == 1, "steps": [0.1, seed]}


def study(folder, pause=0.0, seeds=ROWS, **more):
    return Study("toy", run, [{"folder": str(folder), "pause": pause}], range(seeds), **more)


def lines(folder, word):
    """What rows have written down: lists of (seed, process)."""
    text = Path(folder, "ran").read_text().split("\n") if Path(folder, "ran").exists() else []
    return [tuple(map(int, line.split()[1:])) for line in text if line.startswith(word)]


if "TOY" in os.environ:
    STUDY = study(os.environ["TOY"], float(os.environ["PAUSE"]))

if __name__ == "__main__":
    folder, pause = Path(sys.argv[1]), float(sys.argv[2])
    print(bring_up_to_date(study(folder, pause), folder / "toy.log", workers=2, folder=folder))
