from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from config.reply_texts import (
    MAX_TEMPLATE_BYTES,
    TEMPLATE_NAMES,
    ReplyTextError,
    load_reply_texts,
)

SHIPPED = (
    "cs", "da", "de", "en", "es", "fi", "fr", "it", "ja", "nl", "no", "pl", "pt", "ru", "sv", "tr",
    "zh",
)  # fmt: skip


def put(folder: Path, name: str, text: str | bytes = "Own text.") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_each_shipped_language_has_every_template_and_nothing_else() -> None:
    texts = load_reply_texts(None)
    assert texts.languages == SHIPPED
    for by_name in texts.by_language.values():
        assert sorted(by_name) == sorted(TEMPLATE_NAMES)


def test_an_own_template_goes_before_the_shipped_one_and_the_others_stay(tmp_path: Path) -> None:
    path = put(tmp_path, "de/opt_out_done.txt", "Erledigt.")
    texts, shipped = load_reply_texts(tmp_path), load_reply_texts(None)
    assert texts.by_language["de"]["opt_out_done"].source == "Erledigt."
    assert texts.by_language["de"]["opt_out_done"].origin == str(path)
    changed = [
        (language, name)
        for language, by_name in texts.by_language.items()
        for name, text in by_name.items()
        if text != shipped.by_language[language][name]
    ]
    assert changed == [("de", "opt_out_done")]


def test_a_language_is_added_with_every_template(tmp_path: Path) -> None:
    for name in TEMPLATE_NAMES:
        put(tmp_path, f"uk/{name}.txt", f"{name} українською")
    texts = load_reply_texts(tmp_path)
    assert texts.languages == tuple(sorted((*SHIPPED, "uk")))
    assert texts.by_language["uk"]["frame"].source == "frame українською"


def test_a_language_that_is_added_in_part_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    for name in TEMPLATE_NAMES[:-2]:
        put(tmp_path, f"uk/{name}.txt")
    with pytest.raises(ReplyTextError) as caught:
        load_reply_texts(tmp_path)
    assert str(caught.value) == (
        f'{tmp_path}/uk: "uk" is not a shipped language, so it needs every template; '
        "missing: subject.txt, own_subject.txt"
    )


def test_what_editors_and_packages_leave_is_passed_over(tmp_path: Path) -> None:
    for name in (
        ".git/x",
        "__pycache__/x",
        "de/.frame.txt.swp",
        "de/frame.txt~",
        "de/frame.txt.bak",
    ):
        put(tmp_path, name)
    put(tmp_path, "de/frame.txt.dpkg-old")
    put(tmp_path, "de/subject.txt.rpmsave")
    assert load_reply_texts(tmp_path) == load_reply_texts(None)


def test_line_ends_and_a_byte_order_mark_of_windows_are_taken_off(tmp_path: Path) -> None:
    put(tmp_path, "de/frame.txt", b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe\r\n\r\n{{ blocks }}\r\n")
    assert load_reply_texts(tmp_path).by_language["de"]["frame"].source == (
        "Grüße\n\n{{ blocks }}\n"
    )


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        pytest.param(
            "readme.txt", "x", "is not the folder of a language", id="file beside folders"
        ),
        pytest.param("german/frame.txt", "x", "is not the folder of a language", id="a word"),
        pytest.param("DE/frame.txt", "x", "is not the folder of a language", id="upper case"),
        pytest.param(
            "de/optout_done.txt",
            "x",
            "no reply has this name; there are opt_out_done.txt, ",
            id="misspelt",
        ),
        pytest.param("de/frame", "x", "no reply has this name", id="no suffix"),
        pytest.param("de/frame.html", "x", "no reply has this name", id="another suffix"),
        pytest.param("de/frame.txt/x", "x", "cannot be read: Is a directory", id="folder"),
        pytest.param("de/frame.txt", "", "is empty", id="empty"),
        pytest.param("de/frame.txt", " \n\t\n", "is empty", id="blank"),
        pytest.param("de/frame.txt", b"Gr\xfc\xdfe", "is not UTF-8 at byte 2", id="latin-1"),
        pytest.param(
            "de/frame.txt", "x" * (MAX_TEMPLATE_BYTES + 1), "is over 65536 bytes", id="large"
        ),
        pytest.param(
            "de/frame.txt", "One\nTwo\x00\n", "line 2: holds a control character", id="null"
        ),
        pytest.param(
            "de/frame.txt", "One\rTwo", "line 1: holds a control character", id="old Mac"
        ),
        pytest.param(
            "de/frame.txt", "One\x1f", "line 1: holds a control character", id="separator"
        ),
    ],
)
def test_what_cannot_be_a_template_is_refused_with_its_file(
    tmp_path: Path, name: str, text: str | bytes, problem: str
) -> None:
    path = put(tmp_path, name, text)
    with pytest.raises(ReplyTextError) as caught:
        load_reply_texts(tmp_path)
    message = str(caught.value)
    assert problem in message
    origin, _, _ = message.partition(": ")
    assert path.is_relative_to(origin)
    assert caught.value.origin == origin
    assert origin != str(tmp_path)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        pytest.param(lambda path: None, "cannot be read: No such file or directory", id="absent"),
        pytest.param(lambda path: path.touch(), "cannot be read: Not a directory", id="a file"),
    ],
)
def test_a_folder_that_cannot_be_read_is_named(
    tmp_path: Path, make: Callable[[Path], None], problem: str
) -> None:
    folder = tmp_path / "replies"
    make(folder)
    with pytest.raises(ReplyTextError) as caught:
        load_reply_texts(folder)
    assert str(caught.value) == f"{folder}: {problem}"


def test_a_template_of_the_greatest_size_is_taken(tmp_path: Path) -> None:
    put(tmp_path, "de/frame.txt", "x" * MAX_TEMPLATE_BYTES)
    assert len(load_reply_texts(tmp_path).by_language["de"]["frame"].source) == MAX_TEMPLATE_BYTES
