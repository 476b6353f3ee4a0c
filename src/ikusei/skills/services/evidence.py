"""Proofs: attached once, used for several skills and in later years, checked by somebody who saw the original."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from ikusei.audit import services as audit
from ikusei.files import services as files
from ikusei.files.kinds import FileType
from ikusei.files.models import StoredFile
from ikusei.lib import clock
from ikusei.org import access
from ikusei.org.access import Right, Viewer
from ikusei.org.errors import RuleBroken
from ikusei.org.models import Person
from ikusei.skills.models import (
    Assessment,
    Evidence,
    EvidenceFor,
    EvidenceKind,
    Framework,
    Skill,
)
from ikusei.skills.queries.evidence_pages import asked_about, mark_of
from ikusei.skills.queries.frameworks import versions_used
from ikusei.skills.services.certificates import retract, state_certificates, statements_of, sync_links
from ikusei.skills.services.evidence_facts import Facts, fill, require_substance

OWNER = "evidence"
"""To what kind of thing the files belong."""

TAKEN = (FileType.PDF, FileType.PNG, FileType.JPEG, FileType.XLSX)

MOST = 200
"""Proofs that one person can have attached at a time: more is a mistake or mischief."""


def add_evidence(
    *,
    actor: Viewer,
    person: Person,
    kind: str,
    facts: Facts,
    framework: Framework | None = None,
    skill_keys: Collection[str] = (),
    upload: UploadedFile[Any] | None = None,
    public_id: uuid.UUID | None = None,
) -> Evidence:
    """The new proof, unchecked. A form that is sent twice with the same `public_id` makes one.

    The person attaches it, or somebody with the right to enter for them. Raises RuleBroken, and FileRefused where the
    file is not taken.
    """
    require_own(actor, person, or_proxy=True)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        again = None if public_id is None else Evidence.objects.filter(public_id=public_id).first()
        if again is not None and again.person_id == person.pk:
            return again
        if Evidence.objects.filter(person=person, withdrawn_at=None).count() >= MOST:
            raise RuleBroken(_("More than %(count)s pieces of evidence cannot be kept.") % {"count": MOST})
        evidence = Evidence(person=person, kind=EvidenceKind(kind), added_by=actor.user)
        if public_id is not None and again is None:
            evidence.public_id = public_id
        fill(evidence, facts)
        evidence.file = _stored(actor, upload)
        require_substance(evidence)
        evidence.save(force_insert=True)
        _set_links(evidence, framework, skill_keys)
        sync_links([evidence])
        _record(actor, evidence, "skills.evidence.add", after=_said(evidence))
    return evidence


def change_evidence(
    *,
    actor: Viewer,
    evidence: Evidence,
    facts: Facts,
    upload: UploadedFile[Any] | None = None,
    drop_file: bool = False,
) -> Evidence:
    """The proof with other facts, or another file; only its person changes it, and only until it is checked.

    Raises RuleBroken, and FileRefused.
    """
    with transaction.atomic():
        row = _locked(actor, evidence)
        if row.checked_at is not None:
            raise RuleBroken(
                _(
                    "This has been checked and stays as it is. Attach a new one, or ask for the check to be undone."
                )
            )
        before = _said(row)
        old_file = row.file
        fill(row, facts)
        if upload is not None:
            row.file = _stored(actor, upload)
        elif drop_file:
            row.file = None
        require_substance(row)
        row.save()
        if old_file is not None and row.file_id != old_file.pk:
            files.delete_stored(old_file)
        sync_links([row])
        _record(actor, row, "skills.evidence.change", before=before, after=_said(row))
    return row


def withdraw_evidence(*, actor: Viewer, evidence: Evidence) -> None:
    """Take a proof away: its file, number and text are removed.

    Where a statement named it, what it was and who checked it stay in the record; otherwise nothing stays.
    """
    with transaction.atomic():
        row = _locked(actor, evidence)
        file, is_named = row.file, row.assessments.exists()
        said = _said(row)
        if is_named:
            row.file, row.number, row.text, row.withdrawn_at = None, "", "", clock.now()
            row.save()
        else:
            row.delete()
        if file is not None:
            files.delete_stored(file)
        # What is gone from the page does not stay in the trail: only that there was something.
        kept = {key: said[key] for key in ("kind", "issued_on")} | {"named": is_named}
        _record(actor, row, "skills.evidence.withdraw", before=kept)


def link_skills(
    *, actor: Viewer, evidence: Evidence, framework: Framework, skill_keys: Collection[str]
) -> None:
    """Let a proof speak for exactly these skills of a framework, beside those that the certificates' table gives it."""
    with transaction.atomic():
        row = _locked(actor, evidence)
        before = _skills_of(row)
        _set_links(row, framework, skill_keys)
        _record(
            actor, row, "skills.evidence.link", before={"skills": before}, after={"skills": _skills_of(row)}
        )


