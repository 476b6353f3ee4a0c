"""What section chiefs say of the sheets of their people."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ikusei.lib.rights import keeps_posted, needs
from ikusei.org.access import Right
from ikusei.org.errors import RuleBroken
from ikusei.org.middleware import Request
from ikusei.rotation.forms.wishes import CommentForm, whole_number
from ikusei.rotation.queries.wish_comments import comment_list, comment_page
from ikusei.rotation.services.wish_comments import add_comment


def keep_comment(request: Request, round_id: uuid.UUID, public_id: uuid.UUID) -> HttpResponse:
    """A comment that came too late, to be copied and sent again; it waits nowhere, since it is about somebody else."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    shown = {"fields": fields, "texts": [request.POST.get("text", "")], "action": request.path}
    return render(request, "rotation/wishes/kept_comment.html", shown, status=403)


@needs(Right.WISH_COMMENT)
@require_GET
def comments(request: Request) -> HttpResponse:
    """The chief's people in a round, and whose comment is missing."""
    asked = request.GET.get("round", "")
    return render(
        request, "rotation/wishes/comments.html", {"page": comment_list(request.viewer, _uuid(asked))}
    )


@needs(Right.WISH_COMMENT)
@keeps_posted(keep_comment)
@require_http_methods(["GET", "POST"])
def comment(request: Request, round_id: uuid.UUID, public_id: uuid.UUID) -> HttpResponse:
    """The sheet of one of the chief's people; on POST a comment is added."""
    form = CommentForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            add_comment(
                actor=request.viewer,
                round_id=round_id,
                person_id=public_id,
                opinion=form.cleaned_data["opinion"],
                text=form.cleaned_data["text"],
                last=whole_number(request.POST.get("last", "")),
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
            status = 409
        else:
            messages.success(request, _("The comment is saved."))
            return redirect("rotation:comments")
    page = comment_page(request.viewer, round_id=round_id, person_id=public_id)
    return render(request, "rotation/wishes/comment.html", {"page": page, "form": form}, status=status)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
