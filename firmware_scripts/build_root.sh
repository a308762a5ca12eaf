#!/usr/bin/env bash
# Make the folder that becomes the root of the image: Debian 12 for 64-bit ARM from its packages, and Hark in it.
#
#   firmware_scripts/build_root.sh WORK [--wheels DIR]
#
# WORK/root is the result. WORK/base.tar.zst keeps Debian alone, so that a second run only installs Hark (about a
# minute; the first takes some ten). --wheels DIR is what build_wheels.sh made (default ~/.cache/hark/wheels/aarch64).
#
# apt and dpkg of this machine choose, fetch and unpack, at full speed; only the packages' own scripts run as ARM
# programs, under qemu-user. No loop device, and no mount that outlives a command. Needs root, apt, and the package
# qemu-user-static.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
suite=bookworm
say() { printf '[root] %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

[ $# -ge 1 ] || fail "usage: build_root.sh WORK [--wheels DIR]"
work=$(realpath -m "$1"); shift
wheels=${HARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hark}/wheels/aarch64
while [ $# -gt 0 ]; do
  case $1 in
    --wheels) wheels=$(realpath "${2:?--wheels needs a folder}"); shift ;;
    *) fail "unknown option '$1'" ;;
  esac
  shift
done
[ "$(id -u)" -eq 0 ] || fail "the files of the image belong to root: run this as root"
command -v zstd >/dev/null || fail "zstd is missing: apt-get install zstd"
root=$work/root
mkdir -p "$work"
# The time that files get which are younger: the last change of the repository, unless the environment says.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct 2>/dev/null || echo 1700000000)}
export SOURCE_DATE_EPOCH LC_ALL=C DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true

# ARM programs run here only where the kernel knows qemu-user.
emulation() {
  [ "$(uname -m)" = aarch64 ] && return
  [ -e /proc/sys/fs/binfmt_misc/register ] || mount -t binfmt_misc none /proc/sys/fs/binfmt_misc 2>/dev/null || true
  [ -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ] || update-binfmts --enable qemu-aarch64 2>/dev/null || true
  [ -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ] ||
    fail "ARM programs cannot run here: apt-get install qemu-user-static binfmt-support, and see update-binfmts"
}

# Run a command in the root, with nothing of this machine's environment. Its /proc, and a /boot/firmware that is a
# place of its own (which the Pi's firmware insists on), are mounted for that command alone.
inside() {
  mkdir -p "$root/proc" "$root/boot/firmware"
  # shellcheck disable=SC2016  # for the inner shell
  unshare --mount --propagation private sh -c '
    mount -t proc proc "$0/proc" && mount --bind "$0/boot/firmware" "$0/boot/firmware" && root=$0 &&
      exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive \
        SOURCE_DATE_EPOCH='"$SOURCE_DATE_EPOCH"' chroot "$root" "$@"' "$root" "$@"
}

packages() { sed 's/#.*//' "$here/image/packages.txt" | tr -s ' \n' ' '; }

# Where this machine's own apt has a part of Debian from.
mirror() {
  local found
  # shellcheck disable=SC2016  # for apt
  found=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $1" | sort -u | head -n 1)
  [ -n "$found" ] || fail "this machine's apt has no $1: add it to /etc/apt/sources.list, and run apt-get update"
  printf '%s' "$found"
}

# What an apt that knows only this root downloads into $work/debs.
fetch() {
  local apt=(-q -o Dir="$root" -o Dir::Etc="$root/etc/apt/" -o Dir::State::status="$root/var/lib/dpkg/status"
    -o Dir::Etc::TrustedParts=/etc/apt/trusted.gpg.d -o Dir::Cache::archives="$work/debs"
    -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Install-Recommends=false
    -o APT::Sandbox::User=root -o Acquire::Languages=none)
  mkdir -p "$root"/etc/apt/{apt.conf.d,preferences.d,sources.list.d} "$root"/var/lib/apt/lists/partial \
    "$root"/var/lib/dpkg/{info,updates} "$root"/var/cache/apt "$work/debs/partial"
  touch "$root/var/lib/dpkg/status" "$root/var/lib/dpkg/available"
  local part
  for part in "$suite" "$suite-updates" "$suite-security"; do
    printf 'deb %s %s main non-free-firmware\n' "$(mirror "$part")" "$part"
  done > "$root/etc/apt/sources.list"
  apt-get "${apt[@]}" update >/dev/null
  # shellcheck disable=SC2046  # a word a package
  apt-get "${apt[@]}" install -y --download-only '?essential' apt $(packages) | grep -E '^Need|newly' >&2
}

# Debian alone.
base() {
  rm -rf "$root" "$work/debs" && mkdir -p "$root"
  say "fetching Debian $suite for arm64"
  fetch
  say "unpacking $(find "$work/debs" -name '*.deb' | wc -l) packages"
  mkdir -p "$root"/usr/{bin,sbin,lib}
  ln -s usr/bin usr/sbin usr/lib "$root/"
  # A shell must be there before dpkg can ask the packages' own scripts.
  local deb
  for deb in "$work"/debs/*.deb; do
    case $deb in */linux-image-* | *firmware* | */openssh-* | */python3*) continue ;; esac
    dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$root"
  done
  printf 'root:x:0:0:root:/root:/bin/bash\n' > "$root/etc/passwd"
  printf 'root:x:0:\nshadow:x:42:\nstaff:x:50:\nutmp:x:43:\nadm:x:4:\nmail:x:8:\ntty:x:5:\n' > "$root/etc/group"
  # No service starts, and the initrd is made once, at the end.
  printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  dpkg --root="$root" --force-architecture --force-depends --force-unsafe-io --force-confnew --unpack "$work"/debs/*.deb \
    > "$work/unpack.log" 2>&1 || { tail -20 "$work/unpack.log" >&2; fail "dpkg could not unpack; see $work/unpack.log"; }
  # The initrd finds the card of a Pi and the disk of an emulated machine, and nothing else.
  install -D -m 644 "$here/image/initramfs.conf" "$root/etc/initramfs-tools/conf.d/hark"
  install -D -m 644 "$here/image/initramfs-modules" "$root/etc/initramfs-tools/modules"
  say "configuring, as ARM programs: some minutes"
  inside dpkg --force-unsafe-io --force-confnew --configure -a > "$work/configure.log" 2>&1 ||
    { tail -20 "$work/configure.log" >&2; fail "dpkg could not configure; see $work/configure.log"; }
  rm -rf "$root/usr/sbin/policy-rc.d" "$work/debs"
}

# What the packages left that belongs to one machine, or changes with each build.
clean() {
  rm -rf "$root"/etc/ssh/ssh_host_* "$root"/var/lib/systemd/random-seed "$root"/var/lib/dbus/machine-id \
    "$root"/etc/resolv.conf "$root"/var/log/* "$root"/var/cache/{apt,debconf,ldconfig}/* "$root"/var/lib/apt/lists/* \
    "$root"/var/lib/dpkg/{status-old,available-old} "$root"/{etc,var/backups}/{passwd,group,shadow,gshadow,subuid,subgid}- \
    "$root"/tmp/* "$root"/run/* "$root"/root/.[a-z]* "$root"/usr/share/{man,info,locale,lintian,bug}/* \
    "$root"/var/lib/{apt,initramfs-tools}/*state* "$root"/boot/System.map-*
  find "$root/usr/share/doc" -not -type d -not -name copyright -delete  # licences stay
  mkdir -p "$root"/var/log/private && chmod 700 "$root"/var/log/private
  : > "$root/etc/machine-id"
  ln -s /run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
  find "$root/usr/lib/python3" -name __pycache__ -prune -exec rm -rf {} +
  sed -i 's/^root:[^:]*:/root:*:/' "$root/etc/shadow"
  awk -F: -v OFS=: '{ $3 = 19000; print }' "$root/etc/shadow" > "$work/shadow" && cat "$work/shadow" > "$root/etc/shadow"
  rm "$work/shadow"
  chmod 700 "$root/root"
}

# The files that make Debian a Hark box.
box() {
  cp -r "$here/image/etc/." "$root/etc/"
  # The boot partition is made by the package's own hook, as it will be when Debian brings a new kernel.
  inside env DEB_MAINT_PARAMS=configure /etc/kernel/postinst.d/z50-raspi-firmware
  cp "$here/image/hark.yaml" "$root/boot/firmware/"
  install -D -m 755 -t "$root/usr/local/lib/hark-image" "$here/image/grow.sh" "$here/image/settings.py"
  install -m 644 -t "$root/etc/systemd/system" "$here"/image/hark-*.service
  mkdir -p "$root"/{boot/firmware,var/lib/hark-image} "$root"/etc/systemd/system/{multi-user,sysinit}.target.wants
  ln -sf ../hark-settings.service "$root/etc/systemd/system/multi-user.target.wants/"
  ln -sf ../hark-grow.service "$root/etc/systemd/system/sysinit.target.wants/"
  ln -sf /lib/systemd/system/systemd-networkd.service "$root/etc/systemd/system/multi-user.target.wants/"
  # Nobody may come in until hark.yaml names a key; nobody is asked for news; nothing waits for a network.
  local unit
  rm -f "$root/etc/systemd/system/multi-user.target.wants/ssh.service" "$root/etc/systemd/system/sshd.service"
  for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
    systemd-networkd-wait-online.service wpa_supplicant.service raspi-reset-failed.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
}

# Hark, as install.sh installs it from this checkout and the folder of wheels. Its modules are compiled by a Python
# of the same kind as that of the image, here, since as an ARM program it would take minutes.
hark() {
  command -v python3.11 >/dev/null || fail "the modules are compiled by Python 3.11: it is that of Debian 12"
  ROOT=$root UV=$wheels/../../wheel-tools/bin/uv HARK_PYTHON=$here/cross_python.sh \
    "$here/install.sh" --root "$root" --wheels "$wheels"
}

stamp() { { echo "$suite"; cat "$here/image/packages.txt" "$here"/image/initramfs*; } | sha256sum | cut -d ' ' -f 1; }

emulation
if [ -f "$work/base.tar.zst" ] && [ "$(cat "$work/base.stamp" 2>/dev/null)" = "$(stamp)" ]; then
  say "taking Debian from $work/base.tar.zst"
  rm -rf "$root" && mkdir -p "$root"
  tar -x --zstd --numeric-owner --xattrs -C "$root" -f "$work/base.tar.zst"
else
  base
  clean
  tar -c --zstd --numeric-owner --xattrs -C "$root" -f "$work/base.tar.zst" .
  stamp > "$work/base.stamp"
fi
say "making it a Hark box"
box
hark
clean
find "$root" -xdev -newermt "@$SOURCE_DATE_EPOCH" -print0 | xargs -0r touch --no-dereference --date "@$SOURCE_DATE_EPOCH"
say "the root is $(du -sm --apparent-size "$root" | cut -f 1) MB: $root"
