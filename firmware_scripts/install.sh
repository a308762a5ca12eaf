#!/usr/bin/env bash
# Make a speaking box of Raspberry Pi OS Lite (64 bit) or Debian 12/13: install Hark as a service that starts with the machine.
#
#   sudo firmware_scripts/install.sh [--wheels DIR] [--root DIR] [--no-tuning] [--signer FILE]
#   sudo firmware_scripts/install.sh --uninstall [--purge] [--root DIR]
#
# --wheels DIR    take the packages from this folder (build_wheels.sh fills one) and ask no network; else from PyPI,
#                 where the language model's library has to be compiled: from some minutes to an hour.
# --root DIR      work on the tree in DIR, for an image or a test; nothing is started.
# --no-tuning     leave the system's journal, swap and time stamps as they are.
# --signer FILE   a public SSH key whose updates are taken; without one update.sh takes none.
# --uninstall     remove Hark; configuration, timers and lists stay, unless --purge.
# --stage         only put this version beside the others, for update.sh; prints its name.
#
# It asks nothing, may be interrupted and run again, and changes nothing where all is as it should be.
# HARK_PYTHON names the Python to use. HARK_TEST_SITE names a folder of installed packages that are linked instead of
# installed from the lock: for tests alone.
# shellcheck disable=SC2034  # steps.sh uses them
root='' wheels='' tuning=yes purge='' task=install signer='' log=install
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
top=$(dirname "$here")
# shellcheck source=steps.sh
. "$here/steps.sh"

while [ $# -gt 0 ]; do
  case $1 in
    --root) root=$(realpath -m "${2:?--root needs a folder}"); shift ;;
    --wheels) wheels=$(realpath -e "${2:?--wheels needs a folder}"); shift ;;
    --signer) signer=$(realpath -e "${2:?--signer needs a file}"); shift ;;
    --no-tuning) tuning= ;;
    --uninstall) task=uninstall ;;
    --purge) purge=yes ;;
    --stage) task=stage ;;
    -h | --help) sed -n '2,/^# shellcheck/{/^# shellcheck/d;s/^# \{0,1\}//;p}' "$0"; exit ;;
    *) fail "unknown option '$1'; --help lists them all" ;;
  esac
  shift
done
[ "$root" != / ] || root=''
[ "$(id -u)" -eq 0 ] || fail "run it as root: sudo $0"
python=${HARK_PYTHON:-python3}
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PYTHONDONTWRITEBYTECODE=1

# espeak-ng speaks; libportaudio2 reaches the sound devices; the volume is alsa-utils'; vosk needs libatomic1,
# the language model's library libgomp1;
# openssh-client checks the signatures of updates.
needed=(python3 python3-pip espeak-ng libportaudio2 libasound2-plugins alsa-utils libatomic1 libgomp1 openssh-client)
[ -n "$wheels" ] || needed+=(g++ make python3-dev)

packages() {
  local missing=() package
  for package in "${needed[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; } ||
    fail "apt-get could not install ${missing[*]}; connect the network once, or install them by hand"
}

lock() { if [ -f "$wheels/requirements.txt" ]; then echo "$wheels/requirements.txt"; else echo "$here/lock/requirements.txt"; fi; }

