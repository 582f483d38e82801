"""The built pages' scripts and styles, compressed when they were built: a test centre's server often has no proxy before it."""

from __future__ import annotations

import re

from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")


class Assets(StaticFiles):
    """Built files carry a hash in their name, so a browser may keep them for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await self._compressed(path, scope) or await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Vary"] = "Accept-Encoding"
        return response

    async def _compressed(self, path: str, scope: Scope) -> Response | None:
        """The compressed twin that the build left beside the file, for a browser that takes it."""
        if not GZIP.search(Headers(scope=scope).get("accept-encoding", "")):
            return None
        try:
            response = await super().get_response(path + ".gz", scope)
        except HTTPException:
            return None
        response.headers["Content-Encoding"] = "gzip"
        return response
