"""Attaching a proof and changing it: which fields there are depends on its kind."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikusei.lib import clock
from ikusei.org.models import Posting
from ikusei.skills.models import CertificateKind, Evidence, EvidenceKind
from ikusei.skills.queries.evidence_pages import EndedPosting
from ikusei.skills.queries.maps.catalogue import Catalogue
from ikusei.skills.services.evidence_facts import Facts

ACCEPT = ".pdf,.png,.jpg,.jpeg,.xlsx,application/pdf,image/png,image/jpeg"
ONE_DAY = timedelta(days=1)

FIELDS: dict[str, tuple[str, ...]] = {
    EvidenceKind.CERTIFICATE: ("title", "issuer", "number", "issued_on", "valid_until", "file"),
    EvidenceKind.COMPLETION: ("title", "issuer", "issued_on", "text", "file"),
    EvidenceKind.WORK: ("title", "text", "issued_on", "file"),
    EvidenceKind.POSTING: ("posting", "text"),
}


@dataclass(frozen=True, slots=True)
class SkillChoice:
    """A skill to be ticked off, with the behaviour of the level that the person holds in it (empty: none yet)."""

    key: str
    name: str
    behaviour: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SkillChoices:
    group: str
    skills: tuple[SkillChoice, ...]


def _day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class SkillsForm(forms.Form):
    """The skills of the framework in use that a proof speaks for."""

    skills = forms.MultipleChoiceField(
        label=gettext_lazy("Skills it speaks for"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("There is no such skill in the framework in use.")},
    )

    def __init__(
        self,
        catalogue: Catalogue | None,
        *args: Any,
        held: dict[str, int] | None = None,
        chosen: Collection[str] = (),
        fixed: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.catalogue = catalogue
        self.held = held or {}
        self.fixed = frozenset(fixed)
        items = [] if catalogue is None else list(catalogue.skills.values())
        self.fields["skills"].choices = [(item.key, item.name) for item in items]  # type: ignore[attr-defined]
        self.fields["skills"].initial = list(chosen)

    def skill_groups(self) -> Iterator[SkillChoices]:
        """The skills by group, those that the certificates' table fixes left out."""
        if self.catalogue is None:
            return
        chosen = set(self["skills"].value() or ())
        groups: dict[str, list[SkillChoice]] = {}
        for item in self.catalogue.skills.values():
            if item.key in self.fixed:
                continue
            behaviour = item.behaviour.get(self.held.get(item.key, -1), "")
            groups.setdefault(item.group, []).append(
                SkillChoice(item.key, item.name, behaviour, item.key in chosen)
            )
        for name, skills in groups.items():
            yield SkillChoices(name, tuple(skills))


class EvidenceForm(SkillsForm):
    """A proof of one kind; with `evidence` it is changed, without it is new."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("What it is"), max_length=200)
    issuer = forms.CharField(label=gettext_lazy("Who issued it"), max_length=200, required=False)
    number = forms.CharField(label=gettext_lazy("Number"), max_length=80, required=False)
    issued_on = _day_field(gettext_lazy("Issued on"))
    valid_until = _day_field(
        gettext_lazy("Valid until"),
        required=False,
        help_text=gettext_lazy("The last day. Leave it empty if it does not expire."),
    )
    posting = forms.ChoiceField(label=gettext_lazy("Posting"))
    text = forms.CharField(
        label=gettext_lazy("What it shows"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("What you did, in a few sentences. Name no residents and no secrets."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    drop_file = forms.BooleanField(label=gettext_lazy("Remove the file"), required=False)

    def __init__(
        self,
        kind: str,
        catalogue: Catalogue | None,
        *args: Any,
        certificate: CertificateKind | None = None,
        postings: Collection[EndedPosting] = (),
        evidence: Evidence | None = None,
        megabytes: int = 10,
        **kwargs: Any,
    ) -> None:
        super().__init__(catalogue, *args, **kwargs)
        self.kind, self.certificate, self.evidence = EvidenceKind(kind), certificate, evidence
        self.postings = {str(one.pk): one for one in postings}
        kept = {*FIELDS[kind], "key", "skills"}
        if certificate is not None:
            kept -= {"title", "issuer"}
        if evidence is not None:
            kept -= {"key", "skills"}
            kept |= {"drop_file"} if evidence.file_id is not None else set()
        for name in list(self.fields):
            if name not in kept:
                del self.fields[name]
        self._word(megabytes)
        if evidence is None:
            self.initial.setdefault("key", uuid.uuid4())
        else:
            self.initial.update(_initial(evidence))

    def _word(self, megabytes: int) -> None:
        """Give the fields the labels and hints of their kind."""
        if "file" in self.fields:
            self.fields["file"].help_text = _(
                "PDF, PNG, JPEG or Excel, at most %(megabytes)s MB. The place and time at which a picture was taken are removed."
            ) % {"megabytes": megabytes}
        if self.kind in (EvidenceKind.COMPLETION, EvidenceKind.WORK):
            self.fields["issued_on"].label = _("Finished on")
        if self.kind == EvidenceKind.COMPLETION:
            self.fields["title"].label = _("Course")
            self.fields["issuer"].label = _("Who held it")
        if self.kind == EvidenceKind.POSTING:
            self.fields["posting"].choices = [  # type: ignore[attr-defined]
                (key, one.name) for key, one in self.postings.items()
            ]
            self.fields["text"].label = _("What you did there")
        if self.certificate is not None and self.certificate.valid_months:
            self.fields["valid_until"].help_text = _(
                "The last day. Left empty, it is valid for %(months)s months from the day it was issued."
            ) % {"months": self.certificate.valid_months}

    def clean_issued_on(self) -> date:
        """A day that has come."""
        day: date = self.cleaned_data["issued_on"]
        if day > clock.today():
            raise forms.ValidationError(_("The day lies in the future."))
        return day

    def facts(self) -> Facts:
        """What was said, as the services take it."""
        given = self.cleaned_data
        until: date | None = given.get("valid_until")
        posting = self.postings.get(given.get("posting", ""))
        return Facts(
            issued_on=given.get("issued_on"),
            title=given.get("title") or ("" if posting is None else posting.name),
            issuer=given.get("issuer", ""),
            number=given.get("number", ""),
            expires_on=None if until is None else until + ONE_DAY,
            text=given.get("text", ""),
            certificate=self.certificate,
            posting=None if posting is None else Posting.objects.get(pk=posting.pk),
        )


def _initial(evidence: Evidence) -> dict[str, Any]:
    return {
        "title": evidence.title,
        "issuer": evidence.issuer,
        "number": evidence.number,
        "issued_on": evidence.issued_on,
        "valid_until": evidence.expires_on and evidence.expires_on - ONE_DAY,
        "text": evidence.text,
        "posting": evidence.posting_id,
    }


class CheckForm(forms.Form):
    """Somebody saw the original."""

    seen = forms.BooleanField(label=gettext_lazy("I have seen the original, or was there."))
    mark = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    """What was shown: the page writes it anew each time (`queries.evidence_pages.mark_of`)."""


class UndoForm(forms.Form):
    """Why a check is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why is the check taken back?"),
        max_length=300,
        help_text=gettext_lazy("The person reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
