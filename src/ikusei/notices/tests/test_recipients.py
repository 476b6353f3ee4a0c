"""Who gets a notice and who does not: every reason, in the order in which they count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from ikusei.lib import clock
from ikusei.notices import services
from ikusei.notices.models import Bounce, Letter, LetterState, Mailing
from ikusei.notices.preview import Preview
from ikusei.notices.recipients import Recipient, ValuesRefused
from ikusei.notices.tests.ground import KIND, LINK, mailing_to, people

pytestmark = pytest.mark.django_db


def preview(*recipients: Recipient, quiet_days: int | None = None) -> Preview:
    return services.preview(kind=KIND, recipients=recipients, common=LINK, quiet_days=quiet_days)


def refs(recipients: list[Recipient]) -> list[str]:
    return [recipient.ref for recipient in recipients]


def reasons(found: Preview) -> dict[str, list[str]]:
    return {part.sentence: refs(part.recipients) for part in found.refused}


def test_a_preview_writes_nothing() -> None:
    preview(*people(3))
    assert (Mailing.objects.count(), Letter.objects.count()) == (0, 0)


def test_the_callers_reason_comes_before_ours_and_is_said_in_both_languages() -> None:
    on_leave = Recipient("a", "青木", "", barred=gettext_lazy("Letters by state"))
    found = preview(on_leave, *people(1))
    with translation.override("en"):
        assert reasons(found) == {"Letters by state": ["a"]}
    assert reasons(found) != {"Letters by state": ["a"]}
    assert refs(found.gets.recipients) == ["p1"]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "No mail address is known."),
        ("  ", "No mail address is known."),
        ("nobody", "The mail address cannot be written to."),
        ("a@b.example\nBcc: c@d.example", "The mail address cannot be written to."),
        ("青木@city.example", "The mail address cannot be written to."),
    ],
)
def test_without_a_usable_address_nobody_is_written_to(address: str, reason: str) -> None:
    with translation.override("en"):
        assert reasons(preview(Recipient("a", "青木", address))) == {reason: ["a"]}


def test_an_address_that_came_back_is_barred_whatever_its_capitals_until_it_is_cleared() -> None:
    bounce = Bounce.objects.create(address="p1@city.example", kind=Bounce.Kind.HARD, source="x")
    one = Recipient("p1", "青木", "P1@City.Example")
    assert preview(one).count == 0
    bounce.cleared_at = clock.now()
    bounce.save()
    assert preview(one).count == 1


def test_a_soft_return_bars_nobody() -> None:
    Bounce.objects.create(address="p1@city.example", kind=Bounce.Kind.SOFT, source="x")
    assert preview(*people(1)).count == 1


def test_whoever_was_written_to_lately_is_left_out_for_as_many_days_as_asked() -> None:
    mailing_to(people(2))
    assert preview(*people(3)).count == 3
    assert refs(preview(*people(3), quiet_days=3).gets.recipients) == ["p3"]
    Mailing.objects.update(created_at=clock.now() - timedelta(days=3, hours=1))
    assert preview(*people(3), quiet_days=3).count == 3


def test_a_letter_that_never_arrived_keeps_nobody_from_the_next_one() -> None:
    mailing = mailing_to(people(2))
    mailing.letters.filter(ref="p1").update(state=LetterState.FAILED)
    assert refs(preview(*people(2), quiet_days=3).gets.recipients) == ["p1"]


def test_somebody_who_is_named_twice_gets_one_letter_and_the_preview_says_so() -> None:
    found = preview(*people(2), *people(1))
    assert (found.count, found.repeated) == (2, 1)


def test_two_people_with_one_address_both_get_their_letter() -> None:
    one, two = Recipient("a", "青木", "desk@city.example"), Recipient("b", "井上", "desk@city.example")
    assert preview(one, two).count == 2


def test_reasons_come_most_frequent_first() -> None:
    found = preview(
        *(Recipient(f"n{n}", "無", "") for n in range(2)), Recipient("a", "青", "x@y.example", barred="休")
    )
    assert [part.count for part in found.refused] == [2, 1]


def test_the_digest_differs_where_somebody_else_gets_it_and_not_where_the_order_differs() -> None:
    assert preview(*people(3)).digest == preview(*reversed(people(3))).digest
    assert preview(*people(3)).digest != preview(*people(4)).digest


def test_there_is_one_example_for_each_language_that_somebody_reads() -> None:
    ja, en, both = (
        people(1, language="ja"),
        people(1, language="en", first=2),
        people(1, language="", first=3),
    )
    examples = preview(*ja, *en, *both).examples
    assert [(example.language, example.to) for example in examples] == [
        ("ja", "職員 1"),
        ("en", "職員 2"),
        ("", "職員 3"),
    ]
    assert examples[2].words.body.index("職員 3 様") < examples[2].words.body.index("Dear 職員 3")


def test_where_nobody_gets_it_the_examples_name_the_placeholders() -> None:
    examples = services.preview(kind=KIND, recipients=[], common={"link": "https://x.example"}).examples
    assert [example.language for example in examples] == ["ja", "en"]
    assert "[the name of whoever is written to]" in examples[1].words.body


def test_values_for_both_languages_and_days_are_written_in_the_letters_language() -> None:
    def body(language: str, link: object) -> str:
        found = services.preview(kind=KIND, recipients=people(1, language=language), common={"link": link})  # type: ignore[dict-item]
        return found.examples[0].words.body

    assert "2026年4月1日" in body("ja", date(2026, 4, 1))
    assert "1 April 2026" in body("en", date(2026, 4, 1))
    assert "here" in body("en", {"ja": "ここ", "en": "here"})
    assert "ここ" in body("en", {"ja": "ここ", "en": ""})


def test_a_value_that_the_notice_does_not_declare_is_refused() -> None:
    level = Recipient("a", "青木", "a@city.example", context={"level": "4"})
    with pytest.raises(ValuesRefused, match="level"):
        preview(level)


def test_a_value_that_the_wording_needs_must_be_given() -> None:
    with pytest.raises(ValuesRefused, match="link"):
        services.preview(kind=KIND, recipients=people(1))


def test_the_preview_costs_the_same_for_ten_people_and_for_a_thousand(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    for count in (10, 1000):
        with django_assert_num_queries(3):  # type: ignore[operator]  # a fixture that is a function
            preview(*people(count), quiet_days=3)
