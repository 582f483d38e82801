"""The hot paths: what a whole room sends at once or every few seconds, at a fraction of the cost of an ordinary route.

    request ─► paths (origin, cookie, strict JSON) ─► lane of its sitting ─► one statement for all that wait ─► COMMIT ─► replies

Plain ASGI, msgspec and asyncpg; the only code that goes around FastAPI and the ORM. What waits in a lane goes around ASGI, too: it
comes from `protocol` (HTTP) and `frames` (WebSocket) and waits as an entry, not as a task. `paths.hot_route` is the one way to
register a path, so that each appears in OpenAPI, in the walk over all routes and in the authorisation table. The rules are
those of the rest of delivery (`rules.phase`, the refusals, the statements); only the transport and the grouping are new.

Invariants: no reply before the commit of what it says (a heartbeat says nothing that could be lost: `contacts`); state and deadline
are judged inside the statement by the database's clock; one bad request or one locked attempt holds up nobody else; what cannot be
taken is refused with 503 and Retry-After, never dropped.
"""
