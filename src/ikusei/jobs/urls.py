"""Addresses of jobs."""

from django.urls import path

from ikusei.jobs import views

app_name = "jobs"
urlpatterns = [
    path("<uuid:public_id>/", views.detail, name="detail"),
    path("<uuid:public_id>/stop/", views.stop, name="stop"),
    path("<uuid:public_id>/run-again/", views.run_again, name="run_again"),
]
