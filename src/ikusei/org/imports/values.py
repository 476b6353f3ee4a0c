"""Cells of a staff list -> values we keep. What cannot be read raises Unreadable with a reason and a fix."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache

import jaconv
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from ikusei.lib.dates import DateProblem, parse_date
from ikusei.lib.tabular import Cell, cell_text
from ikusei.lib.text import clean_name, normalise_key
from ikusei.org.models import Category, EmploymentKind
from ikusei.org.models.person import Sex

LONGEST = {
    "number": 40, "name": 120, "family_name": 59, "used_name": 120, "kana": 120, "name_latin": 120, "email": 254, "grade": 40,
    "unit_code": 40, "unit": 120, "post": 120,
}  # fmt: skip
"""Characters the record holds."""

EARLIEST = date(1900, 1, 1)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
_YOUNGEST, _OLDEST = 14, 100

# Words of a category, most telling first: the first that stands anywhere in the cell decides.
_CATEGORY_WORDS: tuple[tuple[Category, tuple[str, ...]], ...] = (
    (
        Category.ICT,
        ("ict", "デジタル", "情報", "it", "システム", "電算", "dx", "digital", "data scien", "データサイエン", "software"),
    ),
    (
        Category.ENGINEERING,
        ("技術", "土木", "建築", "機械", "電気", "造園", "化学", "農業", "林業", "林学", "水産", "畜産", "農学", "環境検査", "測量", "都市計画",
         "総合土木", "設備", "engineer", "civil", "architect"),
    ),
    (
        Category.WELFARE,
        ("福祉", "保健", "看護", "医師", "医療", "歯科", "薬剤", "獣医", "栄養", "心理", "保育", "介護", "児童", "助産", "検査技師", "放射線",
         "理学療法", "作業療法", "衛生監視", "食品衛生", "welfare", "health", "nurse", "medical", "social"),
    ),
    (
        Category.SKILLED,
        ("技能", "労務", "業務職", "現業", "運転", "調理", "用務", "作業員", "守衛", "清掃", "skilled", "manual"),
    ),
    (
        Category.CLERICAL,
        ("事務", "一般行政", "行政", "法務", "clerical", "administrat", "general", "office"),
    ),
    (Category.OTHER, ("その他", "other")),
)  # fmt: skip
_CATEGORY_EXACT = {
    "i": Category.ICT,
    "一般": Category.CLERICAL,
    "総合": Category.CLERICAL,
    "技師": Category.ENGINEERING,
}

_KIND_WORDS: tuple[tuple[EmploymentKind, tuple[str, ...]], ...] = (
    (EmploymentKind.ANNUAL, ("会計年度", "annual", "fiscal-year", "fiscal year", "パートタイム会計", "非常勤", "臨時", "嘱託", "アルバイト", "part")),
    (EmploymentKind.REEMPLOYED, ("再任用", "再雇用", "re-employ", "reemploy", "定年前短時間", "定年前再任用")),
    (EmploymentKind.FIXED_TERM, ("任期付", "任期つき", "任期あり", "有期", "特定任期", "契約", "fixed", "contract", "temporary", "育休代替")),
    (EmploymentKind.REGULAR, ("正規", "常勤", "正職員", "一般職", "任期の定めのない", "任期なし", "無期", "正社員", "本採用", "条件附", "条件付",
                              "regular", "permanent", "full-time", "full time", "indefinite")),
)  # fmt: skip

_SEXES = {
    **dict.fromkeys(("男", "男性", "男子", "m", "male", "man", "1"), Sex.MALE),
    **dict.fromkeys(("女", "女性", "女子", "f", "female", "woman", "2"), Sex.FEMALE),
    **dict.fromkeys(("x", "その他", "other", "non-binary", "nonbinary", "diverse", "3"), Sex.OTHER),
    **dict.fromkeys(("無回答", "回答しない", "未回答", "不明", "-", "not stated", "unknown", "0", "9"), None),
}
_SHARE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?:%|割)?")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff\ufffd]")


class Unreadable(ValueError):
    """A cell that cannot be read: why, and what to write instead."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix


def fitted(key: str, text: str) -> str:
    """The text, where the record can hold it."""
    limit = LONGEST[key]
    if len(text) > limit:
        raise Unreadable(
            _("The text has %(length)s characters; at most %(limit)s are kept.")
            % {"length": len(text), "limit": limit},
            _("Shorten the text."),
        )
    return text


def folded_number(cell: Cell) -> str:
    """A number or code: widths folded, one kind of dash, no spaces; "" where the cell is blank."""
    text = cell_text(cell)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_DASHES))
    return "".join(text.split()).removeprefix("'")


def read_number(cell: Cell) -> str:
    """The staff number, as `folded_number` writes it."""
    return fitted("number", folded_number(cell))


