"""What an examination says of a file: findings, the verdict over them, and the limits it was made under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from app.materials.sentences import CODES, FLAGS, sentence_for
from app.messages import Message

CHECKER_VERSION = "1.7"

Severity = Literal["blocking", "warning"]

BLOCKING: Severity = "blocking"
WARNING: Severity = "warning"

# A page that can be turned by us is not worth a second trip; a page that nobody can read is.
DEFAULT_SEVERITIES: dict[str, Severity] = {
    **dict.fromkeys((*CODES, *FLAGS), BLOCKING),
    **dict.fromkeys(("rotated", "skew"), WARNING),
}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How large a file may be, in its own terms, and how long it may keep the examiner busy."""

    max_pixels: int = 110_000_000
    """Pixels of one picture; the largest phone sensors in use give 108 million."""
    max_pages: int = 30
    min_side: int = 120
    """Pixels of the shorter side below which a picture is no page at all."""
    min_length: int = 330
    """The same for the longer side: no character of an A4 page of this size can be told from another. Larger pages that
    are still too small to read are flagged `lowres`."""
    tiff_pages: bool = False
    """Whether a TIFF may hold several pages; without it such a scan is asked for as PDF."""
    max_stream_bytes: int = 64 * 1024 * 1024
    """Bytes to which one stream of a PDF that is no picture may unfold."""
    max_page_points: float = 14_400
    """The longest side of a PDF page in points: 200 inches, the limit of the format."""
    seconds: float = 8.0
    """Seconds of processor time; by the clock, on a busy machine, it may take two and a half times that, and as long
    again where the machine and not the file broke it off."""
    memory_mb: int = 1_400


@dataclass(frozen=True)
class Finding:
    """One thing found: its code, how much it weighs, where, and the sentences for the person who sent the file."""

    code: str
    severity: Severity
    page: int | None
    message: Message
    remedy: Message
    measures: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, code: str, *, page: int | None = None, **measures: Any) -> Finding:
        """The finding with the sentences and the default severity of its code."""
        message, remedy = sentence_for(code, page=page, measures=measures)
        severity = WARNING if measures.get("minor") else DEFAULT_SEVERITIES[code]
        return cls(code, severity, page, message, remedy, measures)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "message": self.message.to_json(), "remedy": self.remedy.to_json()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Finding:
        sentences = {name: Message.from_json(kept[name]) for name in ("message", "remedy")}
        return cls(**{**kept, **sentences})


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The outcome for one file. `accepted` follows from the findings: nothing blocks."""

    findings: tuple[Finding, ...] = ()
    media_type: str | None = None
    pages: int = 0
    width: int | None = None
    height: int | None = None
    sha256: str | None = None
    fingerprint: str | None = None
    """64 bits of how the first page looks, as 16 hexadecimal digits; near duplicates differ in few bits."""
    looks: tuple[dict[str, Any], ...] = ()
    """What was measured of each page that was looked at, the sound ones too: `page` and `measures`."""
    sheets: tuple[dict[str, Any], ...] = ()
    """Where the sheet lies on pages that were photographed (`app.materials.sheets.Sheet`), if asked for."""
    prints: tuple[str, ...] = ()
    """Where the ink of each page that was looked at is, to know it again; empty for a page with nothing on it."""
    checker_version: str = CHECKER_VERSION

    @property
    def accepted(self) -> bool:
        return all(finding.severity != BLOCKING for finding in self.findings)

    @property
    def flags(self) -> list[str]:
        """What is wrong with how the pages look, each named once, in the order of the list of flags."""
        found = {finding.code for finding in self.findings}
        return [flag for flag in FLAGS if flag in found]

    @property
    def codes(self) -> list[str]:
        """What is wrong with the file itself, each named once, in the order of the list of codes."""
        found = {finding.code for finding in self.findings}
        return [code for code in CODES if code in found]

    def judged(self, severities: Mapping[str, str]) -> Verdict:
        """The same findings weighed by the settings of one item material.

        Only the look of a page can be weighed: a file that is damaged, disguised or active stays blocked.
        """
        weighed = tuple(
            replace(finding, severity=BLOCKING if severities[finding.code] == BLOCKING else WARNING)
            if finding.code in FLAGS and finding.code in severities and not finding.measures.get("minor")
            else finding
            for finding in self.findings
        )
        return replace(self, findings=weighed)

    def to_json(self) -> dict[str, Any]:
        facts = (
            "media_type", "pages", "width", "height", "sha256", "fingerprint", "looks", "sheets", "prints",
            "checker_version",
        )  # fmt: skip
        return {
            **{name: getattr(self, name) for name in facts},
            "accepted": self.accepted,
            "flags": self.flags,
            "codes": self.codes,
            "findings": [finding.to_json() for finding in self.findings],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Verdict:
        derived = {"accepted", "flags", "codes", "findings"}
        findings = tuple(Finding.from_json(finding) for finding in kept["findings"])
        lists: dict[str, Any] = {name: tuple(kept.get(name, ())) for name in ("looks", "sheets", "prints")}
        facts = {name: value for name, value in kept.items() if name not in derived | lists.keys()}
        return cls(findings=findings, **lists, **facts)
