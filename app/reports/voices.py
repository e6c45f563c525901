"""The language of an exported file, spoken outside a request: the catalogues that the pages use."""

from __future__ import annotations

from functools import lru_cache

from babel.support import Translations

from app.config import ROOT
from app.documents.voice import Voice

CHINESE, ENGLISH = "zh", "en"
_FOLDER = ROOT / "app" / "translations"


def voice_of(language: str) -> Voice:
    """The voice of `zh` or `en`; English is the source and needs no catalogue."""
    if language == ENGLISH:
        return Voice(str, False, str)
    return Voice(_chinese().gettext, True, str)


@lru_cache(maxsize=1)
def _chinese() -> Translations:
    """Every subject's catalogue as one."""
    merged = Translations()
    for folder in sorted(path for path in _FOLDER.iterdir() if path.is_dir()):
        found = Translations.load(str(folder), ["zh_Hans_CN"])
        if isinstance(found, Translations):
            merged.merge(found)
    return merged
