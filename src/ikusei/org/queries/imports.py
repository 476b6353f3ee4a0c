"""Imports of staff lists: all of them, one of them with its report, and whose lists somebody may import."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, F, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ikusei.jobs.models import ENDED, Job
from ikusei.lib.dates import format_date
from ikusei.org import access
from ikusei.org.access import NotVisible, Right, Viewer
from ikusei.org.grades import grade_label
from ikusei.org.imports.columns import BY_KEY
from ikusei.org.models import Category, Employer, EmploymentKind, PeopleImport, Scope
from ikusei.org.models.imports import ImportState
from ikusei.org.models.person import Sex
from ikusei.ui.components import KeyFigure
from ikusei.ui.reading import era_dates

PAGE_SIZE = 50
PROBLEMS = 30
"""Problems, warnings and rows left out shown at a time."""

_LABELS: dict[str, Promise] = {
    "until": _("Last day"),
    "posting": _("Posting"),
    "concurrent": _("Concurrent posting"),
}
_TONES = {
    ImportState.APPLIED: "ok",
    ImportState.CHECKED: "info",
    ImportState.FAILED: "danger",
}


def employers_for(viewer: Viewer) -> QuerySet[Employer]:
    """The employers whose lists the viewer may import, by the scope of their grants."""
    if access.reaches_everyone(viewer, Right.PEOPLE_IMPORT):
        return Employer.objects.all()
    grants = viewer.grants_for(Right.PEOPLE_IMPORT)
    return Employer.objects.filter(
        pk__in=[grant.employer_id for grant in grants if grant.scope == Scope.EMPLOYER]
    )


def imports_page(viewer: Viewer, *, number: int | str = 1) -> Page[PeopleImport]:
    """One page of the imports within the viewer's reach, newest first, each with its counts (`new` ... `ended`)."""
    rows = (
        _visible(viewer)
        .defer("report", "journal", "mapping")
        .annotate(
            **{f"{name}_count": F(f"report__{name}") for name in ("new", "changed", "unchanged", "ended")}
        )
        .fetch_mode(FETCH_RAISE)
    )
    return Paginator(rows, PAGE_SIZE).get_page(number)


def find_import(viewer: Viewer, public_id: uuid.UUID) -> PeopleImport:
    """The import, without its journal. Raises NotVisible (404) outside the viewer's reach."""
    record = _visible(viewer).defer("journal").filter(public_id=public_id).first()
    if record is None:
        raise NotVisible(str(public_id))
    return record


