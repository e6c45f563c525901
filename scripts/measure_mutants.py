"""Asks of the wage rules: would a test notice if this line were wrong? Run it by `make mutants`.

mutmut changes one place at a time and runs the tests that reach it. It works on a copy in `build/mutants` that does the
same in other words: a decorator is written as the call that it stands for (mutmut leaves decorated functions alone, and
every rule is marked by one), casts are left out, and a `Message(…)` has lines of its own, so that the pattern in
pyproject.toml leaves out the sentences for people and nothing beside them.

    scripts/mutants                              everything, from a fresh copy
    scripts/mutants 'app.pay.civil*'             what these names match
    scripts/mutants --again                      once more what was not killed the last time
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPY = ROOT / "build" / "mutants"
WANTED = 95.0  # per cent
COPIED = ("app", "models", "admin_views", "tests", "pyproject.toml")
VERDICTS = {
    0: "survived", 1: "killed", 3: "killed", 5: "no test", 33: "no test", None: "not run",
    -24: "timeout", 24: "timeout", 36: "timeout", 152: "timeout", 255: "timeout",
}  # fmt: skip
LEFT_AS_THEY_ARE = ("classmethod", "staticmethod", "overload")


def main(arguments: list[str]) -> int:
    began = time.monotonic()
    again = "--again" in arguments
    names = asked = [argument for argument in arguments if argument != "--again"]
    if again:
        names = [name for name, verdict in verdicts() if verdict not in ("killed", "timeout")]
        for folder in ("tests", "pyproject.toml"):
            renew(folder)
            renew(folder, COPY / "mutants")
    else:
        shutil.rmtree(COPY, ignore_errors=True)
        COPY.mkdir(parents=True)
        for folder in COPIED:
            renew(folder)
        for pattern in settings()["only_mutate"]:
            path = COPY / pattern
            path.write_text(restated(path.read_text(encoding="utf-8")), encoding="utf-8")
    command = [str(Path(sys.executable).parent / "mutmut"), "run", *names]
    if workers := os.environ.get("TEST_WORKERS"):
        command[2:2] = ["--max-children", workers]
    quiet = {**os.environ, "HYPOTHESIS_PROFILE": "mutants"}
    subprocess.run(command, cwd=COPY, env=quiet, check=True)
    of_interest = {
        name: verdict for name, verdict in verdicts() if not asked or any(fnmatch(name, pattern) for pattern in asked)
    }
    return report(of_interest, minutes=(time.monotonic() - began) / 60)


def settings() -> dict[str, list[str]]:
    """What pyproject.toml says to mutmut."""
    told: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    return told


def renew(name: str, folder: Path = COPY) -> None:
    source, target = ROOT / name, folder / name
    if source.is_file():
        shutil.copy2(source, target)
        return
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))


def restated(source: str) -> str:
    """The same code with decorators as calls and with each sentence on lines of its own."""
    return messages_apart(decorators_as_calls(without_casts(source)))


class WithoutCasts(ast.NodeTransformer):
    """`cast(int, grade)` is `grade` when the program runs; no test could notice another type in it."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        return node.args[1] if isinstance(node.func, ast.Name) and node.func.id == "cast" else node


def without_casts(source: str) -> str:
    tree, lines = ast.parse(source), source.split("\n")
    casts = [node for node in ast.walk(tree)
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "cast"]  # fmt: skip
    for node in sorted(casts, key=lambda found: (found.lineno, found.col_offset), reverse=True):
        value = node.args[1]
        assert node.lineno == value.lineno
        text = lines[node.lineno - 1].encode()  # ast counts bytes
        lines[node.lineno - 1] = (text[: node.col_offset] + b"(" + text[value.col_offset :]).decode()
    plain = "\n".join(lines)
    assert ast.dump(ast.parse(plain)) == ast.dump(WithoutCasts().visit(tree))
    return plain


