"""Equations of Word as TeX."""

from __future__ import annotations

import pytest
from lxml import etree

from app.itembank.exchange.formats.docx.equations import Unknown, tex
from app.itembank.richtext import clean, escape

MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def r(words: str) -> str:
    return f"<r><t>{escape(words)}</t></r>"


def e(inside: str, name: str = "e") -> str:
    return f"<{name}>{inside}</{name}>"


def val(name: str, value: str) -> str:
    return f'<{name} m:val="{value}" xmlns:m="{MATH}"/>'


def equation(inside: str) -> etree._Element:
    return etree.fromstring(f'<oMath xmlns="{MATH}">{inside}</oMath>')


@pytest.mark.parametrize(
    ("inside", "written"),
    [
        (e(e(r("a"), "num") + e(r("b"), "den"), "f"), r"\frac{a}{b}"),
        (f"<f><fPr>{val('type', 'lin')}</fPr>{e(r('a'), 'num')}{e(r('b'), 'den')}</f>", "{a}/{b}"),
        (f"<rad><deg/>{e(r('x'))}</rad>", r"\sqrt{x}"),
        (f"<rad>{e(r('3'), 'deg')}{e(r('x'))}</rad>", r"\sqrt[3]{x}"),
        (f"<sSup>{e(r('x'))}{e(r('2'), 'sup')}</sSup>", "{x}^{2}"),
        (f"<sSub>{e(r('x'))}{e(r('i'), 'sub')}</sSub>", "{x}_{i}"),
        (f"<sSubSup>{e(r('x'))}{e(r('i'), 'sub')}{e(r('2'), 'sup')}</sSubSup>", "{x}_{i}^{2}"),
        (
            f"<nary><naryPr>{val('chr', '∑')}</naryPr>{e(r('i=1'), 'sub')}{e(r('n'), 'sup')}{e(r('x'))}</nary>",
            r"\sum_{i=1}^{n}{x}",
        ),
        (f"<nary><sub/><sup/>{e(r('x'))}</nary>", r"\int{x}"),
        (f"<d>{e(r('a+b'))}</d>", r"\left(a+b\right)"),
        (f"<d><dPr>{val('begChr', '[')}{val('endChr', '')}</dPr>{e(r('a'))}{e(r('b'))}</d>", r"\left[a|b\right."),
        (f"<bar><barPr>{val('pos', 'top')}</barPr>{e(r('x'))}</bar>", r"\overline{x}"),
        (f"<acc>{e(r('p'))}</acc>", r"\hat{p}"),
        (f"<func><fName>{r('log')}</fName>{e(r('x'))}</func>", r"\log {x}"),
        (f"<limLow>{e(r('lim'))}{e(r('n→∞'), 'lim')}</limLow>", r"\lim_{n\to \infty}"),
        (
            f"<m><mr>{e(r('1'))}{e(r('2'))}</mr><mr>{e(r('3'))}{e(r('4'))}</mr></m>",
            r"\begin{matrix}1&2\\3&4\end{matrix}",
        ),
        (r("5 % ≤ σ_x"), r"5 \% \le  σ\_x"),
        (f"<r><rPr><nor/></rPr><t>rata-rata</t></r>{r('=2')}", r"\text{rata-rata}=2"),
        (r("a<b & c>d"), r"a<b \& c>d"),
    ],
)
def test_an_equation_reads_as_tex_and_shows_as_a_formula(inside: str, written: str) -> None:
    found = tex(equation(inside))
    assert found == written
    markup = clean(f"\\({escape(found)}\\)").markup
    assert markup.startswith("<math alttext=")
    assert clean(markup).markup == markup


@pytest.mark.parametrize(
    "inside",
    ["<sPre/>", "<groupChr/>", f"<acc><accPr>{val('chr', '☺')}</accPr>{e(r('x'))}</acc>", "<e>" * 60 + "</e>" * 60],
)
def test_half_an_equation_is_none(inside: str) -> None:
    with pytest.raises(Unknown):
        tex(equation(inside))