sources() {
  (cd "$top" && find speaker intents models/quantized firmware_scripts pyproject.toml -type f \
    -not -name '*.pyc' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
}

dependencies_id() { { cat "$(lock)"; "$python" -VV; echo "${HARK_TEST_SITE:-}"; } | sha256sum | cut -c 1-16; }

name_of_version() {
  local number
  number=$(sed -n 's/^version = "\(.*\)"/\1/p' "$top/pyproject.toml")
  echo "$number-$({ sources; dependencies_id; } | sha256sum | cut -c 1-8)"
}

# Every package that Hark needs, in SITE: of the version there is where the lock is the same (hard links, which cost
# the card nothing), else by pip, held to the hashes of the lock.
dependencies() {
  local site=$1 same='' each
  for each in "$root"/opt/hark/versions/*/dependencies; do
    if [ -f "$each" ] && [ "$(cat "$each")" = "$(dependencies_id)" ]; then same=${each%/*}; fi
  done
  if [ -n "$same" ]; then
    cp -al "$same/site" "$site"
  elif [ -n "${HARK_TEST_SITE:-}" ]; then
    mkdir -p "$site"
    find "$HARK_TEST_SITE" -mindepth 1 -maxdepth 1 -not -name speaker -not -name '*hark*' -not -name '*.pth' -exec ln -s -t "$site" {} +
  else
    local from=()
    [ -z "$wheels" ] || from=(--no-index --find-links "$wheels")
    CMAKE_ARGS="-DGGML_NATIVE=OFF -DLLAVA_BUILD=OFF -DMTMD_BUILD=OFF -DLLAMA_CURL=OFF -DLLAMA_OPENSSL=OFF" \
      "$python" -m pip install --quiet --no-compile --require-hashes "${from[@]}" --target "$site" -r "$(lock)" ||
      fail "the packages could not be installed; see pip's message above, mend it and run this again"
    rm -rf "${site:?}/bin"
    "$python" -m compileall -q -s "$root" -p / --invalidation-mode unchecked-hash "$site" || true  # templates among them
  fi
}

# Hark itself, laid out as its wheel lays it out.
own() {
  local site=$1 number=${2%-*} info
  rm -rf "$site/speaker" "$site"/hark_speaker-*.dist-info  # whatever lies there, it is not followed
  mkdir -p "$site/speaker/builtin"
  cp -r "$top"/speaker/. "$site/speaker/"
  cp -r "$top/intents" "$site/speaker/builtin/intents"
  cp -r "$top/models/quantized" "$site/speaker/builtin/models"
  find "$site/speaker" -name __pycache__ -prune -exec rm -rf {} +
  "$python" -m compileall -q -s "$root" -p / --invalidation-mode unchecked-hash "$site/speaker"
  info=$site/hark_speaker-$number.dist-info
  mkdir -p "$info"
  printf 'Metadata-Version: 2.1\nName: hark-speaker\nVersion: %s\n' "$number" > "$info/METADATA"
}

# Put this version beside the others, under another name until it is whole.
stage() {
  local name=$1 versions=$root/opt/hark/versions
  if [ -d "$versions/$name" ]; then
    say "version $name is there"
    return
  fi
  step unpack "putting version $name into $versions"
  rm -rf "$versions"/*.part
  mkdir -p "$versions/$name.part"
  step dependencies "its packages, from ${wheels:-the lock}"
  dependencies "$versions/$name.part/site"
  step own "Hark itself"
  own "$versions/$name.part/site" "$name"
  cp -r "$here" "$versions/$name.part/firmware_scripts"
  find "$versions/$name.part/firmware_scripts" -name __pycache__ -prune -exec rm -rf {} +
  dependencies_id > "$versions/$name.part/dependencies"
  if [ -f "$top/made" ]; then cat "$top/made"; else echo "${SOURCE_DATE_EPOCH:-$(date +%s)}"; fi > "$versions/$name.part/made"
  chmod -R go=rX "$versions/$name.part"
  step whole "making it whole"
  sync -f "$versions/$name.part"
  mv -T "$versions/$name.part" "$versions/$name"
}

account() {
  mkdir -p "$root/etc" "$root/var/lib"
  systemd-sysusers --root="${root:-/}" "$here/system/sysusers.conf"
  mkdir -p "$root"/etc/hark
  install -d -m 750 "$root/var/lib/hark"
  chown "$(id_of 3):$(id_of 4)" "$root/var/lib/hark"
}

id_of() { awk -F: -v field="$1" '$1 == "hark" { print $field }' "$root/etc/passwd"; }

configuration() {
  [ -e "$root/etc/hark/config.yaml" ] || install -m 644 "$here/system/config.yaml" "$root/etc/hark/config.yaml"
  [ -z "$signer" ] || printf 'hark namespaces="hark-update" %s\n' "$(cat "$signer")" > "$root/etc/hark/signers"
}

# Where PipeWire is installed, the service has one of its own: it belongs to the user hark, who never logs in, so that
# his session has to linger. Else it is ALSA alone, and there is nothing to wait for but the cards.
sound() {
  local drop=$root/etc/systemd/system/hark.service.d/pipewire.conf user
  user=$(id_of 3)
  if [ ! -e "$root/usr/bin/pipewire" ]; then
    rm -f "$drop" "$root/var/lib/systemd/linger/hark"
    return
  fi
  mkdir -p "${drop%/*}" "$root/var/lib/systemd/linger"
  touch "$root/var/lib/systemd/linger/hark"
  printf '%s\n' "[Unit]" "Wants=user@$user.service" "After=user@$user.service" "[Service]" \
    "Environment=XDG_RUNTIME_DIR=/run/user/$user" "ProtectHome=tmpfs" "BindPaths=-/run/user/$user" > "$drop"
}

tune() {
  link ../../../opt/hark/current/firmware_scripts/system/journald.conf /etc/systemd/journald.conf.d/hark.conf
  link ../hark-card.service /etc/systemd/system/multi-user.target.wants/hark-card.service
}

remove() {
  step stop "stopping the service"
  if live; then systemctl disable --now hark-update.service hark-card.service hark.service hark-network.timer 2>/dev/null || true; fi
  step remove "removing Hark"
  rm -f "$root"/etc/systemd/system/{,multi-user.target.wants/}hark*.{service,timer} "$root/usr/local/bin/hark" \
    "$root/etc/udev/rules.d/70-hark.rules" "$root/etc/systemd/journald.conf.d/hark.conf" "$root/var/lib/systemd/linger/hark"
  rm -rf "$root/etc/systemd/system/hark.service.d" "$root/opt/hark"
  if grep -qs '^# Written by Hark at each start' "$root/etc/asound.conf"; then rm "$root/etc/asound.conf"; fi
  if [ -n "$purge" ]; then
    step purge "removing its configuration, timers and lists, and its user"
    rm -rf "$root/etc/hark" "$root/var/lib/hark" "$root/var/lib/hark-audio"
    sed -i '/^hark:/d; s/:hark$/:/; s/,hark$//; s/,hark,/,/; s/:hark,/:/' "$root"/etc/{passwd,group,shadow,gshadow} 2>/dev/null || true
  else
    say "kept: $root/etc/hark and $root/var/lib/hark; --purge removes them, too"
  fi
  if live; then systemctl daemon-reload; fi
}

if [ "$task" = uninstall ]; then remove; exit; fi
if [ -z "$root" ] && [ "$task" = install ]; then step packages "looking for the system's packages"; packages; fi
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Hark needs Python 3.11 or later: Raspberry Pi OS Bookworm, Debian 12, or newer"
name=$(name_of_version)
stage "$name"
if [ "$task" = stage ]; then echo "$name"; exit; fi
step account "the user hark, and its folders"
account
step configuration "the configuration: $root/etc/hark/config.yaml"
configuration
step switch "switching to $name"
if [ "$(current)" != "$name" ]; then switch_to "$name"; fi
step links "the service, the rules for devices, the command hark"
links "$root/opt/hark/versions/$name"
sound
if [ -n "$tuning" ]; then step tune "sparing the card: journal in memory, compressed memory, no times of reading"; tune; fi
if live; then
  step start "starting"
  systemctl daemon-reload
  udevadm control --reload && udevadm trigger --subsystem-match=gpio --subsystem-match=spidev || true
  if [ -n "$tuning" ]; then systemctl restart systemd-journald && systemctl start hark-card.service; fi
  systemctl restart hark.service || fail "the service does not start: journalctl -u hark tells why, and 'sudo hark doctor' what is missing"
fi
say "done; 'sudo hark doctor' looks whether all is well"
