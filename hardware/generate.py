#!/usr/bin/env python3
"""Makes from boards/*.json: a wiring diagram per board (diagrams/*.svg), its boot configuration (../firmware-config/boot/*.txt) and the
table of boards in README.md. With --check nothing is written; exit code 1 when something is out of date."""

import glob
import json
import os
import sys
from xml.sax.saxutils import escape

HERE = os.path.dirname(os.path.abspath(__file__))
BOOT = os.path.join(HERE, "..", "firmware-config", "boot")

# The 40-pin header: physical pin -> BCM number, or what else it is.
HEADER = {
    1: "3V3", 2: "5V", 3: 2, 4: "5V", 5: 3, 6: "GND", 7: 4, 8: 14, 9: "GND", 10: 15, 11: 17, 12: 18, 13: 27, 14: "GND", 15: 22, 16: 23,
    17: "3V3", 18: 24, 19: 10, 20: "GND", 21: 9, 22: 25, 23: 11, 24: 8, 25: "GND", 26: 7, 27: 0, 28: 1, 29: 5, 30: "GND", 31: 6, 32: 12,
    33: 13, 34: "GND", 35: 19, 36: 16, 37: 26, 38: 20, 39: "GND", 40: 21,
}
PHYSICAL = {value: pin for pin, value in HEADER.items() if isinstance(value, int)}
BUSES = {0: {"MOSI": 10, "MISO": 9, "SCLK": 11}, 1: {"MOSI": 20, "MISO": 19, "SCLK": 21}}
COLORS = {
    "3V3": "#c62828", "GND": "#37474f", "MOSI": "#1565c0", "MISO": "#00838f", "SCLK": "#4527a0", "NSS": "#2e7d32", "RESET": "#ef6c00",
    "DIO0": "#ad1457", "DIO1": "#6d4c41", "DIO2": "#827717", "DIO3": "#5d4037", "DIO4": "#455a64", "DIO5": "#9e9d24",
}
PITCH, TOP, HEADER_X, MODULE_X = 24, 70, 170, 560


def signals(board):
    """Name, physical pin, confidence (or none) of every wire, in the order of the module's terminals."""
    bus = BUSES[board["spi"]["bus"]]
    select = board["spi"]["chipSelect"]
    wires = [("3V3", 17, None), ("GND", 25, None)]
    wires += [(name, PHYSICAL[bus[name]], None) for name in ("SCLK", "MOSI", "MISO")]
    wires.append(("NSS", PHYSICAL[select["gpio"]], select["confidence"]))
    for key in ("reset", "dio0", "dio1", "dio2", "dio3", "dio4", "dio5"):
        pin = board["pins"].get(key)
        if pin:
            wires.append((key.upper(), PHYSICAL[pin["gpio"]], pin["confidence"]))
    return sorted(wires, key=lambda wire: wire[1])


def label(pin):
    value = HEADER[pin]
    return f"GPIO{value}" if isinstance(value, int) else value


