"""`sahih stats` of a file: what spreadsheets give is read, what is wrong is named, and the report says what was computed."""

import csv
import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli import run
from app.cli.stats.responses import Exam, read_exam
from app.cli.stats.words import REASONS
from app.core.datafile import DataFileError
from app.psychometrics import OMITTED, Reason

GOLDEN = Path(__file__).parents[2] / "golden" / "psychometrics"

WIDE = """peserta;s1;s2;s3
andi;A;b;
budi;C;B;-
cici;A;D;A
"""
KEY = """soal,kunci,unit
s1,A,U1
s2,B,U1
s3,C,U2
"""


def written(folder: Path, **files: str) -> dict[str, Path]:
    found = {}
    for name, text in files.items():
        found[name] = folder / f"{name}.csv"
        found[name].write_bytes(text.encode())
    return found


def exam(folder: Path, responses: str = WIDE, **others: str) -> Exam:
    files = written(folder, responses=responses, **others)
    return read_exam(files.pop("responses"), **files)


def refused(folder: Path, responses: str, **others: str) -> str:
    with pytest.raises(DataFileError) as error:
        exam(folder, responses, **others)
    return str(error.value)


def test_a_wide_file_keeps_the_three_states_apart(tmp_path: Path) -> None:
    found = exam(tmp_path, key=KEY)
    responses = found.responses
    assert (found.marks, responses.items, responses.strata) == (
        ("A", "B", "C", "D"),
        ("s1", "s2", "s3"),
        ("U1", "U1", "U2"),
    )
    assert responses.persons == ("andi", "budi", "cici")
    assert responses.form_length.tolist() == [3, 2, 3]  # budi never received s3
    assert responses.total.tolist() == [2, 1, 1]
    assert responses.of_item(2).option.tolist() == [OMITTED, 0]  # andi left it empty


def test_a_long_file_says_the_same(tmp_path: Path) -> None:
    rows = (
        "candidate,item,option\nandi,s1,A\nandi,s2,B\nandi,s3,\nbudi,s2,B\nbudi,s1,C\ncici,s1,A\ncici,s2,D\ncici,s3,A\n"
    )
    wide, long = exam(tmp_path, key=KEY).responses, exam(tmp_path, rows, key=KEY).responses
    assert (long.persons, long.items) == (wide.persons, wide.items)
    for name in ("person", "item", "option", "score"):
        assert getattr(long, name).tolist() == getattr(wide, name).tolist()


def test_scores_need_no_key(tmp_path: Path) -> None:
    responses = exam(tmp_path, "s1,s2\n1,0\n1,1\n0,\n").responses
    assert responses.total.tolist() == [1, 2, 0]
    assert responses.persons == ("2", "3", "4")  # the lines of the file


def test_a_blueprint_gives_the_units(tmp_path: Path) -> None:
    found = exam(tmp_path, key=KEY, blueprint="item,unit\ns1,X\ns2,Y\ns3,Y\n")
    assert found.responses.strata == ("X", "Y", "Y")


def test_groups_stand_in_the_order_of_the_candidates(tmp_path: Path) -> None:
    assert exam(tmp_path, key=KEY, groups="peserta,kelompok\ncici,L\nandi,P\nbudi,L\n").groups == ("P", "L", "L")


