"""Recorded studies: a question to many networks, a row of numbers from each, and a small file that holds them.

    Study (what is asked) → engine (runs its rows) → files/studies/NAME.json → Records (what came of it)

The file has a line a row, made to be read and compared by eye; reading it takes NumPy alone.
"""

import json
import math
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import _checks

FORMAT = 1  # of the file
DIGITS = 6  # significant ones that are recorded
CALM = 1e-4  # a relative difference that is none, where a training does not amplify rounding
FOLDER = Path(__file__).parent.parent / "files" / "studies"


class StudyError(RuntimeError):
    """What stands in the way of a study, in a sentence."""


@dataclass(frozen=True)
class Study:
    """A table of experiments: each setting with each seed is a row.

    Parameters
    ----------
    name : of the study and its file, in small letters
    run : function of a module, `run(seed=…, **setting)`; returns a dict of numbers, or short lists of numbers
    settings : list of dicts of text, numbers, True, False or None, all with the same names
    seeds : list of whole numbers
    version : to be raised when `run` changes, so that its rows are run anew
    varies : the relative difference that another processor may make; a number, or a dict of numbers by name (CALM where
        a name is left out). 0 for what has to be the same to the last recorded digit, math.inf for what is not
        compared: a training that amplifies rounding is held by what it decides, `{"error": math.inf, "solved": 0}`

    >>> coin = Study("coin", lambda seed, flips: {"heads": seed % flips}, [{"flips": 3}], seeds=range(2))
    >>> coin.rows()
    [{'flips': 3, 'seed': 0}, {'flips': 3, 'seed': 1}]
    """

    name: str
    run: Callable
    settings: list
    seeds: list
    version: int = 1
    varies: float | dict = CALM

    def __post_init__(self):
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"name is {self.name!r}; small letters, digits and _ are needed")
        _checks.whole("version", self.version)
        rows = self.rows()
        names = {tuple(row) for row in rows}
        if len(names) != 1:
            raise ValueError(
                f"settings have the names {sorted(names)}; one row at least, and the same names are needed"
            )
        if len({key_of(row) for row in rows}) < len(rows):
            raise ValueError("settings and seeds have a row twice")

    def rows(self):
        """The declared rows: dicts of a setting and its `seed`."""
        return [{**setting, "seed": _checks.whole("seed", seed, 0)} for setting in self.settings for seed in self.seeds]

    def ask(self, row):
        """Run a row: what came of it, as it is recorded."""
        result = plain(self.run(**row))
        if taken := {*row, "seconds", "made"} & set(result):
            raise ValueError(f"the run returned {', '.join(sorted(taken))}, the name of another column")
        return result

    def path(self, folder=FOLDER):
        """The file that has the study's rows."""
        return Path(folder) / f"{self.name}.json"

    def recorded(self, folder=FOLDER):
        """The study's Records. StudyError where its file is missing, damaged, or of another version."""
        return read_version(self, folder)

    def differences(self, row, result):
        """Where `result`, of a recorded row that was asked again, is not what the row has: a sentence each."""
        if missing := set(result) ^ set(results(row)):
            return [f"{', '.join(sorted(missing))}: only in one of the two"]
        return [
            f"{name} was {row[name]}, is {value}" for name, value in result.items() if not self._same(row, name, value)
        ]

    def _same(self, row, name, value):
        old, new = np.array(row[name], float), np.array(value, float)
        allowed = self.varies.get(name, CALM) if isinstance(self.varies, dict) else self.varies
        if old.shape != new.shape:
            return False
        largest = max(np.abs(old).max(initial=0), np.abs(new).max(initial=0))
        return allowed == math.inf or bool(np.abs(new - old).max(initial=0) <= allowed * largest)


