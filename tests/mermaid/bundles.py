"""The published bundles of Mermaid, in a cache outside the repository. Names no registry, runs no script of a package.

A package of Mermaid holds the whole library as one script that pages load as it is: nothing it depends on is installed.
"""

import base64
import hashlib
import io
import os
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

from tests.conformance import install
from tests.conformance.install import Unavailable

PINNED = {  # version -> its newest release, and what npm publishes as the integrity of that package
    "10.9": (
        "10.9.8",
        "sha512-gmIhmkmD/3DL5lErDV71E/cFUkEbBW4VTFpsJH1HSYjeBICRKOoc4AZem+RNz/FhhCXKBMZiD75bIfBlb2A4yA==",
    ),
    "11.4": (
        "11.4.1",
        "sha512-Mb01JT/x6CKDWaxigwfZYuYmDZ6xtrNwNlidKZwkSrDaY9n90tdrJTV5Umk+wP1fZscGptmKFXHsXMDEVZ+Q6A==",
    ),
    "11.12": (
        "11.12.3",
        "sha512-wN5ZSgJQIC+CHJut9xaKWsknLxaFBwCPwPkGTSUYrTiHORWvpT8RxGk849HPnpUAQ+/9BPRqYb80jTpearrHzQ==",
    ),
    "12.3": (
        "12.3.0",
        "sha512-4113TdXeLAsMruJ79OpFL5O8+LTFXhQqZ260rF3tgUmiNAtRm4Uume04I+65PRN6yZ69J4f8rVYWW8zRk65UYw==",
    ),
}
IN_CI = "11.12"
BUNDLE = "package/dist/mermaid.min.js"
PACK = ["pack", "--ignore-scripts"]


class Changed(Exception):
    """A package is not the one that was pinned; never a reason to skip."""


def bundle(version: str) -> Path:
    """One script, fetched once for each release. Raises Unavailable, or Changed."""
    release, integrity = PINNED[version]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "burndown-mermaid"
    home = cache / f"{release}-{hashlib.sha256(integrity.encode()).hexdigest()[:16]}.js"
    if not home.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="fetching-", dir=cache) as fresh:
            script = Path(fresh) / "mermaid.js"
            script.write_bytes(unpacked(_fetched(release, Path(fresh)), integrity))
            script.replace(home)  # whole or not at all, also when two test runs fetch at once
    return home


def unpacked(package: bytes, integrity: str) -> bytes:
    """The script in a package, once it is known to be the one that is meant."""
    if integrity_of(package) != integrity:
        raise Changed("this package of mermaid is not the one that was pinned")
    with tarfile.open(fileobj=io.BytesIO(package)) as files:
        script = files.extractfile(BUNDLE)
        assert script, "the bundle is a file"
        return script.read()


def integrity_of(package: bytes) -> str:
    return f"sha512-{base64.b64encode(hashlib.sha512(package).digest()).decode()}"


def _fetched(release: str, directory: Path) -> bytes:
    node = install.node()
    npm = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [node, npm, *PACK, *install.RETRY, f"mermaid@{release}"]
    try:
        done = subprocess.run(
            command, cwd=directory, capture_output=True, text=True, timeout=install.SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"npm did not finish within {install.SECONDS} s") from None
    except OSError as error:
        raise Unavailable(f"node cannot be started: {error.strerror}") from None
    if done.returncode:
        code = re.search(r"code (E[A-Z0-9_]+)", done.stderr)  # the rest of the output names the registry
        raise Unavailable(f"npm pack failed ({code[1] if code else f'exit code {done.returncode}'})")
    return (directory / f"mermaid-{release}.tgz").read_bytes()
