#!/bin/sh
# Spare the card of a Pi: nothing notes when a file was read, and what memory cannot hold is compressed in it.
# Undone by a restart of the machine without hark-card.service.
mount -o remount,noatime / || echo "the root cannot be mounted with noatime"
if grep -q zram /proc/swaps; then exit 0; fi
modprobe zram && device=$(zramctl --find --algorithm zstd --size "$(awk '/^MemTotal/ { print int($2 / 2) }' /proc/meminfo)K") &&
  mkswap "$device" >/dev/null && swapon --priority 100 "$device" || echo "this kernel has no zram; Hark does without"
