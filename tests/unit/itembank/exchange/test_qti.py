"""QTI: packages of other systems are read whole or say where they are not, and what we write is valid QTI 3.0."""

from __future__ import annotations

import io
import random
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from app.core.datafile import DataFileError
from app.itembank.exchange import Format, ReadFile
from app.itembank.exchange.formats import qti
from app.itembank.richtext import images_of, plain, read_image
from tests.unit.itembank.exchange import qti_packages as made
from tests.unit.itembank.exchange.samples import (
    NOTICE,
    OTHERS,
    full_items,
    others,
    outcome,
    picture,
    require_harmless,
    require_words,
    taken,
)

SCHEMES = OTHERS / "qti-sdk-oat/src/qtism/data/storage/xml/schemes"
SEED = 20261122


def words(read: ReadFile) -> str:
    return "\n".join(fault.fault_en for fault in (*read.faults, *(fault for row in read.rows for fault in row.faults)))


@pytest.mark.parametrize("name", made.hostile())
def test_a_hostile_package_is_not_opened(name: str) -> None:
    content, why = made.hostile()[name]

    with pytest.raises(DataFileError, match=re.escape(why)) as refused:
        qti.read(content, "paket.zip")

    assert all(fault.file.startswith("paket.zip") for fault in refused.value.faults)


@pytest.mark.parametrize("name", made.faulty())
def test_a_fault_in_a_package_names_file_and_line(name: str) -> None:
    content, why = made.faulty()[name]

    read = qti.read(content, "paket.zip")

    assert why in words(read)
    assert all(fault.file.startswith("paket.zip/") for row in read.rows for fault in row.faults)
    require_words(read)
    require_harmless(read)


def test_a_fault_of_a_text_stands_on_the_line_of_its_element() -> None:
    shown = made.item().replace(">merah<", '><img src="hilang.png" alt="merah"/><')

    (row,) = qti.read(shown.encode(), "soal.xml").rows

    (fault,) = row.faults
    assert (fault.line, fault.field) == (shown[: shown.index("hilang")].count("\n") + 1, "options.2")


def test_one_broken_item_leaves_the_others_readable() -> None:
    resources = (made.resource(), made.resource("soal/2.xml", "r2"))
    files = {"imsmanifest.xml": made.manifest(*resources), "soal/1.xml": made.item(), "soal/2.xml": "<x"}

    read = qti.read(made.packed(files), "paket.zip")

    assert [outcome(row) for row in read.rows] == ["taken", "refused"]
    assert [row.line for row in read.rows] == [1, 2]
    assert read.rows[1].faults[0].file == "paket.zip/soal/2.xml"


def test_pictures_and_the_shared_stimulus_are_found_from_where_they_are_named() -> None:
    blue, gold = read_image(picture("blue")), read_image(picture("gold", "JPEG"))
    files = {
        "ekspor/imsmanifest.xml": made.manifest(made.resource(), made.resource("css/a.css", "c", "css3")),
        "ekspor/soal/1.xml": made.item(
            text='<p><img src="../gambar/biru.png" alt="biru"/></p>',
            before='<assessmentStimulusRef identifier="kasus-7" href="../kasus/7.xml"/>',
        ),
        "ekspor/kasus/7.xml": made.stimulus('<p>Kasus <object type="image/jpeg" data="emas.jpg">emas</object></p>'),
        "ekspor/gambar/biru.png": picture("blue"),
        "ekspor/kasus/emas.jpg": picture("gold", "JPEG"),
        "ekspor/css/a.css": "p{}",
    }

    read = qti.read(made.packed(files), "paket.zip")

    (item,) = taken(read)
    assert read.format is Format.QTI_22
    assert images_of(item.stem) == [blue.hash]
    assert images_of(item.stimulus) == [gold.hash]
    assert (item.stimulus_code, plain(item.stimulus)) == ("kasus-7", "Kasus  [emas]")
    assert read.images.keys() == {blue.hash, gold.hash}
    assert "file not carried over: ekspor/css/a.css" in [one.text_en for one in read.left_out]


def test_bent_packages_are_read_or_refused() -> None:
    luck = random.Random(SEED)
    whole = qti.write(*full_items(), NOTICE)
    for _ in range(60):
        bent = bytearray(whole)
        for _ in range(4):
            bent[luck.randrange(len(bent))] = luck.randrange(256)
        for content in (bytes(bent), whole[: luck.randrange(4, len(whole))]):
            try:
                read = qti.read(content, "paket.zip")
            except DataFileError as error:
                assert error.faults
            else:
                require_words(read)
                require_harmless(read)


