"""Folders by our names, on a server with its own ideas of how folders are called."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from daemon.mailboxes.failures import Lost, NotCreated, Refused, words_of
from daemon.ports import Standing

SENT = rb"\Sent"  # RFC 6154 section 2

_NO_FOLDER = frozenset({rb"\Noselect", rb"\NonExistent"})

# What a folder is for: its special use (RFC 6154 section 2) by our word for it.
_USES: Mapping[bytes, str] = {
    rb"\Sent": "sent",
    rb"\Trash": "trash",
    rb"\Junk": "junk",
    rb"\Archive": "archive",
    rb"\Drafts": "drafts",
    # Views of messages that lie elsewhere.
    rb"\All": "all",
    rb"\Flagged": "flagged",
    rb"\Important": "flagged",
}
# For servers that tell no special uses: names that mail programs make, in lower case.
_USUAL_NAMES: Mapping[str, str] = {
    "sent": "sent",
    "sent items": "sent",
    "sent messages": "sent",
    "trash": "trash",
    "deleted items": "trash",
    "deleted messages": "trash",
    "junk": "junk",
    "junk e-mail": "junk",
    "junk email": "junk",
    "spam": "junk",
    "archive": "archive",
    "archives": "archive",
    "drafts": "drafts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderName:
    """A folder of the account.

    `server` is the server's name of it, `shown` ours, with "/" between the levels; `use` is its
    special use ("trash", "junk" …) or ''; `is_own` says that it is the one we read.
    """

    server: str
    shown: str
    use: str
    is_own: bool


def server_name(folder: str, *, prefix: str, separator: str) -> str:
    """What `folder`, with "/" between its levels, is called in a namespace (RFC 2342).

    A server without levels (an empty `separator`) gets one flat name.
    """
    parts = folder.split("/")
    if separator:
        parts = [part.replace(separator, "_") for part in parts]
    return prefix + (separator or "-").join(parts)


def our_name(name: str, *, prefix: str, separator: str) -> str:
    """The other way round: the server's `name` with "/" between its levels, in its namespace."""
    name = name.removeprefix(prefix)
    return name.replace(separator, "/") if separator else name


def list_all(
    client: Any, decode: Callable[[bytes], str]
) -> list[tuple[tuple[bytes, ...], object, str]]:
    """All folders with their flags and separators, without those whose names cannot be read.

    Somebody else's folder with a name that is no modified UTF-7 (RFC 9051 appendix A.1) costs
    nobody the others. `decode` is the library's for one name.
    """
    try:
        return list(client.list_folders("", "*"))
    except UnicodeError:
        client.folder_encode = False
        try:
            listed = client.list_folders("", "*")
        finally:
            client.folder_encode = True
    found = []
    for flags, separator, name in listed:
        with contextlib.suppress(UnicodeError):
            found.append((flags, separator, decode(name)))
    return found


def _separator(listed: object) -> str:
    return listed.decode("ascii", "replace") if isinstance(listed, bytes) else str(listed or "")


