"""Every slice, in the order in which it plugs in."""

from __future__ import annotations

from collections.abc import Callable

from visavis.features.app import App

SLICES: tuple[Callable[[App], None], ...] = ()