@pytest.mark.parametrize(
    ("responses", "others", "said"),
    [
        (WIDE, {}, "responses.csv:2: s1: “A” bukan skor 0 atau 1; sertakan --key"),
        (WIDE, {"key": "item,key\ns1,A\ns2,B\n"}, "responses.csv:1: s3: soal ini tidak ada dalam berkas kunci"),
        (WIDE, {"key": "nomor soal,kunci jawaban\ns1,A\ns1,B\n"}, "key.csv:3: item: s1 ada dua kali"),
        (WIDE, {"key": "item\ns1\n"}, "key.csv:1: key: beri kolom berjudul “kunci” / add a column headed “key”"),
        (WIDE, {"key": "item,key\n"}, "key.csv:1: -: berkas tidak berisi data"),
        (WIDE, {"key": KEY, "blueprint": "item,unit\ns1,X\ns2,X\n"}, "blueprint.csv:1: unit: s3 tidak ada; tambahkan barisnya"),
        (WIDE, {"key": KEY, "groups": "candidate,group\nandi,L\n"}, "groups.csv:1: group: budi tidak ada; tambahkan barisnya"),
        ("peserta,s1,s1\na,A,A\n", {"key": KEY}, "s1: dua kolom bernama sama"),
        ("peserta,s1\na,A\na,B\n", {"key": KEY}, "responses.csv:3: candidate: a ada dua kali"),
        ("peserta,s1\na,A+C\n", {"key": KEY}, "responses.csv:2: s1: “A+C” bukan tanda pilihan"),
        ("peserta,s1\na,A,B\n", {"key": KEY}, "responses.csv:2: -: lebih banyak sel daripada judul"),
        ("candidate,item,option\na,s9,A\n", {"key": KEY}, "responses.csv:2: s9: soal ini tidak ada"),
        ("candidate,item,option\na,s1,A\na,s1,B\n", {"key": KEY}, "responses.csv:3: item: s1 ada dua kali bagi a"),
        ("candidate,item,option,score\na,s1,A,0\n", {"key": KEY}, "skor tidak cocok dengan kunci"),
        ("candidate,item,option,seconds\na,s1,A,inf\n", {"key": KEY}, "responses.csv:2: seconds: detik harus bilangan"),
        ("candidate,item,option,position\na,s1,A,x\n", {"key": KEY}, "position: urutan harus bilangan bulat"),
        ("item,option\ns1,A\n", {"key": KEY}, "peserta atau soal kosong"),
        ("peserta,s1,,s2\na,A,B,C\n", {"key": KEY}, "responses.csv:1: kolom/column 3: tanpa judul padahal berisi"),
        ("No,Tempat,s1\n1,Bandung,A\n", {"key": KEY}, "responses.csv:1: Tempat: soal ini tidak ada dalam berkas kunci; tambahkan"),
        ("Tempat,s1\nBandung,1\n", {}, "responses.csv:2: Tempat: “BANDUNG” bukan skor 0 atau 1; sertakan --key bila isinya pilihan, atau hapus kolom"),
        ("peserta,s1\na,0,5\n", {}, "lebih banyak sel daripada judul kolom; beri judul"),
        ("peserta;s1\na;0,5\n", {}, "responses.csv:2: s1: “0,5” bukan skor 0 atau 1"),
        ("peserta,s1\na,A\nJumlah:,1\n", {"key": KEY}, "responses.csv:3: candidate: “Jumlah:” bukan peserta; hapus baris ini"),
        ("peserta,s1\nKUNCI,A\na,A\n", {"key": KEY}, "responses.csv:2: candidate: “KUNCI” bukan peserta"),
        ("peserta\nandi\n", {"key": KEY}, "responses.csv:1: -: tidak ada jawaban; perlu satu kolom per soal"),
        ("peserta,s1\na,-\n", {"key": KEY}, "tidak ada jawaban"),
        (WIDE, {"key": 'item,key\ns1,"A,B"\ns2,B\ns3,C\n'}, "key.csv:2: s1: kunci “A,B” bukan satu tanda pilihan"),
        (WIDE, {"key": "item,key\ns1,Jakarta\ns2,B\ns3,C\n"}, "key.csv:2: s1: kunci “Jakarta” bukan satu tanda pilihan"),
        ('candidate,item,option,score\na,s1,A,"0,0"\n', {"key": KEY}, "skor tidak cocok dengan kunci"),
        ("candidate,item,option,position\na,s1,A,²\n", {"key": KEY}, "position: urutan harus bilangan bulat"),
        ("candidate,item,option,position\na,s1,A,99999999999\n", {"key": KEY}, "position: urutan harus bilangan bulat"),
        ("candidate,item,option,seconds\na,s1,A,\n", {"key": KEY}, "di setiap baris; isi, atau hapus kolomnya"),
        ("", {"key": KEY}, "berkas tidak berisi data"),
        ("a\0b", {"key": KEY}, "bukan teks CSV"),
        ('peserta,s1\n"a,A\n', {"key": KEY}, "bukan CSV yang sah"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place_and_a_remedy(
    tmp_path: Path, responses: str, others: dict[str, str], said: str
) -> None:
    assert said in refused(tmp_path, responses, **others)


@pytest.mark.parametrize(
    "responses",
    [
        "peserta;s1;s2\nandi;1,0;0,0\nbudi;1;1,00\n",
        "sep=;\r\npeserta;s1;s2\r\nandi;1;0\r\nbudi;1;1\r\n",
        "No,Nama,s1,s2\n1,andi,1,0\n2,budi,1,1\n",
        "id,peserta,s1,s2\nandi,A. Andi,1,0\nbudi,B. Budi,1,1\n",
        "peserta;s1;s2;;\r\nandi;1;0;;\r\nbudi;1;1;;\r\n;;;;\r\n",
        "peserta,soal,skor\nandi,s1,1\nandi,s2,0\nandi,s3,-\nbudi,s1,1\nbudi,s2,1.0\nbudi,s3,na\n",
        "peserta,soal,jawaban\nandi,s1,1\nandi,s2,0\nandi,s3,N/A\nbudi,s1,1\nbudi,s2,1\n",
    ],
)
def test_what_spreadsheets_add_is_understood(tmp_path: Path, responses: str) -> None:
    found = exam(tmp_path, responses).responses
    assert (found.persons, found.items) == (("andi", "budi"), ("s1", "s2"))
    assert found.total.tolist() == [1, 2]
    assert found.form_length.tolist() == [2, 2]


def test_a_column_of_times_beside_each_candidate_gives_no_answer_a_time(tmp_path: Path) -> None:
    assert exam(tmp_path, "peserta,rt,s1\nandi,1,1\nbudi,0,0\n").responses.seconds is None


def test_a_candidate_whose_group_is_not_known_is_in_neither(tmp_path: Path) -> None:
    groups = "peserta,kelompok\nandi,P\nbudi,\ncici,L\n"
    assert exam(tmp_path, key=KEY, groups=groups).groups == ("P", None, "L")


def test_many_faults_are_counted_not_listed(tmp_path: Path) -> None:
    rows = "".join(f"p{number},??\n" for number in range(100))
    said = refused(tmp_path, f"peserta,s1\n{rows}", key=KEY).splitlines()
    assert len(said) == 21
    assert "dan 80 lagi / and 80 more" in said[-1]


def test_a_candidate_who_stands_there_twice_is_named_once(tmp_path: Path) -> None:
    assert len(refused(tmp_path, "peserta,s1,s2,s3\na,A,A,A\na,B,B,B\n", key=KEY).splitlines()) == 1


class Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" not in self.open[-1:]:
            self.words.append(data)


def test_the_report_stands_in_three_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = written(tmp_path, jawaban=WIDE, kunci=KEY)
    with pytest.raises(SystemExit) as ended:
        run(["stats", str(files["jawaban"]), "--key", str(files["kunci"]), "--out", str(tmp_path / "laporan")])
    assert ended.value.code == 0
    assert "s1" in capsys.readouterr().out
    figures = json.loads((tmp_path / "laporan" / "statistics.json").read_text(), parse_constant=pytest.fail)
    assert [item["difficulty"]["value"] for item in figures["items"]] == [2 / 3, 2 / 3, 0]
    table = list(
        csv.DictReader((tmp_path / "laporan" / "items.csv").read_text("utf-8-sig").splitlines(), delimiter=";")
    )
    assert [(row["soal"], row["n"], row["kosong"], row["p"]) for row in table][2] == ("s3", "2", "1", "0,0000")
    reader = Text()
    reader.feed((tmp_path / "laporan" / "report.html").read_text())
    assert "Analisis butir dan ujian: jawaban" in reader.words


def report_of_random_forms(folder: Path, *more: str) -> tuple[str, dict[str, Any]]:
    responses = folder / "jawaban.csv"
    responses.write_bytes(gzip.decompress((GOLDEN / "loft_small_long.csv.gz").read_bytes()))
    arguments = [str(responses), "--key", str(GOLDEN / "loft_small_bank.csv"), "--out", str(folder / "o"), *more]
    with pytest.raises(SystemExit) as ended:
        run(["stats", *arguments])
    assert ended.value.code == 0
    return (folder / "o" / "report.html").read_text(), json.loads((folder / "o" / "statistics.json").read_text())


def test_random_forms_with_times_and_groups_show_every_part(tmp_path: Path) -> None:
    page, figures = report_of_random_forms(tmp_path, "--groups", str(GOLDEN / "loft_small_candidates.csv"))
    for heading in ("Sebaran nilai", "Keputusan lulus dan tidak", "Keberpihakan soal", "Usaha menurut waktu"):
        assert f"<h2>{heading}</h2>" in page
    assert figures["decisions"]["livingston-lewis"]["replication"] == "another form drawn at random"
    assert len(figures["fairness"]["items"]) == 80
    assert "paket peserta berbeda-beda" in page  # why alpha has no value here
    rapid = {"c0059", "c0132", "c0155", "c0178", "c0317"}  # made so, in the set
    assert rapid <= {label for label, _ in figures["effort"]["low"]}


def test_a_model_waits_for_enough_answers(tmp_path: Path) -> None:
    page, figures = report_of_random_forms(tmp_path, "--lang", "en")
    assert figures["model"]["calibration"] is None
    assert "needs about 200 answers per item, now 150" in page


def test_enough_answers_are_calibrated(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    right = rng.random((400, 8)) < 1 / (1 + np.exp(rng.normal(size=8) - rng.normal(size=(400, 1))))
    rows = "\n".join(",".join(map(str, row)) for row in right.astype(int))
    files = written(tmp_path, r=",".join(f"s{j}" for j in range(8)) + "\n" + rows)
    with pytest.raises(SystemExit):
        run(["stats", str(files["r"]), "--out", str(tmp_path / "o")])
    model = json.loads((tmp_path / "o" / "statistics.json").read_text())["model"]
    assert model["calibration"]["converged"]
    assert 0.8 < model["fit"][0]["infit"]["value"] < 1.2
    assert "Informasi ujian" in (tmp_path / "o" / "report.html").read_text()


def test_few_candidates_get_counts_and_no_coefficients(tmp_path: Path) -> None:
    groups = "peserta,kelompok\nandi,P\nbudi,L\ncici,L\n"
    files = written(tmp_path, r=WIDE, k=KEY, g=groups)
    with pytest.raises(SystemExit):
        run(["stats", *map(str, (files["r"], "--key", files["k"], "--groups", files["g"], "--out", tmp_path / "o"))])
    figures = json.loads((tmp_path / "o" / "statistics.json").read_text())
    assert {estimate["value"] for estimate in figures["reliability"].values()} == {None}
    assert figures["decisions"] == {}
    page = (tmp_path / "o" / "report.html").read_text()
    assert "Tidak dihitung: perlu paling sedikit 30 peserta, sekarang 3." in page
    assert "<td>A</td>" not in page.split("Keberpihakan soal")[1].split("<h2>")[0]  # no class from three candidates


def test_fairness_compares_exactly_two_groups(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = written(tmp_path, r=WIDE, k=KEY, g="peserta,kelompok\nandi,P\nbudi,L\ncici,X\n")
    with pytest.raises(SystemExit) as ended:
        run(["stats", *map(str, (files["r"], "--key", files["k"], "--groups", files["g"], "--out", tmp_path / "o"))])
    assert ended.value.code == 1
    assert "perlu tepat dua kelompok, ada 3" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_names_of_a_file_run_no_script_in_the_report(tmp_path: Path) -> None:
    nasty = '"<script>alert(1)</script>"'
    files = written(tmp_path, r=f"peserta,{nasty}\na,1\nb,0\n")
    with pytest.raises(SystemExit):
        run(["stats", str(files["r"]), "--out", str(tmp_path / "o")])
    assert "<script" not in (tmp_path / "o" / "report.html").read_text()


def report_of(folder: Path, responses: str, *more: str, **others: str) -> str:
    files = written(folder, r=responses, **others)
    options = [word for name in others for word in (f"--{name}", str(files[name]))]
    with pytest.raises(SystemExit) as ended:
        run(["stats", str(files["r"]), *options, "--out", str(folder / "o"), *more])
    assert ended.value.code == 0
    return (folder / "o" / "report.html").read_text()


def test_items_of_almost_one_name_have_addresses_of_their_own(tmp_path: Path) -> None:
    key = "item,key\na-b,A\na b,B\n"
    page = report_of(tmp_path, "peserta,a-b,a b\nx,A,B\ny,B,B\n", key=key)
    assert len(set(re.findall(r' id="([^"]*)"', page))) == 2
    assert set(re.findall(r'href="#([^"]*)"', page)) == set(re.findall(r' id="([^"]*)"', page))


def test_a_report_without_options_links_to_nothing(tmp_path: Path) -> None:
    assert "href=" not in report_of(tmp_path, "peserta,s1,s2\nx,1,0\ny,0,1\n")


def test_the_pass_mark_is_said_as_it_was_given(tmp_path: Path) -> None:
    assert "(67,5 %)." in report_of(tmp_path, WIDE.replace("-", ""), "--pass-mark", "67.5", key=KEY)


def test_forms_of_different_lengths_are_told(tmp_path: Path) -> None:
    page = report_of(tmp_path, WIDE, "--lang", "en", key=KEY)
    assert "taken from the longest form and applied to all; forms have 2 to 3 items." in page


def test_an_english_report_writes_numbers_with_a_point(tmp_path: Path) -> None:
    page = report_of(tmp_path, WIDE, "--lang", "en", key=KEY)
    assert not re.search(r">[−0-9]+,[0-9]", page)


def test_a_row_of_a_table_has_a_heading(tmp_path: Path) -> None:
    page = report_of(tmp_path, WIDE, key=KEY)
    assert page.count('<th scope="row"') == len(re.findall("<tr", page)) - len(re.findall("<thead>", page))


def test_a_picture_with_links_is_no_image_to_a_screen_reader(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    rows = "".join(f"p{n},{','.join(rng.choice(list('AB'), 3))}\n" for n in range(40))
    page = report_of(tmp_path, f"peserta,s1,s2,s3\n{rows}", key="item,key\ns1,A\ns2,A\ns3,A\n")
    pictures = re.findall(r"<svg.*?</svg>", page)
    assert {'role="group"' in picture for picture in pictures if "<a " in picture} == {True}
    assert {'role="img"' in picture for picture in pictures if "<a " not in picture} == {True}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["jawaban.xlsx", "--key", "k.csv"], "jawaban.xlsx: buka di lembar sebar dan simpan lembarnya sebagai CSV UTF-8"),
        (["jawaban.XLS"], "save the sheet as CSV UTF-8"),
        (["jawaban.csv", "--out", "hasil.json"], "--out hasil.json: untuk berkas CSV, sebut nama folder"),
    ],
)  # fmt: skip
def test_a_remedy_is_said_for_other_files(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        run(["stats", *arguments])
    assert ended.value.code == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["UJI-1", "--key", "k.csv"], ["r.csv", "--lang", "fr"], ["gone.csv"]])
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        run(["stats", *arguments])
    assert ended.value.code == 1
    assert "/" in capsys.readouterr().err


def test_every_reason_is_said_in_indonesian() -> None:
    assert set(REASONS) == set(Reason)
