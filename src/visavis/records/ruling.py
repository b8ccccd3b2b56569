"""What must not be empty under a condition, asked of the records as they stand in the transaction."""

from __future__ import annotations

from collections.abc import Collection

from visavis.catalogue import Field, Object, text_of
from visavis.kernel.errors import FieldError, Invalid
from visavis.records.context import Context
from visavis.records.query import build
from visavis.store.rules import unmet


async def keep_rules(ctx: Context, obj: Object, record_id: int, touched: Collection[str] | None = None) -> None:
    """``Invalid`` naming each field that is empty though its rule asks for it, in the words of the actor's language.

    With ``touched`` only rules that a change of these fields can have broken: an old record may be mended in parts.
    """
    if not any(field.rule for field in obj.entered):
        return
    statement = build(ctx)
    rules = list(unmet(statement, obj, "t", touched=touched))
    if not rules:
        return
    parts = ", ".join(f"{sql} as b{place}" for place, (_, sql) in enumerate(rules))
    number = statement.bind(str(record_id), "bigint")
    row = await ctx.tx.row(f"select {parts} from {statement.rows(obj, 't')} where t.id = {number}", *statement.params)
    errors = [_missing(field, ctx.actor.locale) for place, (field, _) in enumerate(rules) if row and row[f"b{place}"]]
    if errors:
        raise Invalid("Some values need mending; nothing was saved.", errors=errors)


def _missing(field: Field, language: str) -> FieldError:
    message = text_of(field.required_message, language) or "This cannot be left empty here."
    return FieldError(field.name, "required", message, f"It has to be filled in if {field.required_if}")
