"""Addresses of growth."""

from django.urls import URLPattern, path

from ikusei.growth.views import pages

app_name = "growth"

urlpatterns: list[URLPattern] = [
    path("growth/", pages.growth, name="growth"),
    path("growth/offers/", pages.offers, name="offers"),
    path("growth/steps/new/", pages.step_new, name="step_new"),
    path("growth/steps/<uuid:public_id>/<slug:move>/", pages.step_move, name="step_move"),
    path("growth/requests/<uuid:public_id>/<slug:step>/", pages.request_step, name="request_step"),
    path("experts/", pages.experts, name="experts"),
    path("experts/<uuid:public_id>/<str:skill>/", pages.ask, name="ask"),
    path("team-plan/", pages.team_plan, name="team_plan"),
    path("people/<uuid:public_id>/plan/", pages.person_plan_page, name="person_plan"),
    path("people/<uuid:public_id>/plan/new/", pages.step_new_for, name="step_new_for"),
]
