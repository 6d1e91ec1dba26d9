"""Parts of addresses that every hall uses."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import IntConverter


class NumberConverter(IntConverter):
    """A number that a database can have given out: of at most 18 digits."""

    regex = "[0-9]{1,18}"


register_converter(NumberConverter, "number")
