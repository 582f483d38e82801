"""Proctoring: the live board of a sitting, what is done from it, incidents, the timeline of an attempt.

A proctor sees their rooms of the sittings they are assigned to, a head proctor the whole sitting. The board is one snapshot per
sitting and second, taken only while somebody watches; all who see the same rooms are sent the same bytes, first the whole and then
what changed. It shows state, progress and times, never answers, scores or keys. NOTIFY hints make commands show at once; a lost
hint costs a second.

Not here: the attempt's own rules (`app.delivery`); whether the results may be released (`app.review`).
"""

from app.core.web import LARGEST_UPLOAD, Body
from app.proctoring import admission_routes, incident_routes, invitations, irregularities, papers, roster_routes
from app.proctoring.admission_routes import router as admission_router
from app.proctoring.attention import Attention, list_attention
from app.proctoring.board import read_board
from app.proctoring.incident_codes import Category, Code
from app.proctoring.incident_routes import photo_router
from app.proctoring.incident_routes import router as incident_router
from app.proctoring.log_in_routes import router as log_in_router
from app.proctoring.queries import list_incidents
from app.proctoring.rescue_routes import router as rescue_router
from app.proctoring.roster_routes import router as roster_router
from app.proctoring.routes import router
from app.proctoring.seat_routes import router as seat_router
from app.proctoring.seb_routes import router as seb_router
from app.proctoring.service import close_incident, open_incident
from app.proctoring.stream import Boards
from app.proctoring.talk_routes import router as talk_router
from app.proctoring.time_routes import router as time_router

# Where another body than the usual one is taken.
UPLOADS = {
    admission_routes.router.prefix + admission_routes.PHOTO_PATH: Body(admission_routes.LARGEST_PHOTO_BODY),
    roster_routes.router.prefix + roster_routes.PREVIEW_PATH: Body(roster_routes.LARGEST_FILE_BODY),
    roster_routes.router.prefix + roster_routes.IMPORT_PATH: Body(roster_routes.LARGEST_FILE_BODY),
    incident_routes.PLACE + incident_routes.PHOTO_PATH: Body(LARGEST_UPLOAD, picture=True),
}

__all__ = [
    "UPLOADS",
    "Attention",
    "Boards",
    "Category",
    "Code",
    "admission_router",
    "close_incident",
    "incident_router",
    "invitations",
    "irregularities",
    "list_attention",
    "list_incidents",
    "log_in_router",
    "open_incident",
    "papers",
    "photo_router",
    "read_board",
    "rescue_router",
    "roster_router",
    "router",
    "seat_router",
    "seb_router",
    "talk_router",
    "time_router",
]
