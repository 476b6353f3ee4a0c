"""Every mail: what was sent to whom, what was not and why, the wording, and the addresses that came back."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ikusei.lib import clock
from ikusei.lib.fields import pick_text
from ikusei.lib.privacy import ACCOUNT, IDENTITY, MAIL, Privacy
from ikusei.notices import registry

REF_LENGTH = 64
KIND_LENGTH = 80
SUBJECT_LENGTH = 150
"""Characters of a subject line as it is kept; longer ones are cut off by mail programs anyway."""
BODY_LENGTH = 5000


class MailingState(models.TextChoices):
    SENDING = "sending", _("being sent")
    HELD = "held", _("stopped")
    DONE = "done", _("ended")


class LetterState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being handed over")
    SENT = "sent", _("sent off")
    FAILED = "failed", _("failed")
    UNSURE = "unsure", _("perhaps sent")
    BOUNCED = "bounced", _("came back")
    SKIPPED = "skipped", _("not sent")


class Mailing(models.Model):
    """One notice to a list of people. The wording is the one of the day it was asked for, whatever is changed later.

    `common` holds the values that are the same for everybody, `reasons` the sentences (ja, en) behind the codes of
    `Letter.reason`. `counts` (state -> letters) is written while letters go out, for lists; a page about one mailing
    counts anew. Where the mail server itself gave trouble, `trouble` holds its words until it takes letters again.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=KIND_LENGTH)
    subject_ref = models.CharField(_("about"), max_length=120, blank=True)
    once_key = models.CharField(max_length=120, unique=True, null=True, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=MailingState, default=MailingState.SENDING)
    texts = models.JSONField(_("wording"), default=dict)
    common = models.JSONField(_("values for everybody"), default=dict, blank=True)
    reasons = models.JSONField(_("reasons"), default=dict, blank=True)
    counts = models.JSONField(_("letters by state"), default=dict, blank=True)
    size = models.PositiveIntegerField(_("letters to send"), default=0)
    repeated = models.PositiveIntegerField(_("named more than once"), default=0)
    trouble = models.TextField(_("trouble with the mail server"), blank=True)
    troubles = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(_("next try at"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    created_at = models.DateTimeField(_("asked for at"), default=clock.now, editable=False)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "public_id": None,
        "kind": MAIL,
        "subject_ref": MAIL,
        "once_key": None,
        "state": None,
        "texts": MAIL,
        "common": MAIL,
        "reasons": MAIL,
        "counts": None,
        "size": None,
        "repeated": None,
        "trouble": None,
        "troubles": None,
        "next_try_at": None,
        "made_by": MAIL,
        "created_at": MAIL,
    }

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("kind", "created_at"), name="notices_mailing_by_kind"),
            models.Index(fields=("state", "size", "id"), name="notices_mailing_by_state"),
            models.Index(fields=("subject_ref", "-id"), name="notices_mailing_by_ref"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def label(self) -> str:
        """What people read for the kind, in the active language."""
        return registry.label_of(self.kind)

    @property
    def taken(self) -> int:
        """Letters that the mail server took, those that came back later too, as counted last."""
        return self._counted(LetterState.SENT, LetterState.BOUNCED)

    @property
    def waiting(self) -> int:
        """Letters still to go out, as counted last."""
        return self._counted(LetterState.WAITING, LetterState.SENDING)

    @property
    def unclear(self) -> int:
        """Letters that failed, came back, or were perhaps sent, as counted last."""
        return self._counted(LetterState.FAILED, LetterState.UNSURE, LetterState.BOUNCED)

    @property
    def skipped(self) -> int:
        """People who get none."""
        return self._counted(LetterState.SKIPPED)

    def _counted(self, *states: LetterState) -> int:
        return sum(self.counts.get(state.value, 0) for state in states)


class Letter(models.Model):
    """One mail of a mailing, or the reason why somebody gets none.

    `ref` is the caller's public id of the person. A letter in `sending` was handed to the mail server by the attempt
    that `sender` names; one whose sender died is `unsure`, and a person decides. `is_settled` is that decision.
    """

    mailing = models.ForeignKey(
        Mailing, on_delete=models.CASCADE, related_name="letters", verbose_name=_("mailing")
    )
    ref = models.CharField(_("person"), max_length=REF_LENGTH)
    name = models.CharField(_("name of whoever is written to"), max_length=200)
    address = models.CharField(_("mail address"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=2, blank=True)
    context = models.JSONField(_("values"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=LetterState, default=LetterState.WAITING)
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    problem = models.TextField(_("what the mail server said"), blank=True)
    is_settled = models.BooleanField(_("left as it is"), default=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sender = models.CharField(max_length=60, blank=True)
    message_id = models.CharField(max_length=120, blank=True)
    claimed_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("next try at"), null=True, blank=True)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "mailing": MAIL,
        "ref": MAIL,
        "name": IDENTITY,
        "address": IDENTITY,
        "language": IDENTITY,
        "context": MAIL,
        "state": MAIL,
        "reason": MAIL,
        "problem": MAIL,
        "is_settled": None,
        "attempts": None,
        "sender": None,
        "message_id": MAIL,
        "claimed_at": MAIL,
        "sent_at": MAIL,
        "next_try_at": None,
    }

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("mailing", "ref"), name="notices_letter_once"),)
        indexes = (
            models.Index(fields=("mailing", "state", "id"), name="notices_letter_by_state"),
            models.Index(fields=("id",), name="notices_letter_sending", condition=Q(state="sending")),
            models.Index(fields=("message_id",), name="notices_letter_message", condition=~Q(message_id="")),
        )

    def __str__(self) -> str:
        return f"{self.ref} {self.state}"

    @property
    def why(self) -> str:
        """Why it is not sent, or what the mail server said of it; the letter comes with its mailing."""
        return pick_text(self.mailing.reasons.get(self.reason, {})) or self.problem