def link_proofs(
    *, actor: Viewer, person: Person, framework: Framework, skill_key: str, chosen: Iterable[uuid.UUID]
) -> None:
    """Let exactly these of a person's proofs speak for one skill: what `skills/evidence/_attach.html` sends.

    Links that the certificates' table gives stay. Ids of proofs that are not this person's are left out.
    """
    require_own(actor, person, or_proxy=True)
    with transaction.atomic():
        _known_keys(framework, [skill_key])
        own = Evidence.objects.filter(person=person, withdrawn_at=None)
        wanted = set(own.filter(public_id__in=list(chosen)).values_list("pk", flat=True))
        links = EvidenceFor.objects.filter(evidence__in=own, framework=framework, skill_key=skill_key)
        present = dict(links.values_list("evidence_id", "level"))
        gone = {pk for pk, level in present.items() if level is None} - wanted
        links.filter(evidence_id__in=gone).delete()
        new = wanted - present.keys()
        EvidenceFor.objects.bulk_create(
            [EvidenceFor(evidence_id=pk, framework=framework, skill_key=skill_key) for pk in sorted(new)],
            ignore_conflicts=True,
        )
        if gone or new:
            audit.record(
                actor=actor.user,
                verb="skills.evidence.link",
                subject_kind="person",
                subject_id=person.public_id,
                count=len(gone) + len(new),
                after={"skill": skill_key, "linked": len(new), "unlinked": len(gone)},
            )


def check_evidence(*, actor: Viewer, evidence: Evidence, mark: str | None = None) -> list[Assessment]:
    """The statements that follow from the proof now that somebody saw the original: those of a certificate of the table.

    `mark` is the `mark_of` of what they were shown: where the person has changed it since, nothing is checked
    (RuleBroken). Checking again changes nothing. Nobody checks their own (PermissionDenied).
    """
    _require_may_check(actor, evidence)
    with transaction.atomic():
        row = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
        _require_there(row)
        if row.checked_at is not None:
            return []
        if mark is not None and mark != mark_of(row):
            raise RuleBroken(_("It has been changed since you looked at it. Look at it again."))
        row.checked_at, row.checked_by, row.check_note = clock.now(), actor.user, ""
        row.save(update_fields=("checked_at", "checked_by", "check_note"))
        sync_links([row])
        made = state_certificates(actor=actor, rows=[row], reason="")
        levels = {statement.skill.key: statement.level for statement in made}
        _record(actor, row, "skills.evidence.check", after={"evidence": str(row.public_id), "levels": levels})
    return made


def undo_check(*, actor: Viewer, evidence: Evidence, reason: str) -> int:
    """How many statements no longer count: those that rest on this certificate alone. The reason is read by the person."""
    _require_may_check(actor, evidence)
    if not reason.strip():
        raise RuleBroken(_("Say why: the person reads it."))
    with transaction.atomic():
        row = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
        if row.checked_at is None:
            return 0
        row.checked_at, row.checked_by, row.check_note = None, None, reason.strip()
        row.save(update_fields=("checked_at", "checked_by", "check_note"))
        count = retract(actor=actor, statements=statements_of([row.pk]), reason=reason.strip())
        _record(
            actor,
            row,
            "skills.evidence.uncheck",
            after={"evidence": str(row.public_id), "reason": reason.strip(), "statements": count},
        )
    return count


