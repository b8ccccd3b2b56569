"""The entries of the method catalogue as answers: numbers and codes, the words are the page's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from visavis.insight.analyses.base import CUSTOMERS, Analysis
from visavis.insight.answers.scope import known_of_run
from visavis.insight.api import load_settings
from visavis.insight.methods.keeping import SQL, Kept, due, kept, method
from visavis.insight.settings import SHARED, Settings
from visavis.kernel.clock import iso
from visavis.records import Context

RUNS = 50


async def listed(ctx: Context) -> list[dict[str, Any]]:
    """Every method with its state and its newest run for each kind of customer."""
    states, settings = await kept(ctx.tx), await load_settings(ctx.tx)
    owners = await _owners(ctx, states.values())
    waiting = set(await due(ctx.tx, ctx.now))
    return [
        _entry(state, settings, owners, key in waiting, await _runs(ctx, key, len(CUSTOMERS)))
        for key, state in states.items()
    ]


async def shown(ctx: Context, key: str) -> dict[str, Any]:
    """One method with its settings, its runs (drift and refusals in each) and who changed what. Raises NotFound."""
    analysis = method(key)
    state, settings = (await kept(ctx.tx))[key], await load_settings(ctx.tx)
    owners = await _owners(ctx, [state])
    runs = await _runs(ctx, key, RUNS)
    changes = await ctx.tx.rows(SQL.changes_of, key, RUNS)
    return {
        **_entry(state, settings, owners, key in await due(ctx.tx, ctx.now), _newest(runs)),
        "settings": _settings(analysis, settings),
        "runs": runs,
        "changes": [_change(row) for row in changes],
    }


def _entry(
    state: Kept, settings: Settings, owners: Mapping[int, str | None], due_now: bool, runs: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    analysis = state.analysis
    owner = state.owner_id and {"id": state.owner_id, "title": owners.get(state.owner_id)}
    return {
        "key": analysis.name,
        "version": analysis.version,
        "source": analysis.source,
        "doc": f"analyses/{analysis.name}.md",
        "inputs": list(analysis.inputs),
        "outputs": list(analysis.outputs),
        "history": list(analysis.history),
        "needs": [{"code": need.code, "least": need.least} for need in analysis.needs],
        "owner": owner or None,
        "schedule": state.schedule,
        "enabled": state.enabled,
        "due": due_now,
        "last": _newest(runs),
    }


def _newest(runs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest run for each kind of customer."""
    first: dict[str, dict[str, Any]] = {}
    for run in runs:
        first.setdefault(run["object"], run)
    return [first[name] for name in CUSTOMERS if name in first]


def _settings(analysis: Analysis, settings: Settings) -> list[dict[str, Any]]:
    chosen = analysis.chosen(settings)
    return [
        {**setting.as_json(), "value": chosen[setting.name], "shared": setting.name in SHARED}
        for setting in analysis.declared
    ]


async def _runs(ctx: Context, key: str, limit: int) -> list[dict[str, Any]]:
    return [_told(ctx, key, row) for row in await ctx.tx.rows(SQL.runs_of, key, limit)]


def _told(ctx: Context, method: str, row: Mapping[str, Any]) -> dict[str, Any]:
    plain = {
        key: value for key, value in known_of_run(ctx, method, row).items() if key not in ("actor_id", "actor_name")
    }
    return {**plain, "as_of": row["as_of"].date().isoformat(), "finished_at": iso(row["finished_at"]), "by": _by(row)}


def _change(row: Mapping[str, Any]) -> dict[str, Any]:
    at: dt.datetime = row["at"]
    changes = [{"name": name, "before": old, "after": new} for name, (old, new) in row["changes"].items()]
    return {"at": iso(at), "by": _by(row), "shared": row["method"] is None, "changes": changes}


def _by(row: Mapping[str, Any]) -> dict[str, Any] | None:
    return row["actor_id"] and {"id": row["actor_id"], "title": row["actor_name"]}


async def _owners(ctx: Context, states: Any) -> dict[int, str | None]:
    ids = [state.owner_id for state in states if state.owner_id]
    return {row["id"]: row["name"] for row in await ctx.tx.rows(SQL.owners, ids)} if ids else {}
