#!/usr/bin/env bash
# Installs, starts, stops, upgrades and purges the package p2panda-radio in a Debian system of its own, and prints one line per thing that
# held. Needs root, mmdebstrap, dpkg-deb; all mounts go with the process.
# Usage: check-package.sh PACKAGE NEWER_PACKAGE SCRATCH_FOLDER
set -euo pipefail
if [ "${IN_NAMESPACE:-}" != yes ]; then
  exec env IN_NAMESPACE=yes unshare --mount --propagation private bash "$0" "$@"
fi

package=$(realpath "$1") newer=$(realpath "$2") scratch=$3
root=$scratch/root
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

held() { echo "held: $*"; }
broken() { echo "broken: $*"; exit 1; }
inside() { chroot "$root" "$@"; }
# Everything in the system but what dpkg, ldconfig and the user database write anyway.
files() { (cd "$root" && find . -xdev -mindepth 1 \( -path ./proc -o -path ./dev -o -path ./tmp -o -path ./run -o -path ./var/lib/dpkg -o -path ./var/cache \
  -o -path ./var/log -o -path ./usr/share/dotnet -o -path ./etc/passwd- -o -path ./etc/group- -o -path ./etc/shadow- -o -path ./etc/gshadow- \) -prune -o -print | sort); }

mmdebstrap --quiet --variant=minbase --include=systemd,libsodium23,libstdc++6 bookworm "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
files >"$scratch/before"

# A runtime of this name satisfies the recommendation; the real one is the SDK's, mounted.
mkdir -p "$scratch/runtime/DEBIAN"
printf 'Package: aspnetcore-runtime-10.0\nVersion: 10.0.0\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: stands for the runtime\n' \
  >"$scratch/runtime/DEBIAN/control"
dpkg-deb --root-owner-group --build "$scratch/runtime" "$root/tmp/runtime.deb" >/dev/null
cp "$package" "$newer" "$root/tmp/"
package=/tmp/$(basename "$package") newer=/tmp/$(basename "$newer")

inside dpkg --install /tmp/runtime.deb "$package" >"$scratch/install.log" 2>&1 || { cat "$scratch/install.log"; broken "it installs"; }
held "it installs"
[ "$(inside id -nG p2panda-radio | tr ' ' '\n' | sort | xargs)" = "gpio i2c p2panda-radio spi" ] || broken "its user has the buses' groups"
held "its user has the buses' groups"
[ "$(inside stat -c '%a %U:%G' /var/lib/p2panda-radio /etc/p2panda-radio/config.json | xargs)" = "700 p2panda-radio:p2panda-radio 640 root:p2panda-radio" ] \
  || broken "keys and settings are nobody else's"
held "keys and settings are nobody else's"
[ -L "$root/etc/systemd/system/multi-user.target.wants/p2panda-radio.service" ] || broken "the service is enabled"
held "the service is enabled"
inside test -x /usr/bin/systemd-analyze || broken "systemd can judge the unit"
# systemd also complains about other units of so small a system, so its verdict counts only where it names ours; and it must be able to:
# a copy that starts nothing that exists is named.
complains() {
  inside systemd-analyze verify --man=no "$1" >"$scratch/verify.log" 2>&1 || echo "systemd-analyze ended with $?" >>"$scratch/verify.log"
  grep "$1" "$scratch/verify.log"
}
sed 's#^ExecStart=.*#ExecStart=/nowhere/to-be-found#' "$root/usr/lib/systemd/system/p2panda-radio.service" >"$root/etc/systemd/system/wrong.service"
complains wrong.service >/dev/null || { cat "$scratch/verify.log"; broken "systemd can judge the unit"; }
rm "$root/etc/systemd/system/wrong.service"
if complains p2panda-radio.service; then broken "systemd accepts the unit as installed"; fi
held "systemd accepts the unit as installed"

status=0
inside p2panda-radio --version 2>"$scratch/missing.log" || status=$?
[ "$status" = 3 ] && grep -q 'runtime is missing' "$scratch/missing.log" && grep -q 'https://dotnet.microsoft.com' "$scratch/missing.log" \
  || broken "without the runtime it says where to get it"
