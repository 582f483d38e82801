"""Content packages as other systems make them, good ones and broken ones, packed in memory."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Mapping

from tests.unit.itembank.exchange.samples import picture

XMLNS = "http://www.imsglobal.org/xsd/imsqti_v2p2"
DOCTYPE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def packed(files: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def item(*, text: str = "<p>Apa warna langit?</p>", before: str = "", key: str = "A") -> str:
    return f"""<assessmentItem xmlns="{XMLNS}" identifier="soal-1" title="Soal" adaptive="false" timeDependent="false">
<responseDeclaration identifier="R" cardinality="single" baseType="identifier">
<correctResponse><value>{key}</value></correctResponse></responseDeclaration>{before}
<itemBody>{text}<choiceInteraction responseIdentifier="R" maxChoices="1">
<simpleChoice identifier="A">biru</simpleChoice><simpleChoice identifier="B">merah</simpleChoice>
</choiceInteraction></itemBody></assessmentItem>"""


def stimulus(text: str = "<p>Sebuah kasus.</p>") -> str:
    return f'<assessmentStimulus xmlns="{XMLNS}" identifier="k" title="k"><stimulusBody>{text}</stimulusBody></assessmentStimulus>'


def manifest(*resources: str, prolog: str = "") -> str:
    inside = "".join(resources)
    return f'{prolog}<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"><organizations/><resources>{inside}</resources></manifest>'


def resource(
    href: str = "soal/1.xml", identifier: str = "r1", kind: str = "imsqti_item_xmlv2p2", inside: str = ""
) -> str:
    return f'<resource identifier="{identifier}" type="{kind}" href="{href}"><file href="{href}"/>{inside}</resource>'


def good() -> dict[str, str | bytes]:
    return {"imsmanifest.xml": manifest(resource()), "soal/1.xml": item()}


def with_picture(content: bytes) -> bytes:
    shown = item(text='<p><img src="../gambar/a%20b.png" alt="peta"/> Apa?</p>')
    inside = '<file href="gambar/a%20b.png"/>'
    return packed(
        {"imsmanifest.xml": manifest(resource(inside=inside)), "soal/1.xml": shown, "gambar/a b.png": content}
    )


def flood() -> bytes:
    """A PNG of 30,000 by 30,000 pixels in a few bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def linked() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in good().items():
            archive.writestr(path, content)
        link = zipfile.ZipInfo("gambar/a.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def twice() -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
        warnings.simplefilter("ignore")
        for path, content in (*good().items(), ("soal/1.xml", item(key="B"))):
            archive.writestr(path, content)
    return out.getvalue()


def locked() -> bytes:
    content = bytearray(packed(good()))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    return bytes(content)


def hostile() -> dict[str, tuple[bytes, str]]:
    """By name: a package that cannot be opened at all, and what is said of it."""
    one = good()
    return {
        "bomb": (packed({**one, "a.bin": b"\0" * 20_000_000}), "too much inside"),
        "many-files": (packed({**one, **{f"x/{n}": "" for n in range(1001)}}), "too much inside"),
        "path-up": (packed({**one, "../../etc/cron.d/x": "x"}), "odd names"),
        "path-absolute": (packed({**one, "/etc/x": "x"}), "odd names"),
        "path-of-windows": (packed({**one, "..\\..\\x": "x"}), "odd names"),
        "link": (linked(), "odd names"),
        "twice": (twice(), "not a whole file"),
        "locked": (locked(), "password"),
        "packed-again": (packed({**one, "b.zip": packed(one)}), "other files"),
        "cut": (packed(one)[:-30], "not a whole file"),
        "no-manifest": (packed({"soal/1.xml": item()}), "no imsmanifest.xml"),
        "two-manifests": (
            packed({"a/imsmanifest.xml": manifest(), "b/imsmanifest.xml": manifest()}),
            "no imsmanifest.xml",
        ),
        "broken-manifest": (packed({**one, "imsmanifest.xml": "<manifest>"}), "not valid XML"),
        "empty-manifest": (packed({**one, "imsmanifest.xml": ""}), "not valid XML"),
        "manifest-doctype": (packed({**one, "imsmanifest.xml": manifest(resource(), prolog=DOCTYPE)}), "DOCTYPE"),
        "other-manifest": (packed({**one, "imsmanifest.xml": "<html/>"}), "not the manifest"),
        "no-items": (packed({**one, "imsmanifest.xml": manifest()}), "no item of QTI 2.1, 2.2 or 3.0"),
    }


def faulty() -> dict[str, tuple[bytes, str]]:
    """By name: a package with one item, or with something around it, that must not come in, and what is said of it."""

    def about(*resources: str, **files: str | bytes) -> bytes:
        return packed({**good(), "imsmanifest.xml": manifest(*resources), **files})

    reference = '<assessmentStimulusRef identifier="k" href="../kasus.xml"/>'
    return {
        "missing-item": (about(resource("soal/2.xml")), "soal/2.xml is not there"),
        "item-up": (about(resource("../../soal/1.xml")), "leads out of the package"),
        "item-absolute": (about(resource("/etc/passwd")), "leads out of the package"),
        "item-elsewhere": (about(resource("https://contoh.example/1.xml")), "leads out of the package"),
        "item-on-disk": (about(resource("file:///etc/passwd")), "leads out of the package"),
        "item-without-file": (about(resource("")), "leads out of the package"),
        "item-encoded-up": (about(resource("%2e%2e/%2e%2e/x.xml")), "leads out of the package"),
        "missing-dependency": (about(resource(inside='<dependency identifierref="r9"/>')), "r9 is not in the manifest"),
        "missing-file": (about(resource(inside='<file href="gambar/a.png"/>')), "gambar/a.png is not in the package"),
        "named-twice": (about(resource(), resource("soal/2.xml"), **{"soal/2.xml": item()}), "r1 is used twice"),
        "item-doctype": (packed({**good(), "soal/1.xml": DOCTYPE + item()}), "DOCTYPE"),
        "item-broken": (packed({**good(), "soal/1.xml": "<assessmentItem"}), "not valid XML"),
        "item-is-a-test": (packed({**good(), "soal/1.xml": f'<assessmentTest xmlns="{XMLNS}"/>'}), "not an item"),
        "item-wrong-key": (packed({**good(), "soal/1.xml": item(key="Z")}), "not the identifier of an option"),
        "picture-missing": (
            packed({**good(), "soal/1.xml": item(text='<img src="a.png" alt="a"/>')}),
            "not in the file",
        ),
        "picture-up": (packed({**good(), "soal/1.xml": item(text='<img src="../../a.png" alt="a"/>')}), "leads out"),
        "picture-elsewhere": (
            packed({**good(), "soal/1.xml": item(text='<img src="http://x/a.png" alt="a"/>')}),
            "leads out",
        ),
        "picture-is-svg": (with_picture(b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'), "not a whole PNG"),
        "picture-flood": (with_picture(flood()), "save it again as PNG"),
        "picture-cut": (with_picture(picture()[:40]), "not a whole PNG"),
        "stimulus-missing": (
            packed({**good(), "soal/1.xml": item(before=reference)}),
            "../kasus.xml is not in the package",
        ),
        "stimulus-broken": (
            packed({**good(), "soal/1.xml": item(before=reference), "kasus.xml": "<x"}),
            "not valid XML",
        ),
        "stimulus-empty": (
            packed({**good(), "soal/1.xml": item(before=reference), "kasus.xml": "<x/>"}),
            "is not in the package",
        ),
        "stimulus-doctype": (
            packed({**good(), "soal/1.xml": item(before=reference), "kasus.xml": DOCTYPE + stimulus()}),
            "DOCTYPE",
        ),
    }