class Wording(models.Model):
    """A city's own wording of one kind in one language; without a row the one that Ikusei came with holds."""

    kind = models.CharField(_("kind"), max_length=KIND_LENGTH)
    language = models.CharField(_("language"), max_length=2, choices=registry.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=SUBJECT_LENGTH)
    body = models.TextField(_("text"), max_length=BODY_LENGTH)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(_("changed at"), default=clock.now)

    privacy: ClassVar[Privacy] = {
        "id": None,
        "kind": None,
        "language": None,
        "subject": None,
        "body": None,
        "changed_by": ACCOUNT,
        "changed_at": None,
    }

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        constraints = (models.UniqueConstraint(fields=("kind", "language"), name="notices_wording_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"


class Bounce(models.Model):
    """A letter that came back. A hard one bars its address until somebody clears it."""

    class Kind(models.TextChoices):
        HARD = "hard", _("the address does not exist")
        SOFT = "soft", _("could not be delivered this time")

    letter = models.ForeignKey(
        Letter,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="bounces",
        verbose_name=_("letter"),
    )
    address = models.CharField(_("mail address"), max_length=254, help_text=_("In small letters."))
    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    status = models.CharField(_("status"), max_length=12, blank=True)
    text = models.TextField(_("what the other server said"), blank=True)
    source = models.CharField(max_length=64, help_text=_("A digest of the report: the same one counts once."))
    at = models.DateTimeField(_("came back at"), default=clock.now)
    cleared_at = models.DateTimeField(_("cleared at"), null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    privacy: ClassVar[Privacy] = {
        "id": None,
        "letter": MAIL,
        "address": IDENTITY,
        "kind": MAIL,
        "status": MAIL,
        "text": MAIL,
        "source": None,
        "at": MAIL,
        "cleared_at": MAIL,
        "cleared_by": ACCOUNT,
    }

    class Meta:
        verbose_name = _("returned letter")
        verbose_name_plural = _("returned letters")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("source", "address"), name="notices_bounce_once"),)
        indexes = (
            models.Index(
                fields=("address",),
                name="notices_bounce_barred",
                condition=Q(kind="hard", cleared_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.address} {self.kind}"
