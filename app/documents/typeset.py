"""Sets forms as PDFs: a program of its own, run by `press` within limits.

One order in JSON comes in on standard input: `{"folder", "fonts", "seconds", "memory", "jobs": [{"layout",
"content"}]}`. The answer is one line of JSON with the lengths, then the documents one after the other. It imports
nothing of the product, knows none of its secrets, and the content reaches the template as data.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

ARCHIVABLE = ["a-2b"]


def set_one(compiler: Any, template: str, content: dict[str, Any]) -> bytes:
    """One document, as PDF/A where every sign has its glyph; a sign without one is set as an empty box."""
    from typst import TypstError

    data = {"data": json.dumps(content, ensure_ascii=False)}
    try:
        return bytes(compiler.compile(template, format="pdf", sys_inputs=data, pdf_standards=ARCHIVABLE))
    except TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return bytes(compiler.compile(template, format="pdf", sys_inputs=data))


def main() -> None:
    """Read the order, set its documents, write them."""
    order = json.loads(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"]))
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from typst import Compiler

    compiler = Compiler(root=order["folder"], font_paths=[order["fonts"]], ignore_system_fonts=True)
    documents = [set_one(compiler, f"{order['folder']}/{job['layout']}.typ", job["content"]) for job in order["jobs"]]
    sys.stdout.buffer.write(json.dumps([len(document) for document in documents]).encode() + b"\n")
    for document in documents:
        sys.stdout.buffer.write(document)


if __name__ == "__main__":
    main()
