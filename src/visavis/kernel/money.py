"""Money is a decimal with a currency, never a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

SCALE = 4
_QUANTUM = Decimal(1).scaleb(-SCALE)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, kept to four decimals, in one ISO 4217 currency."""

    amount: Decimal
    currency: str

    def as_json(self) -> dict[str, str]:
        return {"amount": plain(self.amount), "currency": self.currency}


def quantize(amount: Decimal) -> Decimal:
    """The amount at the scale that the store keeps."""
    return amount.quantize(_QUANTUM, rounding=ROUND_HALF_EVEN)


def from_units(units: int) -> Decimal:
    """Ten-thousandths, as the warehouse keeps them, to an amount."""
    return Decimal(units).scaleb(-SCALE)


def to_units(amount: Decimal) -> int:
    """An amount to ten-thousandths."""
    return int(quantize(amount).scaleb(SCALE))


def plain(amount: Decimal) -> str:
    """Digits without an exponent, with two decimals or as many as there are."""
    whole, _, fraction = f"{amount:f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"
