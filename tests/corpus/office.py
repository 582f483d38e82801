"""Workbooks and documents made part by part, as careless and as hostile as a file can be."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from html import escape

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{WORD}" xmlns:r="{OFFICE}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)

Parts = Mapping[str, str | bytes]


def packed(parts: Parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def relations(*targets: tuple[str, str, str]) -> str:
    """Id, kind and target; an address outside of the file is external."""
    entries = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{escape(target)}"'
        + (' TargetMode="External"/>' if "://" in target else "/>")
        for name, kind, target in targets
    )
    return f'<Relationships xmlns="{PACKAGE}">{entries}</Relationships>'


def workbook(rows: str, *, after: str = "", parts: Parts | None = None, names: tuple[str, ...] = ("Soal",)) -> bytes:
    """`rows` is what stands in `sheetData` of the first sheet; further sheets come in `parts`."""
    sheets = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="s{n}"/>' for n, name in enumerate(names, 1))
    targets = [(f"s{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)]
    targets += [("shared", "sharedStrings", "sharedStrings.xml"), ("styles", "styles", "styles.xml")]
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{TYPES}"/>',
            "_rels/.rels": relations(("r", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations(*targets),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheetData>{rows}</sheetData>{after}</worksheet>',
            **(parts or {}),
        }
    )


def row(*cells: str | float | None) -> str:
    """Texts and numbers; what begins with `<c` is a cell as it is."""
    return f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(value: str | float | None) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        return value if value.startswith("<c") else f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c><v>{value}</v></c>"


def document(body: str, *, parts: Parts | None = None, targets: tuple[tuple[str, str, str], ...] = ()) -> bytes:
    """`body` is what stands in `w:body`."""
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{TYPES}"/>',
            "_rels/.rels": relations(("r", "officeDocument", "word/document.xml")),
            "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": relations(*targets),
            **(parts or {}),
        }
    )


def paragraph(*contents: str, list_id: int | None = None, level: int = 0) -> str:
    """Words, or what begins with `<` as it is."""
    numbered = (
        f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr></w:pPr>' if list_id else ""
    )
    return f"<w:p>{numbered}{''.join(one if one.startswith('<') else run(one) for one in contents)}</w:p>"


def run(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def table(*rows: tuple[str, ...]) -> str:
    """Cells of words, or of paragraphs as they are; `+` goes on with the cell above."""
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(map(_slot, cells))}</w:tr>" for cells in rows) + "</w:tbl>"


def _slot(cell: str) -> str:
    if cell == "+":
        return "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
    if cell.startswith("="):
        return f'<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{paragraph(cell[1:])}</w:tc>'
    return f"<w:tc>{cell if cell.startswith('<w:') else paragraph(cell)}</w:tc>"


NUMBERING = (
    f'<w:numbering xmlns:w="{WORD}"><w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)
NUMBERED = {"parts": {"word/numbering.xml": NUMBERING}, "targets": (("n", "numbering", "numbering.xml"),)}


def inline_picture(relation: str, description: str = "") -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="g" descr="{escape(description)}"/><a:graphic><a:graphicData>'
        f'<a:blip r:embed="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )
