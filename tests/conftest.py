"""What every test gets: a clean house, its cast on request, and warnings that count."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.core.cache import cache

from dugnad.kernel.fragments import forget_fragments
from dugnad.kernel.limits import forget_limits
from dugnad.kernel.live import bus
from dugnad.kernel.pagecache import forget_pages


@pytest.fixture(autouse=True)
def clean_memory(settings, tmp_path):
    """Nothing kept in memory or on disk goes from one test to the next."""
    settings.DATA_DIR = tmp_path
    settings.FILES_DIR = tmp_path / "files"
    cache.clear()
    forget_limits()
    forget_fragments()
    forget_pages()


@pytest.fixture
def announced(django_capture_on_commit_callbacks):
    """`with announced() as sent:` plays the commit at the end of the block; `sent` is then what went over the bus."""

    class Ear(list):
        def send(self, message):
            self.append(message)

    @contextmanager
    def listen():
        sent = Ear()
        bus.use(sent)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                yield sent
        finally:
            bus.use(None)

    return listen
