"""Certification schemes as data: units, criteria, eligibility, exam rules, and the places where the document is silent.

A scheme is a file (`itembank/<scheme>/scheme.yaml`), checked against a JSON Schema and for agreement between its parts.
Loading it makes an immutable *scheme version*; the same content is the same version, a changed file is the next one. Sittings,
forms and scores name the version they were made under, so an old result is always explained by the rules of its day.

Not here: the items (`app.itembank`), and what the rules do (scoring is in `app.grading`, forms are in `app.assembly`).
"""

from app.schemes.queries import find_newest, get_scheme_version, list_newest
from app.schemes.service import load_scheme, read_exam, read_kuks
from app.schemes.types import Criterion, ExamRules, SchemeVersion, Unit

__all__ = [
    "Criterion",
    "ExamRules",
    "SchemeVersion",
    "Unit",
    "find_newest",
    "get_scheme_version",
    "list_newest",
    "load_scheme",
    "read_exam",
    "read_kuks",
]
