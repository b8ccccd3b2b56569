"""Running the product: serve, worker, stop, status, doctor."""

from __future__ import annotations

import asyncio
import ctypes
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any

import typer

from visavis.cli.session import Options, options, out, say_json, with_workspace
from visavis.features.accounts.api import create_sign_in_link, create_token, ensure_owner, user_by_email
from visavis.features.runtime import Workspace, plan_schema
from visavis.kernel.errors import NotFound, Problem
from visavis.records import Context
from visavis.store import embedded
from visavis.store.server import using

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.")]
_PR_SET_PDEATHSIG = 1
_BEFORE_ANOTHER = 1.0


def serve(
    context: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    jobs: Annotated[
        bool | None, typer.Option("--jobs/--no-jobs", help="Also run background jobs. Default: without DATABASE_URL.")
    ] = None,
    patience: Annotated[
        float, typer.Option(help="Seconds that a request may work.", envvar="VISAVIS_PATIENCE", min=1, max=3600)
    ] = 30.0,
) -> None:
    """Serve the page and the API until Ctrl-C."""
    chosen = options(context)
    serve_workspace(chosen, host, port, jobs=chosen.url is None if jobs is None else jobs, patience=patience)


def serve_workspace(
    chosen: Options, host: str, port: int, *, jobs: bool, address: str | None = None, patience: float = 30.0
) -> None:
    """Serve until told to stop; ``address`` is printed once the port is open."""
    from visavis.web import serve as serve_http

    shown = address or f"http://{host}:{port}/"

    async def work(workspace: Workspace) -> None:
        async with _jobs_beside(chosen, start=jobs):
            await serve_http(workspace, host, port, patience=patience, ready=lambda: _say_ready(shown))

    with_workspace(chosen, "serve", work)


def _say_ready(address: str) -> None:
    out.print(f"Ready: {address}", soft_wrap=True, highlight=False)
    out.print("Press Ctrl-C to stop.")


@asynccontextmanager
async def _jobs_beside(chosen: Options, *, start: bool) -> AsyncIterator[None]:
    """A worker in a process of its own, so that a long analysis never holds up a page."""
    if not start:
        yield
        return
    keeper = asyncio.create_task(_keep_worker(chosen))
    try:
        yield
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper


async def _keep_worker(chosen: Options) -> None:
    """A worker that dies is followed by another; one that ends as it should was told to."""
    words = ("-m", "visavis.cli", "--data-dir", str(chosen.data_dir), "worker")
    code: int | None = None
    while code != 0:
        child = await asyncio.create_subprocess_exec(
            sys.executable, *words, stdin=subprocess.DEVNULL, preexec_fn=_end_with_parent
        )
        try:
            code = await child.wait()
        finally:
            if child.returncode is None:
                child.terminate()
                await child.wait()
        await asyncio.sleep(_BEFORE_ANOTHER)


def _end_with_parent() -> None:
    """Linux only: the kernel ends the worker if the server is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def worker(
    context: typer.Context, concurrency: Annotated[int, typer.Option(help="Jobs at once.", min=1, max=32)] = 2
) -> None:
    """Run background jobs until Ctrl-C."""
    from visavis.worker import run_worker

    async def work(workspace: Workspace) -> None:
        stop_at = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stop_at.set)
        await run_worker(workspace, stop=stop_at, concurrency=concurrency)

    with_workspace(options(context), "worker", work)


def stop(context: typer.Context) -> None:
    """End all processes of this data folder, the database last."""
    chosen = options(context)
    running = embedded.stop(chosen.data_dir)
    if chosen.json:
        say_json({"stopped": running})
    else:
        out.print("Stopped." if running else "Nothing was running.")


def status(context: typer.Context) -> None:
    """What runs for this data folder."""
    chosen = options(context)
    found = embedded.status(chosen.data_dir)
    facts = {
        "data_dir": str(chosen.data_dir),
        "database": "DATABASE_URL" if chosen.url else "embedded",
        "postgres_pid": found.pid,
        "dsn": chosen.url or found.dsn,
        "processes": [{"pid": holder.pid, "role": holder.role} for holder in found.holders],
    }
    if chosen.json:
        say_json(facts)
        return
    for name, value in facts.items():
        out.print(f"{name:14} {value if value not in (None, []) else '-'}", highlight=False, markup=False)


def doctor(context: typer.Context) -> None:
    """Check database, tables and page; ends with code 1 if something needs a hand."""
    chosen = options(context)
    checks = _examine(chosen)
    if chosen.json:
        say_json(checks)
    else:
        for check in checks:
            mark = "[green]ok[/green]" if check["ok"] else "[red]look[/red]"
            out.print(f"{mark:4} {check['name']}: {check['found']}", highlight=False)
    if not all(check["ok"] for check in checks):
        raise typer.Exit(1)


def _examine(chosen: Options) -> list[dict[str, Any]]:
    from visavis.web.page import page_root

    page = page_root()
    checks = [{"name": "page", "ok": page is not None, "found": str(page or "not built: run make demo")}]
    try:
        with using(chosen.url, chosen.data_dir, "doctor") as dsn:
            plan = asyncio.run(plan_schema(dsn))
    except Problem as problem:
        return [*checks, {"name": "database", "ok": False, "found": problem.detail}]
    todo = "; ".join(plan.unexplained) or f"{len(plan.apply)} changes to come at the next start"
    return [
        *checks,
        {"name": "database", "ok": True, "found": "answers"},
        {"name": "tables", "ok": not plan.unexplained, "found": todo},
        {"name": "orphans", "ok": True, "found": ", ".join(plan.orphans) or "none"},
    ]


Email = Annotated[str, typer.Argument(help="Whose it is to be.")]
Create = Annotated[bool, typer.Option("--create", help="Make the user an owner if there is none.")]


def sign_in_link(
    context: typer.Context,
    email: Email = "owner@example.com",
    create: Create = False,
    base: Annotated[str, typer.Option(help="Where the page is served.")] = "http://127.0.0.1:8000",
) -> None:
    """Print a link that signs somebody in once, within 15 minutes."""
    token = _secret(options(context), email, create, create_sign_in_link)
    out.print(f"{base}/sign-in?token={token}", soft_wrap=True, highlight=False)


def token(
    context: typer.Context,
    email: Email = "owner@example.com",
    create: Create = False,
    name: Annotated[str, typer.Option(help="What the token is for.")] = "command line",
) -> None:
    """Print a new API token. It is shown this once and can be revoked in the settings."""

    async def make(ctx: Context, user_id: int) -> str:
        return await create_token(ctx, user_id, name)

    out.print(_secret(options(context), email, create, make), soft_wrap=True, highlight=False)


def _secret(chosen: Options, email: str, create: bool, make: Callable[[Context, int], Coroutine[Any, Any, str]]) -> str:
    async def work(workspace: Workspace) -> str:
        async with workspace.context(door="cli") as ctx:
            user_id = await user_by_email(ctx, email)
            if user_id is None and not create:
                raise NotFound(f"There is no user with the address {email}. Add --create to make one.")
            return await make(ctx, user_id or await ensure_owner(ctx, email.partition("@")[0].title(), email))

    return with_workspace(chosen, "sign-in", work)
