"""Addresses of skills."""

from django.urls import URLPattern, path, register_converter

from ikusei.skills.addresses import LabelConverter
from ikusei.skills.views import framework_steps, frameworks

register_converter(LabelConverter, "label")

app_name = "skills"
VERSION = "frameworks/<str:key>/<label:label>"

urlpatterns: list[URLPattern] = [
    path("words/", frameworks.words, name="words"),
    path("frameworks/", frameworks.framework_list, name="frameworks"),
    path(f"{VERSION}/", frameworks.framework, name="framework"),
    path(f"{VERSION}/skills/<str:skill>/", frameworks.skill, name="skill"),
    path(f"{VERSION}/job-types/", frameworks.job_types, name="job_types"),
    path(f"{VERSION}/job-types/<str:job_type>/", frameworks.job_type, name="job_type"),
    path(f"{VERSION}/export/<str:kind>/", frameworks.export, name="framework_export"),
    path(f"{VERSION}/publish/", framework_steps.publish, name="framework_publish"),
    path(f"{VERSION}/use/", framework_steps.use, name="framework_use"),
    path(f"{VERSION}/withdraw/", framework_steps.withdraw, name="framework_withdraw"),
    path(f"{VERSION}/delete/", framework_steps.delete, name="framework_delete"),
]
