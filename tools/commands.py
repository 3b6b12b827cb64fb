"""What `course.py` does: set up the environment in .venv when it has to, then what was asked. Standard library only."""

import hashlib
import importlib.util
import itertools
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools import copies

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "course-is-set-up"
WORKSPACES = VENV / "workspaces"  # how JupyterLab's parts lie in this course, apart from the reader's own
# JupyterLab's settings in this course: no pop-up covers the first screen, and a page is read, as the first one is.
OVERRIDES = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
}

COMMANDS = {
    "lab": "open the course in JupyterLab, your own copies in my_course: its first page, or one (make lab NB=05)",
    "reset": "put a fresh copy of a notebook into my_course, yours is kept beside it (make reset NB=02)",
    "edit": "open the originals in JupyterLab, for authors (make edit NB=05)",
    "test": "run every test and every notebook",
    "run": "run all notebooks, without a browser, into build/notebooks",
    "save": "run notebooks and save them in place: all of them, or those named (make save NB=02)",
    "page": "make pages of the notebooks whose explorers live without a kernel, in build/pages",
    "studies": "run what recorded studies lack, on all cores; a stopped run goes on (make studies NB=protocol)",
    "machines": "compare the saved outputs on emulated processors, and with start weights moved by their last bits",
    "minutes": "say in the notebooks and in README how long each takes, by one formula",
    "claims": "write CLAIMS.md from the saved notebooks, and on which machines they hold",
    "figures": "draw the pictures in figures/ anew",
    "screenshots": "photograph the explorers for README and gallery (needs Chromium or Chrome)",
    "bench": "measure speed and agreement beside Keras and PyTorch",
    "setup": "only set up the environment",
    "lock": "find new versions of all packages and write requirements.lock and environment.yml",
    "help": "this list",
}


def main():
    try:
        do(*sys.argv[1:] or ["help"])
    except KeyboardInterrupt:
        sys.exit("\nStopped. The same command goes on where it can.")


def do(command, *rest):
    if command not in COMMANDS:
        sys.exit(f"There is no command {command!r}; there are {', '.join(COMMANDS)}.")
    if command == "help":
        print("\n".join(f"make {name:<11} {text}" for name, text in COMMANDS.items()))
        return
    if command == "reset":  # needs no environment
        copies.reset(rest)
        return
    if command in ("lab", "edit"):
        target, rest = to_open(command, rest)  # a notebook that is not there is told before the set-up
    set_up()
    if command in ("test", "run", "save", "page"):
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # several notebooks at a time would fight over the cores
    if command in ("lab", "edit"):
        if command == "lab":
            copies.update()
        run([PYTHON, "-m", "tools.lab", target, *rest])
    elif command == "test":
        run([PYTHON, "-m", "pytest", *rest])
    elif command in ("run", "save", "page", "claims"):
        run([PYTHON, "-m", "tools.notebooks", command, *rest])
    elif command == "studies":
        run([PYTHON, "-m", "lstm_notes.studies", *rest])
    elif command in ("figures", "screenshots", "bench", "lock", "machines", "minutes"):
        run([PYTHON, "-m", f"tools.{command}", *rest])


def to_open(command, arguments):
    """What JupyterLab opens, as a path below ROOT, and the arguments that are its own: 05 --no-browser."""
    names = list(itertools.takewhile(lambda each: not each.startswith("-"), arguments))
    if len(names) > 1:
        sys.exit(f"One notebook is opened at a time; {len(names)} came: {' '.join(names)}.")
    rest = arguments[len(names) :]
    if command == "edit":
        return f"notebooks/{(copies.named(names[0]) if names else copies.originals()[0]).name}", rest
    return f"my_course/{copies.named(names[0]).name if names else copies.FIRST_PAGE}", rest


def run(command):
    """Become `command`, or where that cannot be (Windows), run it and end as it ends."""
    command = [str(part) for part in command]
    os.chdir(ROOT)
    sys.stdout.flush()
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


# ---------------------------------------------------------------------------------------------------------------
# The environment: .venv with exactly what requirements.lock names, and this package. A stamp says that it is whole.


