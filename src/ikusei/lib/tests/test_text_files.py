import codecs
from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from ikusei.lib.tabular import Problem, TabularError, cells, read_table, write_csv

LIST = "職員番号,氏名,採用日\r\n001,髙﨑　邉子,令和7年4月1日\r\n002,ﾔﾏﾀﾞ,R7.4.1\r\n"
ROWS = [["職員番号", "氏名", "採用日"], ["001", "髙﨑　邉子", "令和7年4月1日"], ["002", "ﾔﾏﾀﾞ", "R7.4.1"]]


def problem_of(data: bytes) -> Problem:
    with override("en"), pytest.raises(TabularError) as caught:
        read_table(data, file="list.csv")
    assert caught.value.problem.fix
    assert caught.value.problem.file == "list.csv"
    return caught.value.problem


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (LIST.encode(), "utf-8"),
        (LIST.encode("utf-8-sig"), "utf-8"),
        (LIST.encode("cp932"), "cp932"),
        (LIST.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + LIST.encode("utf-16-be"), "utf-16"),
    ],
)
def test_the_encoding_is_found_out(data: bytes, encoding: str) -> None:
    table = read_table(data)
    assert table.rows == ROWS
    assert table.encoding == encoding


def test_half_width_kana_alone_are_still_cp932() -> None:
    text = "No,ｼﾒｲ\n1,ｻﾄｳ ｲﾁﾛｳ\n2,ﾜﾀﾅﾍﾞ ｼﾞﾛｳ\n3,ﾀｶﾊｼ､ﾐﾉﾙ\n"
    table = read_table(text.encode("cp932"))
    assert table.encoding == "cp932"
    assert table.rows[2] == ["2", "ﾜﾀﾅﾍﾞ ｼﾞﾛｳ"]


def test_the_encoding_can_be_said() -> None:
    assert read_table("a,é".encode("latin-1"), encoding="latin-1").rows == [["a", "é"]]
    with override("en"), pytest.raises(TabularError, match="does not belong to UTF-8 text"):
        read_table(LIST.encode("cp932"), encoding="utf-8")


@pytest.mark.parametrize("damage", [b"\x80\xff\n", b"\xfe,\n", b"\x81\n3,x\n"])
def test_a_byte_that_is_neither_is_named_with_its_row(damage: bytes) -> None:
    problem = problem_of("番号,氏名\n1,佐藤\n2,".encode("cp932") + damage)
    assert problem.row == 3
    assert problem.reason == "Byte 20 of the file is neither UTF-8 nor CP932 (Shift_JIS) text."
    assert problem.value == "2,"


def test_damaged_utf_8_is_not_read_as_cp932() -> None:
    data = "番号,氏名\n1,佐藤\n".encode()
    problem = problem_of(data[:-2])
    assert problem.row == 2
    assert problem.reason == f"Byte {len(data) - 3} of the file does not belong to UTF-8 text."


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("euc_jp", "The text is in EUC-JP."), ("iso2022_jp", "The text is in ISO-2022-JP (JIS).")],
)
def test_other_japanese_encodings_are_named(encoding: str, name: str) -> None:
    assert problem_of("番号,ふりがな\n1,さとう\n".encode(encoding)).reason == name


@pytest.mark.parametrize(
    ("data", "row", "reason"),
    [
        (b"", None, "The file is empty."),
        (b" \r\n\r\n", None, "The file is empty."),
        (b"\xef\xbb\xbf,,\r\n,,\r\n", None, "The file is empty."),
        (b"a,b\n1,\x002\n", 2, "Byte 7 is a NUL: this is not a text file."),
        ("a,b".encode("utf-16-le"), 1, "Byte 2 is a NUL: this is not a text file."),
        (b"%PDF-1.7 ...", None, "This is not a table file."),
        (b"\x89PNG\r\n\x1a\n", None, "This is not a table file."),
        (bytes(range(1, 32)) * 20, None, "This is not a text file."),
        (b"\xef\xbb\xbf\n<html><table>", None, "This is a web page or XML under another name."),
        (b'<?xml version="1.0"?><Workbook/>', None, "This is a web page or XML under another name."),
    ],
)
def test_what_is_no_text_table_is_refused_with_a_reason(data: bytes, row: int | None, reason: str) -> None:
    problem = problem_of(data)
    assert (problem.row, problem.reason) == (row, reason)


def test_a_file_too_large_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("ikusei.lib.tabular.reading.MAX_BYTES", 2**20)
    path = tmp_path / "list.csv"
    path.write_bytes(b"a,b\n" * 2**19)
    with override("en"), pytest.raises(TabularError, match="larger than 1 MB") as caught:
        read_table(path)
    assert caught.value.problem.file == "list.csv"


def test_a_file_of_nothing_but_commas_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ikusei.lib.tabular.textfile.MAX_CELLS", 1000)
    assert problem_of(b"a," * 2000).reason == f"The file has more than {cells.MAX_CELLS} cells."


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a\tb\tc\n1,0\t2\t3\n", "\t"),
        ("a;b;c\n1,5;2,5;3\n2,5;1;1\n", ";"),
        ("職員名簿 令和7年度\n\n番号;氏名\n1;佐藤\n2;鈴木\n", ";"),
        ('a,b\n"x;y;z","u;v;w"\n"x;y;z",2\n', ","),
        ("sep=|\na|b\n", "|"),
        ("氏名\n佐藤\n", ","),
    ],
)
def test_the_delimiter_is_found_out(text: str, delimiter: str) -> None:
    assert read_table(text.encode()).delimiter == delimiter


def test_line_breaks_in_quotes_keep_the_numbers_a_spreadsheet_shows() -> None:
    table = read_table('番号,備考\n1,"一行目\n二行目"\n\n2,"引用""符"\n'.encode())
    assert table.rows == [["番号", "備考"], ["1", "一行目\n二行目"], [], ["2", '引用"符']]
    assert [table.row_number(i) for i in range(4)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('a,b\n1,"x\n2,y\n3,z\n', 2),
        ('a,b\n1,x\n2,"y" z\n3,"w"\n', 3),
        ('a,b\n1,"x\n2,"y"\n', 2),
        ('a,b\n1,x\n2,"' + "y" * 200_000 + '"\n', 3),
    ],
)
def test_a_stray_quotation_mark_is_named_with_the_row_it_begins_in(text: str, row: int) -> None:
    problem = problem_of(text.encode())
    assert problem.row == row
    assert "quotation mark" in problem.reason


def test_a_quotation_mark_inside_a_plain_cell_is_just_a_sign() -> None:
    assert read_table(b'size,n\n15" screen,2\n').rows[1] == ['15" screen', "2"]


def test_rows_end_in_every_manner() -> None:
    assert read_table(b"a,b\r1,2\r3,4").rows == [["a", "b"], ["1", "2"], ["3", "4"]]


cell = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(st.lists(st.lists(cell, min_size=2, max_size=4), min_size=1, max_size=6))
def test_what_is_written_as_csv_is_read_back(rows: list[list[str]]) -> None:
    rows = [["heading", "other"], *rows, ["last", "row"]]
    assert read_table(write_csv(rows).content, encoding="utf-8").rows == rows


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_named_problem(data: bytes) -> None:
    try:
        rows = read_table(data).rows
    except TabularError as error:
        rows = [[error.problem.reason]]
    assert rows
