#!/usr/bin/env bash
# Update Hark from a signed bundle (make_bundle.sh), from a stick or a folder in the house; there is no cloud.
#
#   sudo /opt/hark/current/firmware_scripts/update.sh [--force] [--root DIR] FILE-OR-FOLDER
#   sudo /opt/hark/current/firmware_scripts/update.sh --finish
#
# --force    take a bundle that is older than what is installed.
# --root     work on the tree in DIR; nothing is started.
# --finish   what the service hark-update does after a power cut: keep the version that was begun, or go back.
#
# The version that runs is not touched. The new one is put beside it, spoken to, and only where it answers is it
# switched to, by one rename; where the service does not start with it, the one before comes back by itself. The power
# may go at any moment: the one or the other runs, and running this again goes on.
# shellcheck disable=SC2034  # steps.sh uses them
root='' log=update force='' finish='' from=''
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
# shellcheck source=steps.sh
. "$here/steps.sh"
while [ $# -gt 0 ]; do
  case $1 in
    --root) root=$(realpath -e "${2:?--root needs a folder}"); shift ;;
    --force) force=yes ;;
    --finish) finish=yes ;;
    -*) fail "unknown option '$1'; the head of ${BASH_SOURCE[0]} has them all" ;;
    *) from=$1 ;;
  esac
  shift
done
[ "$root" != / ] || root=''
[ "$(id -u)" -eq 0 ] || fail "run it as root: sudo $0"
hark=$root/opt/hark
incoming=$hark/incoming
[ -n "$(current)" ] || fail "Hark is not installed in ${root:-/}; run install.sh first"

# One at a time: two sticks, or a stick and a person.
exec 9> "$hark/.updating"
flock -n 9 || fail "another update is at work"

answers() { "$hark/versions/$1/firmware_scripts/selftest.sh" "$hark/versions/$1/site" "$root/etc/hark/config.yaml"; }

# Whether the service runs with the version that was switched to: it says itself when it listens.
runs() {
  live || { answers "$(current)"; return; }
  systemctl daemon-reload
  if [ -z "$finish" ]; then systemctl restart hark.service; return; fi
  for _ in $(seq 60); do
    systemctl -q is-active hark.service && return
    sleep 3
  done
  return 1
}

# What was begun: keep it where it runs, else go back. `pending` holds the version before and the one after.
conclude() {
  local before after
  read -r before after < "$hark/pending"
  if [ "$(current)" = "$after" ]; then
    if ! runs; then
      step back "it does not run; going back to $before"
      switch_to "$before"
      links "$hark/versions/$before"
      rm -f "$hark/pending"
      if live; then systemctl daemon-reload && systemctl --no-block restart hark.service; fi
      rm -rf "${hark:?}/versions/$after"
      fail "the update was taken back; $before runs"
    fi
    step kept "$after runs"
  fi
  rm -f "$hark/pending"
}

prune() {  # keeps this version and the one before
  local each
  for each in "$hark"/versions/*; do
    case ${each##*/} in "$(current)" | "$1") ;; *) rm -rf "$each" ;; esac
  done
  rm -rf "$incoming"
}

# The newest signed bundle of a folder, or the file itself. It is copied before it is looked at: a stick may show
# another content the second time.
fetch() {
  local bundle=$1
  if [ -d "$bundle" ]; then
    bundle=$(find "$1" -maxdepth 1 -name 'hark-*.tar' -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-)
    [ -n "$bundle" ] || fail "there is no hark-VERSION.tar in $1"
  fi
  [ -f "$bundle" ] || fail "there is no bundle $bundle"
  [ -f "$bundle.sig" ] || fail "$bundle.sig is missing; copy it beside the bundle"
  [ -s "$root/etc/hark/signers" ] || fail "no signer is trusted; run install.sh --signer with a public key"
  step fetch "copying $bundle"
  rm -rf "$incoming"
  mkdir -p "$incoming"
  cp "$bundle" "$incoming/bundle.tar" && cp "$bundle.sig" "$incoming/bundle.sig" || fail "$bundle cannot be copied; is the card full?"
  step verify "checking its signature"
  ssh-keygen -q -Y verify -f "$root/etc/hark/signers" -I hark -n hark-update -s "$incoming/bundle.sig" \
    < "$incoming/bundle.tar" >/dev/null 2>&1 || { rm -rf "$incoming"; fail "the signature is not that of a trusted signer; nothing was changed"; }
  step extract "unpacking it"
  mkdir "$incoming/tree"
  tar -x -f "$incoming/bundle.tar" -C "$incoming/tree" --no-same-owner 2>/dev/null &&
    [ -x "$incoming/tree/firmware_scripts/install.sh" ] && [ -f "$incoming/tree/made" ] ||
    { rm -rf "$incoming"; fail "the bundle is broken; nothing was changed"; }
  rm "$incoming/bundle.tar"
}

if [ -f "$hark/pending" ]; then conclude; fi
[ -z "$finish" ] || exit 0
[ -n "$from" ] || fail "name a bundle, or a folder with one"
fetch "$from"
before=$(current)
if [ "$(cat "$incoming/tree/made")" -lt "$(cat "$hark/current/made")" ] && [ -z "$force" ]; then
  rm -rf "$incoming"
  fail "the bundle is older than what is installed; --force takes it all the same"
fi
after=$("$incoming/tree/firmware_scripts/install.sh" --stage --root "${root:-/}" --wheels "$incoming/tree/wheels") ||
  { rm -rf "$incoming"; fail "the new version could not be put beside $before, which runs on"; }
if [ "$after" = "$before" ]; then
  rm -rf "$incoming"
  say "$after is what runs already"
  exit
fi
step speak "speaking to $after"
answers "$after" || { rm -rf "${hark:?}/versions/$after" "$incoming"; fail "$after does not answer; $before runs on"; }
step pending "noting what is begun"
echo "$before $after" > "$hark/pending.part"
sync "$hark/pending.part"
mv "$hark/pending.part" "$hark/pending"
step switch "switching to $after"
switch_to "$after"
step links "its service"
links "$hark/versions/$after"
step check "seeing whether it runs"
conclude
step prune "removing what is older than $before"
prune "$before"
say "done: $after; $before is kept"
