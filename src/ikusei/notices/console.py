"""Mails on the console, for demonstrations: as people read them, not as mail servers carry them."""

from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend

LINE = "-" * 79


class ReadableBackend(EmailBackend):
    """Prints to whom, the subject and the text. Django's own prints Japanese in base64, and nobody finds their code."""

    def write_message(self, message: EmailMessage) -> None:
        """Write one mail to the stream."""
        self.stream.write(f"{', '.join(message.to)}\n{message.subject}\n\n{message.body}\n{LINE}\n")
