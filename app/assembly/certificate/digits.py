"""With how many digits the figures of a certificate are printed: one rule for the paper and the page.

The certificate itself keeps every digit, since its hash is taken over them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DIGITS: Final[Mapping[str, int]] = {
    "ability": 3,  # on the scale of difficulty
    "information": 1,
    "points": 2,  # expected scores, their spreads and their errors
    "share": 1,  # in percent
    "shared": 1,  # items that two forms have in common, on average
    "tolerance": 1,
}
