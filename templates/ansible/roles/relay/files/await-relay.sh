#!/bin/sh
# Ends with 0 as soon as the relay says that it is healthy, and with 1 when its time is over or it has ended twice:
# systemd would start it for ever.
set -eu
left=$((SECONDS_AT_MOST * 2))
until "$NODE" "$RELAY/health.js" >/dev/null 2>&1; do
  left=$((left - 1))
  if [ "$left" -le 0 ] || [ "$(systemctl show --property NRestarts --value "$SERVICE")" -ge 2 ]; then
    tail -n 10 "$LOG" >&2 || true
    journalctl --unit "$SERVICE" --lines 5 --output cat --no-pager >&2 || true
    exit 1
  fi
  sleep 0.5
done
