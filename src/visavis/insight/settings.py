"""What a workspace decides about its analyses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from decimal import Decimal
from typing import Any, Literal, get_args

from visavis.insight.setting import Setting
from visavis.kernel.errors import FieldError, Invalid

Cleaning = Literal["net", "textbook"]
Crosser = Literal["in", "out"]
LifetimeValue = Literal["revenue", "margin"]


_MEASURE = Setting("measure", "field", "revenue_net")
_AS_OF = Setting("as_of", "day", None)
_FEES = Setting("fee_products", "codes", [])


@dataclass(frozen=True, slots=True)
class Settings:
    """Defaults suit a trading company; every one of them is stated beside the results.

    `period` bounds revenue and ABC (both days count); everything else looks at all history before `as_of`. `as_of` is
    the first day that is not known any more; None means the day after the last sale. `cuts` are per cent of the total.
    `crosser` says whether the customer whose value crosses a cut still belongs to the better class. `assumed_margin`
    and `discount_rate` are shares (0.35 = 35 %); the first stands in only for lines whose cost is unknown. `own` holds
    what was chosen for the settings that a method declares for itself: `settings[THE_SETTING]`.
    """

    measure: str = "revenue_net"
    cuts: tuple[Decimal, Decimal] = (Decimal(80), Decimal(95))
    crosser: Crosser = "out"
    cleaning: Cleaning = "net"
    period: tuple[dt.date, dt.date] | None = None
    as_of: dt.date | None = None
    currency: str = "EUR"
    timezone: str = "UTC"
    fee_products: tuple[str, ...] = ()
    assumed_margin: Decimal | None = None
    lifetime_value: LifetimeValue = "revenue"
    horizon_days: int = 365
    discount_rate: Decimal = Decimal(0)
    engine: str = "duckdb"
    own: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __getitem__(self, setting: Setting) -> Any:
        """The value of a method's own setting, its default where nothing was chosen."""
        return self.own.get(setting.name, setting.default)

    def at(self, as_of: dt.date) -> Settings:
        return replace(self, as_of=as_of)

    @property
    def day(self) -> dt.date:
        """The as-of day of a run that has begun. Raises ValueError before."""
        if self.as_of is None:
            raise ValueError("the as-of day is settled when a refresh begins")
        return self.as_of

    def as_json(self) -> dict[str, Any]:
        """The settings as JSON values; `from_json` reads them back."""
        plain = {name: _plain(value) for name, value in asdict(self).items()} | {"own": dict(self.own)}
        return plain | {"period": self.period and dict(zip(("from", "to"), plain["period"], strict=True))}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Settings:
        """Settings from JSON values; what is not named keeps its default. Raises Invalid with a problem per field."""
        unknown = sorted(set(document) - {f.name for f in fields(cls)})
        problems = [FieldError(name, "unknown", f"There is no setting '{name}'.") for name in unknown]
        values: dict[str, Any] = {}
        for name in set(document) & set(_READERS):
            try:
                values[name] = _READERS[name](document[name])
            except (ValueError, TypeError, ArithmeticError) as error:
                problems.append(FieldError(name, "value", str(error) or "This value does not fit."))
        if problems:
            raise Invalid("The settings do not fit.", errors=problems)
        return cls(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    return value


def _choice(kind: Any) -> Any:
    allowed = get_args(kind)

    def read(value: Any) -> Any:
        if value not in allowed:
            raise ValueError(f"Choose one of {', '.join(allowed)}.")
        return value

    return read


def _cuts(value: Any) -> tuple[Decimal, Decimal]:
    a, b = (Decimal(str(part)) for part in value)
    if not 0 < a < b < 100:
        raise ValueError("Two cuts between 0 and 100 are needed, the smaller first.")
    return a, b


def _period(value: Any) -> tuple[dt.date, dt.date] | None:
    if value is None:
        return None
    first, last = (value["from"], value["to"]) if isinstance(value, Mapping) else value
    begin, end = _day(first), _day(last)
    if begin is None or end is None or begin > end:
        raise ValueError("The period has to begin before it ends.")
    return begin, end


def _day(value: Any) -> dt.date | None:
    return None if value is None else value if isinstance(value, dt.date) else dt.date.fromisoformat(_AS_OF.read(value))


def _share(value: Any) -> Decimal:
    share = Decimal(str(value))
    if not 0 <= share <= 1:
        raise ValueError("A share lies between 0 and 1.")
    return share


def _days(value: Any) -> int:
    if not 1 <= int(value) <= 3650:
        raise ValueError("The horizon lies between 1 and 3,650 days.")
    return int(value)


def _currency(value: Any) -> str:
    if not (isinstance(value, str) and len(value) == 3 and value.isalpha()):
        raise ValueError("A currency is a code of three letters.")
    return value.upper()


def _timezone(value: Any) -> str:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(str(value)).key
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(f"There is no time zone '{str(value)[:60]}': take one like Europe/Bucharest.") from error


def _own(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("The settings of methods are an object, by name.")
    return dict(value)


def _engine(value: Any) -> str:
    if not (value in ("duckdb", "sail") or str(value).startswith("sc://")):
        raise ValueError("The engine is duckdb, sail, or the address of a Spark Connect server (sc://host:port).")
    return str(value)


_READERS: Mapping[str, Any] = {
    "measure": _MEASURE.read,
    "cuts": _cuts,
    "crosser": _choice(Crosser),
    "cleaning": _choice(Cleaning),
    "period": _period,
    "as_of": _day,
    "currency": _currency,
    "timezone": _timezone,
    "fee_products": lambda value: tuple(_FEES.read(value)),
    "assumed_margin": lambda value: None if value is None else _share(value),
    "lifetime_value": _choice(LifetimeValue),
    "horizon_days": _days,
    "discount_rate": _share,
    "engine": _engine,
    "own": _own,
}

_PLAIN = Settings().as_json()

SHARED: Mapping[str, Setting] = {
    setting.name: setting
    for setting in (
        _MEASURE,
        Setting("cuts", "cuts", _PLAIN["cuts"], 0, 100),
        Setting("crosser", "choice", _PLAIN["crosser"], options=get_args(Crosser)),
        Setting("cleaning", "choice", _PLAIN["cleaning"], options=get_args(Cleaning)),
        Setting("period", "period", None),
        _AS_OF,
        Setting("currency", "text", _PLAIN["currency"]),
        Setting("timezone", "text", _PLAIN["timezone"]),
        _FEES,
        Setting("assumed_margin", "number", None, 0, 1),
        Setting("lifetime_value", "choice", _PLAIN["lifetime_value"], options=get_args(LifetimeValue)),
        Setting("horizon_days", "integer", _PLAIN["horizon_days"], 1, 3_650),
        Setting("discount_rate", "number", _PLAIN["discount_rate"], 0, 1),
    )
}
"""What several methods share, told like the settings of one."""
