#!/bin/sh
# Starts a release with a port and data of its own, and ends with 0 as soon as it says that it is healthy. What it has
# printed when it does not is on stderr.
set -eu
healthy() { HOST=127.0.0.1 PORT="$TRIAL_PORT" "$NODE" "$RELAY/health.js" >/dev/null 2>&1; }
trial="$RELAY_NAME-trial"
systemctl stop "$trial" 2>/dev/null || true
if healthy; then
  echo "another relay answers at port $TRIAL_PORT: end it, or set relay_trial_port" >&2
  exit 1
fi
data=$(mktemp -d "/var/tmp/$trial-XXXXXX")
trap 'systemctl stop "$trial" 2>/dev/null || true; rm -rf "$data"' EXIT
mkdir "$data/store"
chown "$RELAY_NAME" "$data/store"
chmod 711 "$data"
printf 'HOST=127.0.0.1\nPORT=%s\nDATA_DIR=%s/store\nBACKUP_EVERY=0\n' "$TRIAL_PORT" "$data" >"$data/env"
systemctl reset-failed "$trial" 2>/dev/null || true
systemd-run --quiet --collect --unit "$trial" --property User="$RELAY_NAME" --property WorkingDirectory="$RELAY" \
  --property EnvironmentFile="$RELAY/relay.env" --property EnvironmentFile="$data/env" \
  --property StandardOutput="file:$data/log" --property StandardError="file:$data/log" "$NODE" "$RELAY/relay.js"
left=$((SECONDS_AT_MOST * 2))
until healthy; do
  left=$((left - 1))
  if [ "$left" -le 0 ] || ! systemctl is-active --quiet "$trial"; then
    tail -n 10 "$data/log" >&2 || true
    exit 1
  fi
  sleep 0.5
done
