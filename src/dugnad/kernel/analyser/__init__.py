"""One analyser for both databases' full-text indexes: what is indexed and what is asked for are made here, in Python.

A text is found by the words it has (whole, or by their beginning), with or without their marks, and by their stems
in the text's own language. Neither database stems, folds or splits anything itself, so both give the same hits.
"""

from __future__ import annotations

from typing import Final

from dugnad.kernel.analyser.snippet import Part, parts, snippet
from dugnad.kernel.analyser.terms import QueryWord, index_terms, query_terms, to_fts5, to_tsquery

__all__ = ["VERSION", "Part", "QueryWord", "index_terms", "parts", "query_terms", "snippet", "to_fts5", "to_tsquery"]

VERSION: Final = 1
"""Raised with every change of the terms that a text gets, new stemmers included; older entries are indexed anew."""
