"""Bringing a framework in from files: looked at first, then written whole or not at all."""

from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.skills.formats import FrameworkData, ParsedFramework, Problem
from ikusei.skills.models import FrameworkVersion, VersionState
from ikusei.skills.queries.framework_content import same_version
from ikusei.skills.services.frameworks import publish_version, require_savable, save_framework, use_version


@dataclass(frozen=True, slots=True)
class Checked:
    """What an import would do: `unchanged` is the stored version that says the very same; `problems` stop it."""

    parsed: ParsedFramework
    unchanged: FrameworkVersion | None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of the files and those with what is stored."""
        return self.parsed.problems

    @property
    def data(self) -> FrameworkData | None:
        """What would be written, None where something stops it."""
        return self.parsed.data


def check_framework(*, actor: Viewer, parsed: ParsedFramework) -> Checked:
    """What saving the content of files would do; nothing is written."""
    access.require(actor, Right.FRAMEWORK_EDIT)
    if parsed.data is None:
        return Checked(parsed, None)
    same = same_version(parsed.data)
    if same is not None:
        return Checked(parsed, same)
    try:
        require_savable(parsed.data)
    except RuleBroken as error:
        return Checked(stopped(parsed, error), None)
    return Checked(parsed, None)


def import_framework(
    *,
    actor: Viewer,
    parsed: ParsedFramework,
    publish: bool = False,
    publish_on: date | None = None,
    use_from: date | None = None,
    dry_run: bool = False,
) -> tuple[Checked, FrameworkVersion | None]:
    """What was found and the version, new or the one that says the same; None where something stopped it or on a dry run.

    Written whole (saved, published, put to use as asked) or not at all.
    """
    with transaction.atomic():
        checked = check_framework(actor=actor, parsed=parsed)
        if checked.data is None:
            return checked, None
        try:
            with transaction.atomic():
                version = checked.unchanged or save_framework(actor=actor, data=checked.data)
                if publish and version.state == VersionState.DRAFT:
                    version = publish_version(actor=actor, version=version, on=publish_on or actor.today)
                if use_from is not None:
                    version = use_version(actor=actor, version=version, from_date=use_from)
        except RuleBroken as error:
            return Checked(stopped(parsed, error), checked.unchanged), None
        if dry_run:
            transaction.set_rollback(True)
            return checked, None
    return checked, version


def stopped(parsed: ParsedFramework, error: RuleBroken) -> ParsedFramework:
    """The same files with a problem that stands in no file: nothing of them may be written."""
    problem = Problem(
        file="",
        row=None,
        column=None,
        value=parsed.version or "",
        reason=error.message if isinstance(error.message, str) else str(error.message),
        fix=_("Nothing was written. Mend what the sentence names, then import again."),
    )
    return replace(parsed, data=None, undefined=(), problems=(*parsed.problems, problem))
