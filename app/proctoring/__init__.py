"""Proctoring, first slice: the live board of a sitting, its token, admission, device release, incidents.

A proctor sees the sittings they are assigned to and no other. The board is one snapshot per sitting and second, shown to all
who watch at the same moment, taken only while somebody does; it shows state, progress and times, never answers, scores or keys.
NOTIFY hints make commands show at once; a lost hint costs a second.

Not here: the attempt's own rules (`app.delivery`); whether the results may be released (`app.review`).
"""

from app.proctoring import admission_routes, invitations, irregularities, papers, roster_routes
from app.proctoring.admission_routes import router as admission_router
from app.proctoring.attention import Attention, list_attention
from app.proctoring.board import Boards, read_board
from app.proctoring.log_in_routes import router as log_in_router
from app.proctoring.queries import list_incidents
from app.proctoring.rescue_routes import router as rescue_router
from app.proctoring.roster_routes import router as roster_router
from app.proctoring.routes import router
from app.proctoring.seat_routes import router as seat_router
from app.proctoring.seb_routes import router as seb_router
from app.proctoring.service import Category, close_incident, open_incident
from app.proctoring.talk_routes import router as talk_router
from app.proctoring.time_routes import router as time_router

# Where more than the usual body is taken, and how much.
UPLOADS = {
    admission_routes.router.prefix + admission_routes.PHOTO_PATH: admission_routes.LARGEST_PHOTO_BODY,
    roster_routes.router.prefix + roster_routes.PREVIEW_PATH: roster_routes.LARGEST_FILE_BODY,
    roster_routes.router.prefix + roster_routes.IMPORT_PATH: roster_routes.LARGEST_FILE_BODY,
}

__all__ = [
    "UPLOADS",
    "Attention",
    "Boards",
    "Category",
    "admission_router",
    "close_incident",
    "invitations",
    "irregularities",
    "list_attention",
    "list_incidents",
    "log_in_router",
    "open_incident",
    "papers",
    "read_board",
    "rescue_router",
    "roster_router",
    "router",
    "seat_router",
    "seb_router",
    "talk_router",
    "time_router",
]
