"""Addresses of rotation."""

from django.urls import URLPattern, path

from ikusei.rotation.views import (
    growth,
    ledger,
    posts,
    round_reminders,
    rounds,
    wish_comments,
    wish_files,
    wish_sheets,
    wishes,
)

app_name = "rotation"

urlpatterns: list[URLPattern] = [
    path("wishes/", wishes.start, name="wishes"),
    path("wishes/<uuid:public_id>/", wishes.of_round, name="wishes_of"),
    path("wishes/comments/", wish_comments.comments, name="comments"),
    path(
        "wishes/comments/<uuid:round_id>/<uuid:public_id>/",
        wish_comments.comment,
        name="comment",
    ),
    path("rotation/wishes/", wish_sheets.sheets, name="sheets"),
    path("rotation/wishes/files/", wish_files.sheet_files, name="sheet_files"),
    path("rotation/wishes/files/list.xlsx", wish_files.sheet_list_file, name="sheet_list_file"),
    path(
        "rotation/wishes/files/<uuid:round_id>/<uuid:public_id>/",
        wish_files.sheet_file_look,
        name="sheet_file_look",
    ),
    path("rotation/wishes/<uuid:round_id>/<uuid:public_id>/", wish_sheets.sheet, name="sheet"),
    path("rotation/wishes/<uuid:round_id>/<uuid:public_id>/enter/", wish_sheets.enter, name="sheet_enter"),
    path(
        "rotation/wishes/<uuid:round_id>/<uuid:public_id>/form.xlsx", wish_files.sheet_form, name="sheet_form"
    ),
    path("rotation/posts/", posts.posts, name="posts"),
    path("rotation/posts/<int:pk>/", posts.post, name="post"),
    path("rotation/posts/<int:pk>/rule/", posts.post_rule, name="post_rule"),
    path("rotation/posts/<int:pk>/rule/end/", posts.post_rule_end, name="post_rule_end"),
    path("me/ledger/", ledger.my_ledger, name="my_ledger"),
    path("people/<uuid:public_id>/ledger/", ledger.person_ledger, name="person_ledger"),
    path("growth-classes/", growth.growth_classes, name="growth_classes"),
    path("growth-classes/<slug:key>/rates/", growth.rates, name="rates"),
    path("index-terms/", growth.index_terms, name="index_terms"),
    path("index-terms/change/", growth.index_terms_change, name="index_terms_change"),
    path("rotation/", rounds.home, name="home"),
    path("rotation/rounds/new/", rounds.round_new, name="round_new"),
    path("rotation/rounds/<int:fiscal_year>/", rounds.rotation_round, name="round"),
    path("rotation/rounds/<int:fiscal_year>/change/", rounds.round_change, name="round_change"),
    path("rotation/rounds/<int:fiscal_year>/quota/", rounds.round_quota, name="round_quota"),
    path("rotation/rounds/<int:fiscal_year>/remind/", round_reminders.round_remind, name="round_remind"),
]
