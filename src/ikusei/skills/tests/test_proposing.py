"""What is proposed for each skill of an old version."""

from ikusei.skills.models import Carry
from ikusei.skills.proposing import Described, Proposal, propose


def skill(key: str, ja: str, en: str = "", *made_from: str, text: str = "") -> Described:
    return Described(key, (ja, en), text, made_from)


def test_the_same_key_is_kept_whatever_its_name() -> None:
    assert propose([skill("a", "甲")], [skill("a", "乙")]) == [Proposal("a", Carry.KEEP, ("a",))]


def test_the_same_name_under_another_key_is_mapped() -> None:
    found = propose([skill("a", "ＡＩの活用", "Use of AI")], [skill("b", "別", "use of ai")])
    assert found == [Proposal("a", Carry.MAP, ("b",))]


def test_what_the_editor_split_or_merged_is_proposed_so() -> None:
    old = [skill("a", "甲"), skill("b", "乙"), skill("c", "丙")]
    new = [skill("x", "子", "", "a"), skill("y", "丑", "", "a"), skill("z", "寅", "", "b", "c")]
    assert propose(old, new) == [
        Proposal("a", Carry.SPLIT, ("x", "y")),
        Proposal("b", Carry.MERGE, ("z",)),
        Proposal("c", Carry.MERGE, ("z",)),
    ]


def test_names_that_are_alike_are_proposed_as_a_split() -> None:
    old = [skill("cloud-platform", "クラウド基盤", "Cloud platform")]
    new = [
        skill("cd", "クラウド基盤の設計", "Cloud platform design"),
        skill("co", "クラウド基盤の運用", "Cloud platform running"),
    ]
    assert propose(old, new) == [Proposal("cloud-platform", Carry.SPLIT, ("cd", "co"))]


def test_what_is_a_little_alike_is_asked_again_and_what_is_not_ends() -> None:
    old = [skill("a", "データ分析と統計"), skill("b", "法務")]
    found = propose(old, [skill("x", "データ可視化の統計")])
    assert [(one.skill_key, str(one.carry)) for one in found] == [("a", "ask"), ("b", "end")]


def test_an_origin_that_the_old_version_does_not_have_is_no_origin() -> None:
    assert propose([skill("a", "甲")], [skill("a", "乙", "", "gone")]) == [Proposal("a", Carry.KEEP, ("a",))]
