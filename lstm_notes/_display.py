"""Whether a notebook is watching, and how to put something into its output."""

import sys
import time


def display(bundle, **options):
    """Show a MIME bundle in the running notebook and return its handle; None where no notebook is running."""
    ipython = sys.modules.get("IPython")
    if ipython is None or not hasattr(ipython.get_ipython(), "kernel"):
        return None
    return ipython.display.display(bundle, raw=True, **options) or True


class Progress:
    """One line that says how far a long piece of work is: a heading, then the heading with a bar while it runs.

    In a notebook the line changes in place and ends as the heading alone, the same on every machine; in a terminal
    it is drawn on stderr and wiped; elsewhere it is silent.
    """

    def __init__(self, heading, total, shown=True):
        self.heading, self.total, self.shown, self.last = heading, total, shown, time.monotonic()
        self.handle = display({"text/plain": heading}, display_id=True) if shown else None

    def show(self, done, note=""):
        """Draw `done` of `total`, at most ten times a second."""
        if time.monotonic() - self.last < 0.1:
            return
        self.last = time.monotonic()
        full = round(20 * min(done / self.total, 1))
        self._draw(f"{self.heading}  {'█' * full}{'░' * (20 - full)}  {note}")

    def close(self):
        """Leave the heading (notebook) or nothing (terminal)."""
        self._draw(self.heading if self.handle else "")

    def _draw(self, line):
        if self.handle:
            self.handle.update({"text/plain": line}, raw=True)
        elif self.shown and sys.stderr is not None and sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[2K{line}")
            sys.stderr.flush()
