"""The pages of notices: what they say, what they let people do, what they cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models

from ikusei.audit.models import Entry
from ikusei.notices import services
from ikusei.notices.models import Bounce, Letter, LetterState, Mailing, MailingState, Wording
from ikusei.notices.recipients import Recipient
from ikusei.notices.tests.ground import KIND, LINK, letter, mailing_to, people, send_due, states
from tests.page_client import PageClient
from tests.query_counts import assert_query_count, assert_same_cost

pytestmark = pytest.mark.django_db

type ClientAs = Callable[[Any], PageClient]
WORDING = f"/notices/wordings/{KIND}/en/"


@pytest.fixture
def steward(client_as: ClientAs) -> PageClient:
    return client_as("steward")


def address(mailing: Mailing, action: str = "") -> str:
    return f"/notices/{mailing.public_id}/{action}"


def mailing_with_everything(count: int = 3) -> Mailing:
    """A mailing with `count` letters in every state, and two reasons for none."""
    barred = [Recipient(f"x{n}", f"休職 {n}", "x@city.example", barred="休職中です。") for n in range(count)]
    silent = [Recipient(f"y{n}", f"無 {n}", "") for n in range(count)]
    mailing = mailing_to([*people(count * 5), *barred, *silent])
    rows = list(mailing.letters.filter(state="waiting").order_by("pk").values_list("pk", flat=True))
    for number, state in enumerate(("sent", "failed", "unsure", "bounced")):
        Letter.objects.filter(pk__in=rows[number * count : (number + 1) * count]).update(
            state=state, problem="550 no such user" if state == "failed" else ""
        )
    return mailing


def test_the_list_says_how_far_each_mailing_is(steward: PageClient) -> None:
    services.send(actor=None, kind=KIND, recipients=people(2), common=LINK)
    send_due()
    page = steward.open("/notices/", language="en")
    row = page.text(page.find_all("tr")[1])
    assert all(words in row for words in ("Trial letter", "the system", "ended", "2 / 2"))


def test_an_empty_list_says_what_to_do(steward: PageClient) -> None:
    assert "No notice was sent yet" in steward.open("/notices/", language="en")


def test_the_list_can_be_kept_to_one_kind(steward: PageClient) -> None:
    mailing_to(people(1))
    assert "Trial letter" in steward.open("/notices/", language="en", kind=KIND)
    Mailing.objects.update(kind="gone.kind")
    assert "No notice was sent yet" in steward.open("/notices/", language="en", kind=KIND)
    assert "gone.kind" in steward.open("/notices/", language="en")


def test_a_mailing_says_who_needs_a_decision_who_did_not_get_it_and_why(steward: PageClient) -> None:
    page = steward.open(address(mailing_with_everything()), language="en")
    undecided, reasons, everybody = (
        page.find_all("table", id=name)[0] for name in ("undecided", "reasons", "letters-table")
    )
    assert "550 no such user" in page.text(undecided)
    assert "The sending broke off." in page.text(undecided)
    assert "休職中です。 3" in page.text(reasons)
    assert "No mail address is known. 3" in page.text(reasons)
    assert "p1@city.example" in page.text(everybody)


def test_letters_can_be_listed_by_state_and_by_reason(steward: PageClient) -> None:
    mailing = mailing_with_everything()

    def listed(state: str, reason: str = "") -> str:
        page = steward.open(address(mailing), language="en", state=state, reason=reason)
        return page.text(page.find_all("table", id="letters-table")[0])

    assert "職員 1" in listed(state="sent")
    assert "職員 4" not in listed(state="sent")
    reason = letter(mailing, "x0").reason
    assert "休職 0" in listed(state="skipped", reason=reason)
    assert "無 0" not in listed(state="skipped", reason=reason)
    assert "職員 1" in listed(state="nonsense")


def test_a_mailing_shows_the_wording_that_was_sent_not_the_one_of_today(steward: PageClient) -> None:
    mailing = mailing_to(people(1))
    Wording.objects.create(kind=KIND, language="en", subject="Of today", body="{link}")
    page = steward.open(address(mailing), language="en")
    assert "[Ikusei] Trial letter" in page
    assert "Of today" not in page


def test_one_unsure_letter_is_sent_again_and_another_left(steward: PageClient) -> None:
    mailing = mailing_with_everything(1)
    unsure, failed = letter(mailing, "p3"), letter(mailing, "p2")
    steward.send(address(mailing, "again/"), {"letter": unsure.pk})
    steward.send(address(mailing, "leave/"), {"letter": failed.pk})
    assert states(mailing)["p3"] == "waiting"
    page = steward.open(address(mailing), language="en")
    assert "p2@city.example" not in page.text(page.find_all("table", id="undecided")[0])


def test_all_that_failed_are_sent_again_at_once(steward: PageClient) -> None:
    mailing = mailing_with_everything()
    steward.send(address(mailing, "again/"), {"state": "failed"})
    assert mailing.letters.filter(state=LetterState.WAITING).count() == 6
    assert Entry.objects.get(verb="notices.letter.again").count == 3


def test_a_number_that_is_none_sends_nothing_again(steward: PageClient) -> None:
    mailing = mailing_with_everything()
    steward.send(address(mailing, "again/"), {"letter": "²", "state": "skipped"})
    assert mailing.letters.filter(state=LetterState.WAITING).count() == 3


def test_a_mailing_is_stopped_and_goes_on(steward: PageClient) -> None:
    mailing = mailing_to(people(2))
    steward.send(address(mailing, "stop/"))
    page = steward.open(address(mailing), language="en")
    assert "The mailing is stopped." in page
    steward.send(address(mailing, "go-on/"))
    steward.send(address(mailing, "go-on/"))
    mailing.refresh_from_db()
    assert mailing.state == MailingState.SENDING


def test_the_fragment_asks_again_while_letters_go_out_and_says_when_it_is_over(steward: PageClient) -> None:
    mailing = mailing_to(people(2))
    moving = steward.fragment(address(mailing), language="en")
    assert moving.find_all("div", id="mailing")[0].get("hx-get")
    send_due()
    over = steward.fragment(address(mailing), language="en")
    assert over.find_all("div", id="mailing")[0].get("hx-get") is None
    assert "No letter of this mailing is going out any more." in over


def test_trouble_with_the_mail_server_is_said_with_its_words(steward: PageClient) -> None:
    mailing = mailing_to(people(1))
    Mailing.objects.update(trouble="421 too busy", troubles=1, next_try_at=mailing.created_at)
    page = steward.open(address(mailing), language="en")
    assert "The mail server takes no letters at the moment." in page
    assert "421 too busy" in page


def test_a_trial_letter_goes_to_whoever_asks(steward: PageClient) -> None:
    steward.send("/notices/trial/")
    made = Mailing.objects.get()
    assert made.made_by is not None
    assert made.letters.get().address == made.made_by.get_username()


def test_a_wording_is_changed_and_taken_back(steward: PageClient) -> None:
    page = steward.open(WORDING, language="en")
    shown = page.find_all("input", name="instead_of")[0].get("value", "")
    steward.send(WORDING, {"subject": "Mine", "body": "See {link}", "instead_of": shown, "save": "1"})
    assert "Mine" in steward.open("/notices/wordings/", language="en")
    steward.send(f"{WORDING}reset/")
    assert not Wording.objects.exists()


def test_a_wording_with_mistakes_is_shown_again_with_every_one_of_them_and_what_was_typed(
    steward: PageClient,
) -> None:
    page = steward.send(
        WORDING, {"subject": "Dear {nmae}", "body": "typed", "save": "1"}, status=200, language="en"
    )
    assert "{nmae} is not known here" in page
    assert "{link} is missing" in page
    assert "typed" in page.text(page.find_all("textarea")[0])
    assert not Wording.objects.exists()


def test_the_example_is_shown_without_saving_anything(steward: PageClient) -> None:
    page = steward.send(
        WORDING, {"subject": "S", "body": "Try {link}", "show": "1"}, status=200, language="en"
    )
    assert "Try [the address of the page with all mailings]" in page.text(
        page.find_all("div", id="example")[0]
    )
    assert not Wording.objects.exists()


def test_htmx_gets_the_example_alone(steward: PageClient) -> None:
    response = steward.post(
        WORDING, {"subject": "S", "body": "x"}, headers={"HX-Request": "true", "Accept-Language": "en"}
    )
    html = response.content.decode()
    assert "<form" not in html
    assert "{link} is missing" in html


def test_whoever_saves_over_a_change_is_told_and_can_save_once_more(steward: PageClient) -> None:
    Wording.objects.create(kind=KIND, language="en", subject="Of a colleague", body="{link}\n")
    typed = {"subject": "Mine", "body": "{link}", "instead_of": "an old one"}
    page = steward.send(WORDING, typed, status=200, language="en")
    assert "Somebody changed this wording meanwhile." in page
    now = page.find_all("input", name="instead_of")[0].get("value", "")
    steward.send(WORDING, typed | {"instead_of": now})
    assert Wording.objects.get().subject == "Mine"


@pytest.mark.parametrize("path", ["/notices/wordings/no.such/en/", f"/notices/wordings/{KIND}/fr/"])
def test_a_wording_that_is_not_there_is_not_found(steward: PageClient, path: str) -> None:
    steward.open(path, status=404)


def test_a_barred_address_is_cleared(steward: PageClient) -> None:
    mailing = mailing_to(people(1))
    bounce = Bounce.objects.create(
        letter=letter(mailing, "p1"), address="p1@city.example", kind="hard", source="x", text="550 unknown"
    )
    page = steward.open("/notices/returned/", language="en")
    assert all(words in page for words in ("p1@city.example", "550 unknown", "Trial letter", "職員 1"))
    steward.send(f"/notices/returned/{bounce.pk}/clear/")
    assert "No address is barred" in steward.open("/notices/returned/", language="en")
    assert Entry.objects.get(verb="notices.address.clear").actor is not None


def test_a_barred_address_whose_mailing_was_pruned_is_still_shown(steward: PageClient) -> None:
    Bounce.objects.create(address="old@city.example", kind="hard", source="x")
    assert "old@city.example" in steward.open("/notices/returned/")


def add_mailings(count: int) -> None:
    Mailing.objects.bulk_create(Mailing(kind=KIND, size=1, counts={"sent": 1}) for _each in range(count))


def add_bounces(count: int) -> None:
    mailing = mailing_to(people(count))
    letters = mailing.letters.all()
    Bounce.objects.bulk_create(
        Bounce(letter=one, address=one.address, kind="hard", source=str(one.pk)) for one in letters
    )


def test_the_list_of_mailings_costs_the_same_for_ten_and_for_a_thousand(steward: PageClient) -> None:
    assert_same_cost("notices:mailings", steward, "/notices/", add_mailings)


def test_the_list_of_barred_addresses_costs_the_same_for_ten_and_for_a_thousand(steward: PageClient) -> None:
    assert_same_cost("notices:barred", steward, "/notices/returned/", add_bounces)


def test_the_page_of_a_mailing_costs_the_same_for_few_letters_and_for_many(steward: PageClient) -> None:
    counts = [
        assert_query_count("notices:mailing", steward, address(mailing_with_everything(count)))
        for count in (2, 200)
    ]
    assert counts[0] == counts[1]


def test_the_pages_of_wordings_are_within_the_budget(steward: PageClient) -> None:
    assert_query_count("notices:wordings", steward, "/notices/wordings/")
    assert_query_count("notices:wording", steward, WORDING)


def test_every_field_says_what_personal_data_it_holds() -> None:
    for model in (Mailing, Letter, Wording, Bounce):
        assert set(model.privacy) == {
            field.name for field in model._meta.concrete_fields if isinstance(field, models.Field)
        }
