"""Dates as offices write them: read from cells, and written in the reader's language, western or by era."""

import calendar
import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from ikusei.lib.clock import TOKYO
from ikusei.lib.eras import ERAS, Era, era_of, era_year_ja
from ikusei.lib.fields import language

MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]

_EARLIEST_YEAR = 1868
# Excel counts days from 30 December 1899 (its own 29 February 1900 never was, which matters below 61 only).
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_SERIALS = range(
    10_000, 2_958_466
)  # 18 May 1927 to 31 December 9999; smaller numbers are years or typos
_LONGEST_TEXT = 60

_ERA_NAMES = {
    name.casefold(): era for era in ERAS for name in (era.letter, era.name_en, era.name_ja, era.name_ja[0])
}
_ERA = "(?P<era>" + "|".join(sorted(_ERA_NAMES, key=len, reverse=True)) + r")\.?(?P<era_year>元|[0-9]{1,2})"
_AFTER_YEAR = r"(?:年|[./-])"
_MONTH_DAY = r"(?P<month>[0-9]{1,2})(?:月|[./-])(?P<day>[0-9]{1,2})日?"
_NAMED_MONTH = r"(?P<name>[a-z]{3,9})"

_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:西暦)?(?P<year>[0-9]{{4}})(?:\({_ERA}年?\))?{_AFTER_YEAR}{_MONTH_DAY}",
        rf"{_ERA}(?:\((?P<year>[0-9]{{4}})年?\))?{_AFTER_YEAR}{_MONTH_DAY}",
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
        r"(?P<era>[mtshr])(?P<era_year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
        rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?[-/.,]?{_NAMED_MONTH}[-/.,]*(?P<year>[0-9]{{4}})(?:\({_ERA}\))?",
        rf"{_NAMED_MONTH}[-/.,]?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,?(?P<year>[0-9]{{4}})",
    )
)
_FORM_INSIDE = re.compile(
    rf"(?<![0-9])(?:[0-9]{{4}}{_AFTER_YEAR}|{_ERA}{_AFTER_YEAR}){_MONTH_DAY}(?![0-9])", re.IGNORECASE
)
_TIME = re.compile(r"(?<=[0-9日])[T\s]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$")
_WEEKDAY = re.compile(r"\(?(?:[月火水木金土日](?:曜日?)|\([月火水木金土日]\)?)\)?$")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")

_KANJI_NUMBER = re.compile("[〇零一二三四五六七八九十百千廿卅壱弐参拾]+")
_KANJI_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "壱": 1, "弐": 2, "参": 3
}  # fmt: skip
_KANJI_UNITS = {"十": 10, "拾": 10, "百": 100, "千": 1000}


class DateProblem(ValueError):
    """A cell that is not a date we can trust: `reason` and `fix` are sentences or values for people.

    `proposal` is the date the fix stands for, where there is exactly one.
    """

    def __init__(self, reason: str, fix: str, proposal: date | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix
        self.proposal = proposal


def parse_date(value: object) -> date:
    """The day a cell means: text in western or era form, a date or datetime, an Excel serial number.

    Raises DateProblem for everything else, for impossible days, and for days outside the era they are written in.
    An aware datetime means its day in Asia/Tokyo. Numbers are taken as Excel serials, or as 20250401.
    """
    if isinstance(value, datetime):
        return (value.astimezone(TOKYO) if value.tzinfo else value).date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value)
    if isinstance(value, str):
        if len(value) > _LONGEST_TEXT:
            raise _unreadable()
        return _from_text(value)
    raise _unreadable()


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the month's last day where it is shorter."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def format_date(day: date, era: bool = False) -> str:
    """The day in the reader's language: 2026年4月1日 or 1 April 2026.

    With era: 令和8年4月1日 or 1 April 2026 (Reiwa 8).
    """
    if language() == "ja":
        return era_date(day) if era else f"{day.year}年{day.month}月{day.day}日"
    written = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    in_force = era_of(day) if era else None
    return f"{written} ({in_force.name_en} {in_force.year_of(day.year)})" if in_force else written


