#!/usr/bin/env python3
"""Prints what has changed between two releases of rcx/abi.h, by abidiff of libabigail.

abi_diff.py OLD NEW: include folders. Ends with 1 when something that compiled extensions rely on is
different; members appended to structs, and types that are new, are allowed.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# Bits of abidiff's exit status.
ERROR, USAGE, INCOMPATIBLE = 1, 2, 8


def build(include, folder, name):
    """A library with one function for each public type, so that all stand in its debug information."""
    header = "".join(part.read_text() for part in sorted((include / "rcx").glob("abi*.h")))
    types = re.findall(r"^typedef (?:struct|union) (rcx_[a-z0-9_]+) \{", header, re.MULTILINE)
    types += re.findall(r"^typedef [a-z0-9_]+ \(\*(rcx_[a-z0-9_]+)\)\(", header, re.MULTILINE)
    if len(types) < 20:
        raise SystemExit(f"abi_diff.py: found only {len(types)} types in {include}")
    source = folder / f"{name}.c"
    library = folder / f"{name}.so"
    source.write_text("#include <rcx/abi.h>\n" + "".join(
        f"void take_{type}(const {type}* it);\nvoid take_{type}(const {type}* it) {{ (void)it; }}\n"
        for type in types))
    subprocess.run(["gcc", "-std=c11", "-g", "-O0", "-fno-eliminate-unused-debug-types", "-shared", "-fPIC",
                    f"-I{include}", source, "-o", library], check=True)
    return library


def breaking(report):
    """The types of which the report says more than that they have grown at their end.

    Not a suppression of abidiff: one for appended members also hides members that changed their type.
    """
    found = []
    old_size = None
    block = ""
    for line in report.splitlines():
        text = line.strip()
        if re.match(r"'(struct|union) .* changed:$", text):
            block, old_size = text, None
            continue
        if not block or not text:
            continue
        size = re.fullmatch(r"type size changed from (\d+) to (\d+) \(in bits\)", text)
        member = re.fullmatch(r"'.*', at offset (\d+) \(in bits\).*", text)
        if size and int(size.group(1)) < int(size.group(2)):
            old_size = int(size.group(1))
        elif member and old_size is not None and int(member.group(1)) >= old_size:
            continue
        elif not re.fullmatch(r"\d+ data member insertions?:", text):
            found.append(block)
    return list(dict.fromkeys(found))


def compare(old, new):
    done = subprocess.run(["abidiff", "--leaf-changes-only", old, new], capture_output=True, text=True)
    print(done.stdout + done.stderr, end="")
    if done.returncode & (ERROR | USAGE):
        raise SystemExit(f"abi_diff.py: abidiff failed, exit status {done.returncode}")
    findings = breaking(done.stdout)
    if done.returncode & INCOMPATIBLE:
        findings.append(f"abidiff says that it is incompatible, exit status {done.returncode}")
    return findings


def main():
    if not shutil.which("abidiff"):
        raise SystemExit("abi_diff.py: no abidiff; run cmake/install-deps.sh --test")
    with tempfile.TemporaryDirectory(prefix="rcx-abi.") as name:
        folder = pathlib.Path(name)
        old = build(pathlib.Path(sys.argv[1]), folder, "old")
        new = build(pathlib.Path(sys.argv[2]), folder, "new")
        findings = compare(old, new)
    for finding in findings:
        print(f"abi_diff.py: breaks extensions of the first release: {finding}")
    if not findings:
        print("abi_diff.py: compatible")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
