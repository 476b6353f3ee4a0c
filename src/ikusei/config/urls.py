"""Every address. Each app brings its own list."""

from django.urls import include, path

urlpatterns = [
    path("", include("ikusei.portal.urls")),
    path("", include("ikusei.org.urls")),
    path("", include("ikusei.growth.urls")),
    path("", include("ikusei.rotation.urls")),
    path("", include("ikusei.skills.urls")),
    path("account/", include("ikusei.accounts.urls")),
    path("account/", include("allauth.urls")),
    path("jobs/", include("ikusei.jobs.urls")),
    path("notices/", include("ikusei.notices.urls")),
    path("demonstration/", include("ikusei.demo.urls")),
]
