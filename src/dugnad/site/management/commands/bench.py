"""`dugnad bench NAME`: prints a table, ends with 1 when a bar is missed."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Builds its own data in the data folder it is given; never point it at a place that people use."""

    help = "Measure the house. NAME is forum."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=["forum"])
        parser.add_argument("--scale", type=int, default=1, help="so many times the data (1)")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
        parser.add_argument("--no-browser", action="store_true", help="leave out the first view in Chromium")

    def handle(self, *args: Any, **options: Any) -> None:
        from dugnad.people.models import Person
        from dugnad.site.bench import forum
        from dugnad.site.starting import collect_static

        settings.ROOT_URLCONF = "dugnad.site.bench.floor"
        call_command("migrate", verbosity=0)
        collect_static(say=lambda _line: None)
        if Person.objects.exclude(email__startswith="p").exists():
            raise CommandError(
                "This data folder holds a place that people use. Give the bench one of its own with --data."
            )

        def say(line: str) -> None:
            out = sys.stderr if options["json"] and not line.startswith("{") else self.stdout
            out.write(line + ("\n" if out is sys.stderr else ""))

        held = forum.run(
            scale=options["scale"], as_json=options["json"], with_browser=not options["no_browser"], say=say
        )
        if not held:
            raise SystemExit(1)
