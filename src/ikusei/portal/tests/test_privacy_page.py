"""The page on personal data: every kind with its ground, and whoever can see it."""

from __future__ import annotations

from collections.abc import Callable

from ikusei.lib.privacy import KINDS
from ikusei.portal.queries.privacy import kinds_shown
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_query_count

type ClientAs = Callable[[object], PageClient]


def test_every_kind_is_told_with_purpose_ground_and_time(office: Office, client_as: ClientAs) -> None:
    for language in ("ja", "en"):
        page = client_as("stranger").open("/privacy/", language=language)
        for kind in KINDS:
            assert str(kind.name) in page
            assert str(kind.purpose) in page
            assert str(kind.keep) in page
    assert "個人情報の保護に関する法律第61条第1項" in client_as("stranger").open("/privacy/", language="ja")


def test_who_can_see_a_kind_follows_the_roles() -> None:
    told = {shown.kind.key: shown for shown in kinds_shown()}
    assert told["trail"].roles == ("監査担当", "システム管理者")
    assert "監査担当" not in told["levels"].roles
    assert set(told["levels"].in_numbers) == {"研修担当", "幹部"}
    assert told["wishes"].by_own_choice
    assert set(told["wishes"].roles) == {"管理上司", "人事担当"}


def test_each_table_that_keeps_a_kind_is_named() -> None:
    told = {shown.kind.key: {kept.table for kept in shown.kept} for shown in kinds_shown()}
    assert {"任用", "配属"} <= told["work"]
    assert told["absence"] == {"休業"}
    assert all(told.values())


def test_the_page_is_in_the_footer_of_whoever_is_signed_in(office: Office, client_as: ClientAs) -> None:
    assert 'href="/privacy/"' in client_as("owner").open("/me/").html
    assert 'href="/privacy/"' not in client_as(None).open("/words/").html


def test_the_page_costs_next_to_nothing(office: Office, client_as: ClientAs) -> None:
    assert_query_count("privacy", client_as("owner"), "/privacy/")
