"""Addresses of rotation."""

from django.urls import URLPattern, path

from ikusei.rotation.views import growth, ledger, posts

app_name = "rotation"

urlpatterns: list[URLPattern] = [
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
]
