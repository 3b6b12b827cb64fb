"""The explorers: one idea each, to be touched. Notebooks 02 to 06.

    from lstm_notes.explorers import CellExplorer
    CellExplorer()

Each is an ipywidget whose picture moves in the browser (`_explorer` says how), and a described picture where nothing
runs.
"""

from .cell import CellExplorer
from .one_window import OneWindowExplorer
from .shared_weights import SharedWeightsExplorer
from .training_room import TrainingRoom
from .unseen_day import UnseenDayExplorer
from .windows import WindowsExplorer

__all__ = [
    "CellExplorer",
    "OneWindowExplorer",
    "SharedWeightsExplorer",
    "TrainingRoom",
    "UnseenDayExplorer",
    "WindowsExplorer",
]
