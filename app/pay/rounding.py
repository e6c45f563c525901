"""The one place that rounds money (G-5): table amounts are whole yuan, only percentages make decimals."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from app.pay.rulebook import rule

UNITS = {"yuan": Decimal(1), "cent": Decimal("0.01")}


@rule("G-5")
def round_half_up(amount: Decimal, unit: str) -> Decimal:
    """Half up to whole yuan or to fen; `unit` is `yuan` or `cent`."""
    return amount.quantize(UNITS[unit], rounding=ROUND_HALF_UP)


def fen(amount: Decimal) -> int:
    """Yuan as the integer fen that the database keeps."""
    return int((amount * 100).to_integral_exact())


def yuan(amount_fen: int) -> Decimal:
    """Fen as yuan."""
    return Decimal(amount_fen) / 100


def money_text(amount: Decimal) -> str:
    """`1247.00`, as the career-case format writes money."""
    return f"{amount:.2f}"
