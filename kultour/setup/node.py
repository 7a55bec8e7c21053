"""The browser's part: npm packages and the bundle."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from kultour.setup.python import is_prepared_image
from kultour.setup.steps import ROOT, SetupError, Stamp, call, step

FRONTEND = ROOT / "frontend"
DIST = FRONTEND / "dist"
MODULES = ROOT / "node_modules"
OLDEST_NODE = 20


def ensure_bundle() -> None:
    """Build the browser's part unless its sources are those of the last build."""
    if is_prepared_image():
        return
    built = Stamp(DIST / "stamp", sources())
    if built.is_fresh():
        return
    check_node()
    installed = Stamp(MODULES / ".stamp", [ROOT / "package-lock.json"])
    if not installed.is_fresh():
        with step("installing npm packages"):
            call("npm", "ci", "--no-audit", "--no-fund")
        installed.set()
    with step("building the pages' scripts and styles"):
        call("npm", "run", "--silent", "build")
    built.set()


def sources() -> Iterator[Path]:
    """What the bundle is made from."""
    yield from (ROOT / "package-lock.json", ROOT / "vite.config.ts", ROOT / "tsconfig.json")
    for file in FRONTEND.rglob("*"):
        if file.is_file() and DIST not in file.parents and file.suffix != ".html":
            yield file


def check_node() -> None:
    wish = f"Kultour builds its pages with Node {OLDEST_NODE} or newer"
    if not shutil.which("node") or not shutil.which("npm"):
        raise SetupError(f"{wish}; node and npm were not found. Debian: apt-get install nodejs npm")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    if int(version.lstrip("v").split(".")[0]) < OLDEST_NODE:
        raise SetupError(f"{wish}; this is {version.strip()}.")
