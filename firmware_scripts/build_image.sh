#!/usr/bin/env bash
# Make the image that makers flash: a boot partition, a root, and both compressed.
#
#   firmware_scripts/build_image.sh [WORK] [--root DIR] [--url ADDRESS]
#
# WORK (default ~/.cache/hark/image) gets hark-VERSION.img.zst, its .sha256, and hark-VERSION.json, the list that
# Raspberry Pi Imager reads. The root is built first where WORK has none (see build_root.sh); --root takes another
# one. --url says where the image will be found (default: as a file, here).
#
# No loop device and no mount: the file systems are made from folders. The same root and SOURCE_DATE_EPOCH give the
# same image. Needs mtools, dosfstools, e2fsprogs, fdisk and zstd.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
say() { printf '[image] %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

work=${HARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hark}/image
root=
url=
while [ $# -gt 0 ]; do
  case $1 in
    --root) root=$(realpath "${2:?--root needs a folder}"); shift ;;
    --url) url=${2:?--url needs an address}; shift ;;
    -*) fail "unknown option '$1'; the head of ${BASH_SOURCE[0]} has them all" ;;
    *) work=$1 ;;
  esac
  shift
done
work=$(realpath -m "$work")
for tool in mcopy mkfs.vfat mke2fs sfdisk zstd; do
  command -v "$tool" >/dev/null || fail "$tool is missing: apt-get install mtools dosfstools e2fsprogs fdisk zstd"
done
mkdir -p "$work"
if [ -z "$root" ]; then
  root=$work/root
  [ -f "$work/root.done" ] || { "$here/build_root.sh" "$work" && touch "$work/root.done"; }
fi
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct 2>/dev/null || echo 1700000000)}
export SOURCE_DATE_EPOCH E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH MTOOLS_SKIP_CHECK=1 TZ=UTC LC_ALL=C
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$here/../pyproject.toml")
image=$work/hark-$version.img

# --- where things lie, in MiB: partitions begin at 4, as cards like it -----------------------------------------------
first=4
boot=256
need=$(du -sm --apparent-size --exclude=./boot/firmware "$root" | cut -f 1)
inodes=$(($(find "$root" -xdev | wc -l) * 5 / 4 + 4096))
size=$(((need * 115 / 100 + inodes / 4096 + 96) / 4 * 4))  # room to start in; the first start fills the card

# --- boot: FAT, which any computer can write ---------------------------------------------------------------------------
say "boot partition: $boot MiB"
rm -f "$work/boot.part" "$work/root.part" "$image"
truncate -s "${boot}M" "$work/boot.part"
mkfs.vfat -F 32 -n HARK -i 4841524b --invariant "$work/boot.part" >/dev/null
(cd "$root/boot/firmware" && find . -mindepth 1 -maxdepth 1 | sort | while IFS= read -r entry; do
  mcopy -s -m -i "$work/boot.part" "$entry" ::/
done)

# --- root: ext4, from the folder as it is; what is mounted over it is left out -----------------------------------------
say "root: $size MiB for $need MiB of files"
truncate -s "${size}M" "$work/root.part"
empty=$work/root.tree
rm -rf "$empty" && cp -al "$root" "$empty" && rm -rf "${empty:?}"/boot/firmware/*
mke2fs -q -F -t ext4 -L hark-root -m 1 -N "$inodes" -O ^metadata_csum_seed,^orphan_file -U 4841524b-0000-4000-8000-000000000001 \
  -E "hash_seed=4841524b-0000-4000-8000-000000000002,lazy_itable_init=0,root_owner=0:0" -d "$empty" "$work/root.part"
rm -rf "$empty"

# --- the card --------------------------------------------------------------------------------------------------------
truncate -s $((first + boot + size))M "$image"
sfdisk --quiet "$image" <<TABLE
label: dos
label-id: 0x4841524b
start=$((first * 2048)), size=$((boot * 2048)), type=c, bootable
start=$(((first + boot) * 2048)), size=$((size * 2048)), type=83
TABLE
dd if="$work/boot.part" of="$image" bs=1M seek=$first conv=notrunc,sparse status=none
dd if="$work/root.part" of="$image" bs=1M seek=$((first + boot)) conv=notrunc,sparse status=none
rm -f "$work/boot.part" "$work/root.part"

say "compressing"
zstd --quiet --force -12 --long=27 -T0 "$image" -o "$image.zst"
(cd "$work" && sha256sum "${image##*/}.zst" > "${image##*/}.zst.sha256")
python3 "$here/imager_list.py" "$image" --version "$version" ${url:+--url "$url"} > "$work/hark-$version.json"
say "$(du -m --apparent-size "$image.zst" | cut -f 1) MB: $image.zst"
