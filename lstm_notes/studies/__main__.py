"""Bring recorded studies and searches up to date, all of them or those named: run what is missing, on all cores.

python -m lstm_notes.studies [NAME …]          what is recorded stays, a run that was stopped goes on
python -m lstm_notes.studies NAME --again      all of it anew
python -m lstm_notes.studies my_module:STUDY   a Study or a Search of your own

On one machine, what is on its way is kept in a file; the same command, started twice, shares it. Many machines share a
database: --storage postgresql://user@host/name, or the same as LSTM_NOTES_STORAGE in the environment, where others on
the machine do not read it. Then each of them runs the same command.
"""

import argparse
import importlib
import os
import sys
from pathlib import Path

from . import SEARCHES, STUDIES, Search, Study, StudyError, search_settings
from .record import FOLDER
from .search import HEARTBEAT


def main():
    known = STUDIES | SEARCHES
    parser = argparse.ArgumentParser(prog="python -m lstm_notes.studies", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"MODULE:NAME, or of {', '.join(known)}")
    parser.add_argument("--again", action="store_true", help="run what is recorded, too")
    parser.add_argument("--storage", default=os.environ.get("LSTM_NOTES_STORAGE"), help="a database's address")
    parser.add_argument(
        "--folder", type=Path, default=Path("build", "studies"), help="of rows on their way: %(default)s"
    )
    parser.add_argument("--results", type=Path, default=FOLDER, help="folder of finished files: the package's")
    parser.add_argument("--workers", type=int, help="processes at a time: as many as there are cores")
    parser.add_argument("--heartbeat", type=int, default=HEARTBEAT, help="s, of a process in a database: %(default)s")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in known and ":" not in name]:
        sys.exit(f"There is no study {' or '.join(unknown)}; there are {', '.join(known)}.")
    failures = []
    for name in options.names or known:
        try:
            study = known.get(name) or _own(name)
            print(_up_to_date(study, options.storage or options.folder / f"{study.name}.log", options), flush=True)
        except (StudyError, ValueError) as error:
            failures.append(str(error))
        except KeyboardInterrupt:
            sys.exit(f"\n{name}: stopped; the same command goes on, but for the rows that were at hand.")
    sys.exit("\n".join(failures) or 0)


def _own(name):
    """The Study or Search that is called MODULE:NAME."""
    module, _, attribute = name.partition(":")
    try:
        study = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise StudyError(f"{name} is not there: {error}") from error
    if not isinstance(study, (Study, Search)):
        raise StudyError(f"{name} is {study!r}; a Study or a Search is needed")
    return study


def _up_to_date(study, place, options):
    """A sentence about what was done."""
    shared = {"again": options.again, "workers": options.workers, "heartbeat": options.heartbeat}
    from . import engine  # Optuna is needed for nothing else

    if isinstance(study, Study):
        return engine.bring_up_to_date(study, place, folder=options.results, **shared)
    if not options.again and study.path(options.results).exists() and not engine.begun(study, place):
        recorded = study.recorded(options.results)
        if recorded.about["space"] == study.words() and len(recorded) == study.settings:
            return f"{recorded}, up to date"
    tried = search_settings(study, place, **shared)
    tried.write(study, options.results)
    return "\n".join([repr(tried), *tried.failures])


if __name__ == "__main__":
    main()
