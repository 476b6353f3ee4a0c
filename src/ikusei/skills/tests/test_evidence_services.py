"""Attaching, changing, withdrawing, linking and checking proofs."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage

from ikusei.audit.models import Entry
from ikusei.files.models import StoredFile
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.org.models import PostingKind
from ikusei.org.services import posts
from ikusei.skills.models import (
    Assessment,
    Cycle,
    Evidence,
    EvidenceFor,
    EvidenceGrade,
    EvidenceKind,
    FrameworkVersion,
    HeldLevel,
    Rater,
    Retraction,
    Skill,
)
from ikusei.skills.queries.evidence import best_grade, own_items, usable_for
from ikusei.skills.services import evidence as services
from ikusei.skills.services.evidence_facts import Facts
from ikusei.skills.services.levels import add_statements
from ikusei.skills.tests import proofs
from ikusei.skills.tests.proofs import CLOUD, NETWORK, SECURITY, attach, known_kind, pdf
from tests.office import Office

pytestmark = pytest.mark.django_db


def examiners(office: Office, who: str = "owner") -> dict[str, Assessment]:
    """The statements by examiners that count, by skill."""
    rows = Assessment.objects.filter(
        person=office.person(who), rater=Rater.EXAMINER, retraction=None
    ).select_related("skill")
    return {row.skill.key: row for row in rows}


def held(office: Office, skill: str, on: date | None = None) -> HeldLevel | None:
    return (
        HeldLevel.objects.on(on or clock.today())
        .filter(person=office.person("owner"), skill__key=skill)
        .first()
    )


def test_a_proof_is_attached_once_and_used_for_several_skills(
    office: Office, skill_map: FrameworkVersion
) -> None:
    proof = attach(office, skill_map, kind="work", upload=pdf(), skills=(CLOUD, NETWORK))
    usable = usable_for(office.person("owner").pk, [CLOUD, NETWORK, SECURITY])
    assert {key: [item.id for item in items] for key, items in usable.items()} == {
        CLOUD: [proof.pk],
        NETWORK: [proof.pk],
    }
    services.link_skills(
        actor=office.viewer("owner"), evidence=proof, framework=skill_map.framework, skill_keys=[SECURITY]
    )
    assert set(usable_for(office.person("owner").pk, [CLOUD, SECURITY])) == {SECURITY}


def test_an_unchecked_proof_weighs_as_said_and_a_checked_one_by_its_kind(
    office: Office, skill_map: FrameworkVersion
) -> None:
    proof = attach(office, skill_map, kind="completion", skills=(CLOUD,))
    (item,) = usable_for(office.person("owner").pk, [CLOUD])[CLOUD]
    assert (best_grade([item], CLOUD), item.is_checked) == (EvidenceGrade.SAID, False)
    assert services.check_evidence(actor=office.viewer("manager"), evidence=proof) == []
    (item,) = usable_for(office.person("owner").pk, [CLOUD])[CLOUD]
    assert (best_grade([item], CLOUD), item.is_checked) == (EvidenceGrade.TESTED, True)
    assert best_grade([], CLOUD) == EvidenceGrade.SAID


def test_a_checked_certificate_of_the_table_states_its_levels(
    office: Office, skill_map: FrameworkVersion
) -> None:
    kind = known_kind(valid_months=36)
    proof = attach(office, skill_map, certificate=kind)
    assert examiners(office) == {}, "nothing follows before somebody has seen it"
    services.check_evidence(actor=office.viewer("manager"), evidence=proof)
    said = examiners(office)
    assert {key: row.level for key, row in said.items()} == {NETWORK: 3, SECURITY: 2}
    row = said[NETWORK]
    assert (row.stated_on, row.expires_on) == (proofs.ISSUED, date(2028, 6, 1))
    assert (row.evidence, row.rater_person_id, row.entered_by_id) == (
        EvidenceGrade.EXAMINED,
        None,
        office.user("manager").pk,
    )
    assert list(row.proofs.all()) == [proof]
    level = held(office, NETWORK)
    assert level is not None
    assert (level.level, level.confirmed, level.expires_on) == (3, True, date(2028, 6, 1))


def test_checking_twice_states_once(office: Office, skill_map: FrameworkVersion) -> None:
    proof = attach(office, skill_map, certificate=known_kind())
    assert len(services.check_evidence(actor=office.viewer("manager"), evidence=proof)) == 2
    assert services.check_evidence(actor=office.viewer("steward"), evidence=proof) == []
    assert Assessment.objects.filter(rater=Rater.EXAMINER).count() == 2
    proof.refresh_from_db()
    assert proof.checked_by == office.user("manager")


def test_an_expired_certificate_is_marked_and_not_dropped(
    office: Office, skill_map: FrameworkVersion
) -> None:
    proof = attach(
        office, skill_map, certificate=known_kind(), issued_on=date(2020, 4, 1), expires_on=date(2023, 4, 1)
    )
    services.check_evidence(actor=office.viewer("manager"), evidence=proof)
    level = held(office, NETWORK)
    assert level is not None
    assert (level.level, level.expires_on) == (3, date(2023, 4, 1))
    assert usable_for(office.person("owner").pk, [NETWORK]) == {}
    (item,) = own_items(office.person("owner").pk)
    assert item.has_expired


def test_a_skill_that_the_person_added_to_a_certificate_weighs_as_seen_at_most(
    office: Office, skill_map: FrameworkVersion
) -> None:
    proof = attach(office, skill_map, certificate=known_kind(), skills=(CLOUD,))
    services.check_evidence(actor=office.viewer("manager"), evidence=proof)
    usable = usable_for(office.person("owner").pk, [CLOUD, NETWORK])
    assert best_grade(usable[NETWORK], NETWORK) == EvidenceGrade.EXAMINED
    assert best_grade(usable[CLOUD], CLOUD) == EvidenceGrade.SEEN
    assert CLOUD not in examiners(office)


@pytest.mark.parametrize(
    "who", ["owner", "colleague", "stranger", "planner", "academy", "auditor", "executive"]
)
def test_nobody_checks_their_own_and_nobody_without_the_right_checks_any(
    office: Office, skill_map: FrameworkVersion, who: str
) -> None:
    proof = attach(office, skill_map)
    with pytest.raises(PermissionDenied):
        services.check_evidence(actor=office.viewer(who), evidence=proof)
    proof.refresh_from_db()
    assert proof.checked_at is None


def test_a_manager_does_not_check_their_own(office: Office, skill_map: FrameworkVersion) -> None:
    proof = attach(office, skill_map, who="manager")
    with pytest.raises(PermissionDenied):
        services.check_evidence(actor=office.viewer("manager"), evidence=proof)


def test_a_host_supervisor_checks_only_what_speaks_for_a_skill_under_review(
    office: Office, skill_map: FrameworkVersion, cycle: Cycle
) -> None:
    asked = skill_map.skills.get(order=0).key
    beside = attach(office, skill_map, kind="completion", skills=(CLOUD,))
    with pytest.raises(PermissionDenied):
        services.check_evidence(actor=office.viewer("host_supervisor"), evidence=beside)
    proof = attach(office, skill_map, kind="completion", skills=(asked,))
    services.check_evidence(actor=office.viewer("host_supervisor"), evidence=proof)
    proof.refresh_from_db()
    assert proof.checked_by == office.user("host_supervisor")


def test_a_check_is_taken_back_with_a_reason_and_the_level_falls_back(
    office: Office, skill_map: FrameworkVersion
) -> None:
    proof = attach(office, skill_map, certificate=known_kind())
    services.check_evidence(actor=office.viewer("manager"), evidence=proof)
    with pytest.raises(RuleBroken):
        services.undo_check(actor=office.viewer("steward"), evidence=proof, reason=" ")
    assert services.undo_check(actor=office.viewer("steward"), evidence=proof, reason="写しであった") == 2
    assert held(office, NETWORK) is None
    assert examiners(office) == {}
    assert Assessment.objects.filter(rater=Rater.EXAMINER).count() == 2, "the statements stay in the record"
    assert set(Retraction.objects.values_list("reason", flat=True)) == {"写しであった"}
    proof.refresh_from_db()
    assert (proof.checked_at, proof.check_note) == (None, "写しであった")
    services.check_evidence(actor=office.viewer("manager"), evidence=proof)
    assert {key: row.level for key, row in examiners(office).items()} == {NETWORK: 3, SECURITY: 2}
    proof.refresh_from_db()
    assert proof.check_note == ""


def test_what_a_migration_made_of_a_taken_back_statement_is_taken_back_too(
    office: Office, skill_map: FrameworkVersion
) -> None:
    proof = attach(office, skill_map, certificate=known_kind(levels={NETWORK: 3}))
    (said,) = services.check_evidence(actor=office.viewer("manager"), evidence=proof)
    other = Skill.objects.get(version=skill_map, key=CLOUD)
    (carried,) = add_statements(
        [
            Assessment(
                person=office.person("owner"),
                skill=other,
                level=2,
                stated_on=proofs.ISSUED,
                rater=Rater.EXAMINER,
                evidence=EvidenceGrade.EXAMINED,
                carried_from=said,
            )
        ]
    )
    assert services.undo_check(actor=office.viewer("manager"), evidence=proof, reason="期限切れ") == 2
    assert Retraction.objects.filter(assessment=carried).exists()
    assert held(office, CLOUD) is None


def test_a_proof_is_changed_only_until_it_is_checked(office: Office, skill_map: FrameworkVersion) -> None:
    proof = attach(office, skill_map, upload=pdf("古い.pdf"))
    old = StoredFile.objects.get()
    services.change_evidence(
        actor=office.viewer("owner"),
        evidence=proof,
        facts=Facts(title="新しい名前", issued_on=date(2025, 5, 1)),
        upload=pdf("新しい.pdf"),
    )
    proof.refresh_from_db()
    assert (proof.title, proof.issued_on) == ("新しい名前", date(2025, 5, 1))
    assert proof.file is not None
    assert proof.file.name == "新しい.pdf"
    assert not StoredFile.objects.filter(pk=old.pk).exists()
    services.check_evidence(actor=office.viewer("manager"), evidence=proof)
    with pytest.raises(RuleBroken):
        services.change_evidence(
            actor=office.viewer("owner"), evidence=proof, facts=Facts(title="別", issued_on=date(2025, 5, 1))
        )


@pytest.mark.parametrize("who", ["colleague", "manager", "steward"])
def test_only_the_person_changes_links_and_withdraws(
    office: Office, skill_map: FrameworkVersion, who: str
) -> None:
    proof = attach(office, skill_map)
    actor = office.viewer(who)
    with pytest.raises(PermissionDenied):
        services.change_evidence(actor=actor, evidence=proof, facts=Facts(title="x", issued_on=proofs.ISSUED))
    with pytest.raises(PermissionDenied):
        services.link_skills(actor=actor, evidence=proof, framework=skill_map.framework, skill_keys=[CLOUD])
    with pytest.raises(PermissionDenied):
        services.withdraw_evidence(actor=actor, evidence=proof)


def test_a_proof_that_nothing_rests_on_is_withdrawn_without_a_trace_of_its_file(
    office: Office, skill_map: FrameworkVersion, django_capture_on_commit_callbacks: object
) -> None:
    proof = attach(office, skill_map, upload=pdf(), number="第 1234 号")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        path = str(StoredFile.objects.get().file.name)
        services.withdraw_evidence(actor=office.viewer("owner"), evidence=proof)
    assert not Evidence.objects.exists()
    assert not StoredFile.objects.exists()
    assert not default_storage.exists(path)
    trail = Entry.objects.filter(verb__startswith="skills.evidence.").values_list("before", "after")
    assert "1234" not in str(list(trail))


def test_a_withdrawn_proof_stays_in_the_record_of_its_statements_without_file_and_number(
    office: Office, skill_map: FrameworkVersion
) -> None:
    proof = attach(office, skill_map, certificate=known_kind(), upload=pdf(), number="NW-1")
    services.check_evidence(actor=office.viewer("manager"), evidence=proof)
    services.withdraw_evidence(actor=office.viewer("owner"), evidence=proof)
    proof.refresh_from_db()
    assert (proof.file, proof.number, proof.text) == (None, "", "")
    assert proof.withdrawn_at is not None
    assert not StoredFile.objects.exists()
    assert examiners(office)[NETWORK].proofs.get() == proof
    assert own_items(office.person("owner").pk) == []
    with pytest.raises(RuleBroken):
        services.withdraw_evidence(actor=office.viewer("owner"), evidence=proof)


def test_a_form_sent_twice_attaches_once(office: Office, skill_map: FrameworkVersion) -> None:
    key = uuid.uuid4()
    first = attach(office, skill_map, public_id=key, upload=pdf())
    again = attach(office, skill_map, public_id=key, upload=pdf())
    assert (again.pk, Evidence.objects.count(), StoredFile.objects.count()) == (first.pk, 1, 1)
    other = attach(office, skill_map, who="colleague", public_id=key)
    assert other.public_id != key, "an id that is taken is not taken over"


def test_a_posting_proves_something_once_it_has_ended_and_is_ones_own(
    office: Office, skill_map: FrameworkVersion
) -> None:
    owner = office.person("owner")
    running = owner.postings.get(kind=PostingKind.CONCURRENT)
    with pytest.raises(RuleBroken):
        attach(office, skill_map, kind=EvidenceKind.POSTING, posting=running)
    posts.end_posting(actor=access.operator(), posting=running, on=date(2026, 4, 1))
    running.refresh_from_db()
    with pytest.raises(RuleBroken):
        attach(office, skill_map, who="colleague", kind=EvidenceKind.POSTING, posting=running)
    proof = attach(office, skill_map, kind=EvidenceKind.POSTING, posting=running, skills=(CLOUD,))
    assert proof.issued_on == date(2026, 3, 31)
    services.check_evidence(actor=office.viewer("manager"), evidence=proof)
    usable = usable_for(owner.pk, [CLOUD])
    assert best_grade(usable[CLOUD], CLOUD) == EvidenceGrade.DONE
    assert examiners(office) == {}, "it weighs on statements, and makes none"


@pytest.mark.parametrize(
    "facts",
    [
        {"issued_on": None},
        {"issued_on": date(2026, 4, 16)},
        {"title": "  "},
        {"expires_on": proofs.ISSUED},
    ],
)
def test_what_cannot_be_is_refused_in_words(
    office: Office, skill_map: FrameworkVersion, facts: dict[str, object]
) -> None:
    with pytest.raises(RuleBroken):
        attach(office, skill_map, **facts)  # type: ignore[arg-type]
    assert not Evidence.objects.exists()


def test_a_certificate_is_not_taken_from_the_day_on_which_it_ended(
    office: Office, skill_map: FrameworkVersion
) -> None:
    kind = known_kind(retired_on=proofs.ISSUED)
    with pytest.raises(RuleBroken):
        attach(office, skill_map, certificate=kind)
    assert attach(office, skill_map, certificate=kind, issued_on=date(2025, 5, 31)).pk


def test_a_long_name_of_the_table_is_cut_on_the_proof(office: Office, skill_map: FrameworkVersion) -> None:
    kind = known_kind(name_ja="試" * 300, issuer="験" * 300)
    proof = attach(office, skill_map, certificate=kind)
    assert (len(proof.title), len(proof.issuer)) == (200, 200)
    services.check_evidence(actor=office.viewer("manager"), evidence=proof)
    assert set(examiners(office)) == {NETWORK, SECURITY}


def test_a_piece_of_work_needs_a_file_or_words(office: Office, skill_map: FrameworkVersion) -> None:
    with pytest.raises(RuleBroken):
        attach(office, skill_map, kind=EvidenceKind.WORK)
    assert attach(office, skill_map, kind=EvidenceKind.WORK, text="業務手順書を作成").pk


def test_a_skill_that_the_framework_does_not_know_is_refused(
    office: Office, skill_map: FrameworkVersion
) -> None:
    with pytest.raises(RuleBroken, match="no-such"):
        attach(office, skill_map, skills=("no-such",))


def test_proofs_are_ticked_off_for_one_skill(office: Office, skill_map: FrameworkVersion) -> None:
    one = attach(office, skill_map, title="一", skills=(CLOUD,))
    two = attach(office, skill_map, title="二")
    fixed = attach(office, skill_map, certificate=known_kind(levels={CLOUD: 2}))
    theirs = attach(office, skill_map, who="colleague")

    def tick(*chosen: Evidence) -> set[int]:
        services.link_proofs(
            actor=office.viewer("owner"),
            person=office.person("owner"),
            framework=skill_map.framework,
            skill_key=CLOUD,
            chosen=[proof.public_id for proof in chosen],
        )
        return set(EvidenceFor.objects.filter(skill_key=CLOUD).values_list("evidence_id", flat=True))

    assert tick(two, theirs) == {two.pk, fixed.pk}, "not somebody else's; the table's stays"
    assert tick(one, two) == {one.pk, two.pk, fixed.pk}
    with pytest.raises(PermissionDenied):
        services.link_proofs(
            actor=office.viewer("colleague"),
            person=office.person("owner"),
            framework=skill_map.framework,
            skill_key=CLOUD,
            chosen=[],
        )


def test_nobody_keeps_more_than_the_limit(
    office: Office, skill_map: FrameworkVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST", 1)
    attach(office, skill_map)
    with pytest.raises(RuleBroken):
        attach(office, skill_map)


def test_every_step_is_in_the_trail(office: Office, skill_map: FrameworkVersion) -> None:
    proof = attach(office, skill_map)
    services.check_evidence(actor=office.viewer("manager"), evidence=proof)
    services.undo_check(actor=office.viewer("manager"), evidence=proof, reason="x")
    services.withdraw_evidence(actor=office.viewer("owner"), evidence=proof)
    trail = Entry.objects.filter(subject_id=str(office.person("owner").public_id), kind=Entry.Kind.CHANGE)
    verbs = [verb.rpartition(".")[2] for verb in trail.order_by("pk").values_list("verb", flat=True)]
    assert verbs[-4:] == ["add", "check", "uncheck", "withdraw"]