def _visible(viewer: Viewer) -> QuerySet[PeopleImport]:
    return (
        PeopleImport.objects.filter(employer__in=employers_for(viewer).order_by())
        .select_related("employer", "file", "created_by")
        .order_by("-pk")
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changes of a person, as people read it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A sample of the changed people."""

    number: str
    name: str
    differences: list[Difference]


@dataclass(frozen=True, slots=True)
class ImportPage:
    """An import ready to be shown."""

    record: PeopleImport
    tone: str
    is_running: bool
    is_open: bool
    is_last: bool
    figures: list[KeyFigure]
    new: list[dict[str, Any]]
    changed: list[Changed]
    ended: list[dict[str, Any]]
    problems: Page[dict[str, Any]]
    warnings: Page[dict[str, Any]]
    skipped: Page[dict[str, Any]]
    columns: list[tuple[str, str, bool]]

    @property
    def report(self) -> dict[str, Any]:
        """The report as it was stored."""
        report: dict[str, Any] = self.record.report
        return report

    @property
    def may_apply(self) -> bool:
        """Whether the whole list can be applied (once a large number of endings is confirmed)."""
        return self._is_ready and not self.report["problem_count"]

    @property
    def may_apply_good(self) -> bool:
        """Whether the good rows can be applied alone."""
        return self._is_ready and not self.may_apply

    @property
    def asks_about_ended(self) -> bool:
        """Whether the endings have to be confirmed."""
        return bool(self.report.get("too_many_end"))

    @property
    def _is_ready(self) -> bool:
        return self.record.state == ImportState.CHECKED and not self.report["stops"] and not self.is_running


def import_page(viewer: Viewer, record: PeopleImport, pages: dict[str, str]) -> ImportPage:
    """The import as its page shows it; `pages` names the page of problems, warnings and skipped. The look is noted."""
    report = record.report
    samples = report.get("samples", {})
    changed = [
        Changed(one["number"], one["name"], list(_differences(one["differences"])))
        for one in samples.get("changed", [])
    ]
    shown = len(changed) + len(samples.get("ended", []))
    access.note_list(viewer, Right.PEOPLE_IMPORT, verb="org.import.open", count=shown)
    lists = {
        name: Paginator(report.get(name, []), PROBLEMS).get_page(pages.get(name))
        for name in ("problems", "warnings", "skipped")
    }
    return ImportPage(
        record=record,
        tone=_TONES.get(ImportState(record.state), ""),
        is_running=_is_running(record),
        is_open=record.state not in {ImportState.APPLIED, ImportState.UNDONE},
        is_last=record.state == ImportState.APPLIED and not _later_applied(record),
        figures=list(_figures(report)),
        new=[_with_labels(one) for one in samples.get("new", [])],
        changed=changed,
        ended=[_with_labels(one) for one in samples.get("ended", [])],
        columns=[
            (heading, BY_KEY[key].name, key in report.get("uncertain", {}))
            for key, heading in report.get("columns", {}).items()
        ],
        **lists,
    )


def _is_running(record: PeopleImport) -> bool:
    if record.job is None:
        return False
    return Job.objects.filter(public_id=record.job).exclude(state__in=ENDED).exists()


def _later_applied(record: PeopleImport) -> bool:
    later = PeopleImport.objects.filter(
        employer_id=record.employer_id, state=ImportState.APPLIED, applied_at__gt=record.applied_at
    )
    return later.exists()


def _figures(report: dict[str, Any]) -> Iterator[KeyFigure]:
    if "new" not in report:
        return
    yield KeyFigure(_("New"), report["new"], _("In the list, and not employed on that day."))
    yield KeyFigure(_("Changed"), report["changed"], _("Something in the list is not what is recorded."))
    yield KeyFigure(_("Unchanged"), report["unchanged"], _("The list says what is recorded."))
    yield KeyFigure(
        _("Ended"),
        report["ended"],
        _("Employed on that day and not in the list, or past the last day in it."),
        tone="warning" if report["too_many_end"] else "",
    )
    yield KeyFigure(
        _("Problems"),
        report["problem_count"],
        _("Whoever stands in a row with a problem is neither changed nor ended."),
        tone="danger" if report["problem_count"] else "",
    )


def _differences(found: list[list[str]]) -> Iterator[Difference]:
    for key, before, after in found:
        label = str(_LABELS.get(key) or BY_KEY[key].name)
        yield Difference(label, _said(key, before), _said(key, after))


def _said(key: str, value: str) -> str:
    """A stored value in the reader's words."""
    labels: dict[str, Any] = {
        "category": dict(Category.choices),
        "kind": dict(EmploymentKind.choices),
        "sex": dict(Sex.choices),
    }.get(key, {})
    if key == "grade":
        return grade_label(value)
    if key in {"birth_date", "until"} and value:
        day = date.fromisoformat(value) - timedelta(days=key == "until")
        return format_date(day, era=era_dates())
    return str(labels.get(value, value))


def _with_labels(one: dict[str, Any]) -> dict[str, Any]:
    shown = dict(one)
    if "category" in shown:
        shown["category"] = _said("category", shown["category"])
        shown["grade"] = _said("grade", shown["grade"])
    if "on" in shown:
        shown["on"] = date.fromisoformat(shown["on"])
    return shown
