"""Whom a visitor of the demonstration can be."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from ikusei.lib.privacy import ACCOUNT, Privacy


class Persona(models.Model):
    """An account that the demonstration lets a visitor use with one click; `key` names its text in `demo.personas`."""

    key = models.SlugField(max_length=40, unique=True)
    order = models.PositiveSmallIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    privacy: ClassVar[Privacy] = {
        "id": None,
        "key": None,
        "order": None,
        "user": ACCOUNT,
    }

    class Meta:
        verbose_name = "persona"
        verbose_name_plural = "personas"
        ordering = ("order",)

    def __str__(self) -> str:
        return self.key
