"""The direction of imports: models ← rules, queries, access ← service ← pages ← create_app."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("app.portal", "app.public", "app.api", "app.web", "app.demo")  # what may know the web framework
PAGE_FILES = ("pages.py", "cli.py", "sessions.py")
OPEN_TO_ALL = {"app.messages", "app.errors", "app.clock", "app.keys", "app.config"}
LIMIT = 400


def modules(top: str) -> list[Path]:
    return sorted(path for path in (ROOT / top).rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_page(path: Path) -> bool:
    name = name_of(path)
    return (
        path.name in PAGE_FILES
        or name.startswith(PAGES)
        or name.startswith("admin_views")
        or name in ("app", "app.rooms", "app.start")
    )


SUBJECTS = [path for path in modules("app") if not is_page(path)]


def test_models_import_nothing_of_ours() -> None:
    for path in modules("models"):
        ours = [name for name in imports(path) if name.split(".")[0] in ("app", "admin_views")]
        assert not ours, f"{path.name} imports {ours}"


@pytest.mark.parametrize("path", SUBJECTS, ids=name_of)
def test_a_subject_does_not_know_the_web(path: Path) -> None:
    web = [
        name
        for name in imports(path)
        if name.split(".")[0] in ("flask", "flask_admin", "flask_login", "flask_babel", "flask_wtf", "admin_views")
        or name.startswith(("app.portal", "app.public", "app.api", "app.web"))
    ]
    assert not web, f"{name_of(path)} imports {web}"


@pytest.mark.parametrize("path", [path for path in SUBJECTS if path.name == "rules.py"], ids=name_of)
def test_rules_are_pure(path: Path) -> None:
    impure = [
        name
        for name in imports(path)
        if name.split(".")[0] == "sqlalchemy" or name.endswith((".service", ".queries", "app.uow"))
    ]
    assert not impure, f"{name_of(path)} imports {impure}"


@pytest.mark.parametrize("path", [path for path in SUBJECTS if path.name == "queries.py"], ids=name_of)
def test_queries_do_not_write(path: Path) -> None:
    writing = [
        name for name in imports(path) if name in ("sqlalchemy.insert", "sqlalchemy.update", "sqlalchemy.delete")
    ]
    assert not writing, f"{name_of(path)} imports {writing}"


def test_only_the_unit_of_work_commits() -> None:
    allowed = {"app.uow"}
    offenders = []
    for top in ("app", "admin_views"):
        for path in modules(top):
            if name_of(path) in allowed:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr == "commit":
                    offenders.append(f"{name_of(path)}:{node.lineno}")
    assert not offenders


def test_only_the_clock_tells_the_time() -> None:
    offenders = []
    for top in ("app", "admin_views", "models"):
        for path in modules(top):
            if name_of(path) == "app.clock":
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today"):
                    owner = node.value
                    if isinstance(owner, ast.Name) and owner.id in ("datetime", "date"):
                        offenders.append(f"{name_of(path)}:{node.lineno}")
    assert not offenders


def test_no_module_grows_beyond_the_limit() -> None:
    long = {
        name_of(path): lines
        for top in ("app", "admin_views", "models", "tests", "benchmarks")
        for path in modules(top)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LIMIT
    }
    assert not long


def test_every_module_says_what_it_holds() -> None:
    silent = [
        name_of(path)
        for top in ("app", "admin_views", "models")
        for path in modules(top)
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


def test_the_product_reads_nothing_beside_its_own_folder() -> None:
    offenders = [
        name_of(path)
        for top in ("app", "admin_views", "models", "tests", "benchmarks")
        for path in modules(top)
        if "../shared" in path.read_text(encoding="utf-8").replace('"../sha" "red"', "") and path != Path(__file__)
    ]
    assert not offenders