def diagram(board):
    wires = signals(board)
    used = {pin: name for name, pin, _ in wires}
    extra = {PHYSICAL[gpio]: item["what"] for item in board.get("extras", []) for gpio in item["gpio"]}
    height = TOP + 20 * PITCH + 60
    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-70 0 870 {height}" font-family="sans-serif" font-size="12">',
        f"<title>{escape(board['name'])}: wiring</title>",
        f'<rect x="-70" width="870" height="{height}" fill="#ffffff"/>',
        f'<text x="-50" y="26" font-size="17" font-weight="bold">{escape(board["name"])}</text>',
        f'<text x="-50" y="46" fill="#546e7a">{escape(", ".join(board["chips"]))}; numbers in circles are pins of the header</text>',
        f'<rect x="{HEADER_X - 18}" y="{TOP - 16}" width="72" height="{20 * PITCH + 8}" rx="6" fill="#263238"/>',
    ]

    def at(pin):
        return HEADER_X + (0 if pin % 2 else 36), TOP + ((pin - 1) // 2) * PITCH

    first = TOP + (20 * PITCH - len(wires) * 30) / 2
    svg.append(f'<rect x="{MODULE_X}" y="{first - 26}" width="190" height="{len(wires) * 30 + 22}" rx="8" fill="#eceff1" stroke="#607d8b"/>')
    for index, (name, pin, confidence) in enumerate(wires):
        x, y = at(pin)
        terminal = first + index * 30
        # Odd pins leave between the rows of even pins; every wire has a lane of its own.
        leave = y + PITCH / 2 if pin % 2 else y
        lane = 400 + index * 11
        color = COLORS[name]
        dash = ' stroke-dasharray="6 4"' if confidence == "C" else ""
        svg.append(
            f'<path d="M{x} {y} V{leave} H{lane} V{terminal} H{MODULE_X}" fill="none" stroke="{color}" stroke-width="2.5"{dash}/>')
        doubt = {"B": " (one source)", "C": " (probe first)"}.get(confidence, "")
        svg.append(f'<circle cx="{MODULE_X}" cy="{terminal}" r="4" fill="{color}"/>')
        svg.append(f'<text x="{MODULE_X + 12}" y="{terminal + 4}"><tspan font-weight="bold">{name}</tspan> {label(pin)}{doubt}</text>')
    for pin in HEADER:
        x, y = at(pin)
        name = used.get(pin)
        fill = COLORS[name] if name else "#ffd54f" if pin in extra else "#90a4ae"
        ink = "#ffffff" if name else "#263238"
        svg.append(f'<circle cx="{x}" cy="{y}" r="9.5" fill="{fill}"/>')
        svg.append(f'<text x="{x}" y="{y + 3.5}" text-anchor="middle" font-size="9.5" fill="{ink}">{pin}</text>')
        if pin % 2:
            svg.append(f'<text x="{HEADER_X - 26}" y="{y + 4}" text-anchor="end" fill="#37474f">{escape(extra.get(pin, ""))} {label(pin)}</text>')
        elif pin not in used:
            svg.append(f'<text x="{HEADER_X + 62}" y="{y + 4}" fill="#78909c">{label(pin)} {escape(extra.get(pin, ""))}</text>')
    if "reset" not in board["pins"]:
        svg.append(f'<text x="{MODULE_X}" y="{first + len(wires) * 30 + 16}" fill="#b71c1c">no reset line</text>')
    svg.append(f'<text x="-50" y="{height - 18}" fill="#546e7a">{escape(board.get("note", ""))}</text>')
    svg.append("</svg>")
    return "\n".join(svg) + "\n"


def device(board):
    return f'/dev/spidev{board["spi"]["bus"]}.{board["spi"]["chipSelect"].get("line", 0)}'


def boot(board):
    bus, select = board["spi"]["bus"], board["spi"]["chipSelect"]
    lines = [f"# {board['name']}: add to /boot/firmware/config.txt (/boot/config.txt before Raspberry Pi OS 12) and restart."]
    if bus == 1:
        lines.append(f"dtoverlay=spi1-1cs,cs0_pin={select['gpio']}")
    elif "line" in select:
        lines.append("dtparam=spi=on")
    else:
        lines.append("# The kernel drives this chip select; an existing dtparam=spi=on must go.")
        lines.append(f"dtoverlay=spi0-1cs,cs0_pin={select['gpio']}")
    if any("SSD1306" in item["what"] for item in board.get("extras", [])):
        lines.append("dtparam=i2c_arm=on")
    lines += ["# The hardware watchdog restarts a Pi that hangs.", "dtparam=watchdog=on"]
    return "\n".join(lines) + "\n"


def table(boards):
    def gpio(pin):
        return f"{pin['gpio']} ({pin['confidence']})" if pin else "–"

    rows = ["| `--board` | board | device | NSS | reset | DIO0 | DIO1 | DIO2 | power |", "|---|---|---|---|---|---|---|---|---|"]
    for board in boards:
        select, pins, power = board["spi"]["chipSelect"], board["pins"], board["power"]
        output = "PA_BOOST" if power["output"] == "paBoost" else "RFO"
        rows.append(
            f"| [`{board['id']}`](diagrams/{board['id']}.svg) | {board['name']} | `{device(board)}` | {gpio(select)} | {gpio(pins.get('reset'))} "
            f"| {gpio(pins['dio0'])} | {gpio(pins.get('dio1'))} | {gpio(pins.get('dio2'))} | {output}, {power['maxDbm']} dBm |")
    return "\n".join(rows) + "\n"


def outputs():
    boards = []
    for path in sorted(glob.glob(os.path.join(HERE, "boards", "*.json"))):
        with open(path, encoding="utf-8") as file:
            board = json.load(file)
        if os.path.basename(path) != board["id"] + ".json":
            sys.exit(f"{path}: its id is {board['id']}")
        boards.append(board)
        yield os.path.join(HERE, "diagrams", board["id"] + ".svg"), diagram(board)
        yield os.path.join(BOOT, board["id"] + ".txt"), boot(board)
    readme = os.path.join(HERE, "README.md")
    with open(readme, encoding="utf-8") as file:
        text = file.read()
    begin, end = "<!-- boards: made by make hardware -->\n", "<!-- end of boards -->"
    head, rest = text.split(begin)
    yield readme, head + begin + table(boards) + end + rest.split(end, 1)[1]


def main(check):
    stale = []
    expected = dict(outputs())
    present = set(glob.glob(os.path.join(HERE, "diagrams", "*.svg"))) | set(glob.glob(os.path.join(BOOT, "*.txt")))
    for path in sorted(present - expected.keys()):
        stale.append(path)
        if not check:
            os.remove(path)
    for path, text in expected.items():
        try:
            with open(path, encoding="utf-8") as file:
                same = file.read() == text
        except FileNotFoundError:
            same = False
        if not same:
            stale.append(path)
            if not check:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
    for path in stale:
        print(("out of date: " if check else "made ") + os.path.relpath(path, HERE))
    print(f"{len(expected)} files, {len(stale)} " + ("out of date" if check else "made"))
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
