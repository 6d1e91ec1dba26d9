"""Uploaded documents: a short list of kinds, looked into before they are kept, and never unpacked."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given as holds
from hypothesis import strategies as st

from dugnad.kernel.documents import KINDS, LONGEST_NAME, DocumentRefused, clean_name, document, ending_of

OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
MAIN = {
    "docx": "wordprocessingml.document.main+xml",
    "xlsx": "spreadsheetml.sheet.main+xml",
    "pptx": "presentationml.presentation.main+xml",
}
SUITE = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
NOT_WHAT_IT_SAYS = (
    "The file is not what its name says, or it is locked with a password. "
    "Save it once more without a password, or as PDF."
)
NOT_TEXT = "The file is not plain text. Save it as text in UTF-8, or as PDF."
DAMAGED = "The file is damaged or incomplete. Save it once more, or choose another one."


def container(parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", how) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def office(ending: str, *more: str, types: str = "") -> bytes:
    said = f'<Types><Override PartName="/a.xml" ContentType="{types or OFFICE + MAIN[ending]}"/></Types>'
    return container({"[Content_Types].xml": said.encode(), **dict.fromkeys(more, b"x")})


def suite(ending: str, *more: str) -> bytes:
    return container({"mimetype": (OPEN + SUITE[ending]).encode(), "content.xml": b"<a/>", **dict.fromkeys(more, b"x")})


SOUND = {
    "pdf": b"%PDF-1.7\n...",
    **{ending: office(ending) for ending in MAIN},
    **{ending: suite(ending) for ending in SUITE},
    "txt": "Grüße\nund\tTabs".encode(),
    "csv": "name;när\nBärit;måndag".encode("latin-1"),
    "ics": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
}


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(DocumentRefused) as refused:
        document(io.BytesIO(content), name)
    return str(refused.value)


def test_the_list_of_kinds_is_short_and_every_sound_file_of_it_is_taken_whole():
    assert set(KINDS) == set(SOUND)
    for ending, content in SOUND.items():
        taken = document(io.BytesIO(content), f"Minutes.{ending.upper()}")
        assert (taken.name, taken.content_type, taken.content.read()) == (
            f"Minutes.{ending.upper()}", KINDS[ending].content_type, content,
        )  # fmt: skip


def test_it_is_served_as_what_the_table_says():
    assert {ending: kind.content_type for ending, kind in KINDS.items() if len(ending) == 3} == {
        "pdf": "application/pdf",
        "odt": OPEN + "text",
        "ods": OPEN + "spreadsheet",
        "odp": OPEN + "presentation",
        "txt": "text/plain",
        "csv": "text/csv",
        "ics": "text/calendar",
    }


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("a.docm", "This is a Word document with macros. Save it as .docx or PDF and attach it again."),
        ("a.xlsm", "This is an Excel workbook with macros. Save it as .xlsx or PDF and attach it again."),
        ("a.pptm", "This is a PowerPoint presentation with macros. Save it as .pptx or PDF and attach it again."),
        ("a.doc", "This is a document from an old Word. Save it as .docx or PDF and attach it again."),
        ("a.pdf.exe", "Programs are not taken here. Write where one finds it instead."),
        ("a.HTML", "Web pages can hold programs and are not taken here. Print the page to a PDF and attach that."),
        ("a.svg", "Web pages can hold programs and are not taken here. Print the page to a PDF and attach that."),
        ("a.zip", "Packed folders are not taken here, since nobody sees what is in them. Attach the files themselves."),
        ("a", "Files of this kind are not taken here. Choose a picture, a PDF, a document from an office program, plain text, "
              "a table (CSV) or a calendar file."),
    ],
)  # fmt: skip
def test_other_kinds_are_refused_by_their_name_with_what_helps(name, sentence):
    assert refusal(name, b"%PDF-1.7") == sentence


@pytest.mark.parametrize("ending", ["pdf", "docx", "odt", "ics"])
@pytest.mark.parametrize("content", [b"MZ\x90 a program", b"<!doctype html><script>", b"\xd0\xcf\x11\xe0 locked"])
def test_a_name_that_lies_is_refused(ending, content):
    assert refusal(f"a.{ending}", content) in (NOT_WHAT_IT_SAYS, NOT_TEXT)


def test_one_kind_of_container_under_the_name_of_another_is_refused():
    assert refusal("a.docx", SOUND["xlsx"]) == NOT_WHAT_IT_SAYS
    assert refusal("a.odt", SOUND["ods"]) == NOT_WHAT_IT_SAYS
    assert refusal("a.docx", SOUND["odt"]) == NOT_WHAT_IT_SAYS
    assert refusal("a.pdf", SOUND["docx"]) == NOT_WHAT_IT_SAYS


@pytest.mark.parametrize(
    "content",
    [
        office("docx", "word/vbaProject.bin"),
        office("docx", "word/VBAPROJECT.bin"),
        office("docx", "word/activeX/activeX1.bin"),
        office("docx", types="application/vnd.ms-word.document.macroEnabled.main+xml"),
    ],
)
def test_macros_under_an_innocent_name_are_found(content):
    assert refusal("a.docx", content) == (
        "This is a Word document with macros. Save it as .docx or PDF and attach it again."
    )


def test_macros_in_an_open_document_are_found_and_an_empty_library_is_none():
    words = "This document has macros in it. Save it without them, or as PDF, and attach it again."
    assert refusal("a.ods", suite("ods", "Basic/Standard/Module1.xml")) == words
    assert refusal("a.odt", suite("odt", "Scripts/python/evil.py")) == words
    lists = suite("odt", "Basic/script-lc.xml", "Basic/Standard/script-lb.xml")
    assert document(io.BytesIO(lists), "a.odt").name == "a.odt"


def test_a_bomb_is_not_unpacked():
    bomb = container({"[Content_Types].xml": b" " * 300_000_000})
    assert len(bomb) < 1_000_000
    assert refusal("a.docx", bomb) == DAMAGED


def test_a_table_of_contents_that_would_fill_the_memory_is_not_read():
    sound = SOUND["docx"]
    at = sound.rindex(b"PK\x05\x06")
    many = sound[: at + 8] + struct.pack("<HH", 60_000, 60_000) + sound[at + 12 :]
    large = sound[:at] + b"PK\x06\x07" + bytes(16) + sound[at:]
    assert [refusal("a.docx", content) for content in (many, large)] == [DAMAGED, DAMAGED]


@holds(st.binary(max_size=300), st.integers(0, 400), st.sampled_from(["docx", "odt", "pptx"]))
def test_whatever_is_damaged_is_refused_and_nothing_else_goes_wrong(noise, at, ending):
    sound = SOUND[ending]
    try:
        document(io.BytesIO(sound[:at] + noise + sound[at + len(noise) :]), f"a.{ending}")
    except DocumentRefused as refused:
        assert str(refused).endswith(".")


def test_text_with_bytes_that_no_text_has_is_refused():
    assert refusal("a.txt", "wide".encode("utf-16")) == NOT_TEXT


def test_an_empty_file_and_a_heavy_one_are_refused(settings):
    settings.MAX_BODY = 2 * 1024 * 1024
    assert refusal("a.txt", b"") == "The file is empty. Choose another one."
    assert (
        refusal("a.txt", b"a" * (2 * 1024 * 1024 + 1)) == "The file is 3 MB and can be at most 2 MB. Try a smaller one."
    )


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Minutes of May.pdf", "Minutes of May.pdf"),
        ("..\\..\\C:\\Users\\Leyla\\list.pdf", "list.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("fdp\u202ecod.pdf", "fdpcod.pdf"),
        ('a"; filename="b.exe.pdf', "a-; filename=-b.exe.pdf"),
        ("[link](https://example.org).pdf", "example.org-.pdf"),
        ("a\r\nX: y.pdf", "a X- y.pdf"),
        (".pdf", "pdf"),
        ("protokoll åäö.odt", "protokoll åäö.odt"),
        ("", "file"),
    ],
)
def test_names_are_cleaned(name, clean):
    assert clean_name(name) == clean


@holds(st.text(max_size=300))
def test_a_clean_name_is_one_line_and_short_and_stays_as_it_is(name):
    kept = clean_name(name)
    assert 0 < len(kept) <= LONGEST_NAME
    assert not set(kept) & set('\r\n/\\<>:"|?*[]()')
    assert ending_of(clean_name(kept)) == ending_of(kept)
