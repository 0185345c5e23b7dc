"""The process dies at the worst moments of a delivery: between take and deliver, 250 and note."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

from tests.acceptance.company import Company, clean_environment

# The real command, which dies in a method of its store: before its work, or once it is done.
_DEADLY = """
import os, signal
from daemon.stores.sql_outbox import SqlOutbox
real = SqlOutbox.{method}
def deadly(self, *given, **named):
    done = {work}
    if done:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
SqlOutbox.{method} = deadly
from daemon.cli import main
main()
"""


def test_a_mail_that_a_death_leaves_in_doubt_goes_out_once_more_and_is_counted(
    company: Company,
) -> None:
    text = company.config.read_text()
    plain = 'security = "none"\n'
    company.config.write_text(text.replace(plain, f"{plain}connections = 1\n", 1))
    people = [f"{name}@elsewhere.example" for name in ("anna", "bob")]
    for person in people:
        company.write_to(company.support, person, "News", "Please unsubscribe me.\n")

    def copies() -> list[int]:
        got = [taken.recipients[0] for taken in company.smtp.received]
        return [got.count(person) for person in people]

    # The server has said 250 to the first, and nobody has noted it.
    assert die(company, method="sent", work="True") == -signal.SIGKILL
    assert copies() == [1, 0]
    # The second is taken from the outbox, and does not get as far as the server.
    take = "real(self, *given, **named)"
    assert die(company, method="take_due", work=take) == -signal.SIGKILL
    assert copies() == [1, 0]

    done = company.command("poll")
    assert done.returncode == 0
    assert copies() == [2, 1]
    assert len({taken.raw for taken in company.smtp.received}) == 2
    events = [json.loads(line) for line in done.stderr.splitlines()]
    # Nobody can know that the second has not arrived: it is counted as well.
    assert sum(event.get("perhaps_twice", False) for event in events) == 2
    status = json.loads(company.command("status", "--json").stdout)["outbox"]
    assert (status["queued"], status["unknown"], status["perhaps_twice"]) == (0, 0, 2)


def die(company: Company, *, method: str, work: str) -> int:
    """Polls with a process that dies there; its exit status."""
    program = _DEADLY.format(method=method, work=work)
    return subprocess.run(
        [sys.executable, "-c", program, "--config", str(company.config), "poll"],
        check=False,
        env=clean_environment(),
        capture_output=True,
        timeout=60,
    ).returncode
