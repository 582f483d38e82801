"""Safe Exam Browser: a sitting may ask for it, and every exam request then shows whether it came from there.

A sitting's choices become settings, the settings a file that candidates open and a Config Key that only those settings have. Each
request carries a hash of its own address and that key, each address the mark of its session. A check that fails is a signal which
a proctor may set aside with a reason; nobody is refused for it. It proves little: whoever reads the file can compute the hash, so it
stops the curious and is no evidence against anybody by itself.

It stands in delivery because the exam's own routes look; what staff see and do is `app.proctoring.seb_routes`.
"""

from app.delivery.seb.errors import NothingToOverride
from app.delivery.seb.file import write_file
from app.delivery.seb.keys import config_key, is_request_hash, request_hash, seb_json
from app.delivery.seb.queries import find_requirement, list_failures
from app.delivery.seb.routes import router
from app.delivery.seb.rules import mark_of
from app.delivery.seb.service import drop, override, require
from app.delivery.seb.types import Failure, Override, Requirement, Verdict
from app.delivery.seb.watch import Watch, watch_request

__all__ = [
    "Failure",
    "NothingToOverride",
    "Override",
    "Requirement",
    "Verdict",
    "Watch",
    "config_key",
    "drop",
    "find_requirement",
    "is_request_hash",
    "list_failures",
    "mark_of",
    "override",
    "request_hash",
    "require",
    "router",
    "seb_json",
    "watch_request",
    "write_file",
]
