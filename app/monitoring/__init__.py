"""What operators watch and what they look at before an exam: `/metrics`, and the checks of `sahih preflight` as a page.

Not here: the figures themselves (`app.core.metrics`, `app.core.figures`), the decisions (`app.core.preflight`).
"""

from app.monitoring.metrics_page import publish_for_ever
from app.monitoring.metrics_page import router as metrics_router
from app.monitoring.preflight import examine, read_facts
from app.monitoring.routes import router as preflight_router

__all__ = ["examine", "metrics_router", "preflight_router", "publish_for_ever", "read_facts"]
