"""All tables, for the migrations; nothing else may import this module."""

from app.assembly import models as assembly
from app.core import figures, freeze, jobs, journal
from app.core.db import Base
from app.delivery import models as delivery
from app.delivery.admission import models as admission
from app.delivery.rescue import models as rescue
from app.delivery.seb import models as seb
from app.delivery.signals import models as signals
from app.delivery.talk import models as talk
from app.grading import models as grading
from app.grading.corrections import models as corrections
from app.identity import models as identity
from app.itembank import models as itembank
from app.proctoring import models as proctoring
from app.proctoring.invitations import models as invitations
from app.proctoring.irregularities import models as irregularities
from app.proctoring.papers import models as papers
from app.review import models as review
from app.review.angoff import models as angoff
from app.review.data import models as review_data
from app.review.findings import models as findings
from app.review.item_panel import models as item_decisions
from app.review.method import models as review_methods
from app.review.reviews import models as reviews
from app.schemes import models as schemes

__all__ = [
    "Base",
    "admission",
    "angoff",
    "assembly",
    "corrections",
    "delivery",
    "figures",
    "findings",
    "freeze",
    "grading",
    "identity",
    "invitations",
    "irregularities",
    "item_decisions",
    "itembank",
    "jobs",
    "journal",
    "papers",
    "proctoring",
    "rescue",
    "review",
    "review_data",
    "review_methods",
    "reviews",
    "schemes",
    "seb",
    "signals",
    "talk",
]
