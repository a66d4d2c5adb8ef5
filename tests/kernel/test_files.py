"""What may hang on a message: files as people send them, and as people send them who mean harm."""

from __future__ import annotations

import pytest

from dingdan.kernel.files import MOST_BYTES, EmptyFile, FileNotUsable, FileTooLarge, clean_name, media_type_of
from tests.trade.tickets.desk import GIF, JPEG, PDF, PNG

WEBP = b"RIFF" + (26).to_bytes(4, "little") + b"WEBPVP8L" + bytes(18)
HEIC = (24).to_bytes(4, "big") + b"ftypheic" + bytes(40)
SCRIPT = b"<script>alert(document.cookie)</script>"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (JPEG, "image/jpeg"),
        (JPEG + b"a short film behind the photo", "image/jpeg"),
        (PNG, "image/png"),
        (GIF, "image/gif"),
        (WEBP, "image/webp"),
        (HEIC, "image/heif"),
        (PDF, "application/pdf"),
    ],
)
def test_photos_and_papers_are_known_by_their_bytes(content: bytes, media_type: str) -> None:
    assert media_type_of(content) == media_type


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><!DOCTYPE svg><svg><script>alert(1)</script></svg>',
        b"<!DOCTYPE html><html>" + SCRIPT,
        SCRIPT,
        b"\n\n" + PDF,  # something before the first byte
        b"<!--" + PDF,
        PNG + SCRIPT,  # something behind the last
        GIF + SCRIPT,
        b"GIF89a=1;" + SCRIPT,  # a picture that is also a script
        PNG[:-8],  # cut off
        PNG[:8],
        PDF[:8],
        JPEG[:-2],
        WEBP[:-4],
        WEBP + SCRIPT,
        b"RIFF" + bytes(4) + b"WAVEfmt ",
        HEIC[:12],
        (24).to_bytes(4, "big") + b"ftypisom" + bytes(40),  # a film
        b"MZ\x90\x00" + bytes(60),
        b"PK\x03\x04" + bytes(60),
        b"%!PS-Adobe-3.0",
        b"plain text",
        bytes(64),
        b"\xff",
    ],
)
def test_everything_else_is_refused_whatever_it_is_called(content: bytes) -> None:
    with pytest.raises(FileNotUsable):
        media_type_of(content)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(EmptyFile):
        media_type_of(b"")


def test_a_file_may_have_eight_mebibytes_and_not_one_byte_more() -> None:
    head, tail = JPEG[:-2], JPEG[-2:]
    assert media_type_of(head + bytes(MOST_BYTES - len(JPEG)) + tail) == "image/jpeg"
    with pytest.raises(FileTooLarge):
        media_type_of(head + bytes(MOST_BYTES - len(JPEG) + 1) + tail)


def test_lengths_that_lie_end_the_reading() -> None:
    with pytest.raises(FileNotUsable):
        media_type_of(PNG[:33] + (2**31).to_bytes(4, "big") + b"IDAT")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("IMG_0001.JPG", "IMG_0001.jpg"),
        ("破掉的杯子.jpeg", "破掉的杯子.jpeg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\Ann\\cup.jpg", "cup.jpg"),
        ("/etc/", "file.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("cup.html", "cup.html.jpg"),
        ("cup.svg.jpg", "cup.svg.jpg"),
        ("gpj.\u202eexe", "gpj.exe.jpg"),
        ("a\u200b\u2066b\ufeff.jpg", "ab.jpg"),
        ("nul\x00l.jpg", "null.jpg"),
        ("two\r\nlines: x.jpg", "twolines_ x.jpg"),
        ('"><script>.jpg', "___script_.jpg"),
        ("\ud800.jpg", "jpg.jpg"),
        ("CON.jpg ", "CON.jpg"),
    ],
)
def test_a_name_is_made_harmless(name: str, kept: str) -> None:
    assert clean_name(name, "image/jpeg") == kept


def test_a_long_name_keeps_its_ending() -> None:
    kept = clean_name("長" * 400 + ".pdf", "application/pdf")
    assert kept == "長" * 112 + ".pdf"