def era_date(day: date, short: bool = False) -> str:
    """The day by era in any language: 令和8年4月1日, short R8.4.1; before 1873 the western form."""
    era = era_of(day)
    if era is None:
        return day.isoformat() if short else f"{day.year}年{day.month}月{day.day}日"
    year = era.year_of(day.year)
    if short:
        return f"{era.letter}{year}.{day.month}.{day.day}"
    return f"{era_year_ja(era, year)}年{day.month}月{day.day}日"


class _Written(NamedTuple):
    """A date as it was written, before anything is checked; year 0 means none was given."""

    year: int
    era: Era | None
    era_year: int
    month: int
    day: int
    text: str

    def again(self, day: date) -> str:
        """The other day in the manner of this one, to be proposed as its replacement."""
        kanji = "年" in self.text
        if self.era:
            return era_date(day, short=not kanji)
        return f"{day.year}年{day.month}月{day.day}日" if kanji else day.isoformat()


def _from_number(number: float) -> date:
    whole = int(number) if abs(number) < 1e9 else 0
    if whole in _EXCEL_SERIALS:
        return _EXCEL_EPOCH + timedelta(days=whole)
    return _from_text(str(whole) if whole == number else str(number))


@lru_cache(maxsize=8192)  # a staff list holds the same few thousand days again and again
def _from_text(value: str) -> date:
    text = _fold(value)
    for form in _FORMS:
        match = form.fullmatch(text)
        if match:
            return _check(_written(match, text))
    raise _diagnose(text)


def _fold(value: str) -> str:
    """The text without widths, ligatures (㋿), kanji numerals, spaces, weekday and time of day."""
    text = unicodedata.normalize("NFKC", value.translate(_DASHES)).strip()
    text = "".join(_TIME.sub("", text).split())
    text = _WEEKDAY.sub("", text)
    return _KANJI_NUMBER.sub(lambda run: str(_kanji_number(run.group())), text)


def _kanji_number(run: str) -> int:
    """The number: positional (二〇二五) or with units (三十一, 廿三)."""
    run = run.replace("廿", "二十").replace("卅", "三十")
    if not any(sign in _KANJI_UNITS for sign in run):
        return int("".join(str(_KANJI_DIGITS[sign]) for sign in run))
    total = pending = 0
    for sign in run:
        if sign in _KANJI_UNITS:
            total += (pending or 1) * _KANJI_UNITS[sign]
            pending = 0
        else:
            pending = pending * 10 + _KANJI_DIGITS[sign]
    return total + pending


def _written(match: re.Match[str], text: str) -> _Written:
    parts = match.groupdict()
    era = _ERA_NAMES[parts["era"].casefold()] if parts.get("era") else None
    era_year = 1 if parts.get("era_year") == "元" else int(parts.get("era_year") or 0)
    month = _month_number(parts["name"]) if "name" in parts else int(parts["month"])
    return _Written(int(parts.get("year") or 0), era, era_year, month, int(parts["day"]), text)


def _month_number(name: str) -> int:
    """1 to 12 for an English month name or a beginning of one (Apr, Sept), 0 where there is no such month."""
    return next((i for i, month in enumerate(MONTHS, 1) if month.casefold().startswith(name.casefold())), 0)


def _check(written: _Written) -> date:
    """The day, once year, month, day and era are possible and agree."""
    year = written.year or (written.era.western_year(written.era_year) if written.era else 0)
    if written.era and written.era_year == 0:
        raise DateProblem(_("An era has no year 0; its first year is 元年 or 1."), _example())
    if year < _EARLIEST_YEAR:
        raise DateProblem(_("The year %(year)s is too early.") % {"year": year}, _example())
    if not 1 <= written.month <= 12:
        raise DateProblem(_("There is no such month."), _example())
    days = calendar.monthrange(year, written.month)[1]
    if not 1 <= written.day <= days:
        last = date(year, written.month, days)
        raise DateProblem(
            _("There is no day %(day)s in %(month)s.")
            % {"day": written.day, "month": f"{year}-{written.month:02}"},
            written.again(last),
            last,
        )
    day = date(year, written.month, written.day)
    _check_era(written, day)
    return day


