"""What tests of the whole place get."""

from tests.serving.conftest import database_on_disk

__all__ = ["database_on_disk"]
