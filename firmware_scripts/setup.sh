#!/usr/bin/env bash
# Set up a checkout: system packages, a virtual environment in .venv, Hark itself. Safe to run again; when
# nothing has changed it takes a moment.
#
#   firmware_scripts/setup.sh run     what it takes to run Hark
#   firmware_scripts/setup.sh test    and to test it
#   firmware_scripts/setup.sh train   and to train its language model
#
# HARK_PYTHON names the Python to use (3.11 or later); HARK_CACHE the folder where wheels are kept.
set -euo pipefail

purpose=${1:-run}
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$top/.venv
cache=${HARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hark}
stamp=$venv/.hark-$purpose

say() { printf '\033[2m[setup]\033[0m %s\n' "$*" >&2; }
fail() { printf '[setup] %s\n' "$*" >&2; exit 1; }

# --- the system's packages: what each is for --------------------------------------------------------------
# espeak-ng speaks, and flite says the commands of the demo; libportaudio2 reaches the sound devices, which
# PulseAudio or PipeWire may stand behind (libasound2-plugins); alsa-utils sets the volume where neither is there;
# vosk needs libatomic1.
system=(espeak-ng flite libportaudio2 libasound2-plugins alsa-utils libatomic1)
case $purpose in
  run) extra= ;;
  # pulseaudio is a real sound server; libfst-tools build a small Vosk model;
  # iproute2 makes a machine without network; mosquitto is a real MQTT broker, to which openssl gives a certificate; mpd plays music (the tests start their own);
  # mtools to zstd make and read small images of cards; shellcheck reads these scripts, openssh-client signs updates; strace sees who is called; systemd judges its units.
  test) system+=(pulseaudio pulseaudio-utils libfst-tools iproute2 mosquitto openssl mpd
    mtools dosfstools e2fsprogs fdisk zstd shellcheck openssh-client strace systemd); extra="[dev]" ;;
  # wordnet-base has the sentences of which the meanings of words are learned.
  train) system+=(wordnet-base); extra="[dev,train]" ;;
  *) fail "unknown purpose '$purpose': run, test or train" ;;
esac

installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }

system_packages() {
  command -v dpkg-query >/dev/null || {
    say "this is no Debian: please install what corresponds to ${system[*]}"
    return 0
  }
  local missing=() package
  for package in "$@"; do installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo=(sudo)
    elif command -v sudo >/dev/null && [ -t 0 ]; then sudo=(sudo)
    else fail "these packages are missing: run  apt-get install ${missing[*]}  as root, then try again"; fi
  fi
  say "installing ${missing[*]}"
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >/dev/null 2>&1 ||
    { "${sudo[@]}" apt-get update -qq &&
      "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "${missing[@]}" >/dev/null; } ||
    fail "apt-get could not install ${missing[*]}; see its message above"
}

# --- Python ---------------------------------------------------------------------------------------------
fit() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
with_venv() { "$1" -c 'import venv, ensurepip' 2>/dev/null; }

find_python() {
  local python
  for python in ${HARK_PYTHON:-python3 python3.13 python3.12 python3.11}; do
    command -v "$python" >/dev/null && fit "$python" && { command -v "$python"; return; }
  done
  fail "Hark needs Python 3.11 or later; install it, or name it in HARK_PYTHON"
}

# --- llama-cpp-python: compiled once, its wheel kept ----------------------------------------------------------
llama_wheel() {
  local version folder wheel
  version=$(sed -n 's/^ *"llama-cpp-python==\([0-9.]*\)".*/\1/p' "$top/pyproject.toml")
  folder=$cache/wheels/$(uname -m)
  wheel=$(compgen -G "$folder/llama_cpp_python-$version-*.whl" | head -n 1 || true)
  if [ -z "$wheel" ]; then
    system_packages g++ make
    say "compiling llama-cpp-python $version: some minutes, this once"
    mkdir -p "$folder"
    # No instructions of this very processor: the wheel may be carried to another machine.
    CMAKE_ARGS="-DGGML_NATIVE=OFF -DLLAVA_BUILD=OFF -DMTMD_BUILD=OFF -DLLAMA_CURL=OFF -DLLAMA_OPENSSL=OFF" \
      CMAKE_BUILD_PARALLEL_LEVEL=$(nproc) \
      "$venv/bin/pip" wheel --quiet --no-deps --no-binary llama-cpp-python -w "$folder.part" \
      "llama-cpp-python==$version" || fail "llama-cpp-python did not compile; see the message above"
    mv "$folder.part"/*.whl "$folder/" && rmdir "$folder.part"
    wheel=$(compgen -G "$folder/llama_cpp_python-$version-*.whl" | head -n 1)
  fi
  "$venv/bin/pip" install --quiet "$wheel"
}

fingerprint() { cat "$top/pyproject.toml" "${BASH_SOURCE[0]}" | sha256sum | cut -d ' ' -f 1; }

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ] && "$venv/bin/python" -c '' 2>/dev/null; then
  exit 0
fi
export PIP_DISABLE_PIP_VERSION_CHECK=1
system_packages "${system[@]}"
python=$(find_python)
if ! with_venv "$python"; then
  system_packages python3-venv python3-dev
  with_venv "$python" || fail "$python has no venv; install the package python3-venv"
fi
if ! "$venv/bin/python" -c '' 2>/dev/null; then
  say "making a virtual environment with $("$python" --version)"
  "$python" -m venv --clear "$venv"
fi
"$venv/bin/pip" install --quiet --upgrade pip
llama_wheel
say "installing Hark and what it needs"
"$venv/bin/pip" install --quiet --editable "$top$extra"
fingerprint > "$stamp"
say "ready"
