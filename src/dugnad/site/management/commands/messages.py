"""`dugnad messages [LANGUAGE …]`: renew the catalogues of the house's words from code and templates, and compile them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dugnad.site.catalogues import TRANSLATED, compiled, messages, po_path, renewed


class Command(BaseCommand):
    help = "Renew src/dugnad/locale: new messages come in empty, gone ones leave, and the .mo files say what the .po files do."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "languages", nargs="*", choices=[*TRANSLATED, []], default=[], help="without any: all of them"
        )
        parser.add_argument("--compile", action="store_true", help="only compile; the .po files stay as they are")

    def handle(self, *args: Any, **options: Any) -> None:
        current = list(messages().values())
        for language in options["languages"] or TRANSLATED:
            path = po_path(language)
            if not options["compile"]:
                path.parent.mkdir(parents=True, exist_ok=True)
                renewed(language, current).save(str(path))
            path.with_suffix(".mo").write_bytes(compiled(language))
            self.stdout.write(f"{language}: {self._said(language)}")

    @staticmethod
    def _said(language: str) -> str:
        import polib

        catalogue = polib.pofile(str(po_path(language)))
        missing, unsure = len(catalogue.untranslated_entries()), len(catalogue.fuzzy_entries())
        return f"{len(catalogue)} messages, {missing} untranslated, {unsure} unsure"
