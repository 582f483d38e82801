"""What a review shows: figures with their printed digits, what each of them means, and the leads that they raise.

A figure is printed once, here; the screen, the paper and the annex all show these very digits.
"""

from app.core.printed import Kind, printed
from app.review.shown.definitions import Definition, definition, list_definitions
from app.review.shown.figures import Figure, counted, figure, missing
from app.review.shown.leads import Lead, Panel, Strength, Subject, SubjectKind

__all__ = [
    "Definition",
    "Figure",
    "Kind",
    "Lead",
    "Panel",
    "Strength",
    "Subject",
    "SubjectKind",
    "counted",
    "definition",
    "figure",
    "list_definitions",
    "missing",
    "printed",
]
