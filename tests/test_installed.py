"""The report on what is installed: it finds what is missing, too old or broken, and imports nothing heavy."""

import subprocess
import sys
from importlib import metadata

import pytest

from lstm_notes.course import installed


def test_all_is_well_here():
    report = installed.check()
    assert report.wrong == [] and repr(report).endswith("all is well")
    assert {"Python", "numpy", "tensorflow", "jupyterlab", "vega-datasets"} <= {check.name for check in report}
    assert not {"pytest", "torch"} & {check.name for check in report}


def test_what_is_missing_or_of_another_version_is_named(monkeypatch):
    versions = {"numpy": "1.26.4", "tensorflow": None}

    def version(name, known=metadata.version):
        if name in versions and versions[name] is None:
            raise metadata.PackageNotFoundError(name)
        return versions.get(name) or known(name)

    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    report = installed.check()
    assert report.wrong == ["Python", "numpy", "tensorflow"]
    assert "✗ numpy            1.26.4               needed: >=2.0" in repr(report)
    assert "✗ tensorflow       not there " in repr(report) and "not well: Python, numpy, tensorflow" in repr(report)


@pytest.mark.parametrize(
    "name, wrong, check",
    [
        ("lstm_step", lambda x, h, c, weights: (h, c, None), "NumPy cell"),
        ("load_weather", lambda: [1, 2, 3], "weather"),
        ("_lab", lambda: [], "explorers"),
    ],
)
def test_what_does_not_work_is_named(monkeypatch, name, wrong, check):
    monkeypatch.setattr(installed, name, wrong)
    assert installed.check().wrong == [check]


def test_nothing_heavy_is_imported():
    code = "import sys; from lstm_notes.course import installed; installed.check(); "
    code += "print(sorted({'tensorflow', 'keras', 'pandas', 'vega_datasets'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
