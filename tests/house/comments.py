#!/usr/bin/env python3
"""Checks that the headers of the SDK read as manuals: enough is said about the code in each.

Counted are characters that are not blank: those of comments without their markers and rules, against
those of code. Each header, and all together, must reach WANTED. Run from anywhere:
tests/house/comments.py [--verbose]. Exit status 1 and one line for each finding.
"""
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
HEADERS = TOP / "sdk" / "include" / "rcx"
WANTED = 0.8
# Lists of one line for each event. What it means stands beside the struct of that event.
LISTS = {"abi_handler.h"}

# Literals first, so that what looks like a comment inside of one is code.
TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*.*?\*/', re.DOTALL)


def said(comment):
    if comment.startswith("//"):
        text = comment[2:]
    else:
        text = re.sub(r"^\s*\*", "", comment[2:-2], flags=re.MULTILINE)
    return len(re.sub(r"-{3,}|\s", "", text))


def measure(text):
    """Characters of comments, and of code."""
    comments = 0

    def take(found):
        nonlocal comments
        if not found.group(0).startswith(("//", "/*")):
            return found.group(0)
        comments += said(found.group(0))
        return " "

    code = TOKEN.sub(take, text)
    return comments, len(re.sub(r"\s", "", code))


def main():
    findings = []
    total = [0, 0]

    def check(name, comments, code):
        got = comments / max(code, 1)
        if "--verbose" in sys.argv[1:]:
            print(f"{name}: {got:.2f} ({comments} of comments, {code} of code)")
        if got < WANTED:
            findings.append(f"{name}: wanted comments at least {WANTED} times as long as the code "
                            f"({code}), got {got:.2f} ({comments}); say what an author must know")

    headers = sorted(path for path in HEADERS.iterdir()
                     if path.suffix in {".h", ".hpp"} and path.name not in LISTS)
    for path in headers:
        comments, code = measure(path.read_text())
        total = [total[0] + comments, total[1] + code]
        check(path.relative_to(TOP), comments, code)
    check(HEADERS.relative_to(TOP), *total)
    print("\n".join(findings) or "the headers are manuals")
    return 1 if findings or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
