"""Numbers, shares, money and lists as the five languages write them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from dugnad.kernel.formats.grammar import Grammar, grammar_of

MINUS = "\u2212"


def number(value: float | Decimal, language: str | None = None, *, decimals: int | None = None) -> str:
    """ "12,345.5", "12 345,5", "12.345,5". Norwegian begins to group at five digits, the others at four.

    With `decimals`, exactly so many, halves rounded away from zero; otherwise as many as the value has.
    """
    return _number(grammar_of(language), value, decimals)


def percent(value: float | Decimal, language: str | None = None, *, decimals: int | None = None) -> str:
    """ "25%", "25 %": `value` is already in hundredths, 25 for a quarter."""
    g = grammar_of(language)
    return g.percent.format(_number(g, value, decimals))


def file_size(size: int, language: str | None = None) -> str:
    """ "240 kB", "2.4 MB", "2,4 MB", "55 GB": of so many bytes, at least a thousand; a decimal after one digit."""
    thousands = max(1, round(size / 1000))
    if thousands < 1000:
        return f"{thousands}\u00a0kB"
    g = grammar_of(language)
    unit, name = (1_000_000_000, "GB") if size >= 1_000_000_000 else (1_000_000, "MB")
    return f"{_number(g, round(size / unit, 1 if size < 10 * unit else 0), None)}\u00a0{name}"


def money(amount: float | Decimal, currency: str, language: str | None = None) -> str:
    """ "€1,500", "SEK 1,500", "1 500 kr", "1500 kr", "€ 1.500". `currency` is the three-letter code.

    A whole amount has no decimals, any other has two. "kr" is the crown of the language's own country.
    """
    g = grammar_of(language)
    said = _number(g, amount, 0 if amount == int(amount) else 2)
    own = g.currencies.get(currency)
    return own.format(said) if own else g.money.format(amount=said, currency=currency)


def and_list(items: Iterable[str], language: str | None = None) -> str:
    """ "a, b and c", without a comma before the last; "a and b"; "a"; nothing for nothing."""
    return _joined(list(items), grammar_of(language).and_)


def or_list(items: Iterable[str], language: str | None = None) -> str:
    """ "a, b or c"."""
    return _joined(list(items), grammar_of(language).or_)


def _joined(items: list[str], last: str) -> str:
    return last.join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def _number(g: Grammar, value: float | Decimal, decimals: int | None) -> str:
    exact = Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    whole, _point, fraction = f"{abs(exact):f}".partition(".")
    if decimals is None:
        fraction = fraction.rstrip("0")
    if len(whole) >= g.shortest_grouped:
        whole = f"{int(whole):,}".replace(",", g.group)
    sign = MINUS if exact < 0 and (whole.strip("0") or fraction.strip("0")) else ""
    return f"{sign}{whole}{g.decimal}{fraction}" if fraction else f"{sign}{whole}"
