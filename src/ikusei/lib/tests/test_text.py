import pytest
from hypothesis import given
from hypothesis import strategies as st

from ikusei.lib import text
from ikusei.lib.variants import GROUPS

COMPATIBILITY_KAMI = "\ufa19"  # 神 as registers hold it; NFC and NFKC turn it into U+795E
KAMI = "\u795e"


@pytest.mark.parametrize(
    ("given_text", "folded"),
    [
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ"),
        ("ﾊﾟｰﾄ", "パート"),
        ("｢A｣･B", "「A」・B"),
        ("ﾞ", "゛"),
        ("髙﨑Ａ１", "髙﨑Ａ１"),
    ],
)
def test_half_width_kana_become_full_width_and_nothing_else_changes(given_text: str, folded: str) -> None:
    assert text.fold_kana(given_text) == folded


@pytest.mark.parametrize(
    ("given_text", "cleaned"),
    [
        ("　髙﨑　　邉子 ", "髙﨑 邉子"),
        ("ﾔﾏﾀﾞ　ﾀﾛｳ", "ヤマダ タロウ"),
        (COMPATIBILITY_KAMI + "田", COMPATIBILITY_KAMI + "田"),
        ("辻\U000e0101 葛\U000e0100", "辻\U000e0101 葛\U000e0100"),
        ("か\u3099く", "がく"),
        ("Ａｄａ\u200b Lovelace", "Ａｄａ Lovelace"),
        ("Jose\u0301  Cruz\t", "José Cruz"),
        (" Ada   Lovelace ", "Ada Lovelace"),
    ],
)
def test_a_name_is_cleaned_but_its_characters_are_kept(given_text: str, cleaned: str) -> None:
    assert text.clean_name(given_text) == cleaned


@given(st.text())
def test_cleaning_a_name_twice_changes_nothing_more(name: str) -> None:
    once = text.clean_name(name)
    assert text.clean_name(once) == once


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_cleaning_keeps_every_kanji(name: str) -> None:
    assert text.clean_name(name) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("職員番号", " 職員番号　"),
        ("ＩＣＴ　職", "ict 職"),
        ("ﾌﾘｶﾞﾅ", "フリガナ"),
        ("A－01", "a-01"),
        ("０１２", "012"),
        ("Staff\u00a0No\ufeff", "staff  no"),
    ],
)
def test_headings_and_codes_match_across_widths_and_spaces(one: str, other: str) -> None:
    assert text.normalise_key(one) == text.normalise_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙﨑", "高崎"),
        ("渡邉", "渡辺"),
        ("渡邊", "渡辺"),
        ("齋藤", "斉藤"),
        ("齊藤", "斎藤"),
        ("濵田", "浜田"),
        ("𠮷野", "吉野"),
        ("廣瀨", "広瀬"),
        (COMPATIBILITY_KAMI + "田", KAMI + "田"),
        ("辻\U000e0101", "辻"),
        ("サイトウ", "さいとう"),
        ("ｻｲﾄｳ ｼﾞﾛｳ", "さいとう　じろう"),
        ("O'Brien", "ｏｂｒｉｅｎ"),
        ("ジョン・スミス", "じょん すみす"),
        ("袖ヶ浦", "袖ケ浦"),
    ],
)
def test_a_person_is_found_under_the_everyday_spelling(one: str, other: str) -> None:
    assert text.search_key(one) == text.search_key(other)


@pytest.mark.parametrize(("one", "other"), [("高崎", "高橋"), ("さとう", "さいとう"), ("佐藤", "サトウ")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert text.search_key(one) != text.search_key(other)


def test_no_variant_is_the_everyday_form_of_another() -> None:
    everyday = {group[0] for group in GROUPS}
    variants = [variant for group in GROUPS for variant in group[1:]]
    assert not everyday & set(variants)
    assert len(variants) == len(set(variants))


def test_full_width_digits_become_ascii() -> None:
    assert text.digits("０１２３４５６７８９-①") == "0123456789-①"


def test_what_cp932_cannot_write_is_listed_once_each() -> None:
    assert text.encodable("𠮷田𠮷子 葛\U000e0100", "cp932") == ["𠮷", "\U000e0100"]
    assert text.encodable("髙﨑邉", "cp932") == []
    assert text.encodable("𠮷田", "utf-8") == []


def test_signs_that_cp932_knows_under_another_code_point_count_as_writable() -> None:
    assert text.encodable("10〜20 −1 総務―企画", "cp932") == []
    assert text.fit_encoding("10〜20", "cp932") == "10～20"
    assert text.fit_encoding("10〜20", "utf-8") == "10〜20"