def _check_era(written: _Written, day: date) -> None:
    era = written.era
    if era is None:
        return
    if written.year and era.western_year(written.era_year) != written.year:
        raise DateProblem(
            _("%(western)s and %(era)s are different years.")
            % {"western": written.year, "era": era_year_ja(era, written.era_year) + "年"},
            _example(),
        )
    if era.holds(day):
        return
    values = {"era": era.name_ja if language() == "ja" else era.name_en}
    if day > era.last:
        values["day"] = format_date(era.last, era=True)
        raise DateProblem(_("%(era)s ended on %(day)s.") % values, written.again(day), day)
    values["day"] = format_date(era.first, era=True)
    fix = written.again(day)
    raise DateProblem(_("%(era)s began on %(day)s only.") % values, fix, day)


def _example() -> str:
    return _("Write the date as 2026-04-01, 令和8年4月1日 or R8.4.1.")


def _unreadable() -> DateProblem:
    return DateProblem(_("This is not a date."), _example())


# What people write when they do not write a date, most telling first.
_NO_DAY = re.compile(
    rf"(?:(?P<year>[0-9]{{4}})|{_ERA}){_AFTER_YEAR}(?P<month>[0-9]{{1,2}})月?", re.IGNORECASE
)
_NO_MONTH = re.compile(rf"(?:[0-9]{{4}}|{_ERA})年?度?", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"'?(?P<first>[0-9]{1,2})[年./-](?P<month>[0-9]{1,2})[月./-](?P<day>[0-9]{1,2})日?")
_YEAR_LAST = re.compile(r"(?P<one>[0-9]{1,2})[./-](?P<two>[0-9]{1,2})[./-](?P<year>[0-9]{4})")


def _diagnose(text: str) -> DateProblem:
    """The problem that says most about a text none of the forms fits."""
    if match := _NO_DAY.fullmatch(text):
        return _without_day(match, text)
    if _NO_MONTH.fullmatch(text):
        return DateProblem(_("Month and day are missing."), _example())
    if match := _YEAR_LAST.fullmatch(text):
        return _year_last(int(match["year"]), int(match["one"]), int(match["two"]))
    if match := _SHORT_YEAR.fullmatch(text):
        return _short_year(int(match["first"]), int(match["month"]), int(match["day"]))
    if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", text) and int(text[:5]) in _EXCEL_SERIALS:
        day = _EXCEL_EPOCH + timedelta(days=int(text[:5]))
        return DateProblem(
            _("This is Excel's number of a day: the cell lost its date format."), day.isoformat(), day
        )
    if match := _FORM_INSIDE.search(text):
        return _inside(match.group())
    return _unreadable()


def _without_day(match: re.Match[str], text: str) -> DateProblem:
    parts = match.groupdict() | {"day": "1"}
    era = _ERA_NAMES[parts["era"].casefold()] if parts["era"] else None
    era_year = 1 if parts["era_year"] == "元" else int(parts["era_year"] or 0)
    written = _Written(int(parts["year"] or 0), era, era_year, int(parts["month"]), 1, text)
    try:
        first = _check(written)
    except DateProblem as problem:
        return problem
    return DateProblem(_("The day is missing."), written.again(first), first)


def _year_last(year: int, one: int, two: int) -> DateProblem:
    days = [day for day in (_possible(year, one, two), _possible(year, two, one)) if day]
    if not days:
        return _unreadable()
    if len(set(days)) == 1:
        return DateProblem(_("The year must come first."), days[0].isoformat(), days[0])
    return DateProblem(
        _("Which number is the month and which the day is unclear."),
        _("Write %(one)s or %(two)s.") % {"one": days[0].isoformat(), "two": days[1].isoformat()},
    )


def _short_year(year: int, month: int, day: int) -> DateProblem:
    western = _possible(2000 + year, month, day)
    if western is None or year == 0:
        return _unreadable()
    letter = "R" if year <= 15 else "H" if year <= 31 else "S"
    return DateProblem(
        _("The year is too short: it may be western or of an era."),
        _("Write %(one)s or %(two)s.") % {"one": western.isoformat(), "two": f"{letter}{year}.{month}.{day}"},
    )


def _possible(year: int, month: int, day: int) -> date | None:
    if year < _EARLIEST_YEAR or not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return date(year, month, day)


def _inside(found: str) -> DateProblem:
    try:
        day = _from_text(found)
    except DateProblem as problem:
        return problem
    return DateProblem(_("There is more than a date in the cell."), found, day)