class Records:
    """Recorded rows. `about` is the file's head; a name gives its column as an array, `where` some of the rows.

    >>> records = Records({}, [{"units": 8, "seed": 0, "error": 2.5}, {"units": 16, "seed": 0, "error": 1.5}])
    >>> records["error"], records.where(units=16)["error"]
    (array([2.5, 1.5]), array([1.5]))
    """

    def __init__(self, about, rows):
        self.about, self._rows = about, rows

    def __len__(self):
        return len(self._rows)

    def __iter__(self):
        """The rows, each a dict."""
        return iter(self._rows)

    def __getitem__(self, name):
        if name not in self._rows[0]:
            raise ValueError(f"there is no column {name!r}; there are {', '.join(self._rows[0])}")
        return np.array([row[name] for row in self._rows])

    def where(self, **setting):
        """The rows of a setting, over its seeds; of several, if it does not name them all."""
        for name, value in setting.items():
            if value not in (known := self[name].tolist()):
                raise ValueError(f"no row has {name}={value!r}; there are {', '.join(map(repr, dict.fromkeys(known)))}")
        rows = [row for row in self._rows if all(row[name] == value for name, value in setting.items())]
        if not rows:
            raise ValueError(f"no row has {words(setting)}")
        return Records(self.about, rows)

    def __repr__(self):
        made = self.about["made"]
        dates = " to ".join(dict.fromkeys([min(each["date"] for each in made), max(each["date"] for each in made)]))
        return f"{self.about['study']}: {len(self)} rows of {self.about['rows']}, {self.about['command']}, {dates}"


def key_of(row):
    """A row's setting and seed as text, the same however they are ordered."""
    return json.dumps(row, sort_keys=True)


def words(row):
    """A setting in words."""
    return ", ".join(f"{name}={value!r}" for name, value in row.items())


def asked(row):
    """Of a recorded row, what was asked: its setting and seed."""
    names = list(row)
    return {name: row[name] for name in names[: names.index("seed") + 1]}


def results(row):
    """Of a recorded row, what came of it; not how long it took and what made it."""
    return {name: value for name, value in row.items() if name not in (*asked(row), "seconds", "made")}


def plain(result):
    """What a run returned as it is recorded: numbers and lists of numbers, with DIGITS significant digits."""
    if not isinstance(result, dict) or not result:
        raise TypeError(f"the run returned {result!r}; a dict of numbers is needed")
    return {
        name: [number(name, each) for each in value] if isinstance(value, list) else number(name, value)
        for name, value in result.items()
    }


def number(name, value):
    """`value` as it is recorded: a bool, an int, or a finite float with DIGITS significant digits."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)) and math.isfinite(value):
        return float(f"{value:.{DIGITS}g}")
    raise ValueError(f"{name} is {value!r}; a finite number is needed")


def read(path):
    """The Records in a file."""
    try:
        about = json.loads(path.read_text("utf-8"))
        found = about["format"]
        if found == FORMAT:
            columns, table = about.pop("columns"), about.pop("table")
            rows = [dict(zip(columns, line, strict=True)) for line in table]
            return Records(about, [{**row, "made": about["made"][row["made"]]} for row in rows])
    except FileNotFoundError:
        raise StudyError(f"{path.stem} is not recorded yet: run make studies NB={path.stem}") from None
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise StudyError(f"{path.name} cannot be read ({error}): get it back from git, or remove it") from error
    raise StudyError(f"{path.name} has format {found}, this package reads format {FORMAT}: another version made it")


def read_version(study, folder):
    """The Records of a study or a search, if its file has its version."""
    records = read(study.path(folder))
    if (found := records.about["version"]) != study.version:
        raise StudyError(
            f"{study.name} is recorded with version {found} of the study, this package has {study.version}: "
            f"run make studies NB={study.name}"
        )
    return records


def write(study, rows, folder=FOLDER, **about):
    """Put `rows`, each with `seconds` and `made`, into the study's file, `about` into its head; whole or not at all."""
    columns = list(rows[0])
    for row in rows:
        if list(row) != columns:
            raise StudyError(
                f"{study.name}: {words(asked(row))} gave {', '.join(results(row))}, the first row "
                f"{', '.join(results(rows[0]))}: let run return the same names, and raise the study's version"
            )
    made = [json.loads(each) for each in sorted({key_of(row["made"]) for row in rows})]
    about = {
        "format": FORMAT,
        "study": study.name,
        "version": study.version,
        "command": f"make studies NB={study.name}",
        **about,
        "made": made,
        "rows": len(rows),
        "seconds": round(sum(row["seconds"] for row in rows)),
        "columns": columns,
    }
    table = [list({**row, "made": made.index(row["made"])}.values()) for row in rows]
    head = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in about.items()]
    lines = ",\n".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in table)
    path = study.path(folder)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text("{\n" + ",\n".join(head) + f',\n"table": [\n{lines}\n]\n}}\n', "utf-8", newline="\n")
        os.replace(temporary, path)
    except OSError as error:
        raise StudyError(
            f"{path} cannot be written ({error.strerror}); no row is lost, the same command goes on"
        ) from error
    finally:
        if temporary.is_file():
            temporary.unlink()
