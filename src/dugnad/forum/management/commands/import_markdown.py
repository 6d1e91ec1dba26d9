"""`dugnad import markdown DIR --category SLUG`: a folder of Markdown with front matter comes in as threads."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from dugnad.forum.actions.importing import ADDED, CHANGED, DELETED, UNCHANGED, ImportedText, import_thread, pair_threads
from dugnad.forum.importers import Unreadable
from dugnad.forum.importers.folder import SourceFile, markdown_files
from dugnad.forum.importers.pairs import pairs_among
from dugnad.forum.importers.texts import Draft, Manner, Text, draft_of, text_of
from dugnad.forum.models import Category, Thread
from dugnad.forum.policies import place_languages
from dugnad.kernel.clock import place_zone
from dugnad.kernel.happenings import SYSTEM
from dugnad.kernel.languages import LANGUAGES
from dugnad.kernel.policies import Refused
from dugnad.people.models import Person
from dugnad.people.queries import person_by_handle

UNREAD = "not read"
INTERRUPTED = 130


@dataclass(slots=True)
class Import:
    """One run: where it takes texts to, under whose name, how it reads, and what became of each file so far."""

    category: Category
    author: Person | None
    manner: Manner
    dry_run: bool
    drafts: list[Draft] = field(default_factory=list)
    threads: dict[str, Thread] = field(default_factory=dict)
    became: Counter[str] = field(default_factory=Counter)
    pairs: int = 0
    newly_paired: int = 0


class Command(BaseCommand):
    """Reads every file first, so that they come in in the order of their dates. Each file is a transaction of its own."""

    help = (
        "Take in a folder of Markdown files with front matter as threads. A second run takes in what is new or changed "
        "and leaves the rest; a file that cannot be read is named, and the others still come in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", type=Path, help="the folder")
        parser.add_argument(
            "--category", required=True, metavar="SLUG", help="where the threads go: the end of /c/SLUG"
        )
        parser.add_argument(
            "--by", default="", metavar="HANDLE", help="whose threads they are; without it nobody's here"
        )
        parser.add_argument("--language", default="", metavar="CODE", help="of texts that do not say or show theirs")
        parser.add_argument(
            "--images",
            action="append",
            default=[],
            type=Path,
            metavar="DIR",
            help="a folder with the pictures; repeatable",
        )
        parser.add_argument("--site", default="", metavar="URL", help="the website: links within it lead there")
        parser.add_argument("--dry-run", action="store_true", help="only show what would come in, as a table")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Raises `CommandError` when nothing can be read at all, or after the summary when a file could not be read."""
        try:
            run = _started(options)
            self._go(run, markdown_files(options["dir"]))
        except DatabaseError as trouble:
            raise CommandError(f"The database cannot be used ({trouble}). `dugnad migrate` prepares it.") from trouble

    def _go(self, run: Import, files: list[SourceFile]) -> None:
        if not files:
            raise CommandError("There are no Markdown files in this folder, so there is nothing to import.")
        try:
            run.drafts = sorted(self._drafts(run, files), key=_order)
            if run.dry_run:
                self.stdout.write(_row("date", "lang", "heads", "links", "pics", "items", "what", "title"))
            for draft in run.drafts:
                self._take(run, draft)
            self._tie(run)
        except KeyboardInterrupt:
            self.stdout.write(_summary(run, len(files)))
            stopped = "Stopped. What came in stays; the same command goes on from here."
            raise CommandError(stopped, returncode=INTERRUPTED) from None
        self.stdout.write(_summary(run, len(files)))
        if unread := run.became[UNREAD]:
            which = "1 file" if unread == 1 else f"{unread} files"
            raise CommandError(f"{which} could not be read. The lines above say which and why.", returncode=1)

    def _drafts(self, run: Import, files: list[SourceFile]) -> Iterator[Draft]:
        for file in files:
            try:
                yield draft_of(file, run.manner)
            except Unreadable as reason:
                self._unread(run, file, str(reason))

    def _take(self, run: Import, draft: Draft) -> None:
        try:
            became, left_out = self._tried(run, draft) if run.dry_run else _taken(run, draft)
        except (Unreadable, Refused) as reason:
            self._unread(run, draft.file, str(reason))
            return
        run.became[became] += 1
        if not run.dry_run:
            said = f"  ({'; '.join(left_out)})" if left_out else ""
            self.stdout.write(f"{became:<9}  {draft.language}  {draft.file.shown}{said}")

    def _tried(self, run: Import, draft: Draft) -> tuple[str, list[str]]:
        """What would become of the file, as a row of the table."""
        before = Thread.objects.filter(source_key=_key(run, draft)).first()
        text = text_of(draft, run.manner)
        became = ADDED if before is None else UNCHANGED if before.source_digest == draft.digest else CHANGED
        counts, day = text.counts, f"{draft.at:%Y-%m-%d}" if draft.at else "today"
        numbers = (str(counts.headings), str(counts.links), str(counts.images), str(counts.list_items))
        self.stdout.write(_row(day, draft.language, *numbers, became, draft.title))
        return became, []

    def _unread(self, run: Import, file: SourceFile, reason: str) -> None:
        run.became[UNREAD] += 1
        self.stdout.write(f"{UNREAD:<9}  {file.shown}: {reason}")

    def _tie(self, run: Import) -> None:
        """Tie what is one text in several languages, also to what an earlier run took in."""
        sides = [draft.side for draft in run.drafts if run.dry_run or draft.file.name in run.threads]
        for group in pairs_among(sides):
            run.pairs += 1
            names = " = ".join(f"{side.name} ({side.language})" for side in group)
            if run.dry_run:
                self.stdout.write(f"{'pair':<9}  {names}")
                continue
            first, *others = [run.threads[side.name] for side in group]
            if pair_threads(first, others, by=SYSTEM):
                run.newly_paired += 1
                self.stdout.write(f"{'paired':<9}  {names}")


