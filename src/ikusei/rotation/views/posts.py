"""Posts in rotation: the list, one post, and what it asks for from a day on."""

from datetime import date
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ikusei.lib.rights import needs
from ikusei.org.access import Right
from ikusei.org.asof import as_of, on_query
from ikusei.org.middleware import Request
from ikusei.rotation import post_access
from ikusei.rotation.forms.posts import PostFilterForm, PostRuleEndForm, PostRuleForm
from ikusei.rotation.queries import posts as queries
from ikusei.rotation.services import post_rules as services
from ikusei.rotation.views.steps import take_step
from ikusei.ui.components import Crumb

ASK_AND_DO = ["GET", "HEAD", "POST"]


@needs(Right.ROTATION_PLAN)
@require_GET
def posts(request: Request) -> HttpResponse:
    """The posts in rotation, narrowed by unit, employer and growth class."""
    on = as_of(request.GET)
    form = PostFilterForm(
        request.GET,
        units=queries.units_with_posts(request.viewer, on),
        classes=queries.growth_classes(),
    )
    page = queries.post_list(request.viewer, form.wanted, on=on, number=request.GET.get("page", "1"))
    shown = {"page": page, "form": form, "on": on, "on_query": on_query(on), "wanted": form.wanted}
    return render(request, "rotation/posts.html", shown)


@needs(Right.ROTATION_PLAN)
@require_GET
def post(request: Request, pk: int) -> HttpResponse:
    """What a post asks for and gives, since when, and who sits there."""
    on = as_of(request.GET)
    page = queries.post_page(request.viewer, pk, on=on)
    return render(request, "rotation/post.html", {"page": page, "on": on, "crumbs": _crumbs(page.line.name)})


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def post_rule(request: Request, pk: int) -> HttpResponse:
    """Say what a post asks for from a day on; the first time takes it into rotation."""
    found, catalogue = queries.post_to_change(request.viewer, pk)
    form = PostRuleForm(
        request.POST or None,
        rule=queries.rule_on(found, request.viewer.today),
        classes=queries.growth_classes(),
        catalogue=catalogue,
    )

    def change(on: date, asked: services.Asked) -> None:
        services.change_rule(actor=request.viewer, post=found, on=on, asked=asked)

    return take_step(
        request,
        form,
        change,
        heading=_("What the post %(code)s asks for") % {"code": found.code},
        button=_("Record"),
        done=_("The change is recorded."),
        back=reverse("rotation:post", args=[pk]),
        crumbs=_crumbs(found.code, reverse("rotation:post", args=[pk])),
        notes=[_("The days before keep what was recorded for them.")],
        template="rotation/post_rule.html",
    )


@needs(Right.ROTATION_PLAN)
@require_http_methods(ASK_AND_DO)
def post_rule_end(request: Request, pk: int) -> HttpResponse:
    """Take a post out of rotation."""
    found = queries.open_post(request.viewer, pk)
    post_access.require_rule_change(request.viewer, found)
    return take_step(
        request,
        PostRuleEndForm(request.POST or None),
        partial(services.end_rule, actor=request.viewer, post=found),
        heading=_("Take the post %(code)s out of rotation") % {"code": found.code},
        button=_("Take it out"),
        done=_("The post is out of rotation from that day on."),
        back=reverse("rotation:posts"),
        crumbs=_crumbs(found.code, reverse("rotation:post", args=[pk])),
        notes=[_("Nobody’s posting is changed by this."), _("Its history can still be read.")],
        tone="danger",
    )


def _crumbs(name: str, url: str = "") -> list[Crumb]:
    return [Crumb(_("Posts in rotation"), reverse("rotation:posts")), Crumb(name, url)]
