"""What the walks found, as a table for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.journeys.pages.walking import Findings

MOST = 4  # places named for one fault


def told(findings: Findings) -> Iterator[str]:
    """The counts, then every fault with where it was seen, the widest spread first."""
    people = Counter(person for _, person, _, _ in findings.pages)
    addresses = {address for address, _, _, _ in findings.pages}
    yield (
        f"{len(findings.pages)} pages checked (page × person × language × width), {len(addresses)} addresses, "
        f"{findings.looked} differ"
    )
    yield "  " + ", ".join(f"{person} {count}" for person, count in sorted(people.items()))
    for counts, title in ((True, "Faults"), (False, "Advice and lesser faults, not counted")):
        kept = {fault: places for fault, places in findings.faults.items() if fault.counts is counts}
        yield f"{title}: {len(kept)}"
        for fault, places in sorted(kept.items(), key=lambda one: (-len(one[1]), one[0])):
            yield f"  {fault.kind}  {fault.rule}  {fault.where}"
            yield f"      {len(places)}: " + "; ".join(places[:MOST])
    if findings.closed:
        yield f"Examples that did not open: {len(findings.closed)}"
        yield from (f"  {one}" for one in findings.closed)
