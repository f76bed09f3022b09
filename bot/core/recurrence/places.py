"""Where a frame of a stack stands, as every system and build would say it; and whether that is the project's own.

Judges names only: what lies in a folder of others or in a language's library is never the project's, unless the
configuration says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from bot.core.document.model import Frame
from bot.core.document.stacks import pattern

MAX_TEXT = 1_000  # characters of a module or path that are looked at, from its end
MAX_NAME = 200  # characters
TAIL = 2  # parts of a path that are kept where nothing says where the project begins
SHORT = 2  # characters: names as minifiers give them
MANGLED = 2  # times that angle brackets within others are taken off

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Naming:
    """What a repository calls its own: prefixes of modules or folders, as `shop`, `com.acme`, `example.org/acme`."""

    own: tuple[str, ...] = ()  # only these; none: whatever is not known to be somebody else's
    foreign: tuple[str, ...] = ()  # never these
    tool_id: str = ""  # a pattern of the codes that the product prints (RE2)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the project."""

    module: Parts
    function: str
    is_named: bool = True  # whether it says which function, in a name that a person gave

    def __str__(self) -> str:
        return ".".join(filter(None, (*self.module, self.function)))


# Whose modules are known by their names; of the others only their paths say where they belong.
_JVM = """
    java javax jakarta jdk sun com.sun com.oracle kotlin kotlinx scala groovy clojure org.codehaus.groovy
    org.springframework org.apache org.junit junit org.hibernate org.eclipse io.netty io.undertow reactor akka
    io.reactivex rx android androidx com.android com.google.common dalvik libcore org.gradle worker.org.gradle
"""
_GO = """
    archive bufio builtin bytes cmp compress container context crypto database debug embed encoding errors expvar flag
    fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime slices
    sort strconv strings sync syscall testing text time unicode unique unsafe vendor golang.org/x google.golang.org
"""
FOREIGN: Mapping[str, str] = MappingProxyType(
    {
        "java": _JVM,
        "kotlin": _JVM,
        "csharp": "System Microsoft Windows Xunit NUnit Newtonsoft",
        "go": _GO,
        "rust": "std core alloc tokio futures futures_util async_std rayon rayon_core",
        "php": "Symfony Illuminate Composer PHPUnit",
    }
)
# Below these folders lies what was installed, not written here.
FOLDERS = frozenset(
    """
    site-packages dist-packages node_modules bower_components vendor third_party third-party gems pods .cargo rustc
    """.split()  # noqa: SIM905 - reads better than a list
)
LAYOUT = frozenset(["src", "lib", "dist", "build", "out", "esm", "cjs", "target", "release", "debug"])
ROOTS: Mapping[str, int] = MappingProxyType(  # where things are put; with how many folders that are named by chance
    {
        **dict.fromkeys(["home", "users", "documents and settings", "tmp", "temp"], 1),
        **dict.fromkeys(["root", "app", "opt", "srv", "usr", "code", "mnt", "private", "var", "local"], 0),
        **dict.fromkeys(["workspace", "workspaces"], 0),
    }
)
# Frames that come and go with the version of a language or the settings of its compiler.
_HELPERS = frozenset(
    """
    <listcomp> <dictcomp> <setcomp> asyncGeneratorStep _asyncToGenerator __awaiter __generator _next _throw fulfilled
    rejected step tryCatch
    """.split()  # noqa: SIM905
)
_NAMELESS = frozenset(["", "<anonymous>", "anonymous", "<lambda>", "null"])
# Of Node before 16, which printed its own files without a scheme.
_OLD_NODE = frozenset("module.js events.js net.js fs.js timers.js vm.js domain.js bootstrap_node.js".split())  # noqa: SIM905

_ADDRESS = pattern(r"0x[0-9A-Fa-f]+")
_VERSIONED = pattern(r"(?:-v?\d+\.|@v?\d)[\w.+-]*$")
_PYTHON = pattern(r"^python[\d.]+(?:\.zip)?$")
_NUMBERED = pattern(r"\$(?:\d+|Proxy\d+)\b")
_SHARP = pattern(r"<(\w+)>")
_MAJOR = pattern(r"^v\d+$")
_GO_INNER = pattern(r"(?:\.(?:func|gowrap|deferwrap)?\d+)+$")
_RUST_AS = pattern(r"<([^<>]+?) as [^<>]+(?:<[^<>]*>)?>")
_RUST_HASH = pattern(r"^h[0-9a-f]{16}$")
_BRACKETS = pattern(r"<[^<>]*>")


