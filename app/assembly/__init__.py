"""Form assembly: which items, in which order, with which order of options, each candidate will see.

The forms of a sitting are drawn once, before it opens, from one 256-bit seed. Only the seed's SHA-256 can be seen before the
results are released; the seed itself afterwards, so that anybody can repeat the drawing. A form stores ids, permutations, the
renderer's version and a hash of what is shown; it never stores text.

Invariants: exactly the blueprint's items per criterion, no item twice, no two enemies; drawing is pure and repeatable.

Not here: who gets which form (`app.delivery`). The drawing algorithm is one function; difficulty-matched forms will stand
beside it.
"""

from app.assembly.draw import ALGORITHM, draw_form, shown_hash
from app.assembly.errors import BankTooSmall, FormsExist, OptionsDiffer
from app.assembly.queries import FormChanged, find_form_set, list_forms, read_forms
from app.assembly.randomness import Stream, new_seed
from app.assembly.service import assemble_forms
from app.assembly.types import DrawnForm, Form, FormSet, Question, ShownForm

__all__ = [
    "ALGORITHM",
    "BankTooSmall",
    "DrawnForm",
    "Form",
    "FormChanged",
    "FormSet",
    "FormsExist",
    "OptionsDiffer",
    "Question",
    "ShownForm",
    "Stream",
    "assemble_forms",
    "draw_form",
    "find_form_set",
    "list_forms",
    "new_seed",
    "read_forms",
    "shown_hash",
]
