"""Why a file was not taken: a sentence for people each."""

from django.utils.functional import Promise


class FileRefused(Exception):
    """A file was not taken and nothing of it was kept; the text says why and what to do."""

    def __init__(self, message: Promise | str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class EmptyFile(FileRefused):
    """There is nothing in it."""


class TooLarge(FileRefused):
    """It is larger than allowed, as it comes or once unpacked."""


class WrongType(FileRefused):
    """It is something else than what is taken here, whatever its name says."""


class Protected(FileRefused):
    """It is locked with a password and cannot be read."""


class Harmful(FileRefused):
    """The scanner found something in it."""


class NotScanned(FileRefused):
    """The scanner could not look at it."""