def _stored(actor: Viewer, upload: UploadedFile[Any] | None) -> StoredFile | None:
    if upload is None:
        return None
    return files.store_upload(
        user=actor.user,
        name=upload.name or "",
        content=upload,
        owner_kind=OWNER,
        allowed=TAKEN,
        limit=settings.EVIDENCE_BYTES,
    )


def _set_links(evidence: Evidence, framework: Framework | None, skill_keys: Collection[str]) -> None:
    """Link the skills a person named; links with a level are the table's and stay."""
    if framework is None:
        return
    wanted = _known_keys(framework, skill_keys)
    links = EvidenceFor.objects.filter(evidence=evidence, framework=framework)
    present = dict(links.values_list("skill_key", "level"))
    links.filter(level=None).exclude(skill_key__in=wanted).delete()
    EvidenceFor.objects.bulk_create(
        [
            EvidenceFor(evidence=evidence, framework=framework, skill_key=key)
            for key in sorted(wanted - present.keys())
        ],
        ignore_conflicts=True,
    )


def _known_keys(framework: Framework, skill_keys: Collection[str]) -> set[str]:
    """The keys, all of which the version in use must know. Raises RuleBroken."""
    wanted = set(skill_keys)
    version = versions_used(clock.today()).filter(framework=framework).first()
    known = set(Skill.objects.filter(version=version, key__in=wanted).values_list("key", flat=True))
    if wanted - known:
        raise RuleBroken(
            _("There is no skill %(key)s in the framework in use.") % {"key": min(wanted - known)}
        )
    return wanted


def _locked(actor: Viewer, evidence: Evidence) -> Evidence:
    """The row as it is now, locked, for a change by its person."""
    row = (
        Evidence.objects.select_for_update(of=("self",)).select_related("person", "file").get(pk=evidence.pk)
    )
    require_own(actor, row.person, or_proxy=False)
    _require_there(row)
    return row


def _require_there(evidence: Evidence) -> None:
    if evidence.withdrawn_at is not None:
        raise RuleBroken(_("This has been withdrawn."))


def require_own(actor: Viewer, person: Person, *, or_proxy: bool) -> None:
    """Raise PermissionDenied unless the actor is the person (or enters for them, where that is allowed)."""
    is_own = actor.person is not None and actor.person.pk == person.pk
    if is_own or actor.is_operator:
        return
    if or_proxy:
        access.require_person(actor, Right.PROXY_ENTRY, person)
        return
    raise PermissionDenied(Right.OWN.value)


def _require_may_check(actor: Viewer, evidence: Evidence) -> None:
    """Raise PermissionDenied unless the actor confirms levels of this person, or runs the cycle for them.

    A host's supervisor checks what speaks for a skill that they are asked about.
    """
    person = evidence.person
    if actor.person is not None and actor.person.pk == person.pk:
        raise PermissionDenied("own")
    rights = (Right.LEVELS_CONFIRM, Right.CYCLE_RUN)
    if not any(access.may_change_person(actor, right, person) for right in rights):
        raise PermissionDenied(Right.LEVELS_CONFIRM.value)
    if access.may_change_person(actor, Right.LEVELS_SEE, person):
        return
    keys = set(EvidenceFor.objects.filter(evidence=evidence).values_list("skill_key", flat=True))
    if not keys & asked_about(actor, person.pk):
        raise PermissionDenied(Right.LEVELS_SEE.value)


def _skills_of(evidence: Evidence) -> list[str]:
    return sorted(EvidenceFor.objects.filter(evidence=evidence).values_list("skill_key", flat=True))


def _said(evidence: Evidence) -> dict[str, Any]:
    """What is written into the trail of a change; numbers and texts are not, that they changed is."""
    return {
        "kind": evidence.kind,
        "title": evidence.title,
        "issued_on": evidence.issued_on.isoformat(),
        "expires_on": evidence.expires_on and evidence.expires_on.isoformat(),
        "file": "" if evidence.file is None else evidence.file.sha256,
    }


def _record(actor: Viewer, evidence: Evidence, verb: str, *, before: Any = None, after: Any = None) -> None:
    audit.record(
        actor=actor.user,
        verb=verb,
        subject_kind="person",
        subject_id=evidence.person.public_id,
        before=before,
        after=after,
    )
