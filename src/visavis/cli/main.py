"""``visavis``: every command in one list."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Annotated

import typer

from visavis.cli import backing, demo, exporting, importing, insight, operating, schema, verifying
from visavis.cli.session import Options, default_data_dir

app = typer.Typer(
    name="visavis",
    help="Vis-à-vis: a CRM that knows what each customer is worth, and shows why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


@app.callback()
def _options(
    context: typer.Context,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="Where the data lies. Default: $VISAVIS_DATA or your data folder.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    logging.getLogger("asyncpg").addHandler(logging.NullHandler())
    context.obj = Options(data_dir or default_data_dir(), os.environ.get("DATABASE_URL") or None, json)


app.command("demo")(demo.demo)
app.command("serve")(operating.serve)
app.command("worker")(operating.worker)
app.command("stop")(operating.stop)
app.command("status")(operating.status)
app.command("doctor")(operating.doctor)
app.command("sign-in-link")(operating.sign_in_link)
app.command("token")(operating.token)
app.command("import")(importing.import_file)
app.command("export")(exporting.export)
app.command("backup")(backing.backup)
app.command("restore")(backing.restore)
app.command("verify")(verifying.verify_figures)
app.add_typer(insight.app, name="insight")
app.add_typer(schema.app, name="schema")


def main() -> None:
    """The entry point of the ``visavis`` script."""
    app()
