#!/usr/bin/env python3
"""Checks how the source tree is cut: includes point downwards, files stay small.

Run from anywhere: tests/house/layers.py [--verbose]. Exit status 1 and one line for each finding.
"""
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]

# From bottom to top. A component includes its own files and components of lower rows; `event` and
# `config`, and other neighbours, are in one row only where neither may know the other.
LAYERS = [["core"], ["config", "database"], ["event"], ["access", "accounts", "recorder", "queue"], ["vcs", "plugin"], ["dispatch"], ["worker"], ["actions"],
          ["trial", "supervisor"], ["api"], ["cli"], ["main"]]
# Fronts of the bottom layers are many small files; above them, a neighbour includes these only.
LONGEST = 600
TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "README.md", "host", "sdk", "plugins", "examples",
             "tests", "cmake"}


def rank(component):
    for number, row in enumerate(LAYERS):
        if component in row:
            return number
    raise SystemExit(f"layers.py: host/{component} has no layer; add it to LAYERS")


def check_includes(findings):
    for path in sorted((TOP / "host").rglob("*")):
        if path.suffix not in {".h", ".c", ".hpp", ".cpp"}:
            continue
        component = path.relative_to(TOP / "host").parts[0]
        for line, text in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r'#include "host/([a-z]+)/([^"]+)"', text)
            if not found:
                continue
            other = found.group(1)
            where = f"{path.relative_to(TOP)}:{line}"
            if component == "client":
                if other != "client" and found.group(0) != '#include "host/event/wire.h"':
                    findings.append(f"{where}: the client stands alone, it includes {other}")
            elif other == "client":
                findings.append(f"{where}: includes the client")
            elif other != component and rank(other) >= rank(component):
                findings.append(f"{where}: {component} includes {other}, which is not below it")


def check_sdk(findings):
    for folder in ("sdk", "plugins", "examples"):
        for path in sorted((TOP / folder).rglob("*")):
            if path.suffix in {".h", ".c", ".hpp", ".cpp"} and '"host/' in path.read_text():
                findings.append(f"{path.relative_to(TOP)}: includes the host")


def check_sizes(findings):
    for folder in ("host", "sdk", "plugins", "examples", "tests", "cmake"):
        for path in sorted((TOP / folder).rglob("*")):
            if path.suffix in {".h", ".c", ".hpp", ".cpp", ".py", ".sh", ".cmake"}:
                lines = path.read_text().count("\n")
                if lines > LONGEST:
                    findings.append(f"{path.relative_to(TOP)}: {lines} lines, more than {LONGEST}")


def check_top(findings):
    for path in TOP.iterdir():
        if not path.name.startswith(".") and path.name not in TOP_LEVEL | {"build"}:
            findings.append(f"{path.name}: does not belong to the top level")


def main():
    findings = []
    for check in (check_includes, check_sdk, check_sizes, check_top):
        check(findings)
    print("\n".join(findings) or "the house is in order")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
