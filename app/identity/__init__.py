"""People, their roles and their sessions.

Two realms: candidates log in with participant number and PIN (a keyed hash, since the PIN is random and long), staff with user
name and password (argon2id). A session is a row; the cookie holds a signed token that names it, is renewed silently and stops
working within five seconds of the row's revocation. Only failed log-ins are throttled: wrong PINs per address, wrong passwords
per account and address; nobody's failures refuse another person's right PIN.

Invariants: a secret is stored only as a hash; roles are granted and revoked, never edited; a token alone proves nothing
without its live session row; nobody does more than sign before the undertakings of their roles are signed.

Not here: what a role may do (`app.core.access`), which sitting a person may see (a WHERE in that domain's query).
"""

from app.identity import undertakings
from app.identity.candidates import count_wrong_pin, log_in_candidate
from app.identity.cards import issue_card, new_pins, replace_pins
from app.identity.errors import AdminExists, NumberTaken, WrongCredentials
from app.identity.fast import FastGuard, Visitor
from app.identity.guard import ActorCache, clear_cookie, cookie_name, require, set_cookie, settings_of
from app.identity.openings import open_log_in
from app.identity.queries import (
    find_staff,
    list_staff,
    list_with_permission,
    live_roles,
    names_of,
    people_of_cards,
    roles_of,
    taken_numbers,
)
from app.identity.routes import router
from app.identity.service import (
    add_first_admin,
    add_person,
    add_staff,
    forget_old_failures,
    forget_old_sessions,
    log_in_staff,
    log_out,
    make_link,
    rename_person,
    revoke_sessions,
    set_password,
    use_link,
)
from app.identity.types import Claims, IssuedCard, LoggedIn, Realm
from app.identity.undertakings.routes import router as undertaking_router

__all__ = [
    "ActorCache",
    "AdminExists",
    "Claims",
    "FastGuard",
    "IssuedCard",
    "LoggedIn",
    "NumberTaken",
    "Realm",
    "Visitor",
    "WrongCredentials",
    "add_first_admin",
    "add_person",
    "add_staff",
    "clear_cookie",
    "cookie_name",
    "count_wrong_pin",
    "find_staff",
    "forget_old_failures",
    "forget_old_sessions",
    "issue_card",
    "list_staff",
    "list_with_permission",
    "live_roles",
    "log_in_candidate",
    "log_in_staff",
    "log_out",
    "make_link",
    "names_of",
    "new_pins",
    "open_log_in",
    "people_of_cards",
    "rename_person",
    "replace_pins",
    "require",
    "revoke_sessions",
    "roles_of",
    "router",
    "set_cookie",
    "set_password",
    "settings_of",
    "taken_numbers",
    "undertaking_router",
    "undertakings",
    "use_link",
]