def place_of(frame: Frame, language: str, naming: Naming) -> Place | None:
    """Where a frame stands; None: not in the project, or nobody can say."""
    module, function = _named(frame, language)
    if function in _HELPERS:
        return None
    is_by_path = not module or language in {"python", "javascript", "ruby"}
    found = _of_path(frame.path, language, naming) if is_by_path else _of_module(module, frame.path, language, naming)
    if not found:
        return None
    short = len(function) <= SHORT and (language == "javascript" or len(found[-1]) <= SHORT)
    is_named = function not in _NAMELESS and not short
    return Place(found, "" if function in _NAMELESS else function[:MAX_NAME], is_named)


def _named(frame: Frame, language: str) -> tuple[Parts, str]:
    """The module in its parts and the function, without what a compiler added to them."""
    module, function = (_ADDRESS.sub("", each[-MAX_TEXT:]) for each in (frame.module, frame.function))
    match language:
        case "java" | "kotlin":
            return _of_jvm(module, function)
        case "csharp":
            return _of_sharp(module, function)
        case "go":
            inner = _GO_INNER.sub("", function.removesuffix("-fm").replace("[...]", ""))
            return tuple(each for each in module.split("/") if each and not _MAJOR.search(each)), inner
        case "rust":
            return _of_rust(module, function)
        case "javascript":
            return (), _of_script(function)
        case "php":
            return tuple(filter(None, module.split("\\"))), "{closure}" if "{closure" in function else function
        case "ruby":
            return (), function.rpartition("#")[2].rpartition(".")[2].rpartition(" in ")[2]
        case _:
            return (), function


def _of_jvm(module: str, function: str) -> tuple[Parts, str]:
    """`App$run$1.invoke` is run of App, `lambda$read$0` is read; proxies are what they stand for."""
    bare = _NUMBERED.sub("", module.partition("$$")[0])
    outer, mark, inner = bare.rpartition("$")
    if mark and inner[:1].islower() and function in {"invoke", "invokeSuspend", "call", "run", "apply"}:
        bare, function = outer, inner
    if function.startswith("lambda$"):
        function = function.removeprefix("lambda$").rpartition("$")[0] or function
    function = function.partition("$$")[0].removesuffix("$default").partition("$lambda")[0]
    return tuple(filter(None, bare.split("."))), function


def _of_sharp(module: str, function: str) -> tuple[Parts, str]:
    """`Store.<LoadAsync>d__12.MoveNext` is LoadAsync of Store; types that fill in generic ones do not count."""
    plain = module.partition("[")[0]
    inner = _SHARP.search(function) or _SHARP.search(plain)
    outer = plain.partition("<")[0] if "<" in plain else plain
    parts = tuple(each.partition("`")[0] for each in outer.split(".") if each.partition("`")[0])
    return parts, inner.group(1) if inner else function.partition("[")[0].partition("`")[0]


def _of_rust(module: str, function: str) -> tuple[Parts, str]:
    """`<shop::Db as Drop>::drop::h01...` is drop of shop::Db; a closure is its function."""
    name = _RUST_AS.sub(r"\1", f"{module}::{function}")
    for _ in range(MANGLED):
        name = _BRACKETS.sub("", name)
    parts = [
        each.strip("<>& ")
        for each in name.split("::")
        if each.strip("<>& ") and not each.startswith("{") and not _RUST_HASH.search(each)
    ]
    return tuple(parts[:-1]), parts[-1] if parts else ""


def _of_script(function: str) -> str:
    """`Store.prototype.load`, `async*load`, `load$` and `Store/load<` are load, as every engine and compiler has it."""
    for mark in (" ", "*", "/", "."):
        function = function.rpartition(mark)[2]
    return "" if function == "<anonymous>" else function.rstrip("$<").removesuffix("/")


def _of_module(module: Parts, path: str, language: str, naming: Naming) -> Parts:
    if _begins(module, naming.foreign):
        return ()
    if naming.own:
        return module if _begins(module, naming.own) or (language == "go" and module == ("main",)) else ()
    folders = [each.casefold() for each in _folders(path)]
    is_installed = not FOLDERS.isdisjoint(folders) or "/pkg/mod/" in path
    return () if is_installed or _begins(module, _known(language)) else module


