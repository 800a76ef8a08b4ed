#!/usr/bin/env python3
"""Checks the manuals: mandoc has nothing to say, rcx(1) has every command, rcx.yaml(5) every key.

manual_test.py SOURCE MANUALS RCX
"""
import pathlib
import re
import shutil
import subprocess
import sys

SOURCE, MANUALS = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
RCX = sys.argv[3]


def lint(findings):
    if not shutil.which("mandoc"):
        raise SystemExit("manual_test.py: no mandoc; run cmake/install-deps.sh --test")
    pages = sorted(MANUALS.glob("*.[158]"))
    if len(pages) != 4:
        findings.append(f"wanted 4 manuals in {MANUALS}, got {len(pages)}")
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *pages], capture_output=True, text=True)
    findings.extend((done.stdout + done.stderr).splitlines())
    if done.returncode and not findings:
        findings.append(f"mandoc ends with {done.returncode}")


def help_of(*command):
    return subprocess.run([RCX, *command, "--help"], capture_output=True, text=True, check=True).stdout


def leaf_commands(*above):
    found = re.search(r"^Subcommands:\n((?:  .*\n?)+)", help_of(*above), re.MULTILINE)
    if not found:
        return [" ".join(above)]
    names = re.findall(r"^  ([a-z][a-z_-]*)", found.group(1), re.MULTILINE)
    return [leaf for name in names for leaf in leaf_commands(*above, name)]


def commands(findings):
    page = (MANUALS / "rcx.1").read_text()
    wanted = leaf_commands()
    if "extensions list" not in wanted:
        findings.append(f"cannot read the commands from rcx --help: {wanted}")
    for name in wanted:
        if f".Ss {name}\n".replace("-", r"\-") not in page:
            findings.append(f"rcx.1: nothing about '{name}'")


def keys_of_the_reader():
    """The names that host/config asks its maps for."""
    text = "".join(path.read_text() for path in sorted((SOURCE / "host/config").glob("*.cpp")))
    return set(re.findall(r'\bread(?:_[a-z]+)?\(\s*"([a-z_]+)"', text))


def keys_of_the_template():
    """The keys that stand in a new rcx.yaml, behind comments or not."""
    text = (SOURCE / "host/cli/template.hpp").read_text()
    body = text[text.index('R"yaml(') + 7:text.index(')yaml"')]
    # Names that people choose stand in the template as examples.
    examples = {"commit_policy", "ticket_prefix", "dispatch", "release"}
    found = set()
    for line in body.splitlines():
        line = re.sub(r"\s+#\s.*", "", re.sub(r"^# ?", "", line))
        if re.match(r"\s*(?:- )?[a-z_]+:(\s|$)", line):
            found |= set(re.findall(r"([a-z_]+):(?=\s|$)", re.sub(r'"[^"]*"', "", line)))
    return found - examples


def keys(findings):
    page = (MANUALS / "rcx.yaml.5").read_text()
    items = re.findall(r"^\.It Ic (.+)$", page, re.MULTILINE)
    paths = {path for item in items for path in item.split(" , ")}
    documented = {path.rsplit(".", 1)[-1] for path in paths}
    documented |= set(re.findall(r"^\.Ss ([a-z_]+)$", page, re.MULTILINE))
    read, written = keys_of_the_reader(), keys_of_the_template()
    if len(read) < 30 or len(written) < 30:
        findings.append(f"found too few keys: {len(read)} read, {len(written)} in the template")
    for key in sorted((read | written) - documented):
        where = "host/config" if key in read else "host/cli/template.hpp"
        findings.append(f"rcx.yaml.5: nothing about '{key}', which is in {where}")
    for key in sorted(documented - read):
        findings.append(f"rcx.yaml.5: '{key}' is no key that host/config reads")
    text = (SOURCE / "host/core/log.hpp").read_text()
    table = text[text.index("kLogCategories"):]
    for category in re.findall(r'\{"([a-z_]+)", "', table):
        if not re.search(rf"^\.Ic {category}\b", page, re.MULTILINE):
            findings.append(f"rcx.yaml.5: nothing about the log category '{category}'")


def main():
    findings = []
    for check in (lint, commands, keys):
        check(findings)
    print("\n".join(findings) or "the manuals are complete")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
