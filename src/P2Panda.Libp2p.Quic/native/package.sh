#!/usr/bin/env bash
# Builds the Debian package p2panda-radio-quic for an architecture, on a machine of any: the shim for the ngtcp2 of Debian 12 and of
# Debian 13, each tested in memory (a foreign one under qemu-user) before it is packed.
# Usage: package.sh amd64|arm64|armhf OUTPUT_FOLDER [VERSION]
# Needs: mmdebstrap, arch-test, gcc of the architecture (gcc-aarch64-linux-gnu, gcc-arm-linux-gnueabihf), qemu-user-static, dpkg-deb
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")"

architecture=${1:?amd64, arm64 or armhf}
output=$(mkdir -p "${2:?output folder}" && cd "$2" && pwd)
version=${3:-0.1.0}
folder=/usr/lib/p2panda-radio
work=$output/work-$architecture

case $architecture in
  amd64) triplet=x86_64-linux-gnu emulator=qemu-x86_64-static ;;
  arm64) triplet=aarch64-linux-gnu emulator=qemu-aarch64-static ;;
  armhf) triplet=arm-linux-gnueabihf emulator=qemu-arm-static ;;
  *) echo "package.sh: unknown architecture $architecture" >&2; exit 2 ;;
esac
compiler=$triplet-gcc
[ "$architecture" = "$(dpkg --print-architecture)" ] && emulator=

for tool in mmdebstrap dpkg-deb "$compiler" $emulator; do
  command -v "$tool" >/dev/null || { echo "package.sh: $tool is missing" >&2; exit 3; }
done

extract() {
  mmdebstrap --quiet --variant=extract --architectures="$architecture" \
    --include=libngtcp2-dev,libngtcp2-crypto-gnutls-dev,libgnutls28-dev,libc6-dev "$@" >&2
}

# An extracted sysroot instead of foreign packages beside the native ones: those fail on version skew.
sysroot_of() {
  local suite=$1 root=$output/sysroot-$suite-$architecture
  if [ ! -f "$root/.complete" ]; then
    rm -rf "$root"
    extract "$suite" "$root" || {
      # An index of the security archive that is out of step stops everything; what is compiled against is the same without it.
      echo "package.sh: trying without the security archive" >&2
      rm -rf "$root"
      extract "$suite" "$root" "deb $(apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -n 1) $suite main"
    }
    # Debian 13 has its libraries under /usr alone and the links to them in a package this leaves out.
    for part in lib lib64; do
      [ -e "$root/$part" ] || [ ! -d "$root/usr/$part" ] || ln -s "usr/$part" "$root/$part"
    done
    # Absolute links would leave the sysroot.
    find "$root" -type l -lname '/*' -print0 | while IFS= read -r -d '' link; do
      ln -sfn --relative "$root$(readlink "$link")" "$link"
    done
    touch "$root/.complete"
  fi
  echo "$root"
}

# Compiles library and self-test in a suite's sysroot and runs the test.
build() {
  local suite=$1 name=$2 root
  root=$(sysroot_of "$suite")
  export PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_LIBDIR=$root/usr/lib/$triplet/pkgconfig:$root/usr/share/pkgconfig
  make --silent --no-print-directory OUT="$work/$suite" CC="$compiler" SYSROOT="$root" all selftest
  if [ -n "$emulator" ]; then
    "$emulator" -L "$root" "$work/$suite/selftest" >"$work/$suite/selftest.log"
  else
    # The sysroot's own loader, so that the test runs with the libraries it was built for.
    "$root"/lib*/ld-linux-x86-64.so.2 --library-path "$root/usr/lib/$triplet:$root/lib/$triplet" "$work/$suite/selftest" >"$work/$suite/selftest.log"
  fi
  head -n 1 "$work/$suite/selftest.log" | sed "s/^/$architecture $suite: /"
  tail -n 1 "$work/$suite/selftest.log" | sed "s/^/$architecture $suite: /"
  install -D -m 644 -s --strip-program="$triplet-strip" "$work/$suite/libpanda_quic.so" "$work/package$folder/$name"
}

rm -rf "$work/package"
build bookworm libpanda_quic.so
build trixie libpanda_quic-ngtcp2-16.so

mkdir -p "$work/package/DEBIAN"
cat >"$work/package/DEBIAN/control" <<CONTROL
Package: p2panda-radio-quic
Version: $version
Architecture: $architecture
Maintainer: P2Panda.Radio contributors <p2panda-radio@localhost>
Section: net
Priority: optional
Depends: libc6, libgnutls30 | libgnutls30t64, libngtcp2-9 | libngtcp2-16, libngtcp2-crypto-gnutls2 | libngtcp2-crypto-gnutls8
Enhances: p2panda-radio
Description: QUIC for p2panda-radio
 The native part of libp2p over QUIC, for the ngtcp2 of Debian 12 and of
 Debian 13. Without it p2panda-radio reaches the internet over TCP alone.
CONTROL
dpkg-deb --root-owner-group --build "$work/package" "$output/p2panda-radio-quic_${version}_$architecture.deb" >&2
echo "$output/p2panda-radio-quic_${version}_$architecture.deb"
