"""The settings that the environment gives: one place to read them, one table in docs/configuration.md."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def flag(name: str, *, default: bool = False) -> bool:
    """The truth of a 0/1 variable; anything but 0, 1, true, false, yes, no or empty is refused."""
    value = os.environ.get(name, "").strip().lower()
    if value == "":
        return default
    if value in {"1", "true", "yes"}:
        return True
    if value in {"0", "false", "no"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither 1 nor 0.")


def number(name: str, *, default: int) -> int:
    """The whole number in a variable."""
    value = os.environ.get(name, "").strip()
    if value == "":
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.") from None


def words(name: str, *, default: list[str]) -> list[str]:
    """The comma-separated words of a variable."""
    value = os.environ.get(name, "")
    return [word.strip() for word in value.split(",") if word.strip()] or default


def data_dir() -> Path:
    """The folder for everything that is written: database, uploads, results, collected static files."""
    folder = Path(os.environ.get("IKUSEI_DATA_DIR") or "var").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """The signing key: IKUSEI_SECRET_KEY, or one made at first start and kept in the data folder (mode 600)."""
    given = os.environ.get("IKUSEI_SECRET_KEY", "")
    if given:
        return given
    path = folder / "secret-key"
    if not path.exists():
        fresh = folder / f".secret-key-{secrets.token_hex(8)}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # another process was quicker; its key is the key
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()


def database(folder: Path) -> dict[str, Any]:
    """Django's DATABASES entry for DATABASE_URL (sqlite:///path or postgresql://user:password@host:port/name).

    A relative SQLite path is relative to the data folder. Without DATABASE_URL: sqlite:///ikusei.sqlite3.
    PostgreSQL over a socket folder: postgresql:///name?host=/run/postgresql.
    """
    url = urlsplit(os.environ.get("DATABASE_URL") or "sqlite:///ikusei.sqlite3")
    name = unquote(url.path[1:])
    if url.scheme == "sqlite":
        if not name:
            raise ImproperlyConfigured("DATABASE_URL=sqlite:/// names no file.")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(folder / name),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 30,
                # A write transaction takes its lock at the start: two writers wait instead of failing half-way.
                "transaction_mode": "IMMEDIATE",
                # FULL: what was acknowledged outlives a power cut as well, not only a killed process.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;"
                    "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728;"
                ),
            },
        }
    if url.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL begins with {url.scheme!r}: use sqlite:/// or postgresql://."
        )
    query = dict(pair.split("=", 1) for pair in url.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(query.pop("host", "") or url.hostname or ""),
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {key: unquote(value) for key, value in query.items()},
    }


def mailers() -> dict[str, Any]:
    """Django's MAILERS for IKUSEI_MAIL_URL: smtp://user:password@host:587?tls=1 or smtps://user:password@host:465.

    Without it mails are printed on the console of the process that sends them, for demonstrations.
    """
    given = os.environ.get("IKUSEI_MAIL_URL", "")
    if not given:
        return {"default": {"BACKEND": "ikusei.notices.console.ReadableBackend"}}
    url = urlsplit(given)
    if url.scheme not in {"smtp", "smtps"} or not url.hostname:
        raise ImproperlyConfigured("IKUSEI_MAIL_URL is not smtp://host:port or smtps://host:port.")
    is_tls = dict(parse_qsl(url.query)).get("tls", "0")
    if is_tls not in {"0", "1"}:
        raise ImproperlyConfigured("IKUSEI_MAIL_URL: tls is 0 or 1.")
    return {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": url.hostname,
                "port": url.port or (465 if url.scheme == "smtps" else 25),
                "username": unquote(url.username or ""),
                "password": unquote(url.password or ""),
                "use_tls": is_tls == "1",
                "use_ssl": url.scheme == "smtps",
                "timeout": 20,
            },
        }
    }
