"""Bring recorded studies up to date, all of them or those named: run the rows that are missing, on all cores.

studies.py [NAME …]       what is recorded stays, a run that was stopped goes on
studies.py NAME --again   all rows of it anew

The rows on their way are kept in build/studies, or in a database that many machines share:
--storage postgresql://user@host/name, or the same as LSTM_NOTES_STORAGE in the environment.
"""

import argparse
import os
import sys
from pathlib import Path

from lstm_notes.studies import STUDIES, StudyError

BUILD = Path(__file__).resolve().parent.parent / "build" / "studies"


def main():
    parser = argparse.ArgumentParser(prog="make studies", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(STUDIES)}")
    parser.add_argument("--again", action="store_true", help="run recorded rows, too")
    parser.add_argument("--storage", default=os.environ.get("LSTM_NOTES_STORAGE"), help="a database's address")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in STUDIES]:
        sys.exit(f"There is no study {' or '.join(unknown)}; there are {', '.join(STUDIES)}.")
    failures = []
    for name in options.names or STUDIES:
        try:
            from lstm_notes.studies.engine import bring_up_to_date  # Optuna is needed for nothing else

            print(bring_up_to_date(STUDIES[name], options.storage or BUILD / f"{name}.log", again=options.again))
        except StudyError as error:
            failures.append(str(error))
        except KeyboardInterrupt:
            sys.exit(f"\n{name}: stopped; make studies goes on, but for the rows that were at hand.")
    sys.exit("\n".join(failures) or 0)


if __name__ == "__main__":
    main()
