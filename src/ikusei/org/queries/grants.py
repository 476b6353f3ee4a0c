"""Who holds which role: the list, what a role may do in words, and the accounts to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ikusei.accounts.models import User
from ikusei.lib.fields import pick_text
from ikusei.lib.text import search_key
from ikusei.org import access
from ikusei.org.access import RIGHTS, NotVisible, Right, Viewer
from ikusei.org.models import Employer, Employment, Person, Role, RoleGrant, Scope, Unit, UnitPeriod
from ikusei.org.models.grant import RoleGrantQuerySet

SIZE = 50
MOST_ACCOUNTS = 20

IN_WORDS: Mapping[Right, Promise] = MappingProxyType(
    {
        Right.PEOPLE_LIST: _("see lists of people with unit, grade and category"),
        Right.PEOPLE_OPEN: _("open a person's record"),
        Right.LEVELS_SEE: _("see a person's skill levels"),
        Right.LEVELS_COUNT: _("see numbers of people by skill and level"),
        Right.LEVELS_CONFIRM: _("confirm levels, and see what that takes"),
        Right.PROXY_ENTRY: _("enter what somebody said on paper, with their name"),
        Right.HOST_INVITE: _("invite supervisors at a host"),
        Right.CYCLE_RUN: _("open and close the yearly assessment and see its progress"),
        Right.FRAMEWORK_EDIT: _("change skill frameworks and their versions"),
        Right.SHEET_IMPORT: _("import skill sheets"),
        Right.NOTICES_SEE: _("see which mails were sent, and which were not"),
        Right.ORG_EDIT: _("change units and posts, record postings, changes of employment and leaves"),
        Right.PEOPLE_IMPORT: _("import staff lists"),
        Right.EMPLOYERS_MANAGE: _("add employers"),
        Right.GRANTS_MANAGE: _("open accounts, give and end roles"),
        Right.LEDGER_SEE: _("see a person's years of GQ and DQ"),
        Right.WISH_COMMENT: _("read preference sheets of their people and comment on them"),
        Right.HOST_WISH: _("say whom their unit needs from rotation"),
        Right.CREDITS_RECORD: _("record what courses and dispatches count for GQ and DQ"),
        Right.ROTATION_PLAN: _("plan rotation: drafts, and for a whole employer wishes, approval and orders"),
        Right.FAIRNESS_SEE: _("see the report on the fairness of chances"),
        Right.AUDIT_READ: _("read the audit trail"),
        Right.JOBS_SEE: _("see background work"),
    }
)
"""What each right that a role can give means, as the end of "may ..."."""


@dataclass(frozen=True, slots=True)
class GrantsWanted:
    """What is looked for: a part of the account's mail address or of its owner's name, a role, or ended grants too."""

    text: str = ""
    role: str = ""
    when: str = "current"


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A grant as the list shows it; `where` names the person, the unit or the employer of its scope."""

    grant: RoleGrant
    person: Person | None
    where: str
    is_current: bool
    is_ended: bool

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds, its posting counted in; None where no end is agreed."""
        end = self.grant.ends_on
        return None if end is None else end - timedelta(days=1)


def grants_page(viewer: Viewer, wanted: GrantsWanted, *, number: int = 1) -> Page[GrantRow]:
    """The grants that fit, by account. Two queries."""
    access.require(viewer, Right.GRANTS_MANAGE)
    names = UnitPeriod.objects.filter(unit_id=OuterRef("unit_id"), from_date__lte=viewer.today)
    latest = names.order_by("-from_date").values(names=JSONObject(ja="name_ja", en="name_en"))[:1]
    rows = (
        _found(viewer, wanted)
        .annotate(unit_names=Subquery(latest))
        .select_related("user__person", "employer", "unit__employer", "person", "posting")
        .order_by("user__email", "role", "from_date", "pk")
        .fetch_mode(FETCH_RAISE)
    )
    paginator = Paginator(rows, SIZE)
    page = paginator.get_page(number)
    shown = [
        GrantRow(
            grant=row,
            person=getattr(row.user, "person", None),
            where=_where(row),
            is_current=row.holds(viewer.today),
            is_ended=row.ends_on is not None and row.ends_on <= viewer.today,
        )
        for row in page.object_list
    ]
    return Page(shown, page.number, paginator)  # type: ignore[arg-type]  # it is asked for page numbers only


def _where(grant: RoleGrant) -> str:
    if grant.person is not None:
        return grant.person.display_name
    if grant.employer is not None:
        return grant.employer.name
    if grant.unit is not None:
        name = pick_text(getattr(grant, "unit_names", None) or {}) or grant.unit.code
        return f"{grant.unit.employer.name} {name}"
    return ""


def _found(viewer: Viewer, wanted: GrantsWanted) -> RoleGrantQuerySet:
    rows = RoleGrant.objects.all()
    if wanted.role:
        rows = rows.filter(role=wanted.role)
    if wanted.when == "current":
        rows = rows.on(viewer.today)
    elif wanted.when == "ended":
        rows = rows.ended(viewer.today)
    if wanted.text.strip():
        rows = rows.filter(user__in=_accounts(wanted.text).values("pk"))
    return rows


def _accounts(text: str) -> QuerySet[User]:
    """The accounts whose mail address or name holds the text, or whose person is found by it."""
    words = text.strip()
    key = search_key(words)
    found = Q(email__contains=words.lower()) | Q(label__icontains=words)
    if key:
        found |= Q(pk__in=Person.objects.order_by().filter(search__contains=key).values("user_id"))
    return User.objects.filter(found)


def find_accounts(viewer: Viewer, text: str) -> list[User]:
    """At most MOST_ACCOUNTS accounts with their person, found by mail address or name; none without a text."""
    access.require(viewer, Right.GRANTS_MANAGE)
    if not text.strip():
        return []
    rows = _accounts(text).select_related("person").order_by("email").fetch_mode(FETCH_RAISE)
    return list(rows[:MOST_ACCOUNTS])


@dataclass(frozen=True, slots=True)
class RoleInWords:
    """A role with what it may do."""

    role: Role
    may: list[Promise]


def roles_in_words() -> list[RoleInWords]:
    """Every role with what it may do, from the one table of rights."""
    return [
        RoleInWords(role=role, may=[words for right, words in IN_WORDS.items() if right in RIGHTS[role]])
        for role in Role
    ]


def account_for_grant(viewer: Viewer, pk: int) -> User:
    """The account with its person. Raises NotVisible where there is none."""
    access.require(viewer, Right.GRANTS_MANAGE)
    user = User.objects.select_related("person").filter(pk=pk).first()
    if user is None:
        raise NotVisible(str(pk))
    return user


def grant_to_end(viewer: Viewer, pk: int) -> RoleGrant:
    """The grant. Raises NotVisible where there is none."""
    access.require(viewer, Right.GRANTS_MANAGE)
    grant = RoleGrant.objects.select_related("user", "unit", "employer", "person").filter(pk=pk).first()
    if grant is None:
        raise NotVisible(str(pk))
    return grant


def scope_of(scope: str, *, unit_code: str, employer_id: int | None) -> tuple[Unit | None, Employer | None]:
    """The unit and the employer that a scope names: a unit by its code, within the employer where one is chosen.

    Raises NotVisible where the unit is not found, or more than one is.
    """
    employer = Employer.objects.filter(pk=employer_id).first() if employer_id is not None else None
    if scope == Scope.EMPLOYER:
        return None, employer
    if scope != Scope.UNIT:
        return None, None
    units = Unit.objects.filter(code__iexact=unit_code.strip())
    if employer is not None:
        units = units.filter(employer=employer)
    found = list(units[:2])
    if len(found) != 1:
        raise NotVisible(unit_code)
    return found[0], None


def person_of(text: str, *, on: date) -> Person:
    """The one person with a staff number or a mail address. Raises NotVisible where there is none, or more than one."""
    asked = text.strip()
    numbered = Employment.objects.on(on).filter(staff_number__iexact=asked).values("person_id")
    found = list(Person.objects.filter(Q(pk__in=numbered) | Q(email__iexact=asked)).order_by()[:2])
    if not asked or len(found) != 1:
        raise NotVisible(asked)
    return found[0]
