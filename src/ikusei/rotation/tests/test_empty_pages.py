"""Where a page of rotation has nothing to show it says what to do next, with the way there."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from ikusei.lib import clock
from ikusei.rotation.tests.ground import TODAY, Ground, lay, make_draft
from tests.office import Office
from tests.page_client import PageClient

pytestmark = pytest.mark.django_db
type ClientAs = Callable[[object], PageClient]

EMPTY = re.compile(r'<div class="empty.*?</div>', re.DOTALL)


def ways(html: str) -> str:
    """What stands in the empty states of a page."""
    found = EMPTY.findall(html)
    assert found, "no empty state"
    return "".join(found)


@pytest.mark.parametrize(
    "url",
    [
        "/rotation/approvals/",
        "/rotation/host-wishes/",
        "/rotation/wishes/",
        "/rotation/sensitivity/",
        "/rotation/answers/",
    ],
)
def test_without_a_round_planners_are_led_to_the_rounds(
    office: Office, client_as: ClientAs, url: str
) -> None:
    assert 'href="/rotation/"' in ways(client_as("planner").open(url).html)


def test_what_was_narrowed_to_nothing_is_widened_with_one_click(office: Office, client_as: ClientAs) -> None:
    ground: Ground = lay(office)
    draft = make_draft(ground)
    with clock.fixed(TODAY):
        planner = client_as("planner")
        board = planner.open(f"/rotation/drafts/{draft.public_id}/?q=nobody-of-this-name")
        assert 'href="?"' in ways(board.html)
        assert 'href="?state=out"' in ways(planner.open("/rotation/posts/?q=no-such-post").html)
        sheets = planner.open("/rotation/wishes/?post=999999")
        assert f'href="?round={ground.round.public_id}"' in ways(sheets.html)
        assert 'href="/rotation/orders/"' in ways(planner.open("/rotation/orders/print/?year=2001").html)
        approval = planner.open(f"/rotation/drafts/{draft.public_id}/approval/")
        assert f'href="/rotation/drafts/{draft.public_id}/"' in ways(approval.html)
