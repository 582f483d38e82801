"""What cut a panel of judges proposes: Angoff, Bookmark, Beuk, Hofstee.

A proposal only: the scheme says what the cut is.
"""

from .angoff import AngoffCut, JudgeStatistics, VarianceComponents, angoff
from .bookmark import BookmarkCut, bookmark, bookmark_location
from .compromise import CompromiseCut, beuk, hofstee

__all__ = [
    "AngoffCut",
    "BookmarkCut",
    "CompromiseCut",
    "JudgeStatistics",
    "VarianceComponents",
    "angoff",
    "beuk",
    "bookmark",
    "bookmark_location",
    "hofstee",
]
