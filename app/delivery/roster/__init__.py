"""The roster as a file: CSV or a workbook of Excel, looked at row by row before anything is written, then committed as a whole.

A file is read into rows (`table`), compared with the roster as it stands (`plan`, pure), shown, and committed by the SHA-256 of
the very same bytes. Committing it again changes nothing. A draft whose forms are not drawn takes new people; afterwards a file
changes rooms and seats only.

Not here: cards with PINs (a card is issued for whoever is added; its PIN is made when cards are printed), drawing forms.
"""

from app.delivery.roster.errors import RosterChanged, RosterFile, RosterRefused
from app.delivery.roster.imports import commit, preview, takes_people
from app.delivery.roster.plan import Action, Plan, PlannedRow
from app.delivery.roster.table import LARGEST_FILE, Table, read_table
from app.delivery.roster.template import roster_csv, roster_xlsx

__all__ = [
    "LARGEST_FILE",
    "Action",
    "Plan",
    "PlannedRow",
    "RosterChanged",
    "RosterFile",
    "RosterRefused",
    "Table",
    "commit",
    "preview",
    "read_table",
    "roster_csv",
    "roster_xlsx",
    "takes_people",
]
