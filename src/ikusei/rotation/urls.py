"""Addresses of rotation."""

from django.urls import URLPattern, path

app_name = "rotation"

urlpatterns: list[URLPattern] = []
