"""The gateway of development and of tests: one file for each message, named after its key, in a folder."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from app.config import ROOT
from app.notify.gateways import Gateway, Parcel, register


class FileGateway:
    """Writes whole files under their final name in one step. A second parcel with the key finds the name taken, and
    the first stays as it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, parcel: Parcel) -> str:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = sha256(parcel.key.encode()).hexdigest()[:40] + ".json"
        draft = self.folder / f".{uuid4().hex}"
        with draft.open("x", encoding="utf-8") as out:
            json.dump(asdict(parcel), out, ensure_ascii=False, indent=1)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, self.folder / name)  # fails where the name is taken, unlike a rename
        except FileExistsError:
            return f"{name} (taken before)"
        finally:
            draft.unlink()
        return name


@register("file")
def files(settings: Mapping[str, str]) -> Gateway:
    return FileGateway(Path(settings.get("MESSAGES_DIR") or ROOT / "instance" / "messages"))
