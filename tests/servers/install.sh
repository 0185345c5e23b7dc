#!/bin/sh
# Installs what the tests need of the system, where that can be done: as root, on Debian and its
# kin. Elsewhere it says what is missing; the tests then leave out, and name, what needs it, or
# refuse to run at all with OPTOUTD_REQUIRE_SERVERS=1. With the argument "mbsync" also what only
# `make bench` needs: another program that downloads mail, to be compared with.
set -eu

PATH="$PATH:/usr/sbin:/usr/local/sbin"
missing=""
[ -e /usr/lib/dovecot/imap ] || command -v dovecot >/dev/null || missing="$missing dovecot-imapd"
[ -e /usr/lib/dovecot/lmtp ] || command -v dovecot >/dev/null || missing="$missing dovecot-lmtpd"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null \
    || missing="$missing postgresql"
command -v systemd-analyze >/dev/null || missing="$missing systemd"
if [ "${1:-}" = mbsync ]; then
    command -v mbsync >/dev/null || missing="$missing isync"
fi
command -v chromium >/dev/null || command -v google-chrome >/dev/null \
    || command -v chromium-browser >/dev/null || missing="$missing chromium fonts-dejavu-core"
if [ -z "$missing" ]; then
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Not installed, and left out of the tests:$missing (names of Debian's packages)"
    exit 0
fi

echo "Installing for the tests and measurements:$missing …"
# The tests start servers of their own, so none has to run: invoke-rc.d asks this file.
policy=/usr/sbin/policy-rc.d
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ ! -e "$policy" ]; then
    trap 'rm -f "$log" "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
fi
# shellcheck disable=SC2086  # a list of packages
if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes \
        --no-install-recommends $missing; } > "$log" 2>&1; then
    echo "They could not be installed:"
    tail -n 5 "$log"
fi
