"""``visavis demo``: from a heap of invoices to a customer base to look at."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from visavis.cli import importing, insight
from visavis.cli.operating import Host, Port, serve_workspace
from visavis.cli.session import Options, options, out, say_json, with_workspace
from visavis.features.accounts.api import create_sign_in_link, ensure_owner
from visavis.features.runtime import Workspace
from visavis.features.setup.api import WorkspaceFacts, set_workspace_facts
from visavis.kernel.errors import NotFound

OWNER = ("Ada Demo", "owner@example.com")
_FOLDER = "online-retail"
FILES = ("customers.csv", "online_retail.parquet")


def demo(
    context: typer.Context,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the page at the end.")] = True,
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Import 541,909 real invoice lines, work the customer base out, and serve it."""
    chosen = options(context)
    if "VISAVIS_DATA" not in os.environ and context.find_root().params.get("data_dir") is None:
        chosen.data_dir = chosen.data_dir.with_name("visavis-demo")
    began = time.monotonic()
    base, token = with_workspace(chosen, "demo", lambda workspace: _prepare(workspace, chosen))
    address = f"http://{host}:{port}/sign-in?token={token}"
    _tell(chosen, base, address, time.monotonic() - began, serve)
    if serve:
        serve_workspace(chosen, host, port, jobs=True, address=address)


async def _prepare(workspace: Workspace, chosen: Options) -> tuple[dict[str, Any], str]:
    folder = _examples()
    async with workspace.context(door="cli") as ctx:
        await set_workspace_facts(ctx, WorkspaceFacts("Online Retail", "GBP", "en"))
        user_id = await ensure_owner(ctx, *OWNER)
    for name in FILES:
        report = await importing.run(workspace, chosen, folder / name, _plan(folder, name))
        if not chosen.json:
            importing.show(folder / name, report)
    _, base = await insight.refreshed(workspace, chosen)
    async with workspace.context(door="cli") as ctx:
        return base, await create_sign_in_link(ctx, user_id)


def _examples() -> Path:
    """In the wheel they lie inside the package, in a checkout beside it."""
    package = Path(__file__).resolve().parents[1]
    for place in (package / "examples", package.parents[1] / "examples"):
        if (place / _FOLDER).is_dir():
            return place / _FOLDER
    raise NotFound("The example data is missing from this installation. Install the package again.")


def _plan(folder: Path, name: str) -> dict[str, Any] | None:
    """A plan that lies beside the file, where the header alone does not say enough."""
    place = folder / f"{Path(name).stem}.plan.json"
    found: dict[str, Any] | None = json.loads(place.read_text(encoding="utf-8")) if place.exists() else None
    return found


def _tell(chosen: Options, base: dict[str, Any], address: str, seconds: float, serve: bool) -> None:
    if chosen.json:
        say_json({"base": base, "address": address, "seconds": round(seconds, 1)})
        return
    insight.show(base)
    out.print(f"Done in {seconds:.0f} seconds. The data lies in {chosen.data_dir}.", soft_wrap=True, highlight=False)
    if not serve:
        out.print("To look at it: make demo", highlight=False)
