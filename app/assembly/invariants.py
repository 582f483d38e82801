"""What must hold of blueprints, standards and forms, for `sahih verify`."""

from __future__ import annotations

from typing import Final

from app.assembly.standard_rows import contradicting_standards
from app.core.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "I-47",
        "Sidik jari dan kemampuan batas setiap standar acuan sama bila dihitung ulang.",
        "Hash and cut ability of every reference standard are the same when they are computed again.",
        contradicting_standards,
    ),
)
