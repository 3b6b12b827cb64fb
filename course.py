"""The course's commands. This first file is written so that any Python can read it and say what is wrong.

    python course.py lab      open the course in JupyterLab
    python course.py test     run every test and every notebook
    python course.py help     all commands

`make lab` and `make test` call it. It needs nothing but Python; the work is in tools/commands.py.
"""

import sys

if sys.version_info[:2] not in ((3, 11), (3, 12), (3, 13)):
    sys.exit(
        "This course needs Python 3.11, 3.12 or 3.13 (TensorFlow has no build for others); this is Python "
        "{}.{}. Install one of them and name it: make lab PYTHON=python3.12".format(*sys.version_info[:2])
    )

from tools import commands

commands.main()
