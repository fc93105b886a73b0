#!/usr/bin/env bash
# Builds the User-Mode Linux kernel and the module of the rig, unless they are in the cache already. Prints the folder they are in.
# The cache is ~/.cache/p2panda-radio/kernel-rig, or where P2PANDA_KERNEL_CACHE says; what is in it depends on the kernel source's
# package, the configuration and the module, so a change of any of them builds anew.
set -euo pipefail
cd "$(dirname "$0")"
cache=${P2PANDA_KERNEL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/p2panda-radio/kernel-rig}
sources=(/usr/src/linux-source-*.tar.xz)
source=${sources[0]}
[ -e "$source" ] || { echo "build.sh: no kernel source; 'make setup' installs the package linux-source" >&2; exit 3; }
key=$({ cat kernel.config vspi.c; stat -c '%n %s' "$source"; } | sha256sum | cut -c1-16)
target=$cache/$key
if [ ! -e "$target/linux" ] || [ ! -e "$target/vspi.ko" ]; then
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock 9
  if [ ! -e "$target/linux" ] || [ ! -e "$target/vspi.ko" ]; then
    work=$(mktemp -d "$cache/build.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    echo "building the kernel for the rig from $(basename "$source"), some minutes, once" >&2
    mkdir "$work/linux" "$work/module"
    {
      tar -xf "$source" -C "$work/linux" --strip-components=1
      make -C "$work/linux" ARCH=um allnoconfig KCONFIG_ALLCONFIG="$PWD/kernel.config"
      make -C "$work/linux" ARCH=um -j"$(nproc)" linux modules
      cp vspi.c "$work/module/"
      echo 'obj-m := vspi.o' >"$work/module/Makefile"
      make -C "$work/linux" ARCH=um M="$work/module" modules
    } >"$cache/build.log" 2>&1 || { tail -20 "$cache/build.log" >&2; exit 1; }
    strip -o "$work/linux.stripped" "$work/linux/linux"
    mkdir -p "$target"
    mv "$work/linux.stripped" "$target/linux"
    mv "$work/module/vspi.ko" "$target/vspi.ko"
  fi
fi
echo "$target"
