"""E-mail over SMTP. The key becomes the Message-ID, by which mail programs know a message that came twice."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from hashlib import sha256

from app.messages import Message
from app.notify.gateways import LONGEST_RECEIPT, Gateway, NotTaken, Parcel, register
from app.notify.gateways.deadline import Late, deadline

_UNREACHABLE = Message("The mail server could not be reached or did not answer in time.")


class MailGateway:
    """One connection for each message: a city sends some hundreds a day. `security` is tls, starttls or none."""

    def __init__(
        self, host: str, port: int, sender: str, *, security: str = "starttls", user: str = "", password: str = "",
        seconds: float = 20,
    ) -> None:  # fmt: skip
        self.host, self.port, self.sender, self.security = host, port, sender, security
        self.user, self.password, self.seconds = user, password, seconds

    def send(self, parcel: Parcel) -> str:
        letter = self.letter(parcel)
        mail: smtplib.SMTP | None = None
        try:
            with deadline(self.seconds, lambda: getattr(mail, "sock", None)):
                mail = self._line()
                with mail:
                    mail.connect(self.host, self.port)
                    if self.security == "starttls":
                        mail.starttls(context=ssl.create_default_context())
                    if self.user:
                        mail.login(self.user, self.password)
                    mail.send_message(letter)
        except smtplib.SMTPRecipientsRefused as refused:
            code = next(iter(refused.recipients.values()))[0]
            for_good = code in (550, 551, 553)
            raise NotTaken(Message("The mail server does not take mail for this address."), for_good=for_good) from None
        except smtplib.SMTPAuthenticationError:
            raise NotTaken(Message("The mail server did not accept user name and password.")) from None
        except (smtplib.SMTPException, OSError, Late):
            raise NotTaken(_UNREACHABLE) from None
        return str(letter["Message-ID"])[:LONGEST_RECEIPT]

    def letter(self, parcel: Parcel) -> EmailMessage:
        """The mail as it is sent. Raises NotTaken for an address that is none."""
        address = parseaddr(parcel.to)[1]
        if "@" not in address or any(sign in parcel.to for sign in "\r\n"):
            raise NotTaken(Message("This is no e-mail address."), for_good=True)
        domain = parseaddr(self.sender)[1].partition("@")[2] or "localhost"
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.sender, address, parcel.subject
        letter["Message-ID"] = f"<{sha256(parcel.key.encode()).hexdigest()[:40]}@{domain}>"
        letter["Date"] = formatdate(localtime=False)
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content("\n\n".join(part for part in (parcel.body, parcel.link) if part) + "\n")
        return letter

    def _line(self) -> smtplib.SMTP:
        """Not connected yet, so that the deadline holds from the first byte."""
        if self.security == "tls":
            return smtplib.SMTP_SSL(timeout=self.seconds, context=ssl.create_default_context())
        return smtplib.SMTP(timeout=self.seconds)


@register("smtp")
def mail_from(settings: Mapping[str, str]) -> Gateway:
    return MailGateway(
        settings["SMTP_HOST"], int(settings.get("SMTP_PORT") or 587), settings["SMTP_FROM"],
        security=settings.get("SMTP_SECURITY") or "starttls", user=settings.get("SMTP_USER", ""),
        password=settings.get("SMTP_PASSWORD", ""), seconds=float(settings.get("MESSAGES_TIMEOUT") or 20),
    )  # fmt: skip
