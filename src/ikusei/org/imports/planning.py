"""A staff list and the records -> a plan. Pure: reads values, touches no database."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from ikusei.lib.tabular import Problem
from ikusei.lib.text import clean_name, search_key
from ikusei.org.grades import GRADES
from ikusei.org.imports.plan import ChangedPerson, EndedPerson, NewPerson, Plan
from ikusei.org.imports.postings import PostingPlanner, SamePost, SharesExceeded
from ikusei.org.imports.records import KnownPerson, Records, number_key
from ikusei.org.imports.rows import StaffList, StaffRow
from ikusei.org.imports.seats import Seats
from ikusei.org.imports.tree import NoPlace, Tree
from ikusei.org.imports.values import read_kana
from ikusei.org.models import Category, EmploymentKind
from ikusei.org.models.person import StartReason

MOST_ENDED = Decimal("0.2")
"""The part of an employer's people that a list may end without being asked twice."""

PERSON_FIELDS = ("name", "used_name", "kana", "name_latin", "email", "birth_date", "sex")
EMPLOYMENT_FIELDS = ("category", "grade", "kind")


class Conflict(Exception):
    """A row contradicts the records: why, and what to do."""

    def __init__(self, key: str, value: str, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.key = key
        self.value = value
        self.reason = reason
        self.fix = fix


def make_plan(staff: StaffList, records: Records, *, as_of: date) -> Plan:
    """What the list would change, as the state of the employer's staff on a day.

    People who stand in rows with problems are neither changed nor ended.
    """
    return _Planner(staff, records, as_of).plan()


class _Planner:
    def __init__(self, staff: StaffList, records: Records, as_of: date) -> None:
        self.staff = staff
        self.records = records
        self.as_of = as_of
        self.result = Plan(
            stops=list(staff.stops), problems=list(staff.problems), warnings=list(staff.warnings)
        )
        places = [row.place for row in staff.rows if row.place is not None]
        places += [second.place for row in staff.rows for second in row.concurrent or ()]
        codes = {number_key(place.code) for place in places if place.code}
        self.tree = Tree(records.units, closed_codes=records.closed_codes, list_codes=codes, as_of=as_of)
        self.seats = Seats(records.posts, codes=records.post_codes, as_of=as_of)
        self.postings = PostingPlanner(self.tree, self.seats, as_of)
        self.in_list: set[str] = set()
        self.zeros_lost: list[StaffRow] = []
        self.without_zeros: dict[str, list[str]] = defaultdict(list)
        for key in records.people:
            self.without_zeros[key.lstrip("0")].append(key)

    def plan(self) -> Plan:
        """The plan."""
        plan = self.result
        if self.records.latest_list is not None and self.records.latest_list > self.as_of:
            plan.stops.append(_older_list(self.as_of, self.records.latest_list))
        if plan.stops:
            return plan
        for row in self.staff.rows:
            self._plan_row(row)
        self.in_list |= {self._key(number) for number in self.staff.held}
        self._end_the_others()
        self._ask_about_ended()
        self.postings.settle(plan)
        plan.warnings += self.tree.warnings + self._zero_warnings()
        plan.problems.sort(key=lambda problem: (problem.row is None, problem.row or 0))
        return plan

    def _key(self, number: str) -> str:
        """The record's key for a number; a spreadsheet may have eaten its leading zeros."""
        key = number_key(number)
        if key in self.records.people:
            return key
        same = self.without_zeros.get(key.lstrip("0"), [])
        return same[0] if len(same) == 1 else key

    def _plan_row(self, row: StaffRow) -> None:
        key = self._key(row.number)
        known = self.records.people.get(key)
        try:
            if key in self.in_list:
                raise Conflict(
                    "number",
                    row.number,
                    _("Two numbers of the list mean the number %(number)s of the records.")
                    % {"number": known.number if known else row.number},
                    _("Write the numbers with their leading zeros."),
                )
            self.in_list.add(key)
            if known is not None and key != number_key(row.number):
                self.zeros_lost.append(row)
            if row.until is not None and row.until <= self.as_of:
                self._plan_leaver(row, known, row.until)
            elif known is None or known.employment is None:
                self._plan_new(row, _same_human(row, known))
            else:
                _refuse_other_human(row, known)
                self._plan_known(ChangedPerson(row, known, known.employment))
        except Conflict as conflict:
            self._refuse(row, conflict.key, conflict.value, conflict.reason, conflict.fix)
        except NoPlace as problem:
            self._refuse(row, "unit", problem.place.words, problem.reason, problem.fix)
        except SharesExceeded as problem:
            self._refuse(
                row,
                "concurrent_share",
                f"{problem.total:f}",
                _("The shares of all postings would add up to more than the whole of the person's time."),
                _("Correct the shares; together they are at most 1."),
            )

        except SamePost as problem:
            self._refuse(
                row,
                "concurrent",
                problem.post.words,
                _("The concurrent post is the home post itself."),
                _("Clear the cells of the concurrent post, or correct the unit."),
            )

    def _refuse(self, row: StaffRow, key: str, value: str, reason: str, fix: str) -> None:
        column = self.staff.columns.get(key, "") or self.staff.columns.get(f"{key}_code", "")
        self.result.problems.append(Problem(row.row, column, value, reason, fix))

    def _plan_leaver(self, row: StaffRow, known: KnownPerson | None, until: date) -> None:
        if known is None or known.employment is None:
            self.result.passed_over.append(
                {
                    "row": row.row,
                    "kind": "left",
                    "text": f"{row.number} {row.name}",
                    "reason": _("The person had left before the day of the list."),
                }
            )
            return
        _refuse_other_human(row, known)
        if until <= known.employment.from_date:
            raise Conflict(
                "last_day",
                until.isoformat(),
                _("The present record of the employment begins on %(day)s only.")
                % {"day": known.employment.from_date.isoformat()},
                _("Correct the last day."),
            )
        if later := _later(known):
            raise Conflict("number", row.number, *later)
        self.result.ended.append(EndedPerson(known, known.employment, on=until, row=row.row))

    def _plan_new(self, row: StaffRow, person: KnownPerson | None) -> None:
        from_date = row.hired_on or self.as_of
        if person is not None and person.last_until is not None:
            from_date = max(from_date, person.last_until)
        until = row.until
        if person is not None and person.next_from is not None:
            until = min(until or person.next_from, person.next_from)
        was_hired = row.hired_on is not None and from_date == row.hired_on
        postings = self.postings.for_new(row, from_date=from_date, until=until, person=person)
        self.result.new.append(
            NewPerson(
                row=row,
                person=person,
                from_date=from_date,
                until=until,
                category=row.category or Category.OTHER,
                grade=row.grade or "",
                kind=row.kind or EmploymentKind.REGULAR,
                reason=StartReason.HIRED if was_hired else StartReason.RECORDED,
                postings=postings,
            )
        )

    def _plan_known(self, change: ChangedPerson) -> None:
        row, known, employment = change.row, change.person, change.present
        for key in PERSON_FIELDS:
            value = getattr(row, key)
            if value is not None and not _is_same(key, getattr(known, key), value):
                change.person_fields[key] = value
        for key in EMPLOYMENT_FIELDS:
            value = getattr(row, key)
            if value is not None and value != getattr(employment, key):
                change.employment[key] = value
        if change.employment:
            change.reason = _start_reason(employment.grade, change.employment)
        if row.until is not None and employment.until not in (row.until, known.next_from or date.max):
            change.until = row.until
        self.postings.for_known(change)
        if change:
            self.result.changed.append(change)
        else:
            self.result.unchanged += 1

    def _end_the_others(self) -> None:
        for key, person in self.records.people.items():
            if (
                person.employment is None
                or key in self.in_list
                or search_key(person.name) in self.staff.held_names
            ):
                continue
            if later := _later(person):
                self.result.problems.append(Problem(None, "", f"{person.number} {person.name}", *later))
            else:
                self.result.ended.append(EndedPerson(person, person.employment, on=self.as_of))

    def _ask_about_ended(self) -> None:
        employed, ended = self.records.employed, len(self.result.ended)
        if employed and Decimal(ended) / employed > MOST_ENDED:
            self.result.too_many_end = Problem(
                None,
                "",
                f"{ended} / {employed}",
                _(
                    "%(ended)s of the %(employed)s people employed on that day are not in the list and would end."
                )
                % {"ended": ended, "employed": employed},
                _("Check that the list is whole and of this employer; confirm the endings if it is."),
            )

    def _zero_warnings(self) -> list[Problem]:
        if not self.zeros_lost:
            return []
        first = self.zeros_lost[0]
        return [
            Problem(
                first.row,
                self.staff.columns.get("number", ""),
                first.number,
                _("%(count)s staff numbers were recognised although their leading zeros are missing.")
                % {"count": len(self.zeros_lost)},
                _("Format the column as text in Excel."),
            )
        ]


def _older_list(as_of: date, latest: date) -> Problem:
    return Problem(
        None,
        "",
        as_of.isoformat(),
        _("A list as of %(day)s has been imported already.") % {"day": latest.isoformat()},
        _("Import a list of that day or later, or undo the later import first."),
    )


def _later(person: KnownPerson) -> tuple[str, str] | None:
    """Why somebody cannot end: what is recorded for days after the list's."""
    if person.next_from is None and not person.has_later_posting:
        return None
    return (
        _("The person is not employed any more in the list, but has entries for later days in the records."),
        _("Take those entries back first, or import the list as of a later day."),
    )


def _names_match(row: StaffRow, known: KnownPerson) -> bool:
    theirs = {search_key(text) for text in (known.name, known.used_name) if text}
    return search_key(row.name) in theirs or bool(row.used_name and search_key(row.used_name) in theirs)


def _refuse_other_human(row: StaffRow, known: KnownPerson) -> None:
    """Raise Conflict where both name and date of birth are somebody else's: rows have slipped, or a number passed on."""
    if not row.birth_date or not known.birth_date or row.birth_date == known.birth_date:
        return
    if not _names_match(row, known):
        raise Conflict(
            "number",
            row.number,
            _("The number belongs to %(name)s, born on %(day)s; the list has another name and date of birth.")
            % {"name": known.name, "day": known.birth_date.isoformat()},
            _("Check whether rows have slipped; give a new person a new number."),
        )


def _same_human(row: StaffRow, known: KnownPerson | None) -> KnownPerson | None:
    """The person employed again under a number, None for a new number. Raises Conflict where it was somebody else's."""
    if known is None or _names_match(row, known):
        return known
    if row.birth_date and row.birth_date == known.birth_date:
        return known
    raise Conflict(
        "number",
        row.number,
        _("The number belonged to %(name)s, who is not employed on that day.") % {"name": known.name},
        _("Give a new person a new number; for the same person under a new name, add the date of birth."),
    )


def _is_same(key: str, recorded: object, value: object) -> bool:
    """Whether the list says what is recorded; a record not written by an import may be spelt less strictly."""
    if recorded == value:
        return True
    if not isinstance(recorded, str):
        return False
    return value == (read_kana(recorded) if key == "kana" else clean_name(recorded))


def _start_reason(grade: str, changes: dict[str, str]) -> str:
    """Why the new row of employment begins."""
    if "category" in changes:
        return StartReason.CONVERTED
    if "grade" in changes:
        order = list(GRADES)
        went_down = (
            grade in GRADES
            and changes["grade"] in GRADES
            and order.index(grade) > order.index(changes["grade"])
        )
        return StartReason.RECORDED if went_down else StartReason.PROMOTED
    return StartReason.RENEWED