class Folders:
    """The folders of one connection; each is looked for, created and subscribed once."""

    def __init__(
        self, client: Any, *, decode: Callable[[bytes], str], sent_folder: str = ""
    ) -> None:
        self._client = client
        self._decode = decode
        self._sent_folder = sent_folder
        self._namespace: tuple[str, str] | None = None
        self._ready: dict[str, str] = {}  # our name -> the server's
        self._sent = ""

    def name(self, folder: str) -> str:
        """The server's name of one of our folders, whether it is there or not."""
        prefix, separator = self._personal_namespace()
        return server_name(folder, prefix=prefix, separator=separator)

    def is_there(self, folder: str) -> bool:
        """Whether the server has this folder of ours."""
        return self._exists(self.name(folder))

    def ensure(self, folder: str) -> str:
        """The server's name of one of our folders, which is there and subscribed afterwards."""
        if folder not in self._ready:
            name = self.name(folder)
            self._create(name)
            self._ready[folder] = name
        return self._ready[folder]

    def name_if_there(self, folder: str) -> str:
        """The server's name of one of our folders, or "" where there is none; creates nothing."""
        prefix, separator = self._personal_namespace()
        name = server_name(folder, prefix=prefix, separator=separator)
        return name if self._exists(name) else ""

    def sent(self) -> str:
        r"""The server's name of the folder for sent mail, created if there is none.

        The configured one, else the one with the special use \Sent, else one of a usual name.
        """
        if not self._sent:
            prefix, separator = self._personal_namespace()
            name = self._sent_folder or self._special(SENT)
            if not name:
                name = server_name("Sent", prefix=prefix, separator=separator)
            if not self._exists(name):
                self._create(name)
            self._sent = name
        return self._sent

    def all(self, own: str) -> list[FolderName]:
        """All folders that can be opened, `own` first; then by name, and views at the end."""
        prefix, _ = self._personal_namespace()
        found = []
        for flags, separator, name in list_all(self._client, self._decode):
            if _NO_FOLDER.intersection(flags):
                continue
            shown = our_name(str(name), prefix=prefix, separator=_separator(separator))
            is_own = name == own or name.upper() == own.upper() == "INBOX"
            use = next((use for flag, use in _USES.items() if flag in flags), "")
            use = use or _USUAL_NAMES.get(shown.lower(), "")
            found.append(
                FolderName(server=name, shown=shown, use="" if is_own else use, is_own=is_own)
            )
        views = ("all", "flagged")
        return sorted(found, key=lambda f: (not f.is_own, f.use in views, f.shown))

    def standing(self, folder: str) -> Standing | None:
        """The state of one of our folders by STATUS; None where there is none."""
        try:
            found = self._client.folder_status(self.name(folder), ["UIDVALIDITY", "UIDNEXT"])
        except Lost:
            raise
        except Refused:
            if self.is_there(folder):
                raise
            return None
        return Standing(uid_validity=int(found[b"UIDVALIDITY"]), uid_next=int(found[b"UIDNEXT"]))

    def into(self, folder: Callable[[], str], do: Callable[[str], None]) -> None:
        """Does `do` with the server's name of a folder; once more if it was deleted meanwhile."""
        try:
            do(folder())
        except Lost:
            raise
        except Refused as error:
            if "TRYCREATE" not in words_of(error):
                raise
            self.forget()
            do(folder())

    def forget(self) -> None:
        """Looks for all folders anew: somebody has deleted one since."""
        self._ready.clear()
        self._sent = ""

    def _special(self, use: bytes) -> str:
        try:
            return str(self._client.find_special_folder(use) or "")
        except UnicodeError:
            named = (
                name for flags, _, name in list_all(self._client, self._decode) if use in flags
            )
            return next(named, "")

    def _create(self, name: str) -> None:
        if not self._exists(name):
            try:
                self._client.create_folder(name)
            except Lost:
                raise
            except Refused as error:
                # Somebody else was faster (ALREADYEXISTS), or it really cannot be created.
                if not self._exists(name):
                    raise NotCreated(*error.args) from error
        try:
            self._client.subscribe_folder(name)
        except Lost:
            raise
        except Refused:
            return  # mail can be filed all the same; people only have to look for the folder

    def _exists(self, name: str) -> bool:
        # LIST takes a pattern, and also names what is only the parent of a folder.
        return any(
            listed == name and not _NO_FOLDER.intersection(flags)
            for flags, _, listed in self._client.list_folders("", name)
        )

    def _personal_namespace(self) -> tuple[str, str]:
        if self._namespace is None:
            self._namespace = self._ask_namespace()
        return self._namespace

    def _ask_namespace(self) -> tuple[str, str]:
        if self._client.has_capability("NAMESPACE"):
            personal = self._client.namespace().personal
            if personal:
                prefix, separator = personal[0]
                return str(prefix), str(separator or "")
        # RFC 9051 section 6.3.9: an empty pattern asks for the separator.
        listed = self._client.list_folders("", "")
        separator = listed[0][1] if listed else b"/"
        return "", separator.decode("ascii", "replace") if separator else ""
