"""What must not be empty under a condition, asked of the records as they stand in the transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from visavis.catalogue import Field, Object, text_of
from visavis.kernel.errors import FieldError, Invalid
from visavis.records.context import Context
from visavis.records.query import build
from visavis.store.build import Build
from visavis.store.rules import unmet


async def keep_rules(ctx: Context, obj: Object, record_id: int, touched: Collection[str] | None = None) -> None:
    """``Invalid`` naming each field that is empty though its rule asks for it, in the words of the actor's language.

    With ``touched`` only rules that a change of these fields can have broken: an old record may be mended in parts.
    """
    if empty := await broken(ctx, obj, record_id, touched):
        raise Invalid("Some values need mending; nothing was saved.", errors=[missing(ctx, field) for field in empty])


async def broken(
    ctx: Context,
    obj: Object,
    record_id: int,
    touched: Collection[str] | None = None,
    statement: Build | None = None,
    columns: Mapping[str, str] | None = None,
) -> list[Field]:
    """The fields that are empty though a rule asks for them.

    ``columns`` are those that are about to be written, as SQL in the words of ``statement``.
    """
    if not any(field.rule for field in obj.entered):
        return []
    statement = statement or build(ctx)
    rules = list(unmet(statement, obj, "t", columns, touched))
    if not rules:
        return []
    parts = ", ".join(f"{sql} as b{place}" for place, (_, sql) in enumerate(rules))
    number = statement.bind(str(record_id), "bigint")
    row = await ctx.tx.row(f"select {parts} from {statement.rows(obj, 't')} where t.id = {number}", *statement.params)
    return [field for place, (field, _) in enumerate(rules) if row and row[f"b{place}"]]


def missing(ctx: Context, field: Field) -> FieldError:
    """What is wrong with the field, in the words of the actor's language."""
    message = text_of(field.required_message, ctx.actor.locale) or "This cannot be left empty here."
    return FieldError(field.name, "required", message, f"It has to be filled in if {field.required_if}")
