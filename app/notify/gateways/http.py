"""Text messages and enterprise chat over HTTP: a POST of JSON with the key in the header `Idempotency-Key`.

The address of a gateway comes from the settings alone, never from a person, and no redirect is followed.
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from app.messages import Message
from app.notify.gateways import LONGEST_RECEIPT, Gateway, NotTaken, Parcel, register
from app.notify.gateways.deadline import Late, deadline

_MOST_ANSWER = 64 * 1024
_LATER = frozenset({408, 409, 425, 429})  # refusals that say: not now


class HttpGateway:
    """Posts to one address. Any answer from 200 to 299 is a receipt; 400 to 499 refuses for good, except those that
    ask to come again; everything else is tried again."""

    def __init__(self, address: str, *, token: str = "", seconds: float = 20) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{address!r} is no address of a web service")
        self.parts, self.token, self.seconds = parts, token, seconds

    def send(self, parcel: Parcel) -> str:
        line = self._line()
        try:
            line.connect()
            held = line.sock  # the line forgets its socket while the answer is read
            with deadline(self.seconds, lambda: held):
                line.request("POST", self._path(), body=self.body(parcel), headers=self._headers(parcel))
                answer = line.getresponse()
                status, text = answer.status, answer.read(_MOST_ANSWER).decode("utf-8", "replace")
        except (http.client.HTTPException, OSError, Late):
            raise NotTaken(Message("The gateway could not be reached or did not answer in time.")) from None
        finally:
            line.close()
        if 200 <= status < 300:
            return " ".join(f"{status} {text}".split())[:LONGEST_RECEIPT]
        for_good = 400 <= status < 500 and status not in _LATER
        raise NotTaken(Message("The gateway refused with the answer %(status)s.", status=status), for_good=for_good)

    def body(self, parcel: Parcel) -> bytes:
        said = {"key": parcel.key, "to": parcel.to, "language": parcel.language, "title": parcel.subject,
                "text": parcel.body, "link": parcel.link}  # fmt: skip
        return json.dumps(said, ensure_ascii=False).encode()

    def _line(self) -> http.client.HTTPConnection:
        host, port = self.parts.hostname or "", self.parts.port
        if self.parts.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=self.seconds, context=ssl.create_default_context())
        return http.client.HTTPConnection(host, port, timeout=self.seconds)

    def _path(self) -> str:
        path = self.parts.path or "/"
        return f"{path}?{self.parts.query}" if self.parts.query else path

    def _headers(self, parcel: Parcel) -> dict[str, str]:
        key = "".join(sign if 32 < ord(sign) < 127 else "-" for sign in parcel.key)
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key}
        return headers | ({"Authorization": f"Bearer {self.token}"} if self.token else {})


@register("http")
def text_messages(settings: Mapping[str, str]) -> Gateway:
    """Text messages through a provider's or the city's own service."""
    return HttpGateway(
        settings["SMS_URL"], token=settings.get("SMS_TOKEN", ""), seconds=float(settings.get("MESSAGES_TIMEOUT") or 20)
    )


@register("webhook")
def enterprise_chat(settings: Mapping[str, str]) -> Gateway:
    """Enterprise chat: the webhook hands the message to the person whose handle stands in `to`."""
    return HttpGateway(
        settings["CHAT_URL"], token=settings.get("CHAT_TOKEN", ""),
        seconds=float(settings.get("MESSAGES_TIMEOUT") or 20),
    )  # fmt: skip
