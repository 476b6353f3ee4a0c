"""Addresses of the demonstration; they answer 404 on a city's own installation."""

from django.urls import path

from ikusei.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.choose, name="choose"),
    path("enter/<slug:key>/", views.enter, name="enter"),
]
