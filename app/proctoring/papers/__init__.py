"""Papers of a sitting as PDF: attendance list, seating plan, participants' cards, minutes, incident sheets; letters of decisions;
and the certificate of its forms.

Facts are gathered (`queries`, `timeline`), put into Indonesian words (`contents`, `minutes`) and set by typst from templates that
get them as data (`press`, `templates/`). Each print has a code that leads to `/periksa/{code}`, where anybody who holds the
paper sees whether it is genuine.

Invariants: the minutes account for every second of every clock; a paper tells no more than whoever prints it may see, and never
answers or scores; the same content and print give the same bytes; a print is written down only once it could be made.

Not here: what happened (`app.delivery`, `app.core.journal`), PINs and how they are stored (`app.identity`), what a decision says
(`app.proctoring.irregularities`).
"""

from app.proctoring.papers.certificate_routes import router as certificate_router
from app.proctoring.papers.contents import head
from app.proctoring.papers.dates import BODY_ZONE
from app.proctoring.papers.press import grouped
from app.proctoring.papers.queries import list_review_prints
from app.proctoring.papers.routes import as_file, router
from app.proctoring.papers.service import content_sha256, draft, draft_of_review, make
from app.proctoring.papers.types import Draft, Kind, Print
from app.proctoring.papers.verify import router as verify_router
from app.proctoring.papers.words import ENGLISH_TITLES, TITLES

__all__ = [
    "BODY_ZONE",
    "ENGLISH_TITLES",
    "TITLES",
    "Draft",
    "Kind",
    "Print",
    "as_file",
    "certificate_router",
    "content_sha256",
    "draft",
    "draft_of_review",
    "grouped",
    "head",
    "list_review_prints",
    "make",
    "router",
    "verify_router",
]
