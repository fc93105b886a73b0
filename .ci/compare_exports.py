"""Compares exported entries with the entries that were put in, byte for byte.

Usage: compare_exports.py INPUT RESULT EXPORT...
INPUT is tests/vectors/bamboo/entries_logs.json, RESULT the JSON object a demo run wrote, each EXPORT what "entries export" printed.
Prints RESULT with "delivered_min" and "identical" as found in the exports; exit code 1 unless all are identical.
"""

import json
import sys


def main(input_path, result_path, export_paths):
    with open(input_path, encoding="utf-8") as file:
        expected = {
            (entry["entry"], entry["payload"]) for log in json.load(file)["logs"] for entry in log["entries"]
        }
    with open(result_path, encoding="utf-8") as file:
        result = json.load(file)
    delivered, identical = [], True
    for path in export_paths:
        with open(path, encoding="utf-8") as lines:
            exported = [json.loads(line) for line in lines]
        found = [(record["entry"], record["operation"]) for record in exported]
        same = len(found) == len(expected) and set(found) == expected
        print(f"{path}: {len(set(found) & expected)} of {len(expected)} entries, {'identical' if same else 'DIFFERENT'}")
        delivered.append(len(set(found) & expected))
        identical &= same
    result["entries"] = len(expected)
    result["delivered_min"] = min(delivered)
    result["identical"] = identical
    print(json.dumps(result))
    return 0 if identical else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
