"""One canonical form for texts of items: idempotent, harmless, and silent about nothing that it leaves out."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pictures

from app.itembank.richtext import BadFormula, UnfitImage, clean, escape, images_of, plain, read_image, tree
from app.itembank.richtext.markup import ATTRIBUTES, BLOCKS, INLINE, MATH
from tests.factories import make_photo

PICTURE = "image:" + "a" * 64


@pytest.mark.parametrize(
    ("written", "markup"),
    [
        ("R&D, p < 0.05", "R&amp;D, p &lt; 0.05"),
        ("baris satu\nbaris  dua", "baris satu\nbaris dua"),
        ("<p>Satu alinea</p>", "Satu alinea"),
        ("<p>satu</p>\n <p>dua <b>tebal</b> </p>", "<p>satu</p><p>dua <strong>tebal</strong></p>"),
        ("<div><div>a</div></div>", "a"),
        ("<h2>Judul</h2>isi", "<p>Judul</p>isi"),
        ("<table><tr><td colspan=2>a</td></tr></table>", '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>'),
        ("m<sup>2</sup> dan <i>x</i>", "m<sup>2</sup> dan <em>x</em>"),
        ("a<b> <i></i></b>b<ul><li></li><li><br>x</li></ul>", "a b<ul><li><br>x</li></ul>"),
        ("<b><i>" * 9000 + "</i></b>" * 9000 + "x", "x"),  # nothing in nothing, as deep as it likes
        ("a\u202eb\u200bc\u00adF\ufeff", "abcF"),
        ("cafe\u0301", "caf\u00e9"),
        ("90\u00a0%", "90\u00a0%"),
        ("<p></p><p>a</p><ul></ul>", "a"),
        ("a<br/>b", "a<br>b"),
    ],
)  # fmt: skip
def test_canonical_form(written: str, markup: str) -> None:
    assert clean(written).markup == markup


@pytest.mark.parametrize(
    ("written", "markup", "dropped"),
    [
        ("<script>alert(1)</script>a", "a", ("script",)),
        ("a<iframe src=x></iframe>", "a", ("iframe",)),
        ('<p onclick="x" style="y">a</p>', "a", ()),
        ('a <a href="javascript:x">b</a>', "a b", ("a",)),
        ("<img src=x onerror=alert(1)>a", "a", ("img",)),
        (
            "<svg><style><img src=x onerror=alert(1)></style></svg>a",
            "a",
            ("style", "svg"),
        ),
        ("<math><mi>x</mi><annotation-xml><p>b</p></annotation-xml></math>", "<math><mi>x</mi></math><p>b</p>", ("annotation-xml",)),
    ],
)  # fmt: skip
def test_what_may_not_come_in_is_named(written: str, markup: str, dropped: tuple[str, ...]) -> None:
    cleaned = clean(written)
    assert cleaned.markup == markup
    assert set(dropped) <= set(cleaned.dropped)


def test_pictures_are_looked_up_once_and_keep_their_description() -> None:
    asked = []

    def find(source: str) -> str | None:
        asked.append(source)
        return PICTURE if source == "images/a.png" else None

    cleaned = clean('<img src="images/a.png" alt="A &quot;b&quot;"> <img src="images/b.png" alt="x">', find)
    assert cleaned.markup == f'<img alt="A &quot;b&quot;" src="{PICTURE}">'
    assert (images_of(cleaned.markup), cleaned.dropped) == (["a" * 64], ("img",))
    assert asked == ["images/a.png", "images/b.png"]
    assert plain(cleaned.markup) == '[A "b"]'


def test_a_formula_in_tex_is_kept_beside_its_drawing() -> None:
    markup = clean(r"Hitung \(\bar{x} \pm A_2\bar{R}\) dan \(a < b\).").markup
    assert markup.count("<math ") == 2
    assert "<mo>±</mo>" in markup
    assert plain(markup) == r"Hitung \bar{x} \pm A_2\bar{R} dan a < b."
    assert clean(markup).markup == markup
    first, formula, *_ = tree(markup)
    assert (first, formula["tag"], formula["attrs"]["alttext"]) == ("Hitung ", "math", r"\bar{x} \pm A_2\bar{R}")


@pytest.mark.parametrize("tex", ["{" * 30 + "x" + "}" * 30, r"\left( x", "x^"])
def test_a_formula_that_cannot_be_drawn_is_refused(tex: str) -> None:
    with pytest.raises(BadFormula):
        clean(rf"Hitung \({tex}\).")


@given(st.text(alphabet=st.sampled_from("<>/&;pbuldivtabercom =\"'\n \\(){}x^_") | st.characters(), max_size=80))
def test_cleaning_again_changes_nothing_and_only_known_elements_remain(text: str) -> None:
    try:
        markup = clean(text).markup
    except BadFormula:
        return
    assert clean(markup).markup == markup
    assert_harmless(tree(markup))


@given(st.text(max_size=60))
def test_an_escaped_text_reads_as_it_was_written(text: str) -> None:
    shown = tree(escape(text))
    assert isinstance(shown, str)
    assert clean(escape(text)).markup == clean(escape(shown)).markup


def assert_harmless(text: object) -> None:
    if isinstance(text, str):
        return
    assert isinstance(text, list)
    for node in text:
        if isinstance(node, dict):
            assert node["tag"] in BLOCKS | INLINE | MATH
            assert set(node.get("attrs", ())) <= ATTRIBUTES.get(node["tag"], set())
            assert_harmless(node.get("children", []))


def written(image: Pictures.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def test_a_picture_is_named_by_its_pixels_and_loses_what_else_it_held() -> None:
    photo = Pictures.open(io.BytesIO(make_photo(width=60, height=40)))
    exif = Pictures.Exif()
    exif[0x010E] = "GPS -6.2, 106.8"
    plain_png = read_image(written(photo, "PNG"))
    told = read_image(written(photo.convert("RGB"), "PNG", exif=exif, compress_level=1))
    assert plain_png.hash == told.hash
    assert (told.width, told.height) == (60, 40)
    assert b"GPS" not in told.png
    assert read_image(told.png).hash == told.hash


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not a whole"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not a whole"),
        (make_photo()[:200], "not a whole"),
        (make_photo(width=2500, height=2000), "over 4 million pixels"),
        (b"x" * (4 * 1024 * 1024 + 1), "over 4 MB"),
    ],
    ids=["nothing", "svg", "cut", "pixels", "size"],
)
def test_a_picture_that_is_not_taken_says_why(content: bytes, says: str) -> None:
    with pytest.raises(UnfitImage, match=says):
        read_image(content)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("written", ["<![", "<![a[b", "<!ELEMENT x>", "<?", "</", "<!--" * 20_000, "<a " * 20_000])
def test_texts_that_parsers_give_up_on_are_cleaned(written: str) -> None:
    markup = clean(f"a {written}").markup

    assert clean(markup).markup == markup
