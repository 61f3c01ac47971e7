#!/bin/sh
# `sudo hub partner list`: ocpi-hub as its own user, with the settings that its units have. They are read as systemd
# reads them: nothing in them is a word of the shell's. What the caller has set wins, as for `prepare`:
#
#   HUB_MONGO_URL=$(cat /etc/ocpi-hub/owner-url) hub prepare
#
# Install it: install -m 755 deploy/hub.sh /usr/local/bin/hub
set -eu
settings=${HUB_ENV_FILE:-/etc/ocpi-hub/hub.env}
program=${HUB_PROGRAM:-/opt/ocpi-hub/.venv/bin/ocpi-hub}
user=${HUB_USER-ocpi-hub}

while IFS= read -r line || [ -n "$line" ]; do
    case $line in
        HUB_*=*) printenv "${line%%=*}" >/dev/null || export "${line?}" ;;
    esac
done <"$settings"
export HUB_DATA_DIR="${HUB_DATA_DIR:-/run/ocpi-hub}"

if [ "$(id -u)" = 0 ] && [ -n "$user" ]; then
    exec runuser -u "$user" -- "$program" "$@"
fi
exec "$program" "$@"
