"""Addresses of org."""

from django.urls import URLPattern, path

from ikusei.org.views import grants, hosts, people, people_import, person, person_steps, unit_steps, units

app_name = "org"
PERSON = "people/<uuid:public_id>"

urlpatterns: list[URLPattern] = [
    path("people/", people.people, name="people"),
    path("people/export/", people.people_export, name="people_export"),
    path(f"{PERSON}/", person.person, name="person"),
    path(f"{PERSON}/postings/new/", person_steps.posting_new, name="posting_new"),
    path(f"{PERSON}/postings/<int:pk>/end/", person_steps.posting_end, name="posting_end"),
    path(f"{PERSON}/employments/<int:pk>/change/", person_steps.employment_change, name="employment_change"),
    path(f"{PERSON}/leaves/new/", person_steps.leave_new, name="leave_new"),
    path(f"{PERSON}/host/", hosts.host, name="host"),
    path(f"{PERSON}/host/<int:pk>/again/", hosts.host_again, name="host_again"),
    path(f"{PERSON}/host/<int:pk>/end/", hosts.host_end, name="host_end"),
    path("units/", units.units, name="units"),
    path("units/<int:pk>/", units.unit, name="unit"),
    path("units/<int:pk>/parts/new/", unit_steps.part_new, name="part_new"),
    path("units/<int:pk>/change/", unit_steps.unit_change, name="unit_change"),
    path("units/<int:pk>/move/", unit_steps.unit_move, name="unit_move"),
    path("units/<int:pk>/close/", unit_steps.unit_close, name="unit_close"),
    path("units/<int:pk>/posts/new/", unit_steps.post_new, name="post_new"),
    path("posts/<int:pk>/change/", unit_steps.post_change, name="post_change"),
    path("posts/<int:pk>/close/", unit_steps.post_close, name="post_close"),
    path("employers/<slug:code>/units/new/", unit_steps.root_new, name="root_new"),
    path("employers/", grants.employers, name="employers"),
    path("employers/new/", grants.employer_new, name="employer_new"),
    path("grants/", grants.grants, name="grants"),
    path("grants/new/", grants.grant_account, name="grant_account"),
    path("grants/new/<int:pk>/", grants.grant_new, name="grant_new"),
    path("grants/<int:pk>/end/", grants.grant_end, name="grant_end"),
    path("accounts/new/", grants.account_new, name="account_new"),
    path("imports/", people_import.imports, name="imports"),
    path("imports/people/new/", people_import.new, name="people_import_new"),
    path("imports/people/<uuid:public_id>/", people_import.show, name="people_import"),
    path("imports/people/<uuid:public_id>/columns/", people_import.columns, name="people_import_columns"),
    path("imports/people/<uuid:public_id>/apply/", people_import.apply, name="people_import_apply"),
    path("imports/people/<uuid:public_id>/problems/", people_import.problems, name="people_import_problems"),
    path("imports/people/<uuid:public_id>/undo/", people_import.undo, name="people_import_undo"),
    path("me/", person.me, name="me"),
    path("me/looks/", person.looks, name="looks"),
]
