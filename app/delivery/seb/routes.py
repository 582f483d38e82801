"""The file, for everybody: Safe Exam Browser fetches it before anybody logged in."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.core.db import ExamSession
from app.core.web import StrictRoute
from app.delivery.seb.file import MEDIA_TYPE, write_file
from app.delivery.seb.queries import get_settings

router = APIRouter(prefix="/api/public/seb", route_class=StrictRoute, tags=["public"])


@router.get("/{code}.seb", operation_id="sebFile", response_class=Response)
async def seb_file(code: str, session: ExamSession) -> Response:
    """The settings of a sitting that asks for Safe Exam Browser. `sebs://` in front of this address opens it with them."""
    content = write_file(await get_settings(session, code))
    headers = {"Content-Disposition": f'attachment; filename="{code}.seb"'}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
