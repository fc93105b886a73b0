"""Adds up the test results of one run and says what failed and what was skipped.

Usage: count.py RESULTS_FOLDER ALLOWED_SKIPS_FILE
Exit code 1 when a test failed, a test project crashed, nothing ran, or (with CI=true) a skip is not on the list.
"""

import glob
import os
import sys
import xml.etree.ElementTree as ElementTree

NAMESPACE = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"


def read_allowed(path):
    """Lines of "Full.Test.Name  reason"; a name ending in * stands for every test that begins with it."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.split("#", 1)[0].strip()
            if line:
                name, _, reason = line.partition(" ")
                if not reason.strip():
                    sys.exit(f"{path}: '{name}' has no reason")
                yield name


def is_allowed(name, allowed):
    return any(name == entry or (entry.endswith("*") and name.startswith(entry[:-1])) for entry in allowed)


def main(results, allowed_path):
    allowed = list(read_allowed(allowed_path))
    passed, failed, skipped = 0, [], []
    for trx in sorted(glob.glob(os.path.join(results, "*.trx"))):
        for result in ElementTree.parse(trx).getroot().iter(NAMESPACE + "UnitTestResult"):
            outcome, name = result.get("outcome"), result.get("testName")
            if outcome == "Passed":
                passed += 1
            elif outcome == "NotExecuted":
                skipped.append(name)
            else:
                failed.append(name)
    for crashed in sorted(glob.glob(os.path.join(results, "*.crashed"))):
        failed.append(os.path.basename(crashed)[: -len(".crashed")] + " (did not run to its end)")
    for name in failed:
        print(f"failed:  {name}")
    for name in skipped:
        print(f"skipped: {name}")
    off_list = [name for name in skipped if not is_allowed(name, allowed)]
    if off_list and os.environ.get("CI") == "true":
        for name in off_list:
            print(f"not on {allowed_path}: {name}")
        failed.extend(off_list)
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