def _started(options: dict[str, Any]) -> Import:
    folder, language = options["dir"], options["language"]
    for one in (folder, *options["images"]):
        if not one.is_dir():
            raise CommandError(f"{one} is not a folder.")
    category = Category.objects.select_related("audience").filter(slug=options["category"]).first()
    if category is None:
        there = ", ".join(Category.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no category “{options['category']}”. There is: {there}.")
    author = person_by_handle(options["by"]) if options["by"] else None
    if options["by"] and author is None:
        raise CommandError(f"There is nobody with the handle “{options['by']}”.")
    if language and language not in LANGUAGES:
        raise CommandError(f"“{language}” is not a language of a post. There is: {', '.join(LANGUAGES)}.")
    site = options["site"]
    if site and not site.startswith(("https://", "http://")):
        raise CommandError(f"“{site}” is not the address of a website; it begins with https://")
    among = place_languages()
    site = f"{site.rstrip('/')}/" if site else ""
    manner = Manner(place_zone(), among, language or among[0], site, options["images"])
    return Import(category, author, manner, options["dry_run"])


def _taken(run: Import, draft: Draft) -> tuple[str, list[str]]:
    """Take the file in, unless it is here as it is: then nothing is made of it, and nothing written."""
    key = _key(run, draft)
    here = Thread.objects.select_related("category").filter(source_key=key, source_digest=draft.digest).first()
    if here is not None:
        run.threads[draft.file.name] = here
        return UNCHANGED, []
    text = text_of(draft, run.manner)
    thread, became = import_thread(run.category, _imported(key, draft, text), by=SYSTEM, author=run.author)
    run.threads[draft.file.name] = thread
    left_out = ["its opening post was deleted here and stays so"] if became == DELETED else text.left_out
    return became, left_out


def _imported(key: str, draft: Draft, text: Text) -> ImportedText:
    return ImportedText(
        key=key,
        digest=draft.digest,
        title=draft.title,
        language=draft.language,
        source=text.source,
        at=draft.at,
        facts=text.facts,
        pictures=text.pictures,
        descriptions=text.descriptions,
    )


def _key(run: Import, draft: Draft) -> str:
    """What names the file for good: its path within the folder, under its category. Hashed, since a file is often named
    by its title, which must not outlive a thread that was deleted here.
    """
    return f"markdown:{hashlib.sha256(f'{run.category.pk}:{draft.file.name}'.encode()).hexdigest()}"


def _order(draft: Draft) -> tuple[datetime, str]:
    return draft.at or timezone.now(), draft.file.name


def _row(*cells: str) -> str:
    day, language, headings, links, pictures, items, became, title = cells
    return f"{day:<10}  {language:<4}  {headings:>5}  {links:>5}  {pictures:>4}  {items:>5}  {became:<9}  {title}"


def _summary(run: Import, files: int) -> str:
    said = [f"{run.became[word]} {word}" for word in (ADDED, CHANGED, UNCHANGED, DELETED, UNREAD) if run.became[word]]
    tied = "no pairs" if not run.pairs else f"{run.pairs} pairs, {run.newly_paired} of them tied now"
    what = "Would be" if run.dry_run else "Done"
    return f"{what}: {', '.join(said) or 'nothing'}, of {files} files; {tied}."
