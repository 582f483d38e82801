"""Grading: from final answers to a score and a recommendation, and the release of results.

score = f(answers, key version, rule version): number right, a blank is wrong, nothing is negative, the pass mark itself is
enough. Scores are rows of scoring runs, never edited; each names the hash of the answers (the candidate's receipt), of the
keys, and the rule; answers that an approved rescue brings in make another run beside the first. Results are `withheld` until
a committee member releases them; candidates read them through a view that holds released scores only.

Not here: whether the sitting may be released (the key check, `app.review`), and the decision on a certificate: a score only
recommends.
"""

from app.grading.errors import AlreadyReleased, NotReleased, NotScored
from app.grading.invariants import INVARIANTS
from app.grading.queries import get_release, list_scores, sittings_to_score
from app.grading.routes import result as read_own_result
from app.grading.rules import RULE_VERSION, has_option, is_right, mark, recommend
from app.grading.service import count_unscored, release, score_sitting
from app.grading.types import Mark, Release, ReleaseState, UnitResult

__all__ = [
    "INVARIANTS",
    "RULE_VERSION",
    "AlreadyReleased",
    "Mark",
    "NotReleased",
    "NotScored",
    "Release",
    "ReleaseState",
    "UnitResult",
    "count_unscored",
    "get_release",
    "has_option",
    "is_right",
    "list_scores",
    "mark",
    "read_own_result",
    "recommend",
    "release",
    "score_sitting",
    "sittings_to_score",
]
