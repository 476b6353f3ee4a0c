"""What the pages of notices show beside the facts: tabs, key figures, examples."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikusei.notices import queries, wording
from ikusei.notices.forms import WordingForm
from ikusei.notices.models import LetterState
from ikusei.notices.preview import samples
from ikusei.notices.wording import Words
from ikusei.ui.components import Crumb, KeyFigure, Tab


def tabs(current: str) -> list[Tab]:
    """The pages of this room."""
    known = (("mailings", _("Mailings")), ("wordings", _("Wordings")), ("barred", _("Returned letters")))
    return [Tab(label, reverse(f"notices:{name}"), name == current) for name, label in known]


def mailing_page(found: queries.Report, query: Mapping[str, str]) -> dict[str, Any]:
    """What the page of one mailing shows, as its query string asks: `state`, `reason`, `page`, `decide` (a page)."""
    state, reason = query.get("state", ""), query.get("reason", "")
    return {
        "report": found,
        "crumbs": [Crumb(_("Notices"), reverse("notices:mailings")), Crumb(found.mailing.label)],
        "figures": _figures(found),
        "undecided": [_pile(state, count) for state, count in found.undecided.items()],
        "to_decide": queries.page_to_decide(found, page=query.get("decide", "1"))
        if found.to_decide
        else None,
        "letters": queries.page_of_letters(found, state=state, reason=reason, page=query.get("page", "1")),
        "tabs": _state_tabs(found, state),
        "reason": queries.reason_of(found.mailing, reason) if reason else "",
        "texts": [
            (name, Words(**found.mailing.texts[code]))
            for code, name in _languages()
            if code in found.mailing.texts
        ],
    }


def _languages() -> list[tuple[str, str]]:
    return [("ja", _("Wording in Japanese")), ("en", _("Wording in English"))]


def _pile(state: str, count: int) -> dict[str, Any]:
    """Letters that wait for the same decision, with what can be said to all of them."""
    again = {
        LetterState.FAILED: ngettext(
            "Send the %(count)d that failed again", "Send all %(count)d that failed again", count
        ),
        LetterState.UNSURE: ngettext(
            "Send the %(count)d perhaps sent again", "Send all %(count)d perhaps sent again", count
        ),
        LetterState.BOUNCED: ngettext(
            "Send the %(count)d that came back again", "Send all %(count)d that came back again", count
        ),
    }[LetterState(state)]
    leave = ngettext("Leave it", "Leave all %(count)d as they are", count)
    return {"state": state, "again": again % {"count": count}, "leave": leave % {"count": count}}


def _figures(found: queries.Report) -> list[KeyFigure]:
    return [
        KeyFigure(_("Sent"), found.sent, _("The mail server took them."), "?state=sent#letters"),
        KeyFigure(
            _("Waiting"), found.waiting, _("They go out one after the other."), "?state=waiting#letters"
        ),
        KeyFigure(
            _("Need a decision"),
            found.to_decide,
            _("Failed, perhaps sent, or came back."),
            "#decide" if found.to_decide else "",
            tone="warning" if found.to_decide else "",
        ),
        KeyFigure(_("Not sent"), found.skipped, _("For the reasons below."), "?state=skipped#letters"),
    ]


def _state_tabs(found: queries.Report, state: str) -> list[Tab]:
    shown = [
        Tab(label, f"?state={value}#letters", value == state, found.of(value))
        for value, label in LetterState.choices
        if found.of(value) or value == state
    ]
    return [Tab(_("all"), "?#letters", state not in LetterState, found.total), *shown]


def wording_page(texts: queries.Texts, form: WordingForm | None = None) -> dict[str, Any]:
    """What the page of a wording shows: the form, what may stand in it, and the example."""
    form = form or WordingForm(
        initial={"subject": texts.words.subject, "body": texts.words.body, "instead_of": texts.words.digest}
    )
    words = form.words()
    problems: list[str] = []
    try:
        wording.check(texts.kind, words)
    except wording.WordingRefused as refused:
        problems = refused.problems
    values = {**dict.fromkeys(words.used, ""), **samples(texts.kind)}
    return {
        "texts": texts,
        "crumbs": [Crumb(_("Wording of notices"), reverse("notices:wordings")), Crumb(texts.kind.label)],
        "form": form,
        "example": wording.fill(words, values, texts.language),
        "problems": problems,
        "placeholders": [
            (f"{{{name}}}", meaning, name in texts.kind.needed)
            for name, meaning in texts.kind.placeholders.items()
        ],
    }


def based_on_now(form: WordingForm, texts: queries.Texts) -> WordingForm:
    """The form with what was typed, to be saved over the wording that holds now."""
    fresh = WordingForm({**dict(form.data.items()), "instead_of": texts.words.digest})
    fresh.is_valid()
    for problem in form.non_field_errors():
        fresh.add_error(None, problem)
    return fresh
