"""Rich text of items: as much as an exam needs, and nothing that can run.

*Markup* is the canonical form: a string of limited HTML (paragraphs, emphasis, sub- and superscript, lists, tables, pictures with a
description, formulas as MathML). A text without any of it is just itself with `&`, `<` and `>` escaped. Whatever comes from a
person or a file passes `clean` once; what is stored is canonical, and `clean` leaves it as it is.

Pages never get markup: `tree` gives them nested nodes that they build element by element, so no HTML of ours or of others is
ever parsed by a browser. A picture is named by the hash of its pixels (`image:<sha256>`), and its bytes travel beside the text.
"""

from app.itembank.richtext.formulas import BadFormula
from app.itembank.richtext.images import Image, UnfitImage, read_image
from app.itembank.richtext.markup import Cleaned, clean, escape
from app.itembank.richtext.reading import Node, Text, images_of, plain, tree

__all__ = [
    "BadFormula",
    "Cleaned",
    "Image",
    "Node",
    "Text",
    "UnfitImage",
    "clean",
    "escape",
    "images_of",
    "plain",
    "read_image",
    "tree",
]
