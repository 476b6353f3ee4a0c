"""Addresses of notices."""

from django.urls import path

from ikusei.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.mailings, name="mailings"),
    path("trial/", views.trial, name="trial"),
    path("wordings/", views.wordings, name="wordings"),
    path("wordings/<str:kind>/<str:language>/", views.wording, name="wording"),
    path("wordings/<str:kind>/<str:language>/reset/", views.wording_reset, name="wording_reset"),
    path("returned/", views.barred, name="barred"),
    path("returned/<int:pk>/clear/", views.clear, name="clear"),
    path("<uuid:public_id>/", views.mailing, name="mailing"),
    path("<uuid:public_id>/stop/", views.stop, name="stop"),
    path("<uuid:public_id>/go-on/", views.go_on, name="go_on"),
    path("<uuid:public_id>/again/", views.again, name="again"),
    path("<uuid:public_id>/leave/", views.leave, name="leave"),
]
