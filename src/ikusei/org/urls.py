"""Addresses of org."""

from django.urls import URLPattern, path

from ikusei.org.views import people, stubs

app_name = "org"

urlpatterns: list[URLPattern] = [
    path("people/", people.people, name="people"),
    path("people/export/", people.people_export, name="people_export"),
    path("people/<uuid:public_id>/", stubs.soon, name="person"),
    path("units/", stubs.soon, name="units"),
    path("units/<int:pk>/", stubs.soon, name="unit"),
    path("employers/", stubs.soon, name="employers"),
    path("grants/", stubs.soon, name="grants"),
    path("me/", stubs.soon, name="me"),
    path("me/looks/", stubs.soon, name="looks"),
]
