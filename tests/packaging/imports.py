"""What the project's modules import, read from their source; nothing is imported."""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

OURS = ("adcore", "app", "pages")

COMMANDS = "adcore.cli"
"""Names every command, and loads what one needs only when it is called: a command is not followed into the others."""


@lru_cache(maxsize=1)
def modules() -> dict[str, Path]:
    """Every module of adcore, app and pages, by its dotted name."""
    found = {}
    for package in OURS:
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def reachable(roots: Iterable[str]) -> set[str]:
    """The modules, and all of ours that they import in turn, inside functions too."""
    seen: set[str] = set()
    waiting = list(roots)
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            parent = module.rpartition(".")[0]  # importing a module runs its package first
            waiting += [name for name in (parent, *_imported(module)) if name in modules() and name != COMMANDS]
    return seen


def packages(of: Iterable[str]) -> set[str]:
    """Top-level names from outside the project and the standard library that modules import."""
    names = {name.split(".")[0] for module in of for name in _imported(module)}
    return names - set(OURS) - sys.stdlib_module_names


@cache
def _imported(module: str) -> tuple[str, ...]:
    tree = ast.parse(modules()[module].read_text())
    return tuple(name for node in _at_run_time(tree) for name in _names(node))


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """Every node but those under `if TYPE_CHECKING`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            continue
        yield child
        yield from _at_run_time(child)
