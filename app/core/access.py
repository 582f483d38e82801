"""Who may do what: every permission, every role, one table.

A permission is `domain:thing:verb`. Roles are sets of permissions; a person may hold several roles. What a person may do to
*which* sitting is not here: that is a WHERE clause in the domain's query.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID


class Permission(StrEnum):
    ACTION_REPORT = "review:action:report"
    ANGOFF_RATE = "review:angoff:rate"
    ANGOFF_RUN = "review:angoff:run"
    ATTEMPT_CLOSE = "proctoring:attempt:close"
    ATTEMPT_COMMENT = "delivery:attempt:comment"
    ATTEMPT_TAKE = "delivery:attempt:take"
    BANK_EXPORT = "itembank:bank:export"
    BANK_EXPORT_APPROVE = "itembank:bank:export_approve"
    BANK_IMPORT = "itembank:bank:import"
    BLUEPRINT_APPROVE = "assembly:blueprint:approve"
    BLUEPRINT_WRITE = "assembly:blueprint:write"
    BOARD_READ = "proctoring:board:read"
    BOARD_TUNE = "proctoring:board:tune"
    CANDIDATE_ADMIT = "proctoring:candidate:admit"
    CANDIDATE_PAUSE = "proctoring:candidate:pause"
    CANDIDATE_SEAT = "proctoring:candidate:seat"
    CARD_PRINT = "proctoring:card:print"
    CORRECTION_APPROVE = "grading:correction:approve"
    CORRECTION_PROPOSE = "grading:correction:propose"
    CORRECTION_READ = "grading:correction:read"
    DEFINITION_READ = "review:definition:read"
    DEVICE_RELEASE = "proctoring:device:release"
    FINDING_READ = "review:finding:read"
    FINDING_WRITE = "review:finding:write"
    FORMS_ACCEPT = "assembly:forms:accept"
    FORMS_PLAN = "assembly:forms:plan"
    FORMS_READ = "assembly:forms:read"
    GROUP_RECORD = "review:group:record"
    HELP_ANSWER = "proctoring:help:answer"
    INCIDENT_READ = "proctoring:incident:read"
    INCIDENT_WRITE = "proctoring:incident:write"
    INVITATION_READ = "proctoring:invitation:read"
    INVITATION_WRITE = "proctoring:invitation:write"
    IRREGULARITY_ASK = "proctoring:irregularity:ask"
    IRREGULARITY_DECIDE = "proctoring:irregularity:decide"
    IRREGULARITY_OPEN = "proctoring:irregularity:open"
    IRREGULARITY_READ = "proctoring:irregularity:read"
    ITEM_ACTIVATE = "itembank:item:activate"
    ITEM_CORRECT = "itembank:item:correct"
    ITEM_READ = "itembank:item:read"
    ITEM_REVIEW = "itembank:item:review"
    ITEM_WRITE = "itembank:item:write"
    JOURNAL_READ = "audit:journal:read"
    KEY_CHECK_CLEAR = "review:key_check:clear"
    KEY_CHECK_READ = "review:key_check:read"
    LOG_IN_RESET = "proctoring:log_in:reset"
    MESSAGE_READ = "proctoring:message:read"
    MESSAGE_SEND = "proctoring:message:send"
    METHOD_APPROVE = "review:method:approve"
    METHOD_WRITE = "review:method:write"
    METRICS_READ = "operations:metrics:read"
    OWN_SESSION = "identity:session:own"
    PAPER_PRINT = "proctoring:paper:print"
    PHOTO_ADD = "delivery:photo:add"
    PHOTO_DECIDE = "delivery:photo:decide"
    PHOTO_READ = "delivery:photo:read"
    PREFLIGHT_READ = "operations:preflight:read"
    RESCUE_DECIDE = "delivery:rescue:decide"
    RESCUE_NOTE = "delivery:rescue:note"
    RESCUE_READ = "delivery:rescue:read"
    RESCUE_UPLOAD = "delivery:rescue:upload"
    RESULT_READ_OWN = "grading:result:read_own"
    RESULT_RELEASE = "grading:result:release"
    REVIEW_READ = "review:review:read"
    REVIEW_WRITE = "review:review:write"
    ROOM_ARRANGE = "delivery:room:arrange"
    ROOM_FREEZE = "proctoring:room:freeze"
    ROOM_HAND_OVER = "proctoring:room:hand_over"
    ROOM_READ = "proctoring:room:read"
    ROSTER_IMPORT = "delivery:roster:import"
    ROSTER_READ = "delivery:roster:read"
    SEB_CONFIGURE = "delivery:seb:configure"
    SEB_OVERRIDE = "delivery:seb:override"
    SITTING_PLAN = "delivery:sitting:plan"
    SITTING_READ = "delivery:sitting:read"
    SITTING_READ_ALL = "delivery:sitting:read_all"
    STANDARD_APPROVE = "assembly:standard:approve"
    STANDARD_WRITE = "assembly:standard:write"
    STATISTICS_READ = "review:statistics:read"
    TIMELINE_READ = "proctoring:timeline:read"
    TIME_DECIDE = "proctoring:time:decide"
    TIME_GRANT = "proctoring:time:grant"
    TOKEN_RENEW = "proctoring:token:renew"  # noqa: S105  (a permission's name, not a secret)
    UNDERTAKING_WRITE = "identity:undertaking:write"


class Role(StrEnum):
    """An invigilator (pengawas) watches, admits and writes down; a proctor (proktor) does that, too, and runs what opens and
    moves an exam: token, device release, log-in reset. In a small test centre one person is both, as a proctor.

    An author (asesor penulis) writes items and sees their own; a reviewer (penelaah) reads and judges what others wrote."""

    ADMIN = "admin"
    AUDITOR = "auditor"
    AUTHOR = "author"
    CANDIDATE = "candidate"
    COMMITTEE = "committee"
    INVIGILATOR = "invigilator"
    OFFICE = "office"
    PROCTOR = "proctor"
    REVIEWER = "reviewer"


P = Permission

INVIGILATES: Final = frozenset(
    {
        P.OWN_SESSION,
        P.SITTING_READ,
        P.BOARD_READ,
        P.ROOM_READ,
        P.ROOM_HAND_OVER,
        P.CANDIDATE_ADMIT,
        P.PHOTO_READ,
        P.CANDIDATE_PAUSE,
        P.CANDIDATE_SEAT,
        P.ROSTER_READ,
        P.ROOM_FREEZE,
        P.TIME_GRANT,
        P.INCIDENT_READ,
        P.INCIDENT_WRITE,
        P.MESSAGE_READ,
        P.MESSAGE_SEND,
        P.HELP_ANSWER,
        P.PAPER_PRINT,
        P.IRREGULARITY_OPEN,
        P.TIMELINE_READ,
        P.RESCUE_NOTE,
        P.RESCUE_READ,
        P.RESCUE_UPLOAD,
        P.SEB_OVERRIDE,
    }
)

PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.ADMIN: frozenset(
        {
            P.OWN_SESSION,
            P.DEFINITION_READ,
            P.SITTING_READ,
            P.SITTING_READ_ALL,
            P.JOURNAL_READ,
            P.METRICS_READ,
            P.PREFLIGHT_READ,
            P.PAPER_PRINT,
            P.CARD_PRINT,
            P.UNDERTAKING_WRITE,
            P.FORMS_READ,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            P.OWN_SESSION,
            P.DEFINITION_READ,
            P.REVIEW_READ,
            P.FINDING_READ,
            P.CORRECTION_READ,
            P.SITTING_READ,
            P.SITTING_READ_ALL,
            P.JOURNAL_READ,
            P.INCIDENT_READ,
            P.TIMELINE_READ,
            P.FORMS_READ,
        }
    ),
    Role.AUTHOR: frozenset(
        {P.ANGOFF_RATE, P.DEFINITION_READ, P.ACTION_REPORT, P.OWN_SESSION, P.ITEM_READ, P.ITEM_WRITE, P.BANK_IMPORT}
    ),
    Role.CANDIDATE: frozenset({P.ATTEMPT_TAKE, P.ATTEMPT_COMMENT, P.RESULT_READ_OWN}),
    Role.COMMITTEE: frozenset(
        {
            P.OWN_SESSION,
            P.DEFINITION_READ,
            P.REVIEW_READ,
            P.REVIEW_WRITE,
            P.METHOD_WRITE,
            P.METHOD_APPROVE,
            P.FINDING_READ,
            P.FINDING_WRITE,
            P.ACTION_REPORT,
            P.CORRECTION_READ,
            P.CORRECTION_PROPOSE,
            P.CORRECTION_APPROVE,
            P.ANGOFF_RUN,
            P.ANGOFF_RATE,
            P.SITTING_READ,
            P.SITTING_READ_ALL,
            P.STATISTICS_READ,
            P.KEY_CHECK_READ,
            P.KEY_CHECK_CLEAR,
            P.RESULT_RELEASE,
            P.ITEM_READ,
            P.ITEM_WRITE,
            P.ITEM_REVIEW,
            P.ITEM_CORRECT,
            P.ITEM_ACTIVATE,
            P.BANK_IMPORT,
            P.BANK_EXPORT,
            P.BANK_EXPORT_APPROVE,
            P.BLUEPRINT_WRITE,
            P.BLUEPRINT_APPROVE,
            P.STANDARD_WRITE,
            P.STANDARD_APPROVE,
            P.FORMS_READ,
            P.FORMS_PLAN,
            P.FORMS_ACCEPT,
            P.RESCUE_READ,
            P.RESCUE_UPLOAD,
            P.RESCUE_DECIDE,
            P.IRREGULARITY_OPEN,
            P.IRREGULARITY_READ,
            P.IRREGULARITY_ASK,
            P.IRREGULARITY_DECIDE,
            P.INCIDENT_READ,
            P.TIMELINE_READ,
        }
    ),
    Role.INVIGILATOR: INVIGILATES,
    Role.OFFICE: frozenset(
        {
            P.OWN_SESSION,
            P.DEFINITION_READ,
            P.GROUP_RECORD,
            P.ACTION_REPORT,
            P.SITTING_READ,
            P.SITTING_READ_ALL,
            P.BOARD_READ,
            P.BOARD_TUNE,
            P.ROOM_HAND_OVER,
            P.ROOM_READ,
            P.CANDIDATE_SEAT,
            P.ROOM_ARRANGE,
            P.ROSTER_IMPORT,
            P.ROSTER_READ,
            P.PHOTO_ADD,
            P.PHOTO_DECIDE,
            P.PHOTO_READ,
            P.PREFLIGHT_READ,
            P.TIME_DECIDE,
            P.INCIDENT_READ,
            P.RESCUE_READ,
            P.RESCUE_UPLOAD,
            P.PAPER_PRINT,
            P.CARD_PRINT,
            P.SEB_CONFIGURE,
            P.IRREGULARITY_READ,
            P.IRREGULARITY_ASK,
            P.INVITATION_READ,
            P.INVITATION_WRITE,
            P.SITTING_PLAN,
            P.FORMS_READ,
            P.FORMS_PLAN,
            P.UNDERTAKING_WRITE,
        }
    ),
    Role.PROCTOR: INVIGILATES
    | {
        P.TOKEN_RENEW,
        P.DEVICE_RELEASE,
        P.LOG_IN_RESET,
        P.CARD_PRINT,
        P.TIME_DECIDE,
        P.ATTEMPT_CLOSE,
        P.PHOTO_DECIDE,
        P.PREFLIGHT_READ,
        P.ROOM_ARRANGE,
        P.BOARD_TUNE,
        P.SEB_CONFIGURE,
    },
    Role.REVIEWER: frozenset(
        {P.ANGOFF_RATE, P.DEFINITION_READ, P.ACTION_REPORT, P.OWN_SESSION, P.ITEM_READ, P.ITEM_REVIEW}
    ),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a request, as the session row says it, not as the token says it."""

    person_id: UUID
    session_id: UUID
    name: str
    roles: frozenset[Role]
    candidate_number: str | None = None
    lacking: frozenset[str] = frozenset()  # the undertakings that these roles need and this person has not signed

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.roles)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    return frozenset(permission for role in roles for permission in PERMISSIONS[role])