def decorators_as_calls(source: str) -> str:
    """`@rule("I-5")` above a function becomes `promote = rule("I-5")(promote)` below it, which is what it means."""
    lines = source.split("\n")
    functions = [
        node
        for parent in ast.walk(ast.parse(source)) if isinstance(parent, ast.Module | ast.ClassDef)
        for node in parent.body if isinstance(node, ast.FunctionDef) and node.decorator_list
    ]  # fmt: skip
    for function in sorted(functions, key=lambda node: node.lineno, reverse=True):
        decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
        if set(decorators) & set(LEFT_AS_THEY_ARE):
            continue
        value = function.name
        for decorator in reversed(decorators):
            value = f"{decorator}({value})"
        lines.insert(function.end_lineno or 0, f"{' ' * function.col_offset}{function.name} = {value}")
        for decorator in function.decorator_list:
            for number in range(decorator.lineno, (decorator.end_lineno or 0) + 1):
                lines[number - 1] = ""
    return "\n".join(lines)


def messages_apart(source: str) -> str:
    """A line break before and after each sentence that stands within brackets, where a break means nothing."""
    tree, lines = ast.parse(source), source.split("\n")
    sentences = {id(node) for node in ast.walk(tree) if is_message(node)}
    inner = {id(child) for node in ast.walk(tree) if id(node) in sentences
             for child in ast.walk(node) if child is not node}  # fmt: skip
    bracketed = [
        node for holder in ast.walk(tree) if isinstance(holder, ast.Call | ast.Tuple | ast.List | ast.Dict)
        for node in within(holder) if id(node) in sentences and id(node) not in inner
    ]  # fmt: skip
    for node in sorted(bracketed, key=lambda found: (found.lineno, found.col_offset), reverse=True):
        for number, column in ((node.end_lineno or 0, node.end_col_offset or 0), (node.lineno, node.col_offset)):
            text = lines[number - 1].encode()  # ast counts bytes
            lines[number - 1 : number] = [text[:column].decode(), text[column:].decode()]
    apart = "\n".join(lines)
    assert ast.dump(ast.parse(apart)) == ast.dump(tree)
    return apart


def is_message(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message"


def within(holder: ast.AST) -> Iterator[ast.expr]:
    """What stands directly in the brackets of a call, tuple, list or dictionary."""
    if isinstance(holder, ast.Call):
        yield from holder.args
        yield from (keyword.value for keyword in holder.keywords)
    elif isinstance(holder, ast.Tuple | ast.List):
        yield from holder.elts
    elif isinstance(holder, ast.Dict):
        yield from holder.values


def verdicts() -> Iterator[tuple[str, str]]:
    """Each mutant with what became of it."""
    for path in sorted((COPY / "mutants" / "app" / "pay").glob("*.meta")):
        for name, code in json.loads(path.read_text("utf-8"))["exit_code_by_key"].items():
            yield name, VERDICTS.get(code, f"code {code}")


def report(verdict_of: dict[str, str], *, minutes: float) -> int:
    """Print the share killed by module and the survivors; 1 if the share is too small."""
    modules: dict[str, Counter[str]] = {}
    for name, verdict in verdict_of.items():
        modules.setdefault(name.split(".")[2], Counter())[verdict] += 1
    print(f"\n{'module':24}{'mutants':>9}{'killed':>9}{'left':>7}{'share':>9}")
    for module, counts in sorted(modules.items()):
        print_row(module, counts)
    total = sum(modules.values(), Counter())
    print_row("together", total)
    left = [name for name, verdict in verdict_of.items() if verdict not in ("killed", "timeout")]
    print("\nNot killed:" if left else "\nNone left.")
    for name in left:
        print(f"  {verdict_of[name]:9} {name}")
    print(f"\n{dict(total)}, {minutes:.0f} minutes. To see one: cd build/mutants && mutmut show NAME")
    return 0 if share(total) >= WANTED else 1


def share(counts: Counter[str]) -> float:
    return 100 * (counts["killed"] + counts["timeout"]) / max(1, sum(counts.values()))


def print_row(name: str, counts: Counter[str]) -> None:
    killed = counts["killed"] + counts["timeout"]
    print(f"{name:24}{sum(counts.values()):9}{killed:9}{sum(counts.values()) - killed:7}{share(counts):8.1f}%")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
