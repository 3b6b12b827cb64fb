"""The explorers: one idea each, to be touched. Notebooks 01 to 12.

    from lstm_notes.explorers import CellExplorer
    CellExplorer()

Each is an ipywidget whose picture moves in the browser (`_explorer` says how), and a described picture where nothing
runs.
"""

from .cell import CellExplorer
from .contest import ContestExplorer
from .digits import DigitsExplorer
from .guessing_game import GuessingGame
from .lab import LabExplorer
from .long_memory import LongMemoryExplorer
from .one_window import OneWindowExplorer
from .prompt import PromptExplorer
from .self_test import SelfTest
from .shared_weights import SharedWeightsExplorer
from .training_room import TrainingRoom
from .tuning import TuningExplorer
from .unseen_day import UnseenDayExplorer
from .windows import WindowsExplorer

__all__ = [
    "CellExplorer",
    "ContestExplorer",
    "DigitsExplorer",
    "GuessingGame",
    "LabExplorer",
    "LongMemoryExplorer",
    "OneWindowExplorer",
    "PromptExplorer",
    "SelfTest",
    "SharedWeightsExplorer",
    "TrainingRoom",
    "TuningExplorer",
    "UnseenDayExplorer",
    "WindowsExplorer",
]
