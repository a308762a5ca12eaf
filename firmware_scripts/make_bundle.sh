#!/usr/bin/env bash
# Make a signed update of this checkout, for a USB stick or a folder in the house.
#
#   firmware_scripts/make_bundle.sh --key FILE --wheels DIR [--out DIR]
#
# --key FILE     your private SSH key (ssh-keygen -t ed25519); its public half is given to install.sh --signer.
# --wheels DIR   the packages, as build_wheels.sh gathers them.
# --out DIR      where it goes: hark-VERSION.tar and hark-VERSION.tar.sig (default: here).
#
# Its age is that of the last commit, or SOURCE_DATE_EPOCH: a box takes nothing older than what it has.
# shellcheck disable=SC2034  # steps.sh uses them
root='' log=bundle key='' wheels='' out=.
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
top=$(dirname "$here")
# shellcheck source=steps.sh
. "$here/steps.sh"
while [ $# -gt 0 ]; do
  case $1 in
    --key) key=$(realpath -e "${2:?--key needs a file}"); shift ;;
    --wheels) wheels=$(realpath -e "${2:?--wheels needs a folder}"); shift ;;
    --out) out=$(realpath -e "${2:?--out needs a folder}"); shift ;;
    *) fail "unknown option '$1'; the head of ${BASH_SOURCE[0]} has them all" ;;
  esac
  shift
done
[ -n "$key" ] && [ -n "$wheels" ] || fail "it needs --key and --wheels"
made=${SOURCE_DATE_EPOCH:-$(git -C "$top" log -1 --format=%ct 2>/dev/null || date +%s)}
bundle=$out/hark-$(sed -n 's/^version = "\(.*\)"/\1/p' "$top/pyproject.toml").tar
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "$made" > "$work/made"
ln -s "$wheels" "$work/wheels"
say "packing $bundle"
tar -c -f "$bundle" --sort=name --mtime="@$made" --owner=0 --group=0 --numeric-owner --dereference --hard-dereference \
  --exclude=__pycache__ -C "$top" speaker intents models/quantized firmware_scripts pyproject.toml -C "$work" made wheels
say "signing it"
rm -f "$bundle.sig"
ssh-keygen -q -Y sign -f "$key" -n hark-update "$bundle" 2>/dev/null || fail "it cannot be signed with $key"
say "done: copy $bundle and $bundle.sig, side by side"
