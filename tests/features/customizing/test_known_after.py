"""A field that comes to be known only after the fact."""

from __future__ import annotations

from visavis.features.customizing import api as customizing
from visavis.features.runtime import Workspace


async def test_marked_in_the_catalogue_and_taken_back(workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        catalogue = await customizing.change_field(ctx, "company", "industry", {"known_after": True})
    assert catalogue.object("company").field("industry").known_after
    async with workspace.context() as ctx:
        catalogue = await customizing.change_field(ctx, "company", "abc_class", {"known_after": True})
        assert catalogue.object("company").field("abc_class").known_after
        catalogue = await customizing.change_field(ctx, "company", "industry", {"known_after": False})
    assert not catalogue.object("company").field("industry").known_after
