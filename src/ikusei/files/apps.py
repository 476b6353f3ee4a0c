from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "ikusei.files"
    label = "files"
