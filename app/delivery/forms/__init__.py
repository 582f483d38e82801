"""The forms of a sitting: asked for, made, certified, accepted, given out.

Whoever plans the sitting asks for forms; the worker makes them in a process of its own, with their certificate; a member of the
committee accepts it. Then the sitting is prepared: everybody on the roster gets one of the forms, spiralled over rooms and seats, in
an order of items and options of their own, and a sealed paper.

Invariants: nobody gets a form that no accepted certificate names; a plan that was withdrawn or failed stays on record; who retakes
the exam gets the form with the fewest items that they saw before, and the journal says how many.

Not here: what makes forms comparable (`app.assembly`), whether they were in the end (`app.review`).
"""

from app.delivery.forms.asking import PLAN_JOB, accept, ask, begin, count_candidates, propose, withdraw
from app.delivery.forms.errors import BadSettings, CertificateMissing, NoCandidates
from app.delivery.forms.history import read_earlier
from app.delivery.forms.making import fail_given_up, keep, make_plan, read_order
from app.delivery.forms.preparing import prepare
from app.delivery.forms.routes import router

__all__ = [
    "PLAN_JOB",
    "BadSettings",
    "CertificateMissing",
    "NoCandidates",
    "accept",
    "ask",
    "begin",
    "count_candidates",
    "fail_given_up",
    "keep",
    "make_plan",
    "prepare",
    "propose",
    "read_earlier",
    "read_order",
    "router",
    "withdraw",
]
