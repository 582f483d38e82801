"""Files of items into a bank and out of it, with a person's word before anything happens.

Import: a file comes in sealed; the worker reads it in a process with limits and says row by row what it would do; who sent it says
do it, and all of it becomes drafts of theirs in one transaction, or none of it. Export: one person asks, another agrees, the
first takes the file within a day; every file names its export, and `trace` finds that again.

Nothing of a file lies unsealed in the database, and nothing of an export lies anywhere. Not here: the formats (`exchange`), and
what becomes of a draft (`lifecycle`).
"""

from app.itembank.transfers.imports import APPLY_JOB, READ_JOB, forget_old_imports
from app.itembank.transfers.jobs import apply_import, read_import
from app.itembank.transfers.routes import UPLOADS, file_router, router
from app.itembank.transfers.tracing import Trace, trace

__all__ = [
    "APPLY_JOB",
    "READ_JOB",
    "UPLOADS",
    "Trace",
    "apply_import",
    "file_router",
    "forget_old_imports",
    "read_import",
    "router",
    "trace",
]
