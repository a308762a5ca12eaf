# shellcheck shell=bash
# What install.sh and update.sh have in common; sourced, not run. Whoever sources it sets `root` and `log`.
# shellcheck disable=SC2154
set -euo pipefail

say() { printf '[%s] %s\n' "$log" "$*" >&2; }
fail() { say "$*"; exit 1; }

# step NAME WORDS...: say what is done next. The tests have the power go off before a step: HARK_POWER_OFF_AT=NAME.
step() {
  local name=$1
  shift
  if [ "${HARK_POWER_OFF_AT:-}" = "$name" ]; then kill -9 $$; fi
  say "$*"
}

# Whether this is the very system that runs: then units are started, too.
live() { [ -z "$root" ] && [ -d /run/systemd/system ]; }

# The name of the version that runs, nothing where there is none.
current() { readlink "$root/opt/hark/current" 2>/dev/null | sed 's,.*/,,' || true; }

# switch_to NAME: from now on this version; a rename, so that at any moment there is the one or the other.
switch_to() {
  sync -f "$root/opt/hark/versions/$1"
  ln -sfn "versions/$1" "$root/opt/hark/current.new"
  mv -T "$root/opt/hark/current.new" "$root/opt/hark/current"
  sync -f "$root/opt/hark"
}

# links FOLDER: what the system finds of Hark are links into /opt/hark/current (relative ones, for tools that look at a
# tree from outside), so that switching switches them, too.
links() {
  local file target
  for file in "$1"/firmware_scripts/systemd/*; do
    link "../../../opt/hark/current/firmware_scripts/systemd/${file##*/}" "/etc/systemd/system/${file##*/}"
  done
  link ../hark.service /etc/systemd/system/multi-user.target.wants/hark.service
  link ../hark-update.service /etc/systemd/system/multi-user.target.wants/hark-update.service
  link ../../../opt/hark/current/firmware_scripts/system/hark /usr/local/bin/hark
  link ../../../opt/hark/current/firmware_scripts/system/70-hark.rules /etc/udev/rules.d/70-hark.rules
  for target in "$root"/etc/systemd/system/hark*; do  # of another version, which had more
    if [ -L "$target" ] && [ ! -e "$1/firmware_scripts/systemd/${target##*/}" ]; then rm "$target"; fi
  done
}

link() {
  mkdir -p "$root${2%/*}"
  if [ "$(readlink "$root$2" 2>/dev/null)" != "$1" ]; then ln -sfn "$1" "$root$2"; fi
}
