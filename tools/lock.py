"""Write requirements.lock (exact versions and hashes, all platforms) and environment.yml from pyproject.toml."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Made by `make lock` from pyproject.toml: exact versions and hashes for all platforms.\n"
CONDA = """\
# Made by `make lock`: the packages of requirements.lock, for conda and Binder.
name: lstm_notes
channels:
  - conda-forge
dependencies:
  - python=3.11
  - pip
  - pip:
{pins}
      - -e .
"""


def environment(lock):
    """environment.yml's text: the lock's packages and versions, in its order."""
    return CONDA.format(pins="\n".join(f"      - {quoted(pin)}" for pin in pins(lock)))


def pins(lock):
    """The lock's requirements, without their hashes."""
    return re.findall(r"^(\S+==[^\\\n]+?) *\\?$", lock, re.M)


def quoted(pin):
    return f'"{pin}"' if ";" in pin else pin


def main():
    options = (
        "--extra course --extra test --extra studies --universal --python-version 3.11 --fork-strategy fewest "
        "--generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade --quiet"
    )
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "pip", "compile", "pyproject.toml", *options.split()]
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{done.stderr}No new lock was made; requirements.lock is as it was.")
    lock = HEADER + done.stdout
    (ROOT / "requirements.lock").write_text(lock, encoding="utf-8")
    (ROOT / "environment.yml").write_text(environment(lock), encoding="utf-8")
    print(f"requirements.lock and environment.yml: {len(pins(lock))} packages")


if __name__ == "__main__":
    main()
