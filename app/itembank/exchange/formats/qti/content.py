"""The text of QTI elements as HTML, still to be cleaned."""

from __future__ import annotations

import re
from html import escape
from typing import Final

from lxml import etree

from app.itembank.exchange.formats.qti.elements import MATHML, QTI_30, given, kind
from app.itembank.exchange.xml import local

TEXT_CLASS: Final = "sahih-text"
LINE_CLASS: Final = "sahih-line"
XINCLUDE: Final = "http://www.w3.org/2001/XInclude"
XHTML: Final = "http://www.w3.org/1999/xhtml"
KEPT: Final = ("src", "alt", "colspan", "rowspan", "alttext", "stretchy", "fence", "form", "accent", "accentunder")
VOID: Final = frozenset({"br", "hr", "img", "mspace"})
# What a candidate does not see while answering, or what only looks: the caller lists it.
SKIPPED: Final = frozenset(
    {"stylesheet", "catalogInfo", "companionMaterialsInfo", "feedbackInline", "feedbackBlock", "annotation"}
    | {"annotation-xml", "source", "endAttemptInteraction"}
)
UNWRAPPED: Final = frozenset({"picture"})
DIVISIONS: Final = dict.fromkeys(("contentBody", "prompt", "rubricBlock"), "div")
SPACES: Final = re.compile(r"\s+")


def inner_html(element: etree._Element, *, ours: bool) -> str:
    """What stands within it. In a text of ours spaces count, and neither `$` nor a backslash begins a formula."""
    parts = [_text(element.text, ours=ours)]
    for child in element:
        parts.append(_html(child, ours=ours))
        parts.append(_text(child.tail, ours=ours))
    return "".join(parts)


def views_of(rubric: etree._Element) -> list[str]:
    return (given(rubric, "view") or "candidate").split()


def _text(text: str | None, *, ours: bool) -> str:
    if not text:
        return ""
    if ours:
        return escape(text, quote=False).replace("$", "&#36;").replace("\\", "&#92;")
    return escape(SPACES.sub(" ", text), quote=False)


def _html(element: etree._Element, *, ours: bool) -> str:
    name = kind(element)
    if name in SKIPPED or (name == "rubricBlock" and "candidate" not in views_of(element)):
        return ""
    if ours and name == "br" and element.get("class") == LINE_CLASS:
        return "\n"
    if name == "math":
        return _math(element)
    if name == "object" and (element.get("type") or "").startswith("image/"):
        return _object(element)
    if name == "choiceInteraction":
        return "".join(_html(child, ours=ours) for child in element if kind(child) == "prompt")
    inner = inner_html(element, ours=ours)
    return (
        inner if _is_wrapper(element, name, ours=ours) else _tag(DIVISIONS.get(name) or _name(element), element, inner)
    )


def _is_wrapper(element: etree._Element, name: str, *, ours: bool) -> bool:
    return name in UNWRAPPED or (ours and name == "div" and element.get("class") == TEXT_CLASS)


def _object(element: etree._Element) -> str:
    """A picture that is embedded as an object; what stands in for it where it cannot be shown describes it."""
    alt = " ".join("".join(str(part) for part in element.itertext()).split())
    return f'<img src="{escape(element.get("data") or "")}" alt="{escape(alt)}">'


def _name(element: etree._Element) -> str:
    """Its name, and for the words of a stranger's vocabulary one that cannot be taken for HTML (`sub` of speech is no subscript)."""
    namespace = etree.QName(element).namespace
    name = local(element)
    known = namespace in (None, "", XHTML, XINCLUDE, MATHML, QTI_30) or "imsqti" in str(namespace)
    return name if known else f"{element.prefix or 'x'}-{name}"


def _tag(name: str, element: etree._Element, inner: str) -> str:
    attributes = "".join(f' {key}="{escape(element.get(key) or "")}"' for key in KEPT if element.get(key) is not None)
    return f"<{name}{attributes}>" if name in VOID else f"<{name}{attributes}>{inner}</{name}>"


def _math(element: etree._Element) -> str:
    """A formula. Its TeX, where it brings one, describes it."""
    tex = element.get("alttext")
    for annotation in element.iter(f"{{{MATHML}}}annotation"):
        if tex is None and "tex" in (annotation.get("encoding") or "").lower():
            tex = " ".join((annotation.text or "").split())
    alttext = f' alttext="{escape(tex)}"' if tex else ""
    return f"<math{alttext}>{_math_inner(element)}</math>"


def _math_inner(element: etree._Element) -> str:
    parts = [escape((element.text or "").strip(), quote=False)]
    for child in element:
        name = local(child)
        if name not in ("annotation", "annotation-xml"):
            inner = _math_inner(child)
            parts.append(inner if name == "semantics" else _tag(name, child, inner))
        parts.append(escape((child.tail or "").strip(), quote=False))
    return "".join(parts)
