"""Review: statistics of a sitting for the scheme committee, the key check before the release, the equity of its forms after it.

Statistics are computed from a snapshot that is copied out first and named by its hash. Figures carry their interval and n;
under a stated n there is no verdict and no coefficient, only counts. The key check lists what somebody should look at (a key
that the data contradicts, everybody right, nobody right, candidates' remarks, incidents) and is cleared by a named committee
member; only then can results be released. Afterwards a sitting leaves its figures with the items; those of years together are a
calibration on the scale of the reference standard.

Not here: formulas (`app.psychometrics`), scores and the release itself (`app.grading`).
"""

from app.review.angoff.routes import router as angoff_router
from app.review.data.computing import compute_review, fail_given_up
from app.review.data.routes import UPLOADS
from app.review.data.routes import router as group_router
from app.review.findings.looks import Outcome
from app.review.findings.routes import router as finding_router
from app.review.invariants import INVARIANTS
from app.review.item_panel.routes import router as item_router
from app.review.key_check import clear, look, read_key_check, release
from app.review.method.routes import router as method_router
from app.review.method.versions import approve_default_method
from app.review.pooling import Sat
from app.review.record import CALIBRATE_JOB, RECORD_JOB, calibrate_sittings, record_calibration, record_items
from app.review.report.routes import router as report_router
from app.review.rescore.routes import router as rescore_router
from app.review.reviews.computing import COMPUTE_JOB
from app.review.reviews.part_routes import router as part_router
from app.review.reviews.routes import router as review_router
from app.review.routes import router
from app.review.snapshot import Snapshot, record_reading, take_snapshot
from app.review.statistics import LEAST_N_EXAM, flags, key_signals, panels, verdict

__all__ = [
    "CALIBRATE_JOB",
    "COMPUTE_JOB",
    "INVARIANTS",
    "LEAST_N_EXAM",
    "RECORD_JOB",
    "UPLOADS",
    "Outcome",
    "Sat",
    "Snapshot",
    "angoff_router",
    "approve_default_method",
    "calibrate_sittings",
    "clear",
    "compute_review",
    "fail_given_up",
    "finding_router",
    "flags",
    "group_router",
    "item_router",
    "key_signals",
    "look",
    "method_router",
    "panels",
    "part_router",
    "read_key_check",
    "record_calibration",
    "record_items",
    "record_reading",
    "release",
    "report_router",
    "rescore_router",
    "review_router",
    "router",
    "take_snapshot",
    "verdict",
]
