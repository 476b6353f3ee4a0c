"""What the steward's pages of a cycle cost: the same for ten people and for a thousand."""

from collections.abc import Callable

import pytest

from ikusei.skills.models import Cycle
from tests.office import Office
from tests.page_client import PageClient
from tests.query_counts import assert_query_count

type ClientAs = Callable[[object], PageClient]

PAGES = {
    "cycles": "",
    "cycle": "{cycle}/",
    "cycle-waiting": "{cycle}/waiting/",
    "cycle-settling": "{cycle}/to-settle/",
    "cycle-people": "{cycle}/people/",
    "cycle-person": "{cycle}/people/{owner}/",
    "cycle-population": "{cycle}/population/",
    "cycle-population-search": "{cycle}/population/?q=S-",
    "cycle-why": "{cycle}/why/",
    "cycle-remind": "{cycle}/remind/",
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_cost_what_is_recorded(name: str, office: Office, cycle: Cycle, client_as: ClientAs) -> None:
    owner = office.person("owner").public_id
    url = f"/cycles/{PAGES[name]}".format(cycle=cycle.public_id, owner=owner)
    assert_query_count(name, client_as("steward"), url)