def read_name(cell: Cell, key: str = "name") -> str:
    """The name as it may be stored (`lib.text.clean_name`)."""
    return fitted(key, clean_name(cell_text(cell)))


def read_kana(cell: Cell) -> str:
    """The reading in full-width katakana, hiragana turned into it."""
    return fitted("kana", jaconv.hira2kata(clean_name(cell_text(cell))))


def read_email(cell: Cell) -> str:
    """The mail address; widths folded."""
    text = unicodedata.normalize("NFKC", cell_text(cell)).removeprefix("mailto:")
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError:
        squeezed = "".join(text.split()).replace(",", ".").replace("、", "").rstrip(".;")
        raise Unreadable(_("This is not a mail address."), _proposed_email(squeezed)) from None
    return fitted("email", text)


def _proposed_email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        return _("Write an address such as hanako@example.jp, or leave the cell blank.")
    return text


def read_day(cell: Cell) -> date | None:
    """The day in the cell, None where it is blank."""
    if cell == "" or (isinstance(cell, str) and cell.strip() in {"", "-", "－", "ー", "―", "なし", "無"}):
        return None
    try:
        day = parse_date(cell)
    except DateProblem as problem:
        raise Unreadable(problem.reason, problem.fix) from None
    if day < EARLIEST:
        raise Unreadable(_("The date is before 1900."), _("Correct the year."))
    return day


def read_birth_date(cell: Cell, as_of: date) -> date | None:
    """The date of birth of somebody who can be working on a day."""
    day = read_day(cell)
    if day is None:
        return None
    age = as_of.year - day.year - ((as_of.month, as_of.day) < (day.month, day.day))
    if not _YOUNGEST <= age <= _OLDEST:
        raise Unreadable(
            _("Born on this day, the person would be %(age)s years old.") % {"age": age}
            if age >= 0
            else _("The date of birth lies in the future."),
            _("Correct the year; look for a wrong era."),
        )
    return day


def read_sex(cell: Cell) -> Sex | None:
    """The sex, None where it is not stated."""
    text = normalise_key(cell_text(cell))
    if not text:
        return None
    if text not in _SEXES:
        raise Unreadable(
            _("This is not a sex that is kept."), _("Write 男, 女 or その他, or leave the cell blank.")
        )
    return _SEXES[text]


@lru_cache(maxsize=2048)
def read_category(text: str) -> tuple[Category | None, bool]:
    """The category, None where the cell is blank; and whether the word is known."""
    key = normalise_key(text)
    if not key:
        return None, True
    if key in Category.values:
        return Category(key), True
    if key in _CATEGORY_EXACT:
        return _CATEGORY_EXACT[key], True
    for category, words in _CATEGORY_WORDS:
        if any(_says(key, word) for word in words):
            return category, True
    return Category.OTHER, False


def _says(key: str, word: str) -> bool:
    """Whether the word stands in the key; an ASCII word of two or three letters only as a word of its own."""
    if word.isascii() and len(word) <= 3:
        return re.search(rf"(?<![a-z]){word}(?![a-z])", key) is not None
    return word in key


@lru_cache(maxsize=512)
def read_kind(text: str) -> EmploymentKind | None:
    """The kind of employment, None where the cell is blank."""
    key = normalise_key(text)
    if not key:
        return None
    if key in EmploymentKind.values:
        return EmploymentKind(key)
    for kind, words in _KIND_WORDS:
        if any(word in key for word in words):
            return kind
    raise Unreadable(
        _("This kind of employment is not known."), _("Write 正規, 任期付, 再任用 or 会計年度任用.")
    )


@lru_cache(maxsize=2048)
def read_grade(text: str) -> str:
    """The grade with full-width digits and Latin letters made plain."""
    return fitted("grade", " ".join(unicodedata.normalize("NFKC", clean_name(text)).split()))


def read_share(cell: Cell) -> Decimal | None:
    """The share of time, 0 to 1, from 0.5, 50 % or 5割; None where the cell is blank."""
    text = unicodedata.normalize("NFKC", cell_text(cell))
    if not text:
        return None
    match = _SHARE.fullmatch(text)
    if match is None:
        raise _no_share()
    number = Decimal(match.group(1))
    if "割" in text:
        number /= 10
    elif "%" in text or number > 1:
        number /= 100
    number = number.quantize(Decimal("0.001"))
    if not 0 <= number <= 1:
        raise _no_share()
    return number


def _no_share() -> Unreadable:
    return Unreadable(_("This is not a share of time between 0 and 1."), _("Write 0.5 or 50 %."))


def private_characters(text: str) -> list[str]:
    """The characters that only the office's own fonts can show (gaiji), or that were lost before the file came."""
    return [] if text.isascii() else list(dict.fromkeys(_PRIVATE.findall(text)))
