"""Do the saved outputs hold on other processors? Notebooks and drawn figures, to the letter (nbval), on emulated
ones, and with start weights moved by their last bits.

machines.py                every setting; the result goes into machines.json, from where `make claims` takes it
machines.py nehalem moved  only settings whose names begin so
machines.py nehalem 07     only notebooks whose names begin so

An older processor is emulated by switching off what it lacks: OpenBLAS, oneDNN (TensorFlow's and PyTorch's) and PyTorch
take kernels by name, and NumPy leaves out the instructions it is told to. That is no ARM, no macOS and no Windows.
"""

import argparse
import datetime
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import NamedTuple

from lstm_notes.course.claims import text_digest
from tools.notebooks import MACHINES, NOTEBOOKS, ROOT

FIGURES = ROOT / "tests" / "test_figures.py"
MOVED = ROOT / "tools" / "moved_start.py"
# Each emulated processor: its name, what NumPy must then be without, and how each library is told.
EMULATED = {
    "haswell": (
        "Haswell-class (2013)", "X86_V4",
        {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR", "OPENBLAS_CORETYPE": "Haswell",
         "ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"},
    ),
    "nehalem": (
        "Nehalem-class (2008)", "X86_V3",
        {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR", "OPENBLAS_CORETYPE": "Nehalem",
         "ONEDNN_MAX_CPU_ISA": "SSE41", "ATEN_CPU_CAPABILITY": "default", "MKL_ENABLE_INSTRUCTIONS": "SSE4_2"},
    ),
}  # fmt: skip
# What a process that was told to be another processor says of itself: NumPy's features, OpenBLAS's kernels.
PROBE = """
import ctypes, pathlib, numpy
from numpy._core._multiarray_umath import __cpu_features__ as features
print(*(name for name in ("X86_V4", "X86_V3", "X86_V2") if features.get(name)), sep=", ")
folder = pathlib.Path(numpy.__file__).parent.parent / "numpy.libs"
(library,) = folder.glob("*openblas*")
name = ctypes.CDLL(str(library)).scipy_openblas_get_corename64_
name.restype = ctypes.c_char_p
print(name().decode())
"""


class Setting(NamedTuple):
    name: str
    environment: dict
    moved: bool = False


def main():
    parser = argparse.ArgumentParser(prog="make machines", description=__doc__.split("\n\n")[0])
    parser.add_argument("--folder", type=Path, default=NOTEBOOKS, help="of the notebooks")
    parser.add_argument("names", nargs="*", help="settings (nehalem, this-1, moved) and notebooks (07)")
    options = parser.parse_args()
    every = settings()
    named = tuple(name for name in options.names if not name[0].isdigit())
    numbered = tuple(name for name in options.names if name[0].isdigit())
    chosen = [key for key in every if not named or key.startswith(named)]
    paths = [path for path in sorted(options.folder.glob("*.ipynb")) if not numbered or path.name.startswith(numbered)]
    if not chosen or not paths:
        sys.exit(
            f"{' '.join(options.names)}: the settings are {', '.join(every)}; notebooks are named by their number."
        )
    whole = options.folder == NOTEBOOKS and not numbered
    failed, same = False, {path.stem: [] for path in paths}
    for key in chosen:
        start, setting = time.monotonic(), every[key]
        differing = compare([*paths, FIGURES] if whole else paths, setting)
        found = f"{len(differing)} cells or figures differ" if differing else "the same, to the letter"
        sign = "✗" if differing else "✓"
        print(f"{sign} {key:<10} {setting.name}: {found}, {time.monotonic() - start:.0f} s", flush=True)
        for place, lines in differing.items():
            print("\n".join([f"    {place}", *(f"        {line}" for line in lines)]), flush=True)
        failed = failed or bool(differing)
        for stem in same:
            if not any(place.startswith(stem) for place in differing):
                same[stem].append(setting.name)
    if whole and chosen == list(every):
        write_record(paths, same)
    sys.exit(1 if failed else 0)


