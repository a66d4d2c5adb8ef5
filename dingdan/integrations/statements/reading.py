"""One way in for every kind of statement: it is found out what a file is, unpacked where it is packed, and read as it comes."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from django.utils.translation import gettext_lazy as _

from dingdan.integrations.statements.camt import read_camt
from dingdan.integrations.statements.mt940 import read_mt940
from dingdan.integrations.statements.refusing import StatementNotReadable, StatementNotSafe
from dingdan.integrations.statements.tables import encoding_of, read_table
from dingdan.trade.reconciliation.rules import LineDraft, MappingDraft, StatementDraft

FORMATS: Final = ("auto", "camt", "mt940", "csv")
_HEAD: Final = 1 << 16
_PIECE: Final = 1 << 18
_MOST_UNPACKED: Final = 1 << 30
_MOST_TIMES: Final = 200
_MOST_FILES: Final = 1000
_LONGEST_LINE: Final = 100_000

Read = StatementDraft | LineDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a file is to be read: its format, whose account a table is of, and what its columns mean."""

    format: str = "auto"
    account: str = ""
    currency: str = ""
    mapping: MappingDraft | None = None


def read_statements(file: BinaryIO, asked: Asked) -> Iterator[Read]:
    """The heads of the statements in a file, each before its lines. The file must be one that can be read twice.

    Raises `StatementNotReadable`, `StatementNotSafe`, `MappingNeeded`, `AccountNeeded`.
    """
    for digest, opened in _unpacked(file):
        yield from _read(opened, digest, asked)


def digest_of(file: BinaryIO) -> str:
    """The digest of the whole file, which is then at its beginning again."""
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type] # files in memory and on disk do
    file.seek(0)
    return digest


class Capped(io.RawIOBase):
    """A file that gives so many bytes and no more, whatever it was said to hold."""

    def __init__(self, inner: BinaryIO, most: int) -> None:
        self._inner, self._left = inner, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type] # whatever holds bytes
        try:
            piece = self._inner.read(len(view))
        except (zlib.error, EOFError, zipfile.BadZipFile, gzip.BadGzipFile) as wrong:
            raise StatementNotReadable(_("it is packed, and damaged ({what}).").format(what=str(wrong)[:80])) from None
        self._left -= len(piece)
        if self._left < 0:
            raise StatementNotSafe(_("unpacked it is so large that it was made to fill up memory."))
        view[: len(piece)] = piece
        return len(piece)


def _unpacked(file: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    """What is in a file, each with its digest: itself, or what is packed into it."""
    digest = digest_of(file)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    magic = file.read(4)
    file.seek(0)
    most = min(_MOST_UNPACKED, max(size * _MOST_TIMES, 1 << 20))
    if magic.startswith(b"\x1f\x8b"):
        yield digest, io.BufferedReader(Capped(gzip.GzipFile(fileobj=file), most), _PIECE)  # type: ignore[arg-type]
    elif magic.startswith(b"PK"):
        yield from _zipped(file, digest, most)
    else:
        yield digest, file


def _zipped(file: BinaryIO, digest: str, most: int) -> Iterator[tuple[str, BinaryIO]]:
    try:
        packed = zipfile.ZipFile(file)
    except zipfile.BadZipFile:
        raise StatementNotReadable(_("it is packed, and damaged.")) from None
    with packed:
        names = sorted(one.filename for one in packed.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX"))
        if len(names) > _MOST_FILES or sum(one.file_size for one in packed.infolist()) > most:
            raise StatementNotSafe(_("unpacked it is so large that it was made to fill up memory."))
        if any(packed.getinfo(name).flag_bits & 1 for name in names):
            raise StatementNotReadable(_("it is locked with a password."))
        if "[Content_Types].xml" in names:
            raise StatementNotReadable(_("it is a workbook of Excel; save the sheet as CSV."))
        for place, name in enumerate(names):
            with packed.open(name) as member:
                yield f"{digest[:58]}{place:06d}", io.BufferedReader(Capped(member, most), _PIECE)  # type: ignore[arg-type]


def _read(file: BinaryIO, digest: str, asked: Asked) -> Iterator[Read]:
    head = _peek(file)
    kind = _kind(head) if asked.format == "auto" else asked.format
    joined = _Joined(head, file)
    if kind == "camt":
        yield from read_camt(joined, digest)  # type: ignore[arg-type] # it reads, and no more is needed
        return
    encoding = asked.mapping.encoding if kind == "csv" and asked.mapping and asked.mapping.encoding else encoding_of(head)
    lines = _lines(joined, encoding)
    if kind == "mt940":
        yield from read_mt940(lines, digest)
    else:
        yield from read_table(lines, digest, mapping=asked.mapping, account=asked.account, currency=asked.currency)


def _peek(file: BinaryIO) -> bytes:
    head = b""
    while len(head) < _HEAD and (piece := file.read(_HEAD - len(head))):
        head += piece
    return head


def _kind(head: bytes) -> str:
    """What a file is, by how it begins. Raises `StatementNotReadable` for what is neither XML nor text."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:400]
    if not start:
        raise StatementNotReadable(_("it is empty."))
    if start.startswith((b"<?xml", b"<Document", b"<!", b"<")) or head.startswith((b"\xff\xfe<\x00", b"\xfe\xff\x00<")):
        return "camt"
    if start.startswith((b":20:", b"{1:", b":940:")) or b"\n:20:" in head[:2000] or b"\r:20:" in head[:2000]:
        return "mt940"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "csv"
    if b"\x00" in head or sum(byte < 9 or 13 < byte < 32 for byte in head[:4096]) > 8:
        raise StatementNotReadable(_("it is neither XML nor text."))
    return "csv"


class _Joined:
    """What was read of a file already, and the rest of it."""

    def __init__(self, head: bytes, file: BinaryIO) -> None:
        self._head, self._file = head, file

    def read(self, size: int) -> bytes:
        """The next bytes, not more than so many."""
        if self._head:
            piece, self._head = self._head[:size], self._head[size:]
            return piece
        return self._file.read(size)


def _lines(file: _Joined, encoding: str) -> Iterator[str]:
    """The lines of a text with their ends. A line that never ends is no line of a statement."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    rest = ""
    while piece := file.read(_PIECE):
        *lines, rest = (rest + decoder.decode(piece)).split("\n")
        for line in lines:
            yield f"{line}\n"
        if len(rest) > _LONGEST_LINE:
            raise StatementNotReadable(_("it has a line of more than 100,000 characters."))
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest
