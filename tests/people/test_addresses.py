"""Which e-mail addresses can be typed."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from dugnad.people.fields import AddressField


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Kari@Example.ORG", "kari@example.org"),
        (" kari+list@example.org ", "kari+list@example.org"),
        ("kari@exämple.org", "kari@exämple.org"),
        ("kari@exampleſ.org", "kari@examples.org"),
        ("\u212aari@example.org", "kari@example.org"),
    ],
)
def test_an_address_is_kept_in_one_spelling(typed, kept):
    assert AddressField().clean(typed) == kept


@pytest.mark.parametrize("typed", ["ſjoerd@example.org", "kar\u0131@example.org", "kåri@example.org"])
def test_letters_that_pass_for_others_are_not_taken_before_the_at(typed):
    with pytest.raises(ValidationError) as refused:
        AddressField().clean(typed)
    assert refused.value.messages == ["Something is missing in the address. It looks like kari@example.org."]


def test_an_optional_address_may_be_empty():
    assert AddressField(required=False).clean("") == ""
