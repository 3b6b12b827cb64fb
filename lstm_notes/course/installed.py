"""Is everything there that the course needs, and does it work? Notebook 01.

Versions are read from what the installer wrote down, so nothing heavy is imported to find them.
"""

import sys
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..cell import lstm_step
from ..data import load_weather
from ..weights import LSTMWeights


class Check(NamedTuple):
    """One line: `name`, `found` and `needed` in words, and whether it is `well`."""

    name: str
    found: str
    needed: str
    well: bool

    def __str__(self):
        return f"{'✓' if self.well else '✗'} {self.name:<16} {self.found:<20} {self.needed}"


class Report(list):
    """Checks, printed a line each."""

    @property
    def wrong(self):
        """The names of the checks that are not well."""
        return [check.name for check in self if not check.well]

    def __repr__(self):
        ending = f"not well: {', '.join(self.wrong)}" if self.wrong else "all is well"
        return "\n".join([*map(str, self), ending])


def check():
    """A Report: Python and each package against what lstm_notes requires of them, the cell, the data, the explorers.

    >>> report = check()
    >>> [line.name for line in report][:2], [line.name for line in report][-3:]
    (['Python', 'numpy'], ['NumPy cell', 'weather', 'explorers'])
    """
    from packaging.requirements import Requirement  # comes with matplotlib
    from packaging.specifiers import SpecifierSet

    about = metadata.metadata("lstm_notes")
    python = ".".join(map(str, sys.version_info[:3]))
    report = Report([_version("Python", python, SpecifierSet(about["Requires-Python"]))])
    for line in about.get_all("Requires-Dist", []):
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate({"extra": "course"}):
            try:
                found = metadata.version(wanted.name)
            except metadata.PackageNotFoundError:
                found = ""
            report.append(_version(wanted.name, found, wanted.specifier))
    return Report([*report, _cell(), _weather(), _explorers()])


def _version(name, found, specifier):
    """A version against what is needed; an empty one is not there."""
    well = bool(found) and specifier.contains(found, prereleases=True)
    return Check(name, found or "not there", f"needed: {specifier}", well)


def _cell():
    """With all weights 0 each gate is a half and nothing is written: C goes from 1 to 0.5, and h is 0.5 · tanh(0.5)."""
    nothing = LSTMWeights(np.zeros((1, 4)), np.zeros((1, 4)), np.zeros(4))
    h, c, _ = lstm_step(np.zeros((1, 1)), np.zeros((1, 1)), np.ones((1, 1)), nothing)
    found, by_hand = (h.item(), c.item()), (0.23105857863000487, 0.5)
    words = "h = {:.4f}, C = {:.1f}"
    return Check("NumPy cell", words.format(*found), f"by hand: {words.format(*by_hand)}", np.allclose(found, by_hand))


def _weather():
    days = len(load_weather())
    return Check("weather", f"{days} days", "needed: 1461 days", days == 1461)


def _explorers():
    """Whether an explorer has its picture and its front end, and JupyterLab the part that shows it."""
    from ..explorers.cell import CellExplorer

    bundle, _ = CellExplorer()._repr_mimebundle_()
    shown = "application/vnd.jupyter.widget-view+json" in bundle and "image/png" in bundle
    there = [name for name in ("anywidget", "@jupyter-widgets") if any((path / name).is_dir() for path in _lab())]
    found = f"{'drawn' if shown else 'not drawn'}, {len(there)} parts"
    return Check("explorers", found, "needed: drawn, 2 parts in JupyterLab", shown and len(there) == 2)


def _lab():
    """The folders from which JupyterLab takes what it shows in the browser; none where there is no Jupyter."""
    try:
        from jupyter_core.paths import jupyter_path
    except ModuleNotFoundError:
        return []
    return list(map(Path, jupyter_path("labextensions")))
