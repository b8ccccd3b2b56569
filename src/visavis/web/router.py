"""From method and path to a route: a tree of path segments, so that the number of routes costs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from visavis.features.app import Route
from visavis.kernel.errors import NotFound
from visavis.web.problems import MethodNotAllowed

HIGHEST_ID = 2**53 - 1


@dataclass
class _Node:
    literal: dict[str, _Node] = field(default_factory=dict)
    parameter: tuple[str, _Node] | None = None
    routes: dict[str, Route] = field(default_factory=dict)


class Router:
    """A literal segment wins over a parameter, and there is no way back from it: a name in use is a name taken."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            self._add(route)

    @property
    def reserved(self) -> frozenset[str]:
        """The first segments that no record type may be called."""
        return frozenset(self._root.literal)

    def match(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """The route and its path parameters; ``NotFound``, or ``MethodNotAllowed`` with what is allowed."""
        node, parameters = self._find(path)
        route = node.routes.get("GET" if method == "HEAD" else method)
        if route is None:
            raise MethodNotAllowed({*node.routes, *(("HEAD",) if "GET" in node.routes else ())})
        return route, parameters

    def allowed(self, path: str) -> str:
        """The methods of a path, as an Allow header has them."""
        return MethodNotAllowed(self._find(path)[0].routes).allowed

    def _add(self, route: Route) -> None:
        node = self._root
        for segment in _segments(route.path):
            node = _step(node, segment)
        if route.method in node.routes:
            raise ValueError(f"two routes for {route.method} {route.path}")
        node.routes[route.method] = route

    def _find(self, path: str) -> tuple[_Node, Mapping[str, str]]:
        node, parameters = self._root, {}
        for segment in _segments(path):
            child = node.literal.get(segment)
            if child is None:
                if node.parameter is None:
                    raise NotFound(f"There is nothing at {path[:200]}.")
                name, child = node.parameter
                parameters[name] = _checked(name, segment)
            node = child
        if not node.routes:
            raise NotFound(f"There is nothing at {path[:200]}.")
        return node, parameters


def _step(node: _Node, segment: str) -> _Node:
    if not segment.startswith("{"):
        return node.literal.setdefault(segment, _Node())
    if node.parameter is None:
        node.parameter = (segment[1:-1], _Node())
    if node.parameter[0] != segment[1:-1]:
        raise ValueError(f"{segment} and {{{node.parameter[0]}}} name the same place in a path")
    return node.parameter[1]


def _segments(path: str) -> list[str]:
    return path.removeprefix("/").split("/")


def _checked(name: str, segment: str) -> str:
    if name == "id" and not (segment.isascii() and segment.isdigit() and 0 < int(segment[:17]) <= HIGHEST_ID):
        raise NotFound(f"'{segment[:40]}' is no id: ids are positive numbers.")
    return segment
