"""What `./run check` asks of templates and settings without serving a page: `python -m dugnad.site.checks`.

Every template compiles, every address that a template names by a literal is there, Django's own checks find nothing, and no
model waits for a migration.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROUTE = re.compile(r"""{%\s*url\s+["']([\w:-]+)["']""")


def main() -> int:
    """Prints what was found, one line each; answers 1 when there was anything."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dugnad.site.settings")
    os.environ.setdefault("DUGNAD_SETTINGS_FOR_TESTS", "1")
    import django

    django.setup()
    wrong = [*wrong_templates(), *unknown_routes(), *what_django_finds(), *missing_migrations()]
    for line in wrong:
        sys.stdout.write(f"{line}\n")
    return 1 if wrong else 0


def _templates() -> Iterator[tuple[str, Path]]:
    """Each template of the house by the name under which it is loaded."""
    for path in sorted(Path(__file__).resolve().parent.parent.glob("*/templates/**/*")):
        if path.is_file():
            yield path.relative_to(next(p for p in path.parents if p.name == "templates")).as_posix(), path


def wrong_templates() -> Iterator[str]:
    """Templates that do not compile."""
    from django.template import TemplateDoesNotExist, TemplateSyntaxError
    from django.template.loader import get_template

    for name, _path in _templates():
        try:
            get_template(name)
        except (TemplateSyntaxError, TemplateDoesNotExist) as trouble:
            yield f"{name}: {trouble}"


def unknown_routes() -> Iterator[str]:
    """Names in `{% url %}` that no address has: they would fail only on the page that shows them."""
    from django.urls import get_resolver

    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    for name, path in _templates():
        for route in set(ROUTE.findall(path.read_text())) - known:
            yield f"{name}: there is no address called {route}"


def what_django_finds() -> Iterator[str]:
    """Django's system checks."""
    from django.core.checks import run_checks

    for message in run_checks():
        yield f"{message.id}: {message.msg}"


def missing_migrations() -> Iterator[str]:
    """Models that changed without a migration."""
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    for app, migrations in detector.changes(graph=loader.graph).items():
        yield f"{app}: the models changed without a migration ({', '.join(str(m.operations) for m in migrations)})"


if __name__ == "__main__":
    sys.exit(main())
