"""Growth classes are named by a personnel section: a key that stays, two names, a colour that no other one has."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from ikusei.org.errors import RuleBroken
from ikusei.rotation.models import GrowthClass
from ikusei.rotation.services.classes import COLOURS, Named, add_class, change_class
from ikusei.rotation.tests.approved import bureau_planner
from ikusei.rotation.tests.ground import Ground, lay
from tests.office import Office
from tests.page_client import PageClient

pytestmark = pytest.mark.django_db
type ClientAs = Callable[[object], PageClient]


@pytest.fixture
def ground(office: Office) -> Ground:
    return lay(office)


def test_an_office_without_classes_is_led_to_naming_the_first(office: Office, client_as: ClientAs) -> None:
    planner = client_as("planner")
    assert "/growth-classes/new/" in planner.open("/growth-classes/").html
    assert "/growth-classes/new/" not in client_as("owner").open("/growth-classes/").html
    given = {"key": "hospital", "name_ja": "病院", "name_en": "Hospital", "colour": "6"}
    planner.post("/growth-classes/new/", given)
    row = GrowthClass.objects.get()
    assert (row.key, row.name_ja, row.name_en, row.colour) == ("hospital", "病院", "Hospital", 6)
    page = client_as("owner").open("/growth-classes/", language="en")
    assert "Hospital" in page
    assert 'data-colour="6"' in page.html


def test_a_changed_colour_is_seen_and_the_key_stays(ground: Ground, client_as: ClientAs) -> None:
    url = "/growth-classes/govtech/change/"
    given = {"name_ja": "ガブテック", "name_en": "GovTech", "colour": "8"}
    client_as("planner").post(url, given)
    row = GrowthClass.objects.get(key="govtech")
    assert (row.name_ja, row.colour) == ("ガブテック", 8)


def test_a_colour_is_given_once_while_another_is_free(ground: Ground) -> None:
    viewer = ground.office.viewer("planner")
    taken = ground.classes["govtech"].colour
    with pytest.raises(RuleBroken):
        add_class(actor=viewer, key="new", named=Named("新", "", taken))
    change_class(actor=viewer, growth_class=ground.classes["govtech"], named=Named("新", "", taken))
    for colour in set(COLOURS) - {one.colour for one in ground.classes.values()}:
        add_class(actor=viewer, key=f"c{colour}", named=Named("色", "", colour))
    assert add_class(actor=viewer, key="ninth", named=Named("九", "", taken)).colour == taken


@pytest.mark.parametrize(("key", "name"), [("govtech", "同じ"), ("other", " ")], ids=["key", "name"])
def test_a_taken_key_and_a_missing_name_are_refused(ground: Ground, key: str, name: str) -> None:
    with pytest.raises(RuleBroken):
        add_class(actor=ground.office.viewer("planner"), key=key, named=Named(name, "", 8))


def test_a_bureau_planner_names_no_class(ground: Ground) -> None:
    with pytest.raises(PermissionDenied):
        add_class(actor=bureau_planner(ground), key="new", named=Named("新", "", 8))
