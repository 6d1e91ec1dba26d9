"""Importing the real folder of a Swedish democracy lab's website: 34 posts, counted in the source by other means.

The folder lies beside the checkout and is no part of it; without it these tests are left out, and say so.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.core.management import call_command

from dugnad.forum.importers.addresses import stand_in
from dugnad.forum.models import Post, Thread
from dugnad.kernel.happenings import Happening
from tests import given

REAL = Path(__file__).resolve().parents[3] / "shared/real/digidemlab"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not REAL.is_dir(), reason=f"the real folder is not here: {REAL}"),
]


def run(**options: object) -> list[str]:
    """The lines that the command prints."""
    out = io.StringIO()
    given.category("Library", slug="library")
    call_command("import_markdown", str(REAL), category="library", stdout=out, **options)
    return out.getvalue().splitlines()


class Reader(HTMLParser):
    """Counts what a reader meets: tags by name, and the words that stand for a picture."""

    def __init__(self, html: str, language: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.hrefs: list[str] = []
        self.words = ""
        self.feed(html)
        begins = re.escape("[" + stand_in("\0", language).partition("\0")[0])
        self.stand_ins = len(re.findall(begins, self.words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[re.sub(r"^h[1-6]$", "h", tag)] += 1
        self.hrefs += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


def counted_in_source(path: Path) -> tuple[str, str, datetime, tuple[int, int, int, int]]:
    """Title, language, date and counts of a file by the crudest means, none of them the importer's."""
    _before, front, body = re.split(r"^---\s*$", path.read_text(encoding="utf-8"), maxsplit=2, flags=re.MULTILINE)
    values = yaml.load(front, Loader=yaml.BaseLoader)
    # Those that say nothing of their language are Swedish: somebody looked.
    language = values.get("lang") or ("en" if path.stem.endswith("-en") else "sv")
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    images = len(re.findall(r"!\[", body)) + len(re.findall(r"<img\b", body))
    links = len(re.findall(r"\]\(", body)) - len(re.findall(r"!\[", body)) + len(re.findall(r"<a\s", body))
    headings = len(re.findall(r"^#{1,6} ", body, re.MULTILINE)) + len(re.findall(r"<h[1-6]\b", body))
    # A year at the beginning of a line is no item: "… insatser under / 2022. Digidem Lab har …"
    items = len(re.findall(r"^ *(?:[*+-]|\d{1,2}[.)]) +[*\w]", body, re.MULTILINE)) + len(re.findall(r"<li\b", body))
    return values["title"], language, _said_date(values.get("date"), path), (headings, links, images, items)


def _said_date(written: str | None, path: Path) -> datetime:
    if written is None:
        return datetime.fromisoformat(path.name[:10] + " 12:00").replace(tzinfo=ZoneInfo("Europe/Stockholm"))
    moment = datetime.fromisoformat(re.sub(r"\s+(?=[Z+])", "", written))
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("Europe/Stockholm"))


def _came_in() -> dict[str, Thread]:
    return {thread.fields["source"]["file"]: thread for thread in Thread.objects.all()}


@pytest.mark.parametrize("site", ["", "https://digidemlab.org"])
def test_of_each_real_file_title_date_language_and_counts_are_those_of_its_source(site):
    lines = run(site=site)
    threads = _came_in()
    table, expected = {}, {}
    for path in sorted(REAL.iterdir()):
        thread = threads[path.name]
        post = thread.posts.get()
        seen = Reader(post.html, thread.language)
        linked = seen.stand_ins if site else 0
        counts = (seen.tags["h"], seen.tags["a"] - linked, seen.tags["img"] + seen.stand_ins, seen.tags["li"])
        table[path.name] = (thread.title, thread.language, thread.created_at, counts)
        expected[path.name] = counted_in_source(path)
        assert all(re.match(r"https?://|mailto:", href) for href in seen.hrefs)
        assert (post.language, post.created_at) == (thread.language, thread.created_at)
    assert table == expected
    assert len(table) == 34
    assert [sum(row[3][i] for row in table.values()) for i in range(4)] == [34, 83, 29, 47]
    assert lines[-1] == "Done: 34 added, of 34 files; no pairs."


def test_the_real_folder_stands_in_the_order_of_its_dates():
    run()
    dates = list(Thread.objects.order_by("last_post_id").values_list("created_at", flat=True))
    assert dates == sorted(dates)
    assert (dates[0].year, dates[-1].year) == (2017, 2024)


def test_a_second_run_over_the_real_folder_changes_nothing():
    run()
    rows = [list(model.objects.order_by("pk").values()) for model in (Thread, Post, Happening)]
    assert run()[-1] == "Done: 34 unchanged, of 34 files; no pairs."
    assert rows == [list(model.objects.order_by("pk").values()) for model in (Thread, Post, Happening)]


def test_the_real_texts_read_as_they_did():
    run()
    html = {name: thread.posts.get().html for name, thread in _came_in().items()}
    majorna = html["2019-09-10-medborgarbudget-majorna-linne.md"]
    assert "<strong>64 000</strong><br>\nStadsdelen är den största" in majorna
    assert "workshop\u00adtillfällena" in majorna
    assembly = html["2023-04-27-livsmedelsverket-gor-sveriges-forsta-nationella-medborgarpanel-en.md"]
    assert "<br" not in assembly
    assert 'href="mailto:david@digidemlab.org"' in assembly
    assert "Läs hela kursbeskrivningen" not in html["2024-05-28-kurs-lokal-organisering-igen.md"]
    figure = html["2019-04-25-vi-inleder-samarbete-med-foreningen-norden.markdown"]
    assert "<em>Intressanta diskussioner mellan Digidem Lab och Föreningen Nordens personal</em>" in figure
    cooperative = html["2019-03-10-digitalt-kollaborativt-kooperativt.markdown"]
    assert cooperative.count("hur vi kan skapa framtidens kooperativa") == 1
    assert not any("{:" in text or "{%" in text or "<!--" in text or "&lt;" in text for text in html.values())
