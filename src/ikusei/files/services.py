"""Taking files in, keeping them, giving them out. Who may have a file is for its owner to say: files know no rights."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import uuid
import weakref
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO, Protocol

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import File
from django.core.files.storage import Storage
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from ikusei.files import pictures
from ikusei.files.errors import EmptyFile, Harmful, NotScanned, TooLarge, WrongType
from ikusei.files.kinds import CHUNK, FileType, detect
from ikusei.files.models import StoredFile
from ikusei.files.names import disposition, safe_name

logger = logging.getLogger(__name__)

IN_MEMORY = 1 << 22
"""Bytes up to which an upload is looked at in memory."""

MEGABYTE = 1 << 20


class Readable(Protocol):
    """What can be read in pieces: an uploaded file, an open one, a BytesIO."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most `size`, none at the end."""


def store_upload(
    *,
    user: AbstractBaseUser | None,
    name: str,
    content: Readable,
    owner_kind: str,
    allowed: Collection[FileType],
    limit: int,
) -> StoredFile:
    """The stored file, kept if the caller's transaction is committed.

    `content` is read to its end in pieces, `limit` is in bytes. What the file is, its content decides. `owner_kind`
    says to what kind of thing it belongs ("people-import"). Pictures are kept without the place and time at which they
    were taken (`pictures.plain`). Raises FileRefused: EmptyFile, TooLarge, WrongType,
    Protected, Harmful, NotScanned.
    """
    with _received(content, limit) as (file, digest, size):
        kind = detect(file)
        if kind is None or kind not in allowed:
            raise WrongType(_wrong_type(kind, allowed))
        _scan(file)
        keep = partial(_keep, user=user, name=name, kind=kind, owner_kind=owner_kind)
        if kind not in pictures.KINDS:
            return keep(file, digest=digest, size=size)
        with pictures.plain(file, kind) as bare, _received(bare, None) as (picture, its_digest, its_size):
            return keep(picture, digest=its_digest, size=its_size)


def store_produced(
    *, user: AbstractBaseUser | None, name: str, content: Readable, kind: FileType, owner_kind: str
) -> StoredFile:
    """The stored file that we made ourselves (an export, a report), kept if the caller's transaction is committed."""
    with _received(content, None) as (file, digest, size):
        return _keep(file, user=user, name=name, kind=kind, owner_kind=owner_kind, digest=digest, size=size)


def open_stored(stored: StoredFile) -> File[bytes]:
    """The file, open for reading; the caller closes it. Raises FileNotFoundError where somebody removed it by hand."""
    return stored.file.storage.open(_path(stored), "rb")


def read_in_pieces(stored: StoredFile) -> Iterator[bytes]:
    """The file's bytes, piece by piece: what a StreamingHttpResponse sends, with `response_headers` beside it."""
    with open_stored(stored) as file:
        yield from file.chunks(CHUNK)


def response_headers(stored: StoredFile) -> dict[str, str]:
    """The headers to send a file with: always a download, never something that a browser shows or runs."""
    return {
        "Content-Type": stored.content_type,
        "Content-Length": str(stored.size),
        "Content-Disposition": disposition(stored.name),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }


def delete_stored(stored: StoredFile) -> None:
    """Remove the row now and the file when the transaction is committed. Raises ProtectedError while something needs it."""
    storage, path = stored.file.storage, _path(stored)
    with transaction.atomic():
        stored.delete()
        transaction.on_commit(lambda: storage.delete(path))


@contextmanager
def _received(content: Readable, limit: int | None) -> Iterator[tuple[BinaryIO, str, int]]:
    """A copy of what comes in, its SHA-256 and its size in bytes; the copy is gone after the block."""
    hashed = hashlib.sha256()
    size = 0
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
        while piece := content.read(CHUNK):
            size += len(piece)
            if limit is not None and size > limit:
                raise TooLarge(
                    _("The file is larger than %(limit)s MB.") % {"limit": max(1, limit // MEGABYTE)}
                )
            hashed.update(piece)
            copy.write(piece)
        if not size:
            raise EmptyFile(_("The file is empty."))
        yield copy, hashed.hexdigest(), size  # type: ignore[misc]  # a spooled file reads, writes and seeks like any other


def _wrong_type(kind: FileType | None, allowed: Collection[FileType]) -> str:
    wanted = _(", ").join(str(one.label) for one in FileType if one in allowed)
    if kind is None:
        return _("This kind of file is not taken. Taken here: %(wanted)s.") % {"wanted": wanted}
    return _("The file is a %(kind)s by its content. Taken here: %(wanted)s.") % {
        "kind": kind.label,
        "wanted": wanted,
    }


def _scan(file: BinaryIO) -> None:
    """Let the city's scanner look at the file (settings.FILES_SCANNER); where it cannot, the file is not taken."""
    if not settings.FILES_SCANNER:
        return
    scan: Callable[[BinaryIO], str] = import_string(settings.FILES_SCANNER)
    file.seek(0)
    try:
        finding = scan(file)
    except Exception as error:
        logger.exception("The scanner %s failed", settings.FILES_SCANNER)
        raise NotScanned(_("The file could not be checked for malware. Try again later.")) from error
    if finding:
        logger.warning("An upload was refused by the scanner: %s", finding)
        raise Harmful(
            _("The file was refused: the malware scanner found %(finding)s.") % {"finding": finding}
        )


def _keep(
    file: BinaryIO,
    *,
    user: AbstractBaseUser | None,
    name: str,
    kind: FileType,
    owner_kind: str,
    digest: str,
    size: int,
) -> StoredFile:
    stored = StoredFile(
        name=safe_name(name, kind),
        content_type=kind.content_type,
        size=size,
        sha256=digest,
        owner_kind=owner_kind,
        created_by_id=None if user is None else user.pk,
    )
    file.seek(0)
    with transaction.atomic():
        stored.file.save(uuid.uuid4().hex, File(file), save=False)
        _remove_unless_committed(stored.file.storage, _path(stored))
        stored.save(force_insert=True)
    return stored


def _path(stored: StoredFile) -> str:
    """Where the storage keeps the file."""
    return str(stored.file.name)


class _Fate:
    """Lives in the transaction's list of things to do after the commit, and nowhere else."""


def _remove_unless_committed(storage: Storage, path: str) -> None:
    """Remove the file when the transaction, or the savepoint, is rolled back.

    Django tells nobody of a rollback, but it forgets what was to be done after the commit. So the one reference to
    `fate` stands in that list: the commit detaches the finalizer, a rollback drops the list and thereby runs it. What a
    killed process leaves behind is swept at night (tasks.py).
    """
    fate = _Fate()
    removal = weakref.finalize(fate, storage.delete, path)

    def keep(_fate: _Fate = fate) -> None:
        removal.detach()

    transaction.on_commit(keep)
