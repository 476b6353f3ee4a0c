"""Sentences that Django shows and has no Japanese for yet: named here, so that our catalogue may translate them."""

from django.utils.translation import gettext_noop

SENTENCES = (gettext_noop("- Select an option -"),)