held "without the runtime it says where to get it"

mkdir -p "$root/usr/share/dotnet"
mount --bind -o ro "$dotnet" "$root/usr/share/dotnet"
# Starts what the unit starts, as its user, with the options of /etc/default, and stops it as systemd does.
serve() {
  local line
  line=$(sed -n 's/^ExecStart=//p' "$root/usr/lib/systemd/system/p2panda-radio.service" | sed 's/\$P2PANDA_RADIO_OPTIONS//')
  # shellcheck disable=SC2086
  chroot --userspec=p2panda-radio:p2panda-radio --groups=p2panda-radio,spi,gpio,i2c "$root" /bin/sh -c \
    'cd /var/lib/p2panda-radio && . /etc/default/p2panda-radio && umask 0077 && exec '"$line"' $P2PANDA_RADIO_OPTIONS' >"$scratch/run.log" 2>&1 &
  local process=$! tries=0
  until grep -q "$1" "$scratch/run.log"; do
    kill -0 "$process" 2>/dev/null && [ $((tries += 1)) -lt 600 ] || { cat "$scratch/run.log"; broken "it starts"; }
    sleep 0.1
  done
  kill -TERM "$process"
  wait "$process" || { cat "$scratch/run.log"; broken "it stops when told to"; }
}

inside p2panda-radio config check --config /etc/p2panda-radio/config.json >/dev/null || broken "the settings it brings are valid"
held "the settings it brings are valid"
sed -i 's/^P2PANDA_RADIO_OPTIONS=.*/P2PANDA_RADIO_OPTIONS="--radio sim"/' "$root/etc/default/p2panda-radio"
serve 'Application started'
held "it starts with the simulated radio and stops when told to"
[ "$(stat -c %a "$root/var/lib/p2panda-radio/radio.key")" = 600 ] && [ -s "$root/var/lib/p2panda-radio/store.db" ] || broken "it keeps key and entries in its folder"
held "it keeps key and entries in its folder"
sha256sum <"$root/var/lib/p2panda-radio/radio.key" >"$scratch/key"

[ "$(inside bash -c '. /usr/share/bash-completion/completions/p2panda-radio; COMP_WORDS=(p2panda-radio reg); COMP_CWORD=1; COMP_LINE="p2panda-radio reg"; COMP_POINT=17; _p2panda_radio; echo "${COMPREPLY[*]}"')" = regions ] \
  || broken "bash completes its commands"
held "bash completes its commands"

echo '// mine' >>"$root/etc/p2panda-radio/config.json"
inside dpkg --install "$newer" >"$scratch/upgrade.log" 2>&1 || { cat "$scratch/upgrade.log"; broken "it upgrades"; }
[ "$(tail -n 1 "$root/etc/p2panda-radio/config.json")" = '// mine' ] && [ "$(sha256sum <"$root/var/lib/p2panda-radio/radio.key")" = "$(cat "$scratch/key")" ] \
  || broken "an upgrade keeps settings and key"
serve 'Application started'
held "an upgrade keeps settings and key, and starts"

inside dpkg --remove p2panda-radio >/dev/null 2>&1
[ ! -e "$root/usr/bin/p2panda-radio" ] && [ -s "$root/etc/p2panda-radio/config.json" ] && [ -s "$root/var/lib/p2panda-radio/radio.key" ] || broken "removing keeps settings and keys"
held "removing keeps settings and keys"
inside dpkg --purge p2panda-radio >/dev/null 2>&1
umount "$root/usr/share/dotnet" && rmdir "$root/usr/share/dotnet"
inside dpkg --purge aspnetcore-runtime-10.0 >/dev/null 2>&1
files >"$scratch/after"
comm -13 "$scratch/before" "$scratch/after" >"$scratch/left"
if [ -s "$scratch/left" ]; then cat "$scratch/left"; broken "purging leaves nothing"; fi
held "purging leaves nothing"
