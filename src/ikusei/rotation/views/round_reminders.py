"""Writing to those whose sheet or comment is missing: exactly who gets it, who does not and why, and then once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ikusei.lib.rights import needs
from ikusei.notices import services as notices
from ikusei.notices.services import ListChanged
from ikusei.org.access import Right
from ikusei.org.middleware import Request
from ikusei.rotation import access
from ikusei.rotation.services import wish_notices
from ikusei.ui.components import Crumb, Tab

WHOM = {
    "sheets": (
        gettext_lazy("Whose sheet is missing"),
        wish_notices.preview_sheets,
        wish_notices.remind_sheets,
    ),
    "comments": (
        gettext_lazy("Section chiefs whose comments are missing"),
        wish_notices.preview_comments,
        wish_notices.remind_comments,
    ),
    "opened": (
        gettext_lazy("Everybody who is asked: the sheets are open"),
        wish_notices.preview_opening,
        wish_notices.tell_opened,
    ),
}


@needs(Right.ROTATION_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def round_remind(request: Request, fiscal_year: int) -> HttpResponse:
    """The preview of a letter; sent, the page of the round."""
    round_ = access.open_round(request.viewer, fiscal_year)
    whom = request.GET.get("whom", "")
    _label, look, send = WHOM[whom if whom in WHOM else "sheets"]
    here = reverse("rotation:round_remind", args=[fiscal_year])
    page = reverse("rotation:round", args=[fiscal_year])
    if request.method == "POST":
        key, expect = (request.POST.get(name, "").replace("\0", "")[:64] for name in ("once_key", "expect"))
        try:
            mailing = send(
                actor=request.viewer, round_=round_, once_key=key or notices.new_key(), expect=expect
            )
        except ListChanged:
            messages.warning(request, _("The list has changed since you saw it: look at it again."))
            return redirect(f"{here}?whom={whom}" if whom in WHOM else here)
        messages.success(request, _("%(count)s letters go out.") % {"count": mailing.size})
        return redirect(page)
    preview = look(request.viewer, round_)
    shown = {
        "preview": preview,
        "shown": preview.shown(request.GET),
        "once_key": notices.new_key(),
        "tabs": [
            Tab(label, f"{here}?whom={key}", key == (whom or "sheets")) for key, (label, *_do) in WHOM.items()
        ],
        "crumbs": [
            Crumb(_("Rotation"), reverse("rotation:home")),
            Crumb(_("Round of %(year)s") % {"year": round_}, page),
            Crumb(_("Remind")),
        ],
    }
    return render(request, "rotation/rounds/remind.html", shown)