def test_the_notice_stands_in_every_document() -> None:
    with zipfile.ZipFile(io.BytesIO(qti.write(*full_items(), NOTICE))) as archive:
        documents = [archive.read(path).decode() for path in archive.namelist() if path.endswith(".xml")]

    shown = NOTICE.replace("--", "–")  # two hyphens cannot stand in a comment
    assert len(documents) > len(full_items()[0])
    assert all(NOTICE in document or shown in document for document in documents)


def test_what_is_written_is_valid(tmp_path: Path) -> None:
    content = _schema(tmp_path, "imsqti_asiv3p0_sbacv1p0_v1p0.xsd")
    manifest = _schema(tmp_path, "imsqtiv3p0_imscpv1p2_v1p0.xsd")
    with zipfile.ZipFile(io.BytesIO(qti.write(*full_items(), NOTICE))) as archive:
        documents = {path: etree.fromstring(archive.read(path)) for path in archive.namelist() if path.endswith(".xml")}

    for path, document in documents.items():
        schema = manifest if path == "imsmanifest.xml" else content
        assert schema.validate(document), (path, schema.error_log)


def test_every_item_of_others_is_accounted_for() -> None:
    """A file that is an item makes one row, whatever becomes of it; any other file is refused with what it is."""
    for path in others("qti-sdk-oat/test/samples/**/*.xml"):
        text = re.sub(r"<\?.*?\?>|<!--.*?-->", "", path.read_text("utf-8", errors="replace"), flags=re.DOTALL)
        is_item = bool(re.match(r"\s*<(?:\w+:)?(?:qti-)?assessment-?item[\s>]", text, re.IGNORECASE))
        try:
            read = qti.read(path.read_bytes(), path.name)
        except DataFileError as error:
            assert not is_item or "not QTI" in str(error) or "not valid XML" in str(error), path
            continue
        assert is_item, path
        assert len(read.rows) == 1
        assert outcome(read.rows[0]) in ("taken", "listed", "refused")
        require_words(read)
        require_harmless(read)


@pytest.mark.parametrize(("name", "key"), [("2_1/orkney1.xml", None), ("3_0/aqti_tmh_sample_1.xml", 0)])
def test_items_of_others_by_name(name: str, key: int | None) -> None:
    """One whose text is a web page beside it cannot be carried whole; one of the new version with everything in it can."""
    (path,) = others(f"qti-sdk-oat/test/samples/ims/items/{name}")

    (row,) = qti.read(path.read_bytes(), path.name).rows

    assert (row.item.key if row.item else None) == key
    assert outcome(row) == ("listed" if key is None else "taken")


def _schema(folder: Path, name: str) -> etree.XMLSchema:
    """A schema of QTI 3.0 with anything allowed inside of the vocabularies of others, which do not lie beside it."""
    found = SCHEMES / "qtiv3p0"
    if not found.is_dir():
        pytest.skip(f"no schemes of QTI at {SCHEMES}")
    shutil.copytree(found, folder / "qti", dirs_exist_ok=True)
    for path in (folder / "qti").glob("*.xsd"):
        text = path.read_text("utf-8")
        for place, vocabulary in VOCABULARIES.items():
            (folder / f"{vocabulary.split(':')[0]}.xsd").write_text(_stand_in(vocabulary))
            text = re.sub(
                rf'schemaLocation="[^"]*{re.escape(place)}"',
                f'schemaLocation="../{vocabulary.split(":")[0]}.xsd"',
                text,
            )
        path.write_text(text)
    return etree.XMLSchema(etree.parse(str(folder / "qti" / name)))


VOCABULARIES = {
    "xml.xsd": "xml:http://www.w3.org/XML/1998/namespace:",
    "XInclude.xsd": "include:http://www.w3.org/2001/XInclude:include",
    "mathml3.xsd": "math:http://www.w3.org/1998/Math/MathML:math",
    "ssmlv1p1-core.xsd": "ssml:http://www.w3.org/2001/10/synthesis:audio break emphasis mark p phoneme prosody s say-as speak sub voice",
    "imsmd_loose_v1p3p2.xsd": "lom:http://ltsc.ieee.org/xsd/LOM:lom",
}


def _stand_in(vocabulary: str) -> str:
    name, rest = vocabulary.split(":", 1)
    namespace, _, elements = rest.rpartition(":")
    inside = '<xs:any processContents="skip" minOccurs="0" maxOccurs="unbounded"/>'
    anything = f'<xs:complexType mixed="true"><xs:sequence>{inside}</xs:sequence><xs:anyAttribute processContents="skip"/></xs:complexType>'
    declared = "".join(f'<xs:element name="{element}">{anything}</xs:element>' for element in elements.split())
    if name == "xml":
        declared = '<xs:attribute name="lang" type="xs:string"/><xs:attribute name="base" type="xs:anyURI"/>'
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{namespace}">{declared}</xs:schema>'
    )
