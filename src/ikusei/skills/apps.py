from django.apps import AppConfig


class SkillsConfig(AppConfig):
    name = "ikusei.skills"
    label = "skills"
