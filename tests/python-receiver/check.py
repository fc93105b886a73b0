"""Runs the receiver over tests/vectors/air and says where it disagrees. Usage: check.py FOLDER"""

import json
import pathlib
import sys

from receiver import Entry, Receiver, RecordAttempt, Before, Shape, Reader
from textmodel import Decoder, prime


def main(folder):
    vectors = json.loads((folder / "air.json").read_text())
    primed = prime((folder / "priming.txt").read_bytes())
    network = bytes.fromhex(vectors["network_id"])
    wrong = []

    def check(name, got, expected):
        if got != expected:
            wrong.append(f"{name}: got {got}, expected {expected}")

    def receiver(options=()):
        made = Receiver(network, primed, options)
        made.learn_key(bytes.fromhex(vectors["keys"]["gateway"]["public_key"]))
        for held in vectors["held"]:
            made.hold(Entry(bytes.fromhex(held["entry"]), bytes.fromhex(held["payload"])).prove())
        for author in vectors["authors"]:
            made.learn_author(bytes.fromhex(author))
        for shape in vectors["shapes"]:
            made.learn_shape(Shape(Reader(bytes.fromhex(shape))))
        return made

    for number, coded in enumerate(vectors["coded_strings"]):
        decoder = Decoder(primed, bytes.fromhex(coded["coded"]))
        check(f"coded strings {number}", [decoder.text().decode() for _ in coded["texts"]], coded["texts"])

    holding = receiver()
    for record in vectors["canonical_records"]:
        where = bytes.fromhex(record["author"]), int(record["log_id"]), int(record["sequence_number"])
        entry = RecordAttempt(holding, Before(), where).read(bytes.fromhex(record["record"]))
        holding.hold(entry)
        check(f"canonical {where[2]}", (entry.data.hex(), entry.payload.hex()), (record["entry"], record["payload"]))

    frames = 0
    for case in vectors["cases"]:
        made, entries, outcome = receiver(case["options"]), [], None
        for frame in case["frames"]:
            outcome = made.receive(bytes.fromhex(frame))
            entries += outcome[2]["entries"] if outcome[2] else []
            frames += 1
        burst = outcome[2] or {}
        check(case["name"], {"verdict": outcome[0], "reason": outcome[1], "kind": burst.get("kind"), "sender": burst.get("sender"),
                             "counter": burst.get("counter"), "urgent": burst.get("urgent")}, case["outcome"])
        check(case["name"] + ": entries", [{"entry": e.data.hex(), "payload": e.payload.hex()} for e in entries], case["entries"])

    print(f"{len(vectors['cases'])} cases, {frames} frames, {len(vectors['coded_strings'])} coded strings, "
          f"{len(vectors['canonical_records'])} canonical records: {len(wrong)} disagreements")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