def _of_path(path: str, language: str, naming: Naming) -> Parts:
    """By the folders: from the project's own on, or else the last of them."""
    folders = _folders(path)
    if not folders or _is_made_up(path, language):
        return ()
    installed = _installed(folders, path, language)
    inside = [*map(_tidy, folders[installed:-1]), _stem(folders[-1])]
    if _begins(inside, naming.foreign):
        return ()
    if naming.own:
        return _from_own(inside, naming.own, is_installed=installed > 0)
    if installed:
        return ()
    if path.startswith("/") or path[1:2] == ":":
        inside = _below_root(inside)
    return _short(inside)[-TAIL:]


def _from_own(inside: Sequence[str], own: Sequence[str], *, is_installed: bool) -> Parts:
    """From the last folder that is the project's on; what is installed must begin with one."""
    if is_installed and not _begins(inside, own):
        return ()
    for at in range(len(inside) - 1, -1, -1):
        for each in map(_split, own):
            if each and tuple(inside[at : at + len(each)]) == each:
                return (each[-1], *_short(inside[at + len(each) :]))
    return ()


def _folders(path: str) -> list[str]:
    """A path in its parts, without drive, scheme and host."""
    clean = path[-MAX_TEXT:].replace("\\", "/")
    _, scheme, rest = clean.partition("://")
    if scheme:
        clean = rest.partition("/")[2]
    parts = [each for each in clean.split("/") if each not in {"", ".", "..", "~"}]
    return parts[1:] if parts and parts[0].endswith(":") else parts


def _is_made_up(path: str, language: str) -> bool:
    """What stands for code that lies in no file, or in the run time."""
    if path.startswith(("<", "Cell In", "Input In", "node:", "internal/", "native", "webpack/")):
        return True
    return language == "javascript" and (path in _OLD_NODE or path.startswith("_stream_"))


def _installed(folders: Sequence[str], path: str, language: str) -> int:
    """The first part behind the last folder of what was installed; 0: there is none."""
    is_windows = path[1:2] == ":"
    for at in range(len(folders) - 2, -1, -1):
        name = folders[at].casefold()
        is_library = language == "python" and (_PYTHON.search(name) or (is_windows and folders[at] == "Lib"))
        is_library = is_library or (language == "ruby" and name == "ruby" and folders[at - 1] == "lib")
        if name in FOLDERS or is_library:
            return at + 1
    return 0


def _tidy(part: str) -> str:
    """A folder without a version, in small letters: some systems do not tell them apart."""
    return (_VERSIONED.sub("", part) or part)[:MAX_NAME].casefold()


def _stem(name: str) -> str:
    """A file's name without its ending, and without what a bundler adds to tell one build from another."""
    stem = name.rpartition(".")[0] or name
    parts = stem.split(".")
    kept = [each for each in parts if not _is_hash(each) and each != "min"]
    return ".".join(kept or parts)[:MAX_NAME].casefold()


def _is_hash(text: str) -> bool:
    return len(text) >= 6 and set(text) <= set("0123456789abcdef") and not text.isalpha()  # noqa: PLR2004 - of a hash


def _below_root(parts: list[str]) -> list[str]:
    """An absolute path from where the project may begin: without the home, the mount or the temporary folder."""
    at = 0
    while at < len(parts) - 1 and parts[at] in ROOTS:
        at += 1 + ROOTS[parts[at]]
    return parts[min(at, len(parts) - 1) :]


def _short(parts: Sequence[str]) -> Parts:
    """Without the folders that only say how a project is laid out or built; the file itself always stays."""
    return (*(each for each in parts[:-1] if each not in LAYOUT), *parts[-1:])


def _begins(parts: Sequence[str], prefixes: Sequence[str]) -> bool:
    return any(tuple(parts[: len(prefix)]) in {prefix, _split(each)} for each in prefixes if (prefix := _exact(each)))


@lru_cache(maxsize=4_000)
def _exact(prefix: str) -> Parts:
    """`com.acme`, `example.org/acme`, `shop::db`: in parts, as modules have them."""
    mark = next((each for each in ("::", "\\", "/", ".") if each in prefix), ".")
    return tuple(filter(None, prefix.strip().split(mark)))


@lru_cache(maxsize=4_000)
def _split(prefix: str) -> Parts:
    """The same as paths have them."""
    return tuple(each.casefold() for each in _exact(prefix))


@lru_cache(maxsize=16)
def _known(language: str) -> Parts:
    return tuple(FOREIGN.get(language, "").split())
