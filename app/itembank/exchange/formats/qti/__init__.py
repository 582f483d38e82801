"""QTI: choice interactions with one right answer, from 2.1, 2.2 and 3.0, as a content package or a single item; written as 3.0.

Taken: stem, prompt and options with tables, lists, pictures (also as `object`), MathML; the key from the correct response or
from a mapping with one positive entry; shared stimuli as the case; modal feedback for the right answer as the rationale;
language; our own metadata. QTI 2.0 is read as 2.1. Listed and not taken: other interactions, several of them in one item,
several right answers, partial credit, adaptive items, templates, sound, film and other objects. Listed and left out: style
sheets, tests, rubrics for other views than the candidate's, feedback on single options, fixed positions, other response
processing, titles, the metadata of other systems.

Our metadata stands in `imsmanifest.xml`, in the LOM of each item's resource: one `classification` per fact, whose `taxonPath`
names `sahih:kuk`, `sahih:level` … as source and the value as taxon (the names of `exchange.labels`). A round trip keeps
everything but emphasis in the source.
"""

from app.itembank.exchange.formats.qti.packages import read
from app.itembank.exchange.formats.qti.writing import write

__all__ = ["read", "write"]
