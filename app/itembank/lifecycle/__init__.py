"""The life of an item: people write, review, approve, use, suspend and retire its versions.

draft → in_review → approved → active ⇄ suspended; active and suspended → approved (rests); all three → retired; draft → retired
(withdrawn, or superseded by what its author wrote after a review); in_review → draft (sent back); approved and suspended → in_review
(rechecked, after a correction found the key wrong). Nothing leaves `retired`.

Invariants: what was submitted never changes, a change is the next version; nobody reviews what they wrote since the item was last
in use; two different persons approve, one where key, options, criterion and language stayed (an editorial correction, which
keeps its lineage of statistics); what was found wrong is used again only after two approved it anew; at most one version of an
item is active. Every move is in the history and in the journal.

Each verb takes the bank of its scheme first (`revisions.touch`), so people who act at the same moment act one after the other.

Not here: pools, search and coverage (`app.itembank`), how an item performed (`app.review`).
"""

from app.itembank.lifecycle.card import read_card
from app.itembank.lifecycle.comments import comment, list_version_comments
from app.itembank.lifecycle.faults import find_wrong
from app.itembank.lifecycle.moves import judge_moves, move, move_all
from app.itembank.lifecycle.reading import compare_versions, read_version
from app.itembank.lifecycle.reviews import ExpertCard, review
from app.itembank.lifecycle.rules import MOVES, list_allowed, may_see
from app.itembank.lifecycle.standing import get_visible, in_use, last_step, list_visible, read_standings
from app.itembank.lifecycle.types import Action, Bar, Standing, Verdict, Written
from app.itembank.lifecycle.write import add_version, create_item, edit_version

__all__ = [
    "MOVES",
    "Action",
    "Bar",
    "ExpertCard",
    "Standing",
    "Verdict",
    "Written",
    "add_version",
    "comment",
    "compare_versions",
    "create_item",
    "edit_version",
    "find_wrong",
    "get_visible",
    "in_use",
    "judge_moves",
    "last_step",
    "list_allowed",
    "list_version_comments",
    "list_visible",
    "may_see",
    "move",
    "move_all",
    "read_card",
    "read_standings",
    "read_version",
    "review",
]
