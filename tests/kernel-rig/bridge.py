"""Wires chip models of "sim chip" to the guest's own buses: transfers of /dev/vspi0 to their sockets, their DIO lines to gpio-sim's inputs,
gpio-sim's outputs to their reset.

Usage: bridge.py CONTROL SOCKET:CS:SELECT:RESET:DIO0[:DIO1] ...
CS is the chip select of the bus, or - when the chip hangs on the ordinary line SELECT; lines are numbers of the chip 'pinctrl-rp1', or -.
CONTROL is a datagram socket: "INDEX LINE" says LINE to a chip, "hang" and "go on" stop and resume answering transfers.
"""

import fcntl
import os
import socket
import struct
import sys
import threading

HEADER = struct.Struct("<IIIIBBBBHH")
SPI_NO_CS = 0x40
LABEL = "pinctrl-rp1"

# linux/gpio.h, version 2: struct gpio_v2_line_info and gpio_v2_line_info_changed.
LINE_INFO_WATCH = 0xC100B406
LINE_INFO, LINE_CHANGE = 256, 288
OFFSET_AT, FLAGS_AT = 64, 72
OUTPUT = 1 << 3


def lines_folder():
    bank = f"/sys/kernel/config/gpio-sim/{LABEL}"
    with open(bank + "/dev_name") as device, open(bank + "/bank0/chip_name") as chip:
        return f"/sys/devices/platform/{device.read().strip()}/{chip.read().strip()}"


def read(path):
    with open(path) as file:
        return file.read().strip()


class Chip:
    def __init__(self, text, folder):
        path, cs, select, reset, *dio = text.split(":")
        self.cs = None if cs == "-" else int(cs)
        self.select = None if select == "-" else f"{folder}/sim_gpio{select}"
        self.reset = None if reset == "-" else int(reset)
        self.dio = [int(line) for line in dio]
        self.levels = ["0"] * len(dio)
        self.folder = folder
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.answers = []
        self.answered = threading.Condition()
        self.asking = threading.Lock()
        # The chip pulls its reset and its chip select up.
        for line in (reset, select):
            if line != "-":
                self.pull(line, "1")
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.socket.makefile():
            line = line.strip()
            if line.startswith("edge dio"):
                number, level = int(line[8]), line[10]
                if number < len(self.dio):
                    self.levels[number] = level
                    self.pull(self.dio[number], level)
                continue
            with self.answered:
                self.answers.append(line)
                self.answered.notify()

    def ask(self, line):
        with self.asking:
            self.socket.sendall((line + "\n").encode())
            with self.answered:
                self.answered.wait_for(lambda: self.answers, 10)
                return self.answers.pop(0)

    def pull(self, line, level):
        with open(f"{self.folder}/sim_gpio{line}/pull", "w") as pull:
            pull.write("pull-up" if level == "1" else "pull-down")

    def is_selected(self, cs, mode):
        if self.cs is None:
            return read(self.select + "/value") == "0"
        return self.cs == cs and not mode & SPI_NO_CS

    def changed(self, line, flags):
        """The host has requested, released or configured a line."""
        if line == self.reset:
            # An output begins low; the pulse may be over by now, but its end is in the queue of changes too.
            self.ask("reset low" if flags & OUTPUT else "reset release")
        elif line in self.dio:
            # A bias that the host asked for is weaker than the chip.
            self.pull(line, self.levels[self.dio.index(line)])


def watch(gpio, chips):
    """Tells the chips of every change the host makes to their lines, in order."""
    for line in {line for chip in chips for line in (chip.reset, *chip.dio) if line is not None}:
        info = bytearray(LINE_INFO)
        struct.pack_into("<I", info, OFFSET_AT, line)
        fcntl.ioctl(gpio, LINE_INFO_WATCH, info)
    while True:
        change = os.read(gpio, LINE_CHANGE)
        line, flags = struct.unpack_from("<I", change, OFFSET_AT)[0], struct.unpack_from("<Q", change, FLAGS_AT)[0]
        for chip in chips:
            chip.changed(line, flags)


def main(control, *chips):
    folder = lines_folder()
    gpio = os.open("/dev/" + os.path.basename(folder), os.O_RDWR)
    chips = [Chip(text, folder) for text in chips]
    threading.Thread(target=watch, args=(gpio, chips), daemon=True).start()
    going = threading.Event()
    going.set()

    def obey():
        orders = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        orders.bind(control)
        while True:
            order = orders.recv(4096).decode()
            if order == "hang":
                going.clear()
            elif order == "go on":
                going.set()
            else:
                index, line = order.split(" ", 1)
                chips[int(index)].ask(line)

    threading.Thread(target=obey, daemon=True).start()
    bus = os.open("/dev/vspi0", os.O_RDWR)
    print("the bridge stands", flush=True)
    while True:
        message = os.read(bus, 65536)
        seq, length, _, mode, cs, *_ = HEADER.unpack_from(message)
        mosi = message[HEADER.size:HEADER.size + length]
        going.wait()
        selected = [chip for chip in chips if chip.is_selected(cs, mode)]
        # Nobody selected: MISO floats.
        miso = bytes.fromhex(selected[0].ask("spi " + mosi.hex()).split(" ")[1]) if len(selected) == 1 else b"\xff" * length
        try:
            os.write(bus, struct.pack("<Ii", seq, 0) + miso)
        except OSError:
            pass  # The transfer was given up meanwhile.


main(*sys.argv[1:])
