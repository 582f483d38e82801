"""Form assembly: which items, in which order, with which order of options, each candidate will see.

A *blueprint* says what every form holds; a *reference standard* says what the pass mark means (both approved by the committee). For
a sitting a *plan* of K forms is made: each keeps the blueprint and gives a candidate at the cut the same expected score, from one
256-bit seed. Its *certificate* shows that, to a stated evidence; a member of the committee accepts it, and then the forms are
issued: each candidate gets one of the K, in an order of items and options of their own.

Only the seed's SHA-256 can be seen before the results are released; the seed itself afterwards, so that anybody can repeat the
drawing. A form stores ids, permutations, the renderer's version and a hash of what is shown; it never stores text.

Invariants: exactly the blueprint's items, no item twice, no two enemies, no item in more forms than the cap allows; planning is pure
and repeatable from the seed, the pool's snapshot and the algorithm's name.

Before a period `outlook` says how large a pool the expected candidates can carry, and how comparable its forms would be.

Not here: who sits in a sitting and saw what before (`app.delivery`), what the answers tell about the forms (`app.review`).
"""

from app.assembly.certificate.content import Certificate, Grounds, certificate_sha256, certify
from app.assembly.certificate.digits import DIGITS
from app.assembly.errors import (
    BankTooSmall,
    CannotPlan,
    FormsExist,
    ItemsLeft,
    NoBlueprint,
    NoStandard,
    NotProposed,
    NotWithdrawable,
    OptionsDiffer,
    PlanLives,
    Unacceptable,
)
from app.assembly.foundations.blueprint_rows import (
    ApprovedBlueprint,
    approve_blueprint,
    find_blueprint,
    get_blueprint,
    require_blueprint,
    write_blueprint,
)
from app.assembly.foundations.blueprints import default_blueprint, parse_blueprint
from app.assembly.foundations.defaults import approve_defaults
from app.assembly.foundations.parameters import (
    ANGOFF,
    CALIBRATION,
    COHORT_SD,
    REVIEWED,
    Difficulty,
    Evidence,
    Observed,
    difficulties,
)
from app.assembly.foundations.pool import read_pool
from app.assembly.foundations.routes import router
from app.assembly.foundations.standard_rows import (
    approve_standard,
    find_standard,
    get_standard,
    require_standard,
    write_standard,
)
from app.assembly.foundations.standards import blueprint_score, cut_ability
from app.assembly.invariants import INVARIANTS
from app.assembly.planning.forms import ALGORITHM, plan_forms
from app.assembly.planning.proposal import propose_settings
from app.assembly.plans.arrange import ARRANGEMENT, arrange
from app.assembly.plans.assignment import Chair, assign
from app.assembly.plans.issuing import issue_forms, require_option_count, require_still_active
from app.assembly.plans.making import Made, Order, certify_order, made_in, make, order_out
from app.assembly.plans.queries import (
    PlanState,
    Snapshot,
    StoredPlan,
    find_live,
    get_plan,
    list_asked,
    list_plans,
    read_certificate,
    read_seed,
    read_snapshot,
)
from app.assembly.plans.snapshots import Earlier, pool_sha256, settings_out
from app.assembly.plans.states import accept_plan, ask_plan, fail_plan, note_progress, propose_plan, withdraw_plan
from app.assembly.queries import FormChanged, find_form_set, list_forms, read_forms
from app.assembly.randomness import Stream, new_seed
from app.assembly.shown import shown_hash
from app.assembly.simulation import outlook
from app.assembly.simulation.advice import WINDOW_YEARS
from app.assembly.simulation.routes import router as simulation_router
from app.assembly.types import (
    Blueprint,
    Dimension,
    DrawnForm,
    Form,
    FormPlan,
    FormSet,
    Limit,
    PlannedForm,
    PlanSettings,
    PoolItem,
    Question,
    ReferenceItem,
    ReferenceStandard,
    Shortfall,
    ShownForm,
    Source,
    Target,
)
from app.assembly.words import grade_words, limit_words, score_words

__all__ = [
    "ALGORITHM",
    "ANGOFF",
    "ARRANGEMENT",
    "CALIBRATION",
    "COHORT_SD",
    "DIGITS",
    "INVARIANTS",
    "REVIEWED",
    "WINDOW_YEARS",
    "ApprovedBlueprint",
    "BankTooSmall",
    "Blueprint",
    "CannotPlan",
    "Certificate",
    "Chair",
    "Difficulty",
    "Dimension",
    "DrawnForm",
    "Earlier",
    "Evidence",
    "Form",
    "FormChanged",
    "FormPlan",
    "FormSet",
    "FormsExist",
    "Grounds",
    "ItemsLeft",
    "Limit",
    "Made",
    "NoBlueprint",
    "NoStandard",
    "NotProposed",
    "NotWithdrawable",
    "Observed",
    "OptionsDiffer",
    "Order",
    "PlanLives",
    "PlanSettings",
    "PlanState",
    "PlannedForm",
    "PoolItem",
    "Question",
    "ReferenceItem",
    "ReferenceStandard",
    "Shortfall",
    "ShownForm",
    "Snapshot",
    "Source",
    "StoredPlan",
    "Stream",
    "Target",
    "Unacceptable",
    "accept_plan",
    "approve_blueprint",
    "approve_defaults",
    "approve_standard",
    "arrange",
    "ask_plan",
    "assign",
    "blueprint_score",
    "certificate_sha256",
    "certify",
    "certify_order",
    "cut_ability",
    "default_blueprint",
    "difficulties",
    "fail_plan",
    "find_blueprint",
    "find_form_set",
    "find_live",
    "find_standard",
    "get_blueprint",
    "get_plan",
    "get_standard",
    "grade_words",
    "issue_forms",
    "limit_words",
    "list_asked",
    "list_forms",
    "list_plans",
    "made_in",
    "make",
    "new_seed",
    "note_progress",
    "order_out",
    "outlook",
    "parse_blueprint",
    "plan_forms",
    "pool_sha256",
    "propose_plan",
    "propose_settings",
    "read_certificate",
    "read_forms",
    "read_pool",
    "read_seed",
    "read_snapshot",
    "require_blueprint",
    "require_option_count",
    "require_standard",
    "require_still_active",
    "router",
    "score_words",
    "settings_out",
    "shown_hash",
    "simulation_router",
    "withdraw_plan",
    "write_blueprint",
    "write_standard",
]
