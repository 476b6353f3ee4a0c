"""What proves a level: attached once, used for many skills and in later years. And what certificates speak for."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ikusei.files.models import StoredFile
from ikusei.lib.fields import BilingualName
from ikusei.lib.privacy import EVIDENCE, LEVELS, Privacy
from ikusei.org.models import Person, Posting
from ikusei.skills.models.assessment import Assessment, EvidenceGrade
from ikusei.skills.models.framework import KEY_LENGTH, NAME_LENGTH, Framework


class CertificateKind(BilingualName, models.Model):
    """A certificate that the steward's table knows: a national examination, a vendor's certificate."""

    key = models.SlugField(_("key"), max_length=KEY_LENGTH, unique=True)
    name_ja = models.CharField(_("name (Japanese)"), max_length=NAME_LENGTH)
    name_en = models.CharField(_("name (English)"), max_length=NAME_LENGTH, blank=True)
    issuer = models.CharField(_("issuer"), max_length=NAME_LENGTH)
    valid_months = models.PositiveSmallIntegerField(
        _("valid for (months)"), null=True, blank=True, help_text=_("Empty: it does not expire.")
    )
    grade = models.PositiveSmallIntegerField(
        _("grade of evidence"), choices=EvidenceGrade, default=EvidenceGrade.EXAMINED
    )
    retired_on = models.DateField(_("no longer offered since"), null=True, blank=True)

    class Meta:
        verbose_name = _("kind of certificate")
        verbose_name_plural = _("kinds of certificates")
        ordering = ("issuer", "name_ja")

    def __str__(self) -> str:
        return self.name


class CertificateLevel(models.Model):
    """The level of a skill that a certificate speaks for. Skills are named by key, so a new version changes nothing."""

    certificate = models.ForeignKey(CertificateKind, on_delete=models.CASCADE, related_name="levels")
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="+")
    skill_key = models.CharField(_("skill"), max_length=KEY_LENGTH)
    level = models.PositiveSmallIntegerField(_("level"))

    class Meta:
        verbose_name = _("level a certificate speaks for")
        verbose_name_plural = _("levels certificates speak for")
        ordering = ("certificate_id", "skill_key")
        constraints = (
            models.UniqueConstraint(
                fields=("certificate", "framework", "skill_key"), name="skills_certificate_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.skill_key}: {self.level}"


REASON_LENGTH = 300
"""Characters of a reason why a check or a statement was taken back."""


class EvidenceKind(models.TextChoices):
    CERTIFICATE = "certificate", _("certificate")
    COMPLETION = "completion", _("completed course")
    WORK = "work", _("work product")
    POSTING = "posting", _("posting done")


class Evidence(models.Model):
    """One proof that a person attached. It counts with its grade once somebody entitled has checked it.

    A withdrawn one stays in the record of the statements that named it, without its file.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=11, choices=EvidenceKind)
    certificate = models.ForeignKey(
        CertificateKind,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("certificate"),
    )
    title = models.CharField(_("title"), max_length=200)
    issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    number = models.CharField(_("number"), max_length=80, blank=True)
    issued_on = models.DateField(_("date"))
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    text = models.TextField(_("what it shows"), blank=True, max_length=2000)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("posting")
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    check_note = models.CharField(
        _("why the check was taken back"), max_length=REASON_LENGTH, blank=True,
        help_text=_("The person reads it."),
    )  # fmt: skip
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Days before the expiry of which the news was last recorded (90, 30, 0), so that each is told once.
    told_days = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)

    privacy: ClassVar[Privacy] = {
        "id": None, "public_id": None, "person": EVIDENCE, "kind": EVIDENCE, "certificate": EVIDENCE, "title": EVIDENCE,
        "issuer": EVIDENCE, "number": EVIDENCE, "issued_on": EVIDENCE, "expires_on": EVIDENCE, "text": EVIDENCE,
        "file": EVIDENCE, "posting": EVIDENCE, "checked_by": EVIDENCE, "checked_at": EVIDENCE, "check_note": EVIDENCE,
        "added_by": EVIDENCE, "added_at": EVIDENCE, "withdrawn_at": EVIDENCE, "told_days": None,
    }  # fmt: skip

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ("-issued_on", "-id")
        indexes = (
            models.Index(fields=("person", "-issued_on"), name="skills_evidence_person"),
            models.Index(fields=("expires_on",), name="skills_evidence_expiry"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def grade(self) -> EvidenceGrade:
        """What it weighs: checked ones by their kind, the others as said."""
        if self.checked_at is None:
            return EvidenceGrade.SAID
        if self.kind == EvidenceKind.CERTIFICATE and self.certificate is not None:
            return EvidenceGrade(self.certificate.grade)
        return _GRADES[EvidenceKind(self.kind)]


_GRADES = {
    EvidenceKind.CERTIFICATE: EvidenceGrade.EXAMINED,
    EvidenceKind.COMPLETION: EvidenceGrade.TESTED,
    EvidenceKind.WORK: EvidenceGrade.SEEN,
    EvidenceKind.POSTING: EvidenceGrade.DONE,
}


class EvidenceFor(models.Model):
    """The skill, by key, that a proof speaks for, and the level where it names one."""

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="skills")
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="+")
    skill_key = models.CharField(_("skill"), max_length=KEY_LENGTH)
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None, "evidence": EVIDENCE, "framework": EVIDENCE, "skill_key": EVIDENCE, "level": EVIDENCE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("skill a proof speaks for")
        verbose_name_plural = _("skills a proof speaks for")
        ordering = ("evidence_id", "skill_key")
        constraints = (
            models.UniqueConstraint(
                fields=("evidence", "framework", "skill_key"), name="skills_evidence_skill_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.skill_key}"


class Retraction(models.Model):
    """That a statement no longer counts, and why: the check of its certificate was taken back, or the table changed.

    The statement itself stays in the record as it was made; the rule (`skills.deriving`) never sees it again.
    """

    assessment = models.OneToOneField(Assessment, on_delete=models.CASCADE, related_name="retraction")
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    privacy: ClassVar[Privacy] = {
        "id": None, "assessment": LEVELS, "reason": LEVELS, "made_by": LEVELS, "made_at": LEVELS,
    }  # fmt: skip

    class Meta:
        verbose_name = _("statement taken back")
        verbose_name_plural = _("statements taken back")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.assessment_id}: {self.reason}"
