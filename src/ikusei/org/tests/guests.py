"""What the tests of host supervisors share: a company, somebody dispatched there, an invitation, a way in by code."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from django.core import mail

from ikusei.org import access
from ikusei.org.models import (
    Employer,
    EmployerKind,
    Person,
    Post,
    Posting,
    PostingKind,
    RoleGrant,
    UnitKind,
)
from ikusei.org.services import hosts, posts, units
from tests.office import SINCE, Office
from tests.page_client import PageClient

ADDRESS = "boss@company.example"
BACK = date(2027, 4, 1)
"""The day on which the colleague comes back."""


def open_company() -> Post:
    """A post at a company outside the city, where nobody has an account."""
    operator = access.operator()
    company: Employer = units.create_employer(
        actor=operator,
        code="c-01",
        kind=EmployerKind.COMPANY,
        name_ja="株式会社みなも",
        name_en="Minamo Inc.",
    )
    team = units.UnitSpec("c-01-1", "", UnitKind.SECTION, "開発部", "Development")
    rooms = units.open_units(actor=operator, employer=company, specs=[team], from_date=SINCE)
    return posts.open_post(
        actor=operator,
        unit=rooms["c-01-1"],
        code="guest",
        from_date=SINCE,
        name_ja="派遣職員",
        name_en="Guest",
        capacity=9,
    )


def dispatch(
    person: Person, post: Post, *, from_date: date = date(2026, 4, 1), until: date = BACK
) -> Posting:
    """The dispatch of somebody, who stays attached to the home section with no share."""
    operator = access.operator()
    home = person.postings.get()
    posts.end_posting(actor=operator, posting=home, on=from_date)
    posts.assign(
        actor=operator, person=person, post=home.post, from_date=from_date, until=until, share=Decimal(0)
    )
    return posts.assign(
        actor=operator,
        person=person,
        post=post,
        from_date=from_date,
        until=until,
        kind=PostingKind.DISPATCH,
    )


def invite(office: Office, posting: Posting, *, by: str = "manager", **asked: object) -> RoleGrant:
    """An invitation for a posting."""
    given: dict[str, object] = {"name": "Boss", "address": ADDRESS, "language": "en", **asked}
    return hosts.invite_host(
        actor=office.viewer(by),
        person=posting.person,
        posting_id=posting.pk,
        **given,  # type: ignore[arg-type]
    )


def ask_for_code(client: PageClient, address: str = ADDRESS) -> str:
    """The code that was mailed, "" where none was."""
    before = len(mail.outbox)
    client.send("/account/login/code/", {"email": address})
    if len(mail.outbox) == before:
        return ""
    found = re.search(r"^    (\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found is not None
    return found[1]


def come_in(address: str = ADDRESS) -> PageClient:
    """A browser in which somebody has signed in by mailed code, as far as that is allowed."""
    client = PageClient()
    client.send("/account/login/code/confirm/", {"code": ask_for_code(client, address)})
    return client
