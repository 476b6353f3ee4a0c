"""What may stand in a wording, and how it is filled in."""

from __future__ import annotations

import pytest
from django.utils import translation

from ikusei.audit.models import Entry
from ikusei.notices import registry, services, wording
from ikusei.notices.models import Wording
from ikusei.notices.tests.ground import KIND, mailing_to, people, user
from ikusei.notices.wording import WordingRefused, Words

GOOD = Words("Hello {name}", "See {link}.\n")


def problems(subject: str, body: str) -> str:
    with translation.override("en"), pytest.raises(WordingRefused) as refused:
        wording.check(registry.find_kind(KIND), Words(subject, body))
    return str(refused.value)


@pytest.mark.parametrize(
    ("subject", "body", "said"),
    [
        ("", "{link}", "may be empty"),
        ("Hello", " ", "may be empty"),
        ("Hello\nBcc: all@city.example", "{link}", "one line"),
        ("x" * 151, "{link}", "150 characters"),
        ("Hello {nmae}", "{link}", "{nmae} is not known here; known are: {name}, {link}."),
        ("Hello", "no address", "{link} is missing: the address of the page"),
        ("Hello", "{link} {", "A brace stands alone"),
        ("Hello", "{link} {Name}", "A brace stands alone"),
        ("Hello", "{link} {name.__class__}", "A brace stands alone"),
    ],
)
def test_a_wording_that_cannot_be_used_is_refused_with_the_reason(subject: str, body: str, said: str) -> None:
    assert said in problems(subject, body)


def test_every_mistake_is_named_at_once() -> None:
    assert all(part in problems("{who}", "x {") for part in ("{who}", "{link}", "alone"))


@pytest.mark.parametrize("kind", registry.all_kinds(), ids=lambda kind: kind.name)
@pytest.mark.parametrize("language", registry.CODES)
def test_the_wording_that_ikusei_comes_with_is_usable(kind: registry.Kind, language: str) -> None:
    words = wording.default_words(kind, language)
    wording.check(kind, words)
    assert words.subject


def test_what_is_filled_in_is_never_read_as_a_placeholder_itself() -> None:
    filled = wording.fill(GOOD, {"name": "{link}", "link": "x"}, "en")
    assert filled.subject == "Hello {link}"


def test_a_name_with_a_line_break_does_not_break_the_subject() -> None:
    assert wording.fill(GOOD, {"name": "A\r\nBcc: b", "link": "x"}, "en").subject == "Hello A Bcc: b"


def test_a_letter_in_both_languages_says_one_subject_where_both_are_alike() -> None:
    texts = {"ja": GOOD, "en": GOOD}
    assert wording.compose(texts, {"name": "A", "link": "x"}, "").subject == "Hello A"


@pytest.mark.django_db
def test_a_changed_wording_holds_for_mailings_from_now_on_and_can_be_taken_back() -> None:
    kind = registry.find_kind(KIND)
    before = wording.words_of(kind)["en"]
    old = mailing_to(people(1))
    services.change_wording(actor=user(), kind=KIND, language="en", subject="Mine {name}", body="{link}")
    assert wording.words_of(kind)["en"] == Words("Mine {name}", "{link}\n")
    assert mailing_to(people(1)).texts["en"]["subject"] == "Mine {name}"
    old.refresh_from_db()
    assert old.texts["en"]["subject"] == before.subject
    services.reset_wording(actor=user(), kind=KIND, language="en")
    assert wording.words_of(kind)["en"] == before
    changed, reset = Entry.objects.filter(subject_kind="wording").order_by("pk")
    assert (changed.before, changed.after) == (
        {"subject": before.subject, "body": before.body},
        {"subject": "Mine {name}", "body": "{link}\n"},
    )
    assert reset.after == changed.before


@pytest.mark.django_db
def test_a_refused_wording_changes_nothing() -> None:
    with pytest.raises(WordingRefused):
        services.change_wording(actor=user(), kind=KIND, language="en", subject="x", body="no address")
    assert not Wording.objects.exists()


@pytest.mark.django_db
def test_whoever_saves_over_somebody_elses_change_is_told() -> None:
    shown = wording.words_of(registry.find_kind(KIND))["ja"].digest
    services.change_wording(
        actor=user(), kind=KIND, language="ja", subject="一", body="{link}", instead_of=shown
    )
    with pytest.raises(services.WordingChanged):
        services.change_wording(
            actor=user(), kind=KIND, language="ja", subject="二", body="{link}", instead_of=shown
        )
    assert Wording.objects.get().subject == "一"


def test_two_kinds_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="Two notices"):
        registry.kind(KIND, label="Other", placeholders={"other": "x"})


def test_a_needed_placeholder_must_be_declared() -> None:
    with pytest.raises(ValueError, match="does not declare"):
        registry.kind("test.none", label="None", placeholders={}, needed=("link",))
