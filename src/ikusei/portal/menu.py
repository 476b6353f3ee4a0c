"""The menu: only what exists and what the viewer may open."""

from dataclasses import dataclass

from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ikusei.lib.rights import PUBLIC, SIGNED_IN
from ikusei.org.access import Right, Viewer
from ikusei.org.middleware import opens_by_code


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A place that a right opens; `right` as in `lib.rights.needs`, `group` its heading in a long menu."""

    label: Promise | str
    route: str
    right: str
    group: Promise | str = ""


MYSELF, TEAM, OFFICE = _("Myself"), _("My team"), _("People and units")
SKILLS, ROTATION, RUNNING = _("Skills and cycles"), _("Rotation"), _("Running")

ENTRIES: tuple[MenuEntry, ...] = (
    MenuEntry(_("First page"), "portal:home", SIGNED_IN),
    MenuEntry(_("My map"), "skills:my_map", Right.OWN, MYSELF),
    MenuEntry(_("My evidence"), "skills:evidence", Right.OWN, MYSELF),
    MenuEntry(_("My growth"), "growth:growth", Right.OWN, MYSELF),
    MenuEntry(_("Next steps of my team"), "growth:team_plan", Right.LEVELS_CONFIRM, TEAM),
    MenuEntry(_("My GQ and DQ"), "rotation:my_ledger", Right.OWN, MYSELF),
    MenuEntry(_("My preference sheet"), "rotation:wishes", Right.OWN, MYSELF),
    MenuEntry(_("My orders"), "rotation:my_orders", Right.OWN, MYSELF),
    MenuEntry(_("Who comes, who goes"), "rotation:team_orders", Right.WISH_COMMENT, TEAM),
    MenuEntry(_("Comments on preference sheets"), "rotation:comments", Right.WISH_COMMENT, TEAM),
    MenuEntry(_("My self-assessment"), "skills:self_assessment", Right.OWN, MYSELF),
    MenuEntry(_("Confirming"), "skills:confirmation", Right.LEVELS_CONFIRM, TEAM),
    MenuEntry(_("Our map"), "skills:our_map", Right.LEVELS_COUNT),
    MenuEntry(_("People"), "org:people", Right.PEOPLE_LIST, OFFICE),
    MenuEntry(_("Organisation"), "org:units", SIGNED_IN, OFFICE),
    MenuEntry(_("Accounts and roles"), "org:grants", Right.GRANTS_MANAGE, OFFICE),
    MenuEntry(_("Staff lists"), "org:imports", Right.PEOPLE_IMPORT, OFFICE),
    MenuEntry(_("Assessment cycles"), "skills:cycles", Right.CYCLE_RUN, SKILLS),
    MenuEntry(_("Sheets of supervisors without access"), "skills:proxy_sheet", Right.PROXY_ENTRY, SKILLS),
    MenuEntry(_("Skill sheets"), "skills:sheets", Right.SHEET_IMPORT, SKILLS),
    MenuEntry(_("Frameworks"), "skills:frameworks", SIGNED_IN, SKILLS),
    MenuEntry(_("Certificates"), "skills:certificates", Right.FRAMEWORK_EDIT, SKILLS),
    MenuEntry(_("Notices"), "notices:mailings", Right.NOTICES_SEE, RUNNING),
    MenuEntry(_("Audit trail"), "portal:audit", Right.AUDIT_READ, RUNNING),
    MenuEntry(_("Jobs"), "portal:jobs", Right.JOBS_SEE, RUNNING),
    MenuEntry(_("Preference sheets"), "rotation:sheets", Right.ROTATION_PLAN, ROTATION),
    MenuEntry(_("Rotation"), "rotation:home", Right.ROTATION_PLAN, ROTATION),
    MenuEntry(_("Open recruitment"), "rotation:recruitment_list", Right.OWN, MYSELF),
    MenuEntry(_("Wishes of my units"), "rotation:own_host_wishes", Right.HOST_WISH, TEAM),
    MenuEntry(_("Wishes of hosts"), "rotation:host_wishes", Right.ROTATION_PLAN, ROTATION),
    MenuEntry(_("Fairness of chances"), "rotation:fairness", Right.FAIRNESS_SEE, ROTATION),
    MenuEntry(_("Posts in rotation"), "rotation:posts", Right.ROTATION_PLAN, ROTATION),
    MenuEntry(_("Rules of rotation"), "rotation:rules", Right.ROTATION_PLAN, ROTATION),
    MenuEntry(_("The plane"), "rotation:plane", Right.LEDGER_SEE, ROTATION),
    MenuEntry(_("Growth classes"), "rotation:growth_classes", Right.ROTATION_PLAN, ROTATION),
    MenuEntry(_("Sensitivity of the rates"), "rotation:sensitivity", Right.ROTATION_PLAN, ROTATION),
    MenuEntry(_("Approvals"), "rotation:approvals", Right.ROTATION_PLAN, ROTATION),
    MenuEntry(_("Orders"), "rotation:orders", Right.ROTATION_PLAN, ROTATION),
    MenuEntry(_("Words about wishes"), "rotation:answers", Right.ROTATION_PLAN, ROTATION),
    MenuEntry(_("Word list"), "skills:words", PUBLIC, SKILLS),
)


def entries(viewer: Viewer) -> list[MenuEntry]:
    """The entries that a viewer may open, in the order of the menu."""
    return [entry for entry in ENTRIES if _may(viewer, entry.right) and _is_open(viewer, entry)]


def _may(viewer: Viewer, right: str) -> bool:
    if right == PUBLIC:
        return True
    if viewer.user is None:
        return False
    return right == SIGNED_IN or viewer.can(Right(right))


def _is_open(viewer: Viewer, entry: MenuEntry) -> bool:
    """Whether the guard would let an account through that signs in by mailed code only (`org.middleware`)."""
    return not viewer.is_code_only or opens_by_code(resolve(reverse(entry.route)).func)
