"""Addresses of accounts. They come before allauth's, and close those of its pages that make or rename accounts."""

from django.urls import path

from ikusei.accounts import views

app_name = "accounts"
urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("language/", views.language, name="language"),
    path("signup/", views.closed),
    path("email/", views.closed),
    path("confirm-email/", views.closed),
    path("confirm-email/<str:key>/", views.closed),
]
