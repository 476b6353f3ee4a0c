"""Pictures keep the picture and nothing else."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ikusei.files import pictures, services
from ikusei.files.errors import WrongType
from ikusei.files.kinds import CHUNK, FileType
from ikusei.files.tests import ground

PLACE = b"35.6896 N 139.6917 E"


def exif(direction: int, order: str = ">") -> bytes:
    """A camera's notes: the direction, and the place behind them."""
    mark = b"MM\0*" if order == ">" else b"II*\0"
    entries = struct.pack(f"{order}HHIHH", 0x010F, 2, 4, 0, 0) + struct.pack(
        f"{order}HHIHH", 0x0112, 3, 1, direction, 0
    )
    tiff = mark + struct.pack(f"{order}IH", 8, 2) + entries + struct.pack(f"{order}I", 0) + PLACE
    return ground.segment(0xE1, b"Exif\0\0" + tiff)


def plain(content: bytes, kind: FileType = FileType.JPEG) -> bytes:
    with pictures.plain(io.BytesIO(content), kind) as made:
        return made.read()


def test_a_photograph_loses_place_time_comments_and_what_hangs_behind_it() -> None:
    photograph = ground.jpeg(
        exif(1),
        ground.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + PLACE),
        ground.segment(0xED, b"Photoshop 3.0\0" + PLACE),
        ground.segment(0xFE, PLACE),
        ground.segment(0xE2, b"MPF\0" + PLACE),
        tail=ground.jpeg(exif(1)) + b"<html><script>" + PLACE,
    )
    assert plain(photograph) == ground.JPEG
    assert PLACE not in plain(photograph)


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("direction", [3, 6, 8])
def test_a_photograph_is_still_shown_the_right_way_up(direction: int, order: str) -> None:
    made = plain(ground.jpeg(exif(direction, order)))
    assert PLACE not in made
    assert made == ground.jpeg(ground.segment(0xE1, pictures._exif(direction)))
    assert plain(made) == made, "cleaning again changes nothing"


@pytest.mark.parametrize(
    "notes", [b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\xff\xff", b"x"]
)
def test_broken_notes_of_a_camera_are_dropped(notes: bytes) -> None:
    assert plain(ground.jpeg(ground.segment(0xE1, notes))) == ground.JPEG


def test_colours_stay_and_several_scans_are_copied() -> None:
    colours = ground.segment(0xE2, b"ICC_PROFILE\0\x01\x01" + bytes(30))
    scans = b"\x01\xff\xff\xc4\x00\x04ab" + ground.segment(0xDA, bytes(6)) + b"\x02\x03"
    made = plain(ground.jpeg(colours, scan=scans))
    assert colours in made
    assert made.count(ground.segment(0xDA, bytes(6))) == 2


@pytest.mark.parametrize("size", [CHUNK - 3, CHUNK - 2, CHUNK - 1, CHUNK, CHUNK + 1])
def test_a_mark_on_the_border_between_two_pieces_is_seen(size: int) -> None:
    photograph = ground.jpeg(scan=b"\x11" * size + b"\xff\x00" + b"\x22" * 7, tail=PLACE)
    assert plain(photograph) == photograph.removesuffix(PLACE)


def test_a_photograph_that_breaks_off_gets_an_end() -> None:
    assert plain(ground.jpeg().removesuffix(b"\xff\xd9")) == ground.JPEG


def test_a_picture_loses_its_texts_and_what_hangs_behind_it() -> None:
    picture = ground.png(
        ground.chunk(b"tEXt", b"Comment\0" + PLACE),
        ground.chunk(b"iTXt", PLACE),
        ground.chunk(b"eXIf", PLACE),
        ground.chunk(b"tIME", bytes(7)),
        ground.chunk(b"gAMA", bytes(4)),
    )
    assert plain(picture + b"<svg onload=alert(1)>", FileType.PNG) == ground.png(
        ground.chunk(b"gAMA", bytes(4))
    )


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(40),
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\0\x01",
        b"\xff\xd8\xff\xe0\xff\xff<html>",
        b"\xff\xd8\xff<html><script>alert(1)</script>",
    ],
)
def test_what_only_begins_like_a_photograph_is_refused(content: bytes) -> None:
    with pytest.raises(WrongType):
        plain(content)


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n" + bytes(40),
        b"\x89PNG\r\n\x1a\n" + ground.chunk(b"tEXt", b"x"),
        ground.PNG[:-20],
        b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR",
    ],
)
def test_what_only_begins_like_a_picture_is_refused(content: bytes) -> None:
    with pytest.raises(WrongType):
        plain(content, FileType.PNG)


@given(st.binary(max_size=400), st.sampled_from(sorted(pictures.KINDS)))
def test_no_content_does_more_than_be_refused(content: bytes, kind: FileType) -> None:
    beginning = b"\xff\xd8" if kind == FileType.JPEG else b"\x89PNG\r\n\x1a\n"
    try:
        made = plain(beginning + content, kind)
    except WrongType:
        return
    assert len(made) <= len(content) + 64


@pytest.mark.django_db
def test_an_uploaded_photograph_is_kept_without_its_place() -> None:
    stored = services.store_upload(
        user=None,
        name="証書.jpg",
        content=io.BytesIO(ground.jpeg(exif(1))),
        owner_kind="test",
        allowed={FileType.JPEG},
        limit=1 << 20,
    )
    assert b"".join(services.read_in_pieces(stored)) == ground.JPEG
    assert stored.size == len(ground.JPEG)
