"""Looks through a video file, packet by packet; runs only in the examiner's process, within its limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

CONTAINERS = {"mp4": "video/mp4", "webm": "video/webm"}
VIDEO_CODECS = {"video/mp4": ("h264", "av1", "vp9"), "video/webm": ("vp8", "vp9", "av1")}
AUDIO_CODECS = {"video/mp4": ("aac", "mp3", "opus"), "video/webm": ("opus", "vorbis")}
_TRIED = 5
"""Pictures that are decoded, spread over the whole: a file whose head alone is sound is broken for who watches it."""


def look_through(path: Path) -> dict[str, Any]:
    """What the file is, or a word for what is wrong with it: `problem` is one of the keys of the sentences."""
    import av

    head = path.open("rb").read(16)
    kind = _kind(head)
    if kind is None:
        return {"problem": "no_video"}
    try:
        with av.open(str(path), format=kind, metadata_errors="ignore") as container:
            return _facts(container, CONTAINERS[kind])
    except av.error.FFmpegError:
        return {"problem": "broken"}


def _kind(head: bytes) -> str | None:
    """By its first bytes, never by its name: only what browsers play is opened at all."""
    if head[4:8] == b"ftyp":
        return "mp4"
    return "webm" if head[:4] == b"\x1a\x45\xdf\xa3" else None


def _facts(container: Any, media_type: str) -> dict[str, Any]:
    if not container.streams.video:
        return {"problem": "no_picture"}
    video = container.streams.video[0]
    video.thread_type, video.thread_count = "NONE", 1
    if video.codec_context.name.removeprefix("lib") not in _spellings(VIDEO_CODECS[media_type]):
        return {"problem": "codec", "codec": video.codec_context.name}
    for audio in container.streams.audio:
        if audio.codec_context.name not in _spellings(AUDIO_CODECS[media_type]):
            return {"problem": "codec", "codec": audio.codec_context.name}
    counted = _walk(container, video)
    if counted["frames"] == 0 or counted["decoded"] == 0:
        return {"problem": "broken"}
    seconds = counted["end"]
    said = float(container.duration or 0) / 1_000_000
    if said and counted["end"] + max(2.0, 0.05 * said) < said:
        return {"problem": "cut_off", "seconds": round(seconds), "said": round(said)}
    return {
        "media_type": media_type, "seconds": max(1, round(seconds)), "width": video.width, "height": video.height,
        "codec": video.codec_context.name, "sound": bool(container.streams.audio),
    }  # fmt: skip


def _walk(container: Any, video: Any) -> dict[str, float]:
    """Every packet is read, so that a file that ends in the middle is noticed; a few pictures are decoded."""
    frames, decoded, end, next_try = 0, 0, 0.0, 0
    for packet in container.demux(video):
        if packet.dts is None and packet.pts is None:
            continue
        frames += 1
        if packet.pts is not None and packet.time_base is not None:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
        if packet.is_keyframe and decoded < _TRIED and frames >= next_try:
            decoded += bool(packet.decode())
            next_try = frames + 25
        elif decoded == 0:
            decoded += bool(packet.decode())  # some decoders hand the first picture out late
    return {"frames": frames, "decoded": decoded, "end": end}


def _spellings(names: tuple[str, ...]) -> frozenset[str]:
    """A decoder may be called after its library: libdav1d is one of av1."""
    more = {"av1": ("dav1d", "libdav1d", "libaom-av1"), "vp8": ("libvpx", "vpx"), "vp9": ("libvpx-vp9", "vpx-vp9")}
    return frozenset(spelled for name in names for spelled in (name, *more.get(name, ())))
