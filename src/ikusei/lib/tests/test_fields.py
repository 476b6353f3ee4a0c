from dataclasses import dataclass

import pytest
from django.utils.translation import override

from ikusei.lib.fields import BilingualName, language, pick, pick_text


@dataclass
class Unit(BilingualName):
    name_ja: str
    name_en: str


@pytest.mark.parametrize(
    ("active", "name"), [("ja", "総務局"), ("en", "General Affairs"), ("ja-jp", "総務局")]
)
def test_the_name_follows_the_language(active: str, name: str) -> None:
    with override(active):
        assert Unit("総務局", "General Affairs").name == name


def test_an_empty_name_falls_back_to_the_other_language() -> None:
    with override("en"):
        assert Unit("総務局", "").name == "総務局"
    with override("ja"):
        assert Unit("", "General Affairs").name == "General Affairs"
        assert Unit("", "").name == ""


def test_any_field_can_be_picked() -> None:
    class Skill:
        plain_ja = "やさしい説明"
        plain_en = "Plain meaning"

    with override("ja"):
        assert pick(Skill(), "plain") == "やさしい説明"


def test_texts_in_one_language_only_are_still_shown() -> None:
    with override("en"):
        assert pick_text({"ja": "設計"}) == "設計"
        assert pick_text({"ja": "設計", "en": "Design"}) == "Design"
        assert pick_text({}) == ""


def test_a_language_we_do_not_have_reads_english() -> None:
    with override("fr"):
        assert language() == "en"
