"""Numbers in addresses: no record has a number that the database cannot hold, so such an address does not exist."""

from __future__ import annotations

from werkzeug.routing import IntegerConverter, Map


class KeyConverter(IntegerConverter):
    """`<int:...>` up to the largest key of a table."""

    def __init__(
        self,
        url_map: Map,
        fixed_digits: int = 0,
        min: int | None = None,
        max: int | None = 2**63 - 1,
        signed: bool = False,
    ) -> None:
        super().__init__(url_map, fixed_digits=fixed_digits, min=min, max=max, signed=signed)
