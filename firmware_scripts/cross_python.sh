#!/bin/sh
# What install.sh takes for Python where the root is one for a Pi, and this machine is none: packages are those for
# ARM, chosen by uv, since pip knows only the machine that it runs on. ROOT, UV and WORK come from build_root.sh.
case "$*" in
  "-VV") exec chroot "$ROOT" /usr/bin/python3 -VV ;;
  "-m pip install"*)
    shift 3
    while [ $# -gt 0 ]; do
      case $1 in
        --target) target=$2; shift ;;
        --find-links) wheels=$2; shift ;;
        -r) lock=$2; shift ;;
      esac
      shift
    done
    exec "$UV" pip install --quiet --python-platform aarch64-manylinux_2_36 --python-version 3.11 --target "$target" \
      --no-index --find-links "$wheels" --require-hashes --no-cache --link-mode copy -r "$lock"
    ;;
  *) exec "${PYTHON311:-python3.11}" "$@" ;;
esac
