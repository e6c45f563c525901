"""Videos made for a test: a few seconds of grey, sound or broken."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import av
import numpy as np

RATE = 5


def film(seconds: int = 4, *, kind: str = "webm", side: int = 64) -> bytes:
    """A small video that browsers play: VP8 in WebM or H.264 in MP4."""
    buffer = io.BytesIO()
    codec = {"webm": "libvpx", "mp4": "libx264"}[kind]
    with av.open(buffer, "w", format=kind) as container:
        stream: Any = container.add_stream(codec, rate=RATE)
        stream.width = stream.height = side
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = RATE
        for number in range(seconds * RATE):
            picture = np.full((side, side, 3), 40 + 5 * number % 200, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return buffer.getvalue()


def sound_alone() -> bytes:
    """A WebM with sound and no picture."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="webm") as container:
        stream: Any = container.add_stream("libopus", rate=48_000)
        stream.layout = "mono"
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(bytes(960 * 2))
        frame.sample_rate = 48_000
        for number in range(20):
            frame.pts = number * 960
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return buffer.getvalue()


def other_codec() -> bytes:
    """An MP4 whose picture is encoded as browsers do not play it."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream: Any = container.add_stream("mpeg4", rate=RATE)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for number in range(RATE):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 90, np.uint8), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return buffer.getvalue()
