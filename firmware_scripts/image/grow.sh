#!/bin/sh
# At the first start: let the root fill the card. An image is as small as it can be; a card is not.
set -eu
root=$(findmnt -no SOURCE /)
name=${root#/dev/}
part=$(cat "/sys/class/block/$name/partition")
disk=/dev/$(basename "$(dirname "$(readlink -f "/sys/class/block/$name")")")
echo ', +' | sfdisk --quiet --no-reread --no-tell-kernel -N "$part" "$disk"
partx --update --nr "$part" "$disk"
resize2fs "$root"
