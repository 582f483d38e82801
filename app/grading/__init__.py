"""Grading: from final answers to a score and a recommendation, and the release of results.

score = f(answers, keys, corrections in force, rule version): number right, a blank is wrong, nothing is negative, the pass mark
itself is enough. Scores are rows of scoring runs, never edited; each names the hash of the answers (the candidate's receipt), of
the keys, the corrections and the rule; answers that an approved rescue brings in make another run beside the first, and so does a
correction of a key (`corrections`). Results are `withheld` until a committee member releases them; candidates read them through
a view that holds released scores only.

Not here: whether the sitting may be released (the key check, `app.review`), and the decision on a certificate: a score only
recommends.
"""

from app.grading import corrections
from app.grading.corrections import corrections_in_force, open_corrections
from app.grading.errors import AlreadyReleased, NotReleased, NotScored
from app.grading.invariants import INVARIANTS
from app.grading.queries import get_release, list_readable, list_scores, sittings_to_score
from app.grading.routes import result as read_own_result
from app.grading.rules import RULE_VERSION, has_option, is_right, mark, recommend
from app.grading.runs import share_scoring
from app.grading.service import count_unscored, release, score_sitting
from app.grading.types import Correction, CorrectionKind, Mark, Release, ReleaseState, Right, UnitResult

__all__ = [
    "INVARIANTS",
    "RULE_VERSION",
    "AlreadyReleased",
    "Correction",
    "CorrectionKind",
    "Mark",
    "NotReleased",
    "NotScored",
    "Release",
    "ReleaseState",
    "Right",
    "UnitResult",
    "corrections",
    "corrections_in_force",
    "count_unscored",
    "get_release",
    "has_option",
    "is_right",
    "list_readable",
    "list_scores",
    "mark",
    "open_corrections",
    "read_own_result",
    "recommend",
    "release",
    "score_sitting",
    "share_scoring",
    "sittings_to_score",
]
