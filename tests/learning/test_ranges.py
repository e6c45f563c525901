"""A video comes in parts: 206, 416, If-Range, ETag; what is no single range brings the whole."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.learning import places, queries
from app.web.ranges import NotInFile, Part, part_asked

VIDEO = "/learning/first-filing/tour/video"


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None), ("bytes=0-", Part(0, 100)), ("bytes=10-19", Part(10, 20)), ("bytes=90-500", Part(90, 100)),
        ("bytes=-30", Part(70, 100)), ("bytes=-500", Part(0, 100)), (" BYTES= 0 - 0 ", Part(0, 1)),
        ("bytes=99-99", Part(99, 100)),
        # What is no single range of bytes is passed over, as the standard allows.
        ("bytes=0-1,5-6", None), ("bytes=", None), ("bytes=-", None), ("bytes=9-3", None), ("items=0-1", None),
        ("bytes=a-b", None), ("bytes=0x1-2", None), ("bytes=1.5-3", None), ("bytes=" + "0-0," * 5000, None),
        ("bytes=" + "9" * 40 + "-", None), ("bytes=١-٢", None),
    ],
)  # fmt: skip
def test_a_range_header_is_read_as_the_standard_says(header: str | None, part: Part | None) -> None:
    assert part_asked(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=5000-", "bytes=-0"])
def test_a_range_behind_the_end_is_not_in_the_file(header: str) -> None:
    with pytest.raises(NotInFile):
        part_asked(header, 100)


def _content() -> bytes:
    lesson = queries.lesson_of(queries.published("first-filing"), "tour")
    assert lesson.file_sha256
    return places.store().path(lesson.file_sha256).read_bytes()


def test_a_player_gets_the_bytes_that_it_asks_for(reader: FlaskClient) -> None:
    content = _content()
    whole = reader.get(VIDEO)
    assert whole.status_code == 200
    assert whole.data == content
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert whole.headers["Content-Type"] == "video/webm"
    part = reader.get(VIDEO, headers={"Range": "bytes=1000-1999"})
    assert part.status_code == 206
    assert part.data == content[1000:2000]
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(content)}"
    assert part.headers["Content-Length"] == "1000"
    end = reader.get(VIDEO, headers={"Range": "bytes=-10"})
    assert (end.status_code, end.data) == (206, content[-10:])
    head = reader.head(VIDEO, headers={"Range": "bytes=0-9"})
    assert (head.status_code, head.headers["Content-Length"], head.data) == (206, "10", b"")


def test_a_range_behind_the_end_says_how_long_the_file_is(reader: FlaskClient) -> None:
    size = len(_content())
    answer = reader.get(VIDEO, headers={"Range": f"bytes={size}-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{size}"
    assert answer.data == b""


def test_parts_of_another_file_are_never_mixed(reader: FlaskClient) -> None:
    etag = reader.head(VIDEO).headers["ETag"]
    same = reader.get(VIDEO, headers={"Range": "bytes=0-9", "If-Range": etag})
    assert same.status_code == 206
    for other in ('"another"', f"W/{etag}", "Tue, 03 Apr 2018 01:00:00 GMT"):
        answer = reader.get(VIDEO, headers={"Range": "bytes=0-9", "If-Range": other})
        assert answer.status_code == 200, other
        assert len(answer.data) == len(_content())
    assert reader.get(VIDEO, headers={"If-None-Match": etag}).status_code == 304
    several = reader.get(VIDEO, headers={"Range": "bytes=0-9,20-29"})
    assert several.status_code == 200


def test_the_video_is_for_those_who_learn(courses: object, client: FlaskClient) -> None:
    assert client.get(VIDEO).status_code == 302
