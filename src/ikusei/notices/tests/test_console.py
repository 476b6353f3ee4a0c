"""Mails on the console."""

from io import StringIO

from django.core.mail import EmailMessage

from ikusei.notices.console import ReadableBackend


def test_a_japanese_mail_is_read_on_the_console() -> None:
    stream = StringIO()
    mail = EmailMessage("サインイン用コード", "コード：K7Q2PX", to=["kana@example.test"])
    assert ReadableBackend(stream=stream).send_messages([mail]) == 1
    told = stream.getvalue()
    assert all(text in told for text in ("kana@example.test", "サインイン用コード", "コード：K7Q2PX"))
