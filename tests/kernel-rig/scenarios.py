"""What the shipped program does on the guest's real spidev and GPIO devices. Prints "PASS name" or "FAIL name: why" for every scenario.

Usage: scenarios.py SUITE, with PROGRAM, DOTNET and WORK in the environment.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

WORK = os.environ["WORK"]
RIG = os.path.dirname(os.path.abspath(__file__))
PROGRAM = [os.environ["DOTNET"], os.environ["PROGRAM"]]
CONTROL = WORK + "/control"
PATIENCE = 120

A = ["--board", "dragino-lora-gps-hat"]          # /dev/spidev0.0, reset 17, DIO0 4, DIO1 23
B = ["--board", "loraham-pi-868"]                # /dev/spidev0.1, reset 6, DIO0 16
CUSTOM = ["--board", "custom", "--set", "radio.custom.chipSelect=26", "--set", "radio.custom.reset=12", "--set", "radio.custom.dio0=13"]
CHIP_A, CHIP_B, CHIP_C = WORK + "/a:0:-:17:4:23", WORK + "/b:1:-:6:16", WORK + "/c:-:26:12:13"
GATEWAY = ["--set", "api.enabled=false", "--set", "network.enabled=false"]
SCHEMA = "chat_0020c65567ae37efea293e34a9c7d13f8f2bf23dbdc3b5c7b9ab46293111c48fc78b"


RUNNING = []


class Running:
    """A program in the background whose output can be waited for."""

    def __init__(self, *command, folder=WORK):
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines = []
        self.over = False
        RUNNING.append(self)
        self.news = threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            with self.news:
                self.lines.append(line.rstrip())
                self.news.notify_all()
        with self.news:
            self.over = True
            self.news.notify_all()

    def said(self, text):
        return next((line for line in self.lines if text in line), None)

    def wait(self, text, patience=PATIENCE):
        with self.news:
            self.news.wait_for(lambda: self.said(text) or self.over, patience)
            if not self.said(text):
                raise AssertionError(f"'{text}' was not said, but: {' | '.join(self.lines[-8:])}")
            return self.said(text)

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def start(*arguments, folder=WORK):
    os.makedirs(folder, exist_ok=True)
    return Running(*PROGRAM, *arguments, folder=folder)


def run(*arguments, folder=WORK, wrapper=()):
    os.makedirs(folder, exist_ok=True)
    done = subprocess.run([*wrapper, *PROGRAM, *arguments], cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def expect(result, exit_code, text):
    code, output, errors = result
    assert code == exit_code, f"exit code {code}: {output} {errors}"
    assert text in output + errors, f"'{text}' is not in: {output} {errors}"
    return output


def order(text):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as control:
        control.sendto(text.encode(), CONTROL)


def scenario(name, act):
    began = time.time()
    try:
        act()
        print(f"PASS {name} ({time.time() - began:.1f} s)", flush=True)
    except Exception as failure:  # Every kind of failure is one of the scenario.
        print(f"FAIL {name}: {type(failure).__name__} {failure}".replace("\n", " | "), flush=True)


def raise_chips(*chips):
    ether = start("sim", "ether", "--listen", f"unix:{WORK}/ether")
    ether.wait("The ether is at")
    models = [start("sim", "chip", "--listen", "unix:" + chip.split(":")[0], "--ether", f"unix:{WORK}/ether", "--ether-name", os.path.basename(chip.split(":")[0])) for chip in chips]
    for model in models:
        model.wait("The chip is at")
    bridge = Running("/usr/bin/python3", "-B", RIG + "/bridge.py", CONTROL, *chips)
    bridge.wait("the bridge stands")


def header_is_not_the_first_chip():
    with open("/sys/kernel/config/gpio-sim/pinctrl-rp1/bank0/chip_name") as name:
        assert name.read().strip() != "gpiochip0", "the header's chip is number 0, and finding it by its label proves nothing"


def identify():
    header_is_not_the_first_chip()
    for board in (A, B):
        chip = json.loads(expect(run("radio", "info", *board, "--json"), 0, "version"))
        assert chip["version"] == 0x12 and chip["temperatureCelsius"] == 25 and chip["interruptLine"], chip


def interrupts():
    expect(run("radio", "cad", *A, "--count", "5", "--json"), 0, '{"detections":5,"active":0,"interruptsMissed":0}')


def frames():
    listener = start("radio", "listen", *B, "--count", "2", "--json")
    listener.wait("Listening with LoRaHAM_Pi, 868 MHz radio at /dev/spidev0.1")
    expect(run("radio", "send", *A, "hello from the kernel", folder=WORK + "/send"), 0, "sent 21 bytes")
    expect(run("radio", "send", *A, "--hex", "5a" * 255, folder=WORK + "/send"), 0, "sent 255 bytes")
    heard = [json.loads(listener.wait(text))["bytes"] for text in (b"hello from the kernel".hex(), "5a" * 255)]
    assert [len(frame) for frame in heard] == [42, 510], heard
    assert listener.process.wait(PATIENCE) == 0


def own_chip_select():
    expect(run("radio", "info", *CUSTOM, "--json"), 0, '"version":18')


def absent():
    expect(run("radio", "info", "--board", "custom", "--set", "radio.custom.spiBus=1"), 3,
           "Can not open /dev/spidev1.0: No such file or directory (errno 2). Is the interface enabled in the boot configuration (dtparam=spi=on)?")
    expect(run("radio", "info", *CUSTOM, "--set", "radio.custom.gpioLabel=pinctrl-imaginary"), 3,
           "No GPIO chip is that of 'pinctrl-imaginary'; there are gpiochip0 'other', gpiochip1 'pinctrl-rp1'")


def forbidden():
    # Root without the right to pass over permissions stands for a user who is not in the groups.
    user = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    for node in ("/dev/gpiochip1", "/dev/spidev0.0"):
        os.chmod(node, 0)
        try:
            expect(run("radio", "info", *A, wrapper=user), 3, f"Can not open {node}: Permission denied (errno 13). Is the user in the groups spi and gpio?")
        finally:
            os.chmod(node, 0o600)


def silent_device():
    order("hang")
    try:
        expect(run("radio", "info", *B), 3, "Connection timed out (errno 110). The device did not answer in time.")
    finally:
        order("go on")
    expect(run("radio", "info", *B, "--json"), 0, '"version":18')


def nobody_selected():
    order("1 fault BusStuckHigh")
    try:
        expect(run("radio", "info", *B), 3, "every byte reads 0xFF. Check that the chip select is the one the board uses")
        expect(run("run", *B, *GATEWAY, folder=WORK + "/stuck"), 3, "every byte reads 0xFF")
    finally:
        order("1 fault None")


def gateways():
    one, two = WORK + "/one", WORK + "/two"
    expect(run("keys", "new", folder=one), 0, "")
    expect(run("publish", "--message", "carried by the kernel", "--schema", SCHEMA, folder=one), 0, "0020")
    # The same command as on a Raspberry Pi.
    second = start("run", "--radio", "sx127x", *B, *GATEWAY, folder=two)
    second.wait("On the air through LoRaHAM_Pi, 868 MHz radio at /dev/spidev0.1 with 0 stored entries")
    first = start("run", "--radio", "sx127x", *A, *GATEWAY, folder=one)
    first.wait("On the air through Dragino LoRa/GPS HAT 1.4 at /dev/spidev0.0 with 1 stored entries")

    def busy():
        expect(run("radio", "info", *A), 3, "Can not request GPIO line 17: Device or resource busy (errno 16). Another program or kernel driver holds it.")

    def carried():
        wanted = run("entries", "export", folder=one)[1]
        assert wanted
        # A frame may be lost, most of all on a machine where a kernel in user mode shares a core; it is said again after one and after four minutes.
        until = time.time() + 330
        while run("entries", "export", folder=two)[1] != wanted:
            assert time.time() < until, "the entry did not arrive: " + " | ".join(first.lines[-5:] + second.lines[-5:])
            time.sleep(1)

    def lost_and_gone():
        # One chip forgets its configuration, the other's device is taken away; both are noticed within the half minute of a health check.
        order("0 fault BrownOut")
        with open("/sys/bus/spi/drivers/spidev/unbind", "w") as unbind:
            unbind.write("spi0.1")
        recovered = first.wait("the chip has lost its configuration")
        assert re.search(r"\brecovered\b", recovered) and "NOT" not in recovered, recovered
        gone = second.wait("NOT recovered")
        assert "(errno 108)" in gone and "The device has been removed." in gone, gone

    scenario("a line in use is named", busy)
    scenario("an entry is carried from gateway to gateway", carried)
    scenario("a chip that forgets recovers, a device that vanishes is reported", lost_and_gone)
    codes = first.end(), second.end()
    assert codes == (0, 0), f"exit codes {codes}: {first.lines[-3:]} {second.lines[-3:]}"


def long_frame():
    expect(run("radio", "send", *CUSTOM, "short", folder=WORK + "/send"), 0, "sent 5 bytes")
    expect(run("radio", "send", *CUSTOM, "--hex", "5a" * 200, folder=WORK + "/send"), 3,
           "Can not transfer 201 bytes over SPI: Message too long (errno 90). The transfer is longer than spidev's bufsiz.")


SUITES = {
    "gateway": ([CHIP_A, CHIP_B, CHIP_C], [
        ("both boards are found by the label of the header's GPIO chip", identify),
        ("interrupts come through the kernel's edge events", interrupts),
        ("frames go from board to board", frames),
        ("a chip select that is an ordinary line is driven by the driver", own_chip_select),
        ("a device that is not there is named", absent),
        ("a device that is not ours is named", forbidden),
        ("a device that does not answer times out", silent_device),
        ("a chip that is not selected is told apart", nobody_selected),
        ("two gateways run and stop", gateways),
    ]),
    "limits": ([CHIP_C], [
        ("a controller that always drives a chip select is lived with", own_chip_select),
        ("a transfer longer than the buffer is named", long_frame),
    ]),
}

chips, scenarios = SUITES[sys.argv[1]]
try:
    raise_chips(*chips)
except Exception as failure:
    print(f"FAIL setting up: {failure}", flush=True)
    sys.exit(1)
lasting = len(RUNNING)
for title, act in scenarios:
    scenario(title, act)
    # What a scenario left running holds lines and devices that the next one needs.
    for left in RUNNING[lasting:]:
        left.end()
    del RUNNING[lasting:]
