"""What a service says when a rule of the organisation is broken: a sentence for people."""

from django.utils.functional import Promise


class RuleBroken(Exception):
    """A rule was broken and nothing was written; the text says which rule and where."""

    def __init__(self, message: Promise | str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)
