#!/usr/bin/env bash
# Speak a wake word and a command to a version of Hark and see whether it answers: through the whole line, but for the
# microphone and the loudspeaker. Then see whether it takes the configuration of this machine.
#
#   firmware_scripts/selftest.sh [SITE [CONFIG]]     (default: the version that runs, /etc/hark/config.yaml)
#
# HARK_PYTHON names the Python to use.
set -euo pipefail

site=${1:-$(readlink -f /opt/hark/current)/site}
config=${2:-/etc/hark/config.yaml}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf '[selftest] %s\n' "$*" >&2; exit 1; }
hark=(timeout 120 env -u NOTIFY_SOCKET PYTHONPATH="$site" PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=1
  "${HARK_PYTHON:-python3}" -P -m speaker --data "$work/data")

# A voice and a pace of espeak-ng to which the wake word answers.
espeak-ng -v en-us+f3 -s 165 -m -w "$work/said.wav" \
  "<speak><break time='600ms'/>hey jarvis<break time='300ms'/>what time is it<break time='1200ms'/></speak>"
: > "$work/plain.yaml"
heard=$("${hark[@]}" --config "$work/plain.yaml" hear --json --reply "$work/reply.wav" "$work/said.wav") ||
  fail "this version does not run"
grep -q '"name": "clock.time"' <<< "$heard" || fail "this version does not understand what is said to it: $heard"
[ -s "$work/reply.wav" ] || fail "this version does not speak"
if [ -f "$config" ]; then
  echo "what time is it" | "${hark[@]}" --config "$config" parse --json > /dev/null ||
    fail "this version does not take the configuration $config"
fi
echo "[selftest] it hears, understands and answers" >&2