def settings():
    """Key → Setting. Each emulated processor is asked whether it is what it is told to be."""
    chosen, emulate = {}, platform.system() == "Linux" and platform.machine() in ("x86_64", "AMD64")
    processors = {"this": (f"this machine ({platform.machine()})", None, {})}
    if emulate:
        processors = {"this": (f"this machine (OpenBLAS's {probe({})[1]} kernels)", None, {})} | EMULATED
    else:
        print(
            f"Other processors are emulated on Linux with x86-64 only, and this is {platform.system()} with "
            f"{platform.machine()}: the moved start weights stand for them."
        )
    for key, (name, without, environment) in processors.items():
        if without:
            features, kernels = probe(environment)
            if without in features or kernels.lower() != key:
                sys.exit(f"{name} could not be emulated: NumPy has {features}, OpenBLAS {kernels} kernels.")
        for threads in (1, 2):
            words = f"{name}, {threads} thread{'s' * (threads > 1)}"
            chosen[f"{key}-{threads}"] = Setting(words, environment | {"OPENBLAS_NUM_THREADS": str(threads)})
    moved = Setting("start weights moved by their last bits", {"OPENBLAS_NUM_THREADS": "1"}, moved=True)
    return chosen | {"moved": moved}


def probe(environment):
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, env=os.environ | environment)
    if done.returncode:
        sys.exit(f"What this processor can do could not be asked: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout.splitlines()


def compare(paths, setting):
    """Run notebooks (nbval, strict) and test files; place → what differs there, in lines of the comparison."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")} | setting.environment
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder, "results.xml")
        command = [sys.executable, "-m", "pytest", "-q", "-vv", "-p", "no:cacheprovider", f"--junitxml={results}"]
        inside = paths[0].is_relative_to(ROOT)  # pytest names only what lies under its root
        command += ["--rootdir", ROOT if inside else paths[0].parent, "-c", ROOT / "pyproject.toml"]
        if setting.moved:  # kernels read their start-up folder, the tests' own process a plug-in
            startup = Path(folder, "ipython", "profile_default", "startup")
            startup.mkdir(parents=True)
            shutil.copy(MOVED, startup / "00_moved_start.py")
            environment["IPYTHONDIR"] = str(startup.parent.parent)
            command += ["-p", "tools.moved_start"]
        command = [str(part) for part in [*command, *paths]]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        if done.returncode not in (0, 1) or not results.exists():
            sys.exit(f"The notebooks could not be run:\n{(done.stdout + done.stderr)[-3000:]}")
        return read(results)


def read(results):
    """The failed cases of a JUnit file: place → the lines that differ, as saved and as they came now."""
    differing, cases = {}, ElementTree.parse(results).getroot().findall(".//testcase")
    if not cases:
        sys.exit("No cell was run.")
    for case in cases:
        problem = next((case.find(kind) for kind in ("failure", "error") if case.find(kind) is not None), None)
        if problem is not None:
            stem = re.sub(r".*[./]", "", re.sub(r"\.ipynb.*", "", case.get("classname", "")))
            text = re.sub(r"(\x1b|#x1B)\[[0-9;]*m", "", problem.text or "")
            found = re.findall(r"^\s*(?:E\s+)?([-+]) +(\S.*)", text, re.M)  # pytest marks what was expected by a +
            lines = [f"{'saved' if sign == '+' else 'now  '}  {line}" for sign, line in found]
            differing[f"{stem}, {case.get('name')}"] = sorted(lines[:2], reverse=True) or text.strip().splitlines()[-3:]
    return differing


def write_record(paths, same):
    names = [name for name in ("numpy", "tensorflow", "torch") if importlib.util.find_spec(name)]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    about = (
        f"Measured by `make machines` on {datetime.date.today()} with Python {platform.python_version()}, {versions}."
    )
    notebooks = {path.stem: {"digest": text_digest(path), "same on": same[path.stem]} for path in paths}
    record = {"versions": about, "notebooks": notebooks}
    MACHINES.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{MACHINES.relative_to(ROOT)} is written; make claims takes it into CLAIMS.md.")


if __name__ == "__main__":
    main()