def set_up():
    wanted = hashlib.sha256(b"".join(p.read_bytes() for p in (LOCK, ROOT / "pyproject.toml", Path(__file__))))
    wanted.update(str(VENV).encode())  # a moved folder has to be set up again
    stamp = STAMP.read_text() if STAMP.exists() else None
    if stamp == wanted.hexdigest() and PYTHON.exists():
        return
    check_machine()
    start = time.monotonic()
    if stamp is None or not PYTHON.exists():  # new, or left half done: from the start, downloads are kept
        print(f"Setting up the course in {VENV.name} (about 2.5 GB, once).", flush=True)
        install([sys.executable, "-m", "venv", "--clear", VENV], "The environment .venv could not be made.")
    else:
        print("The course's packages have changed: bringing .venv up to date.", flush=True)
    STAMP.unlink(missing_ok=True)
    install_lock()
    install(
        [BIN / "uv", "pip", "install", "--quiet", "--python", PYTHON, "--offline", "--no-deps",
         "--no-build-isolation", "--editable", ROOT],
        "The course's own package could not be installed.",
    )  # fmt: skip
    prepare_first_use()
    STAMP.write_text(wanted.hexdigest())
    print(f"Set up in {time.monotonic() - start:.0f} s.", flush=True)


def check_machine():
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        sys.exit("TensorFlow has no build for Macs with Intel processors; use another machine or Binder (see README).")
    if sys.maxsize < 2**32:
        sys.exit("This is a 32-bit Python, for which TensorFlow has no build; install a 64-bit Python.")
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        sys.exit(f"This Python lacks its venv module; on Debian and Ubuntu: sudo apt install {package}")
    if shutil.disk_usage(ROOT).free < 3e9:
        sys.exit("The course needs about 2.5 GB, and this disk has less than 3 GB free.")


def install_lock():
    """With uv, which takes seconds, itself installed by pip under the lock's version and hash; with pip where uv
    cannot (say, behind a mirror that only pip is set up for)."""
    no_network = (
        "The packages could not be fetched: is this machine on the network? "
        "Run the same command again when it is; what was fetched is not fetched twice."
    )
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--retries", "2", "install", "--require-hashes"]
    pinned = re.search(r"^uv==.*?(?=^\S|\Z)", LOCK.read_text(encoding="utf-8"), re.M | re.S).group()
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder, "uv.txt")
        only_uv.write_text(pinned, encoding="utf-8")
        install([*pip, "--quiet", "-r", only_uv], no_network, quiet=True)
    fast = [BIN / "uv", "pip", "install", "--python", PYTHON, "--require-hashes", "-r", LOCK]
    if subprocess.call([str(part) for part in fast]) != 0:
        print("uv could not install the packages; trying pip, which takes longer.", flush=True)
        install([*pip, "-r", LOCK], no_network)


def install(command, sentence, quiet=False):
    """Run a step of the set-up; if it fails, end with one sentence, after the step's own words or the last of them."""
    kept = subprocess.PIPE if quiet else None
    done = subprocess.run([str(part) for part in command], cwd=ROOT, stdout=kept, stderr=kept, text=True)
    if done.returncode:
        last = (done.stderr or "").strip().splitlines()[-1:]
        sys.exit("\n".join([*last, sentence]))


def prepare_first_use():
    """What would otherwise keep a reader waiting, or cover the first screen, in the first minute."""
    subprocess.call([str(PYTHON), "-c", "import logging; logging.disable(); import matplotlib.font_manager"])
    settings = VENV / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps(OVERRIDES))
    arrange(WORKSPACES)


def arrange(folder):
    """Close JupyterLab's side bar at its first start: an explorer then has room for its controls beside the picture.
    What a reader opens later stays open. A second tab cannot be arranged: JupyterLab gives it a workspace that it
    empties first (auto-…?reset), and in an empty one its file browser opens by itself."""
    opened_first = folder / "default-37a8.jupyterlab-workspace"  # the name that JupyterLab gives it
    if not opened_first.exists():
        folder.mkdir(parents=True, exist_ok=True)
        layout = {"layout-restorer:data": {"left": {"collapsed": True}}}
        opened_first.write_text(json.dumps({"data": layout, "metadata": {"id": "default"}}))
