"""Addresses of the portal."""

from django.urls import path

from ikusei.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("privacy/", views.privacy, name="privacy"),
    path("me/changes/", views.own_changes, name="own_changes"),
    path("audit/", views.audit, name="audit"),
    path("operations/jobs/", views.jobs, name="jobs"),
]
