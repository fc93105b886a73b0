#!/bin/sh
# PID 1 of the guest; the host's file system is its root. From the kernel's command line: RIG, the folder of this file; KERNEL, the one
# with vspi.ko; WORK, a scratch folder, which becomes memory; PROGRAM, p2panda-radio.dll; DOTNET; SUITE, the scenarios to run; VSPI, the
# module's parameters (commas for blanks).
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
mount -t configfs none /sys/kernel/config
mkdir -p /dev/shm
mount -t tmpfs tmp /dev/shm
mount -t tmpfs -o mode=1777 tmp "$WORK"
export HOME="$WORK" TMPDIR="$WORK" DOTNET_CLI_HOME="$WORK" DOTNET_NOLOGO=1 DOTNET_EnableDiagnostics=0 PATH=/usr/sbin:/usr/bin:/sbin:/bin
ip link set lo up
# A GPIO chip that is not the header's comes first, as on a Raspberry Pi 5 with some kernels.
for chip in other:4 pinctrl-rp1:54; do
  bank=/sys/kernel/config/gpio-sim/${chip%:*}/bank0
  mkdir -p "$bank"
  echo "${chip#*:}" >"$bank/num_lines"
  echo "${chip%:*}" >"$bank/label"
  echo 1 >"${bank%/bank0}/live"
done
insmod "$KERNEL/vspi.ko" $(echo "$VSPI" | tr , ' ') || echo "FAIL insmod: vspi.ko does not load"
/usr/bin/python3 -B "$RIG/scenarios.py" "$SUITE"
echo "end of $SUITE"
halt -f
