"""One script in several processes at once: what a notebook shows as text is what runs. Notebook 10b_scaling_out.

Each process is told which of them it is, and where they meet, in the words that `torchrun` uses, so that a script
written for the one runs with the other.
"""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from .. import _checks


def start(script, processes, folder):
    """Start `script` (Python, as text) in a number of processes; returns them, a list of subprocess.Popen.

    Each works in `folder` and finds in its environment RANK, its number from 0; WORLD_SIZE, how many there are; and
    MASTER_ADDR and MASTER_PORT, a free port of this machine's loopback.
    """
    processes, folder = _checks.whole("processes", processes), Path(folder)
    (folder / "script.py").write_text(script, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {"WORLD_SIZE": processes, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "OMP_NUM_THREADS": 1}
    for _, name in socket.if_nameindex():
        if name in ("lo", "lo0"):  # PyTorch's gloo would otherwise talk through the interface of the machine's name
            told["GLOO_SOCKET_IFNAME"] = name
    return [_start_one(folder, {name: str(value) for name, value in (told | {"RANK": rank}).items()})
            for rank in range(processes)]  # fmt: skip


def _start_one(folder, told):
    with open(folder / f"printed-{told['RANK']}", "w", encoding="utf-8") as printed:
        process = subprocess.Popen(
            [sys.executable, "script.py"], cwd=folder, env=os.environ | told, stdout=printed, stderr=subprocess.STDOUT
        )
    process.printed = folder / f"printed-{told['RANK']}"
    return process


def finish(started, seconds=120):
    """Wait until all processes have ended; returns what each printed, a list of texts.

    Where one fails, or takes longer than `seconds`, all are ended: RuntimeError with the last line it printed.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     finish(start("import os; print(os.environ['RANK'], 'of', os.environ['WORLD_SIZE'])", 2, folder))
    ['0 of 2\\n', '1 of 2\\n']
    """
    end = time.monotonic() + seconds
    try:
        while None in (codes := [process.poll() for process in started]):
            if any(codes):
                break
            if time.monotonic() > end:
                raise RuntimeError(f"the processes did not end in {seconds} seconds")
            time.sleep(0.02)
        texts = [process.printed.read_text("utf-8") for process in started]
        for process, text in zip(started, texts):
            if process.returncode:
                last = (text.strip().splitlines() or [f"it ended with {process.returncode}"])[-1]
                raise RuntimeError(f"a process failed: {last}")
        return texts
    finally:
        for process in started:
            if process.poll() is None:  # where one has failed, the others may wait for it for ever
                process.kill()
                process.wait()
