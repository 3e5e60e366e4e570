#!/bin/sh
# Starts a release with data of its own, and ends with 0 as soon as it says that it is healthy. What it has printed when
# it does not is on stderr.
set -eu
data=$(mktemp -d)
chown "$RELAY_USER" "$data"
as_user() { runuser -u "$RELAY_USER" -- env "$@"; }
as_user HOST=127.0.0.1 PORT="$PORT" DATA_DIR="$data" "$NODE" "$RELAY/relay.js" >"$data.log" 2>&1 &
relay=$!
trap 'kill "$relay" 2>/dev/null || true; wait "$relay" 2>/dev/null || true; rm -rf "$data" "$data.log"' EXIT
left=$((SECONDS_AT_MOST * 2))
until as_user HOST=127.0.0.1 PORT="$PORT" "$NODE" "$RELAY/health.js" >/dev/null 2>&1; do
  left=$((left - 1))
  if [ "$left" -le 0 ] || ! kill -0 "$relay" 2>/dev/null; then
    tail -n 10 "$data.log" >&2
    exit 1
  fi
  sleep 0.5
done
