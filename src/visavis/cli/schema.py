"""``visavis schema``: what the catalogue asks of the tables."""

from __future__ import annotations

import typer

from visavis.cli.session import Options, options, out, say_json
from visavis.features.runtime import plan_schema
from visavis.store.schema import Plan
from visavis.store.server import using

app = typer.Typer(help="The tables behind the record types.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps ``plan`` a command of its own."""


@app.command("plan")
def plan(context: typer.Context) -> None:
    """Print what would change so that the tables fit the catalogue. Changes nothing."""
    chosen = options(context)
    found = _plan(chosen)
    if chosen.json:
        say_json({name: list(getattr(found, name)) for name in ("apply", "later", "unexplained", "orphans")})
        return
    for statement in (*found.apply, *found.later):
        out.print(f"{statement};", markup=False, highlight=False)
    for difference in found.unexplained:
        out.print(f"[red]Cannot be mended by adding:[/red] {difference}", highlight=False)
    if found.empty:
        out.print("The tables fit the catalogue. There is nothing to do.")


def _plan(chosen: Options) -> Plan:
    import asyncio

    with using(chosen.url, chosen.data_dir, "schema") as dsn:
        return asyncio.run(plan_schema(dsn))
