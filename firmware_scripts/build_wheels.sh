#!/usr/bin/env bash
# Gather every package that Hark needs as a wheel for 64-bit ARM, so that a Pi compiles nothing and asks no network.
#
#   firmware_scripts/build_wheels.sh [--lock] [--out DIR]
#
# --out DIR   where they go (default ~/.cache/hark/wheels/aarch64): all that lock/requirements.txt pins, for
#             Python 3.11 and 3.13; dotprod/ holds the language model's library once more, for the Pi 5; and
#             requirements.txt, the lock with the hashes of what was compiled here.
# --lock      first write lock/requirements.txt anew from pyproject.toml.
#
# llama-cpp-python is compiled for ARM on this machine: about seven minutes of one core for each of the two, once.
# Needs g++-aarch64-linux-gnu, cmake and ninja-build.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${HARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hark}
out=$cache/wheels/aarch64
lock=$here/lock/requirements.txt
pythons=(3.11 3.13)
relock=

say() { printf '[wheels] %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

while [ $# -gt 0 ]; do
  case $1 in
    --lock) relock=yes ;;
    --out) out=$(realpath -m "${2:?--out needs a folder}"); shift ;;
    *) fail "unknown option '$1'; the head of ${BASH_SOURCE[0]} has them all" ;;
  esac
  shift
done
for tool in aarch64-linux-gnu-g++ cmake ninja; do
  command -v "$tool" >/dev/null || fail "$tool is missing: apt-get install g++-aarch64-linux-gnu cmake ninja-build"
done
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

# The tools that build, in an environment of their own: uv resolves for machines that are not this one.
tools=$cache/wheel-tools
[ -x "$tools/bin/uv" ] || {
  python3 -m venv --clear "$tools"
  "$tools/bin/pip" install --quiet "uv>=0.5" "scikit-build-core[pyproject]>=0.9.2" "wheel>=0.43" "pyelftools>=0.31" \
    "packaging>=24" "setuptools>=70" "hatchling>=1.26"
}

write_lock() {
  say "resolving pyproject.toml into ${lock#"$here/"}"
  mkdir -p "$here/lock"
  "$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra gpio \
    --no-header --no-annotate --no-emit-index-url --output-file "$lock.part" "$here/../pyproject.toml" --upgrade
  { echo "# What an installation gets, to the byte. Written by firmware_scripts/build_wheels.sh --lock"; cat "$lock.part"; } > "$lock"
  rm "$lock.part"
}

# Of what the wheel holds twice and thrice, the libraries by the names that are asked for stay.
slim() {
  "$tools/bin/wheel" unpack --dest "$1/tree" "$1"/*.whl >/dev/null
  rm -rf "$1"/*.whl "$1"/tree/*/{lib,bin,include}
  find "$1/tree" -name 'lib*.so.*.*' -delete
  SOURCE_DATE_EPOCH=1700000000 "$tools/bin/wheel" pack --dest-dir "$1" "$1"/tree/* >/dev/null
  rm -rf "$1/tree"
}

# llama VARIANT ARCHITECTURE FOLDER: compile the library for a family of processors.
llama() {
  local folder=$3 version
  version=$(sed -n 's/^llama-cpp-python==\([0-9.]*\).*/\1/p' "$lock")
  compgen -G "$folder/llama_cpp_python-$version-*.whl" >/dev/null && return
  say "compiling llama-cpp-python $version for $2 ($1): some minutes, this once"
  rm -rf "$folder.part" && mkdir -p "$folder.part"
  # A date and a path that do not depend on when and where: the same sources give the same wheel.
  # No OpenMP: its library is no part of a small system, and llama.cpp has threads of its own.
  SOURCE_DATE_EPOCH=1700000000 _PYTHON_HOST_PLATFORM=linux-aarch64 CMAKE_GENERATOR=Ninja CMAKE_BUILD_PARALLEL_LEVEL=$(nproc) TMPDIR=$folder.part \
    CMAKE_ARGS="-DCMAKE_TOOLCHAIN_FILE=$here/aarch64.cmake -DCMAKE_BUILD_TYPE=Release \
      -DCMAKE_C_FLAGS=-ffile-prefix-map=$folder.part=. -DCMAKE_CXX_FLAGS=-ffile-prefix-map=$folder.part=. \
      -DGGML_NATIVE=OFF -DGGML_CPU_ARM_ARCH=$2 -DGGML_OPENMP=OFF \
      -DLLAVA_BUILD=OFF -DMTMD_BUILD=OFF -DLLAMA_CURL=OFF -DLLAMA_OPENSSL=OFF" \
    "$tools/bin/pip" wheel --quiet --no-deps --no-build-isolation --no-binary llama-cpp-python \
    -w "$folder.part" "llama-cpp-python==$version" || fail "llama-cpp-python did not compile; see the message above"
  slim "$folder.part"
  "$tools/bin/python" "$here/check_wheels.py" --retag "$folder.part"/*.whl
  mkdir -p "$folder" && mv "$folder.part"/*.whl "$folder/" && rm -rf "$folder.part"
}

# fetch PYTHON: what the lock names for it, its hashes checked.
fetch() {
  local python=$1 list=$out/.list platforms=() minor
  "$tools/bin/uv" pip compile --quiet --no-deps --no-header --no-annotate --no-emit-index-url --generate-hashes \
    --python-platform aarch64-manylinux_2_36 --python-version "$python" --no-emit-package srt \
    --no-emit-package llama-cpp-python "$lock" --output-file "$list"
  for minor in $(seq 17 36); do platforms+=(--platform "manylinux_2_${minor}_aarch64"); done
  "$tools/bin/pip" download --quiet --no-deps --require-hashes -r "$list" -d "$out" --only-binary :all: \
    --python-version "$python" --implementation cp --abi "cp${python/./}" --abi abi3 --abi none \
    "${platforms[@]}" --platform manylinux2014_aarch64 --platform any
  rm "$list"
}

# srt is published as source alone, of Python alone: its wheel is for every machine.
srt() {
  local version
  version=$(sed -n 's/^srt==\([0-9.]*\).*/\1/p' "$lock")
  SOURCE_DATE_EPOCH=1700000000 "$tools/bin/pip" wheel --quiet --no-deps --no-build-isolation -w "$out" "srt==$version"
}

# The lock, where pip is to believe the wheels that were made here: their hashes beside the published ones.
with_own_hashes() {
  local line name wheel
  while IFS= read -r line; do
    printf '%s\n' "$line"
    name=${line%%==*}
    case $name in srt | llama-cpp-python) ;; *) continue ;; esac
    for wheel in "$out/${name//-/_}"-*.whl "$out/dotprod/${name//-/_}"-*.whl; do
      [ ! -e "$wheel" ] || printf '    --hash=sha256:%s \\\n' "$(sha256sum "$wheel" | cut -d ' ' -f 1)"
    done
  done < "$lock" > "$out/requirements.txt"
}

if [ -n "$relock" ] || [ ! -f "$lock" ]; then write_lock; fi
mkdir -p "$out"
llama "Pi 3, Zero 2 W, Pi 4" armv8-a "$out"
llama "Pi 5" armv8.2-a+dotprod+fp16 "$out/dotprod"
say "fetching what the lock names"
srt
for python in "${pythons[@]}"; do fetch "$python"; done
with_own_hashes
pins=()
for python in "${pythons[@]}"; do pins+=(--python "$python"); done
"$tools/bin/python" "$here/check_wheels.py" "$out" --lock "$lock" "${pins[@]}"
