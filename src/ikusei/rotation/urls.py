"""Addresses of rotation."""

from django.urls import URLPattern, path

from ikusei.rotation.views import posts

app_name = "rotation"

urlpatterns: list[URLPattern] = [
    path("rotation/posts/", posts.posts, name="posts"),
    path("rotation/posts/<int:pk>/", posts.post, name="post"),
    path("rotation/posts/<int:pk>/rule/", posts.post_rule, name="post_rule"),
    path("rotation/posts/<int:pk>/rule/end/", posts.post_rule_end, name="post_rule_end"),
]
