"""HTTP towards receivers: the only importer of aiohttp.

No redirection is followed, no proxy of the environment used, no cookie kept; every call is over
after its time, and of an answer no more is read than was asked for.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from daemon import __version__
from daemon.errors import PermanentFailure, ReceiverGone, ReceiverUnreachable, TemporaryFailure
from daemon.receivers import Setup
from handlers.http_status import Reception, reception, retry_after_s

if TYPE_CHECKING:
    import aiohttp

# Idle connections are closed before servers do so, just when the next call is on its way.
_KEEP_ALIVE_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: the status, and the beginning of the body where it was wanted."""

    status: int
    body: bytes = field(default=b"", repr=False)
    is_whole: bool = True  # whether `body` is all of it
    retry_after: str = ""


class Http:
    """Calls to one receiver. Its session is made with the first call, in the event loop."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._part = f"receiver {setup.settings.name}"
        self._tls = _tls_context(setup)
        self._session: aiohttp.ClientSession | None = None
        try:
            import aiohttp
        except ImportError as error:
            raise setup.wrong(
                "module",
                "the HTTP client is not installed",
                cure="pip install 'optoutd[webhooks]' into the virtual environment of optoutd",
            ) from error
        self._aiohttp = aiohttp

    async def post(self, fields: Mapping[str, str], body: bytes, *, keep_bytes: int = 0) -> Answer:
        """Sends `body` to the receiver's address; reads up to `keep_bytes` of the answer.

        Raises ReceiverUnreachable where no whole answer came in time, or one that is compressed.
        """
        aiohttp, settings = self._aiohttp, self._setup.settings
        try:
            async with (
                asyncio.timeout(settings.timeout_seconds),
                self._opened().post(
                    settings.url, data=body, headers=dict(fields), allow_redirects=False
                ) as response,
            ):
                kept = await _read(response.content, keep_bytes + 1) if keep_bytes else b""
                coding = response.headers.get("Content-Encoding", "identity").strip().lower()
                if kept and coding not in ("", "identity"):
                    raise self._unreachable(
                        "it answers compressed, which was not asked for",
                        cure="let the server in front of it send what Accept-Encoding allows",
                    )
                return Answer(
                    status=response.status,
                    body=kept[:keep_bytes],
                    is_whole=len(kept) <= keep_bytes,
                    retry_after=response.headers.get("Retry-After", ""),
                )
        except TimeoutError as error:
            raise self._unreachable(f"no answer within {settings.timeout_seconds:g} s") from error
        except aiohttp.ClientConnectorCertificateError as error:
            raise self._unreachable(
                "its certificate is not trusted",
                key="ca_file",
                cure="use the name that the certificate is for in url; for a certificate "
                "authority of your own, name its file in ca_file",
            ) from error
        # Its words may hold the address with a secret in it, or what the other side has sent.
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self._unreachable(f"the call failed ({type(error).__name__})") from error

    def refuse(self, answer: Answer, *, now: datetime) -> None:
        """Returns where the answer is 2xx; raises what its status means otherwise."""
        what = f"it answered {answer.status}"
        match reception(answer.status):
            case Reception.TAKEN:
                return
            case Reception.GONE:
                raise ReceiverGone(what, part=self._part, setting=self._setting("url"))
            case Reception.REFUSED:
                raise PermanentFailure(what, part=self._part, setting=self._setting("url"))
            case Reception.NOT_HERE:
                raise TemporaryFailure(
                    what,
                    part=self._part,
                    setting=self._setting("url"),
                    cure="look whether url is right, whether the receiver has the key of "
                    "secret_files, and what stands in front of it",
                )
            case Reception.NOT_YET:
                raise TemporaryFailure(what, part=self._part, setting=self._setting("url"))
            case Reception.NOTHING_NOW:
                moved = 300 <= answer.status < 400
                raise self._unreachable(
                    what,
                    cure="name the place that it has moved to in url" if moved else "",
                    retry_after_s=retry_after_s(answer.retry_after, now=now),
                )

    async def reach(self) -> str:
        """Opens a connection and closes it, without a call; what was seen. Raises as `post`."""
        from urllib.parse import urlsplit

        parts = urlsplit(self._setup.settings.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        tls = self._tls if parts.scheme == "https" else None
        host = parts.hostname or ""
        try:
            async with asyncio.timeout(self._setup.settings.timeout_seconds):
                _, writer = await asyncio.open_connection(host, port, ssl=tls)
                writer.close()
        except TimeoutError as error:
            raise self._unreachable(f"{host}:{port} does not answer") from error
        except ssl.SSLCertVerificationError as error:
            raise self._unreachable(
                f"{host}: its certificate is not trusted: {error.verify_message}", key="ca_file"
            ) from error
        except OSError as error:
            raise self._unreachable(f"{host}:{port}: {error.strerror or error}") from error
        return f"{host}:{port} can be reached{' by TLS' if tls else ''}; nothing was sent"

    async def close(self) -> None:
        """Closes all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            aiohttp, settings = self._aiohttp, self._setup.settings
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    ssl=self._tls,
                    limit=settings.connections,
                    keepalive_timeout=_KEEP_ALIVE_S,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=settings.timeout_seconds),
                # A small answer may unpack to one without end: none is asked for, or unpacked.
                headers={"User-Agent": f"optoutd/{__version__}", "Accept-Encoding": "identity"},
                auto_decompress=False,
                trust_env=False,
            )
        return self._session

    def _unreachable(
        self, problem: str, *, key: str = "url", cure: str = "", retry_after_s: float | None = None
    ) -> ReceiverUnreachable:
        return ReceiverUnreachable(
            problem,
            part=self._part,
            setting=self._setting(key),
            cure=cure,
            retry_after_s=retry_after_s,
        )

    def _setting(self, key: str) -> str:
        return f"receiver.{self._setup.settings.name}.{key}"


async def _read(stream: aiohttp.StreamReader, limit: int) -> bytes:
    """The beginning of a stream, at most `limit` bytes."""
    parts: list[bytes] = []
    left = limit
    while left > 0 and (part := await stream.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _tls_context(setup: Setup) -> ssl.SSLContext:
    """Certificates and names are checked always, against `ca_file` alone where there is one."""
    ca_file = setup.settings.ca_file
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # ssl.SSLError is one
        problem = f"{ca_file} cannot be used: {error.strerror or error}"
        cure = "it has to hold the certificates of the authority in PEM form"
        raise setup.wrong("ca_file", problem, cure=cure) from error
