"""What a mail server wants a person to read is told once, and without addresses."""

from __future__ import annotations

from daemon.server_alerts import AGAIN_AFTER_S, MOST_AN_HOUR, ServerAlerts
from tests.unit.log_capture import captured_log


def test_a_text_is_told_once_an_hour_and_without_addresses() -> None:
    alerts = ServerAlerts()
    with captured_log() as log:
        for second in range(0, int(2 * AGAIN_AFTER_S), 600):
            text = f"<anna.blixt@customer.example> has 9{second} MB left"
            alerts.tell("support", [text, text], now_s=float(second))
        alerts.tell("support", ["Something else"], now_s=2 * AGAIN_AFTER_S)
    told = log.fields("server_alert", "text")
    assert len(told) == 3
    assert told[-1] == "Something else"
    assert "anna" not in log.text


def test_a_server_that_thinks_up_new_texts_does_not_fill_the_log() -> None:
    alerts = ServerAlerts()
    with captured_log() as log:
        for number in range(500):
            text = "".join(chr(97 + int(digit)) for digit in str(number))
            alerts.tell("support", [text], now_s=float(number))
    assert len(log.named("server_alert")) == MOST_AN_HOUR
