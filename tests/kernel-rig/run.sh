#!/usr/bin/env bash
# Boots the guest for each suite and prints what its scenarios print. Usage: run.sh p2panda-radio.dll
set -euo pipefail
cd "$(dirname "$0")"
program=$(realpath "$1")
kernel=$(./build.sh)
dotnet=$(realpath "$(command -v dotnet)")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/guest" "$work/memory"
boot() {
  # Guest memory is a file; /dev/shm is small in containers. The console ends with the guest, or with the time allowed.
  TMPDIR=$work/memory timeout 600 "$kernel/linux" mem=1500M rootfstype=hostfs rootflags=/ rw init="$PWD/init.sh" \
    RIG="$PWD" KERNEL="$kernel" WORK="$work/guest" PROGRAM="$program" DOTNET="$dotnet" SUITE="$1" VSPI="$2" $3 \
    con=null con0=null,fd:1 quiet </dev/null 2>&1 | tr -d '\r' || echo "FAIL $1: the guest did not end in time"
}
boot gateway bus=0 ""
# A Raspberry Pi 5's controller, and a spidev whose buffer is smaller than a long frame.
boot limits no_cs=0 spidev.bufsiz=128
