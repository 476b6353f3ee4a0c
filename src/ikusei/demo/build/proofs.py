"""The table of certificates, and what people attached: certificates valid, running out and expired, work, postings."""

import random
from datetime import date, timedelta

from ikusei.demo.build.ict import Careers
from ikusei.demo.build.materials import DATA, Member
from ikusei.demo.build.ratings import Language, workplace
from ikusei.demo.build.staff import Crew
from ikusei.lib.dates import add_months
from ikusei.org import access
from ikusei.org.access import Viewer
from ikusei.org.models import Posting, PostingKind
from ikusei.skills.formats.certificates import read_certificates
from ikusei.skills.models import CertificateKind, Evidence, EvidenceKind
from ikusei.skills.services.certificate_tables import save_table
from ikusei.skills.services.evidence import add_evidence, check_evidence
from ikusei.skills.services.evidence_facts import Facts

WORKS = (
    ("業務改革の提案書", "提案から試行までを担当した。"),
    ("窓口予約システムの設計書", "画面設計と利用者調査の章を書いた。"),
    ("セキュリティ訓練の実施報告", "訓練を計画し、振り返りをまとめた。"),
)


def attach(
    rng: random.Random,
    actor: Viewer,
    careers: Careers,
    crew: Crew,
    language: Language,
    able: dict[int, dict[str, int]],
    *,
    today: date,
) -> None:
    """Load the table, and let one in three attach what they have; most of it was checked by whoever leads them."""
    content = (DATA / "certificates.json").read_bytes()
    save_table(actor=actor, rows=read_certificates(content, name="certificates.json").kinds)
    table = _by_skill(language)
    for member in careers.members:
        stay = workplace(member, today)
        if stay is None or member.person.user is None or rng.random() > 0.34:
            continue
        head = crew.heads.get(stay.seat[0]) or crew.heads.get(stay.seat[0][:7])
        _certificate(rng, member, head, language, table, able.get(member.person.pk, {}), today)
        if rng.random() < 0.3:
            _work(rng, member, language, able.get(member.person.pk, {}), today)
        _posting(rng, member, head, language, today)


def _by_skill(language: Language) -> dict[str, list[tuple[CertificateKind, int]]]:
    """Skill -> the certificates that speak for it, with the level."""
    found: dict[str, list[tuple[CertificateKind, int]]] = {}
    for kind in CertificateKind.objects.filter(retired_on=None).prefetch_related("levels").order_by("key"):
        for row in kind.levels.all():
            if row.skill_key in language.skills:
                found.setdefault(row.skill_key, []).append((kind, row.level))
    return found


def _certificate(
    rng: random.Random,
    member: Member,
    head: Member | None,
    language: Language,
    table: dict[str, list[tuple[CertificateKind, int]]],
    able: dict[str, int],
    today: date,
) -> None:
    fitting = [
        kind
        for key, level in able.items()
        for kind, speaks_for in table.get(key, ())
        if speaks_for in (level, level + 1)
    ]
    if not fitting:
        return
    kind = rng.choice(fitting)
    issued = today - timedelta(days=rng.randint(20, 1300))
    expires = add_months(issued, kind.valid_months) if kind.valid_months else None
    actor = access.viewer_of(member.person.user)
    proof = add_evidence(
        actor=actor,
        person=member.person,
        kind=EvidenceKind.CERTIFICATE,
        facts=Facts(
            issued_on=issued,
            title=kind.name_ja,
            issuer=kind.issuer,
            number=f"{rng.randint(100_000, 999_999)}",
            expires_on=expires,
            certificate=kind,
        ),
        framework=language.version.framework,
    )
    if head is not None and head.person.user is not None and rng.random() < 0.8:
        _check(access.viewer_of(head.person.user), actor, proof)


def _check(head: Viewer, actor: Viewer, proof: Evidence) -> None:
    """Seen by whoever leads the person at home, by the steward's office for those who are away."""
    leads = actor.person is not None and access.may_change_person(head, access.Right.LEVELS_SEE, actor.person)
    check_evidence(actor=head if leads else access.operator(), evidence=proof)


def _work(rng: random.Random, member: Member, language: Language, able: dict[str, int], today: date) -> None:
    keys = [key for key, level in able.items() if level >= 3]
    if not keys:
        return
    title, text = rng.choice(WORKS)
    add_evidence(
        actor=access.viewer_of(member.person.user),
        person=member.person,
        kind=EvidenceKind.WORK,
        facts=Facts(issued_on=today - timedelta(days=rng.randint(30, 400)), title=title, text=text),
        framework=language.version.framework,
        skill_keys=rng.sample(keys, min(2, len(keys))),
    )


def _posting(
    rng: random.Random, member: Member, head: Member | None, language: Language, today: date
) -> None:
    """A dispatch that has ended speaks for what it asked."""
    ended = Posting.objects.filter(person=member.person, kind=PostingKind.DISPATCH, until__lte=today).first()
    if ended is None or ended.until is None:
        return
    actor = access.viewer_of(member.person.user)
    proof = add_evidence(
        actor=actor,
        person=member.person,
        kind=EvidenceKind.POSTING,
        facts=Facts(issued_on=ended.until - timedelta(days=1), title="派遣での業務", posting=ended),
        framework=language.version.framework,
        skill_keys=sorted(language.requirements[member.job_type])[:3],
    )
    if head is not None and head.person.user is not None and rng.random() < 0.7:
        _check(access.viewer_of(head.person.user), actor, proof)
