#!/usr/bin/env bash
# Builds the Debian package p2panda-radio from the published program. It is the same for every architecture: what is compiled for one is
# left out, and the parts that need it (QUIC) come in p2panda-radio-quic.
# Usage: build.sh PROGRAM_FOLDER OUTPUT_FOLDER [VERSION]
set -euo pipefail
program=$(cd "${1:?folder of the published program}" && pwd)
output=$(mkdir -p "${2:?output folder}" && cd "$2" && pwd)
cd "$(dirname "$0")/.."
version=${3:-$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' ../Directory.Build.props)}
root=$output/work-all
rm -rf "$root"

library=$root/usr/lib/p2panda-radio
mkdir -p "$library"
cp -r "$program/." "$library"
# The program's own start file and library are this machine's; debug symbols and documentation of the API are for developers.
rm -f "$library/p2panda-radio" "$library"/libpanda_quic*.so "$library"/*.pdb "$library"/*.xml
# SQLite for the architectures of Debian and Raspberry Pi OS.
find "$library/runtimes" -mindepth 1 -maxdepth 1 ! -name linux-arm ! -name linux-arm64 ! -name linux-x64 -exec rm -rf {} +
find "$library" -type d -empty -delete

install -D -m 755 debian/p2panda-radio "$root/usr/bin/p2panda-radio"
install -D -m 644 systemd/p2panda-radio.service "$root/usr/lib/systemd/system/p2panda-radio.service"
install -D -m 644 systemd/watchdog.conf "$root/usr/share/p2panda-radio/systemd/watchdog.conf"
install -D -m 644 sysusers/p2panda-radio.conf "$root/usr/lib/sysusers.d/p2panda-radio.conf"
install -D -m 644 tmpfiles/p2panda-radio.conf "$root/usr/lib/tmpfiles.d/p2panda-radio.conf"
install -D -m 644 udev/60-p2panda-radio.rules "$root/usr/lib/udev/rules.d/60-p2panda-radio.rules"
install -D -m 644 debian/completion.bash "$root/usr/share/bash-completion/completions/p2panda-radio"
install -D -m 644 debian/config.json "$root/usr/share/p2panda-radio/config.json"
install -D -m 644 debian/default "$root/usr/share/p2panda-radio/default"
install -D -m 644 p2panda-radio.schema.json "$root/usr/share/p2panda-radio/p2panda-radio.schema.json"
mkdir -p "$root/usr/share/p2panda-radio/boot" "$root/usr/share/p2panda-radio/wireshark"
install -m 644 boot/*.txt "$root/usr/share/p2panda-radio/boot"
install -m 644 wireshark/*.lua "$root/usr/share/p2panda-radio/wireshark"
install -D -m 644 ../LICENSE "$root/usr/share/doc/p2panda-radio/copyright"
install -D -m 644 ../README.md "$root/usr/share/doc/p2panda-radio/README.md"
mkdir -p "$root/usr/share/man/man1" "$root/usr/share/man/man5"
dotnet "$program/p2panda-radio.dll" man program | gzip -9n >"$root/usr/share/man/man1/p2panda-radio.1.gz"
dotnet "$program/p2panda-radio.dll" man config | gzip -9n >"$root/usr/share/man/man5/p2panda-radio.json.5.gz"

mkdir "$root/DEBIAN"
install -m 755 debian/postinst debian/prerm debian/postrm "$root/DEBIAN"
sed -e "s/@VERSION@/$version/" -e "s/@SIZE@/$(du -sk --exclude=DEBIAN "$root" | cut -f1)/" debian/control.in >"$root/DEBIAN/control"
find "$root" -type d -exec chmod 755 {} +
find "$library" -type f -exec chmod 644 {} +
package=$output/p2panda-radio_${version}_all.deb
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)} \
  dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
rm -rf "$root"
echo "$package"
