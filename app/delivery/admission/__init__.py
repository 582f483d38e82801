"""Admission: the photograph on file, the check of identity, who came late or not at all, and whether computers are ready.

A proctor of the room compares the person at the door with a document and with the photograph on file, and writes down what they
saw; where the sitting admits by proctor, nobody starts without that. The photograph is frozen when its person is first admitted:
from then on a change takes two people.

Invariants: photographs, checks and marks of absence are added, never changed; the newest one counts. A report of a waiting room
judges nobody and stops nobody.

Not here: starting (`app.delivery.start`), who sees which room (`app.delivery.rooms`).
"""

from app.delivery.admission.arrivals import admit, check_in, mark_absent
from app.delivery.admission.errors import IdentityFirst, NotMatched
from app.delivery.admission.photos import add_photo, decide_photo, photos_of, read_photo
from app.delivery.admission.queries import list_absent, list_arrivals, list_checked
from app.delivery.admission.readiness import list_computers, note_readiness
from app.delivery.admission.rules import LARGEST_PHOTO
from app.delivery.admission.types import Absence, Arrival, CheckIn, Computer, Document, Identity, Photo, Report

__all__ = [
    "LARGEST_PHOTO",
    "Absence",
    "Arrival",
    "CheckIn",
    "Computer",
    "Document",
    "Identity",
    "IdentityFirst",
    "NotMatched",
    "Photo",
    "Report",
    "add_photo",
    "admit",
    "check_in",
    "decide_photo",
    "list_absent",
    "list_arrivals",
    "list_checked",
    "list_computers",
    "mark_absent",
    "note_readiness",
    "photos_of",
    "read_photo",
]
