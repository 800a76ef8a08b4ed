#!/usr/bin/env python3
"""Checks that answers are as the document of the HTTP interface says.

    tests/api/check_answers.py openapi.json EXCHANGES

EXCHANGES has a JSON object on each line: method, path, status, and the body that was answered. Exit
status 1 and a line for each that the document does not know, or describes otherwise.
"""
import json
import re
import sys

import jsonschema


def plain(schema):
    """As JSON Schema has it: there nothing is `nullable`."""
    if isinstance(schema, list):
        return [plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: plain(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") else made


def pattern(template):
    # Names of repositories and groups, and fingerprints, hold slashes.
    parts = re.split(r"(\{[^}]*\})", template)
    return "".join((".+" if part in ("{name}", "{fingerprint}") else "[^/]+") if part.startswith("{") else
                   re.escape(part) for part in parts)


def main():
    document = plain(json.load(open(sys.argv[1], encoding="utf-8")))
    findings = []
    count = 0
    for line in open(sys.argv[2], encoding="utf-8"):
        exchange = json.loads(line)
        count += 1
        what = f"{exchange['method']} {exchange['path']}: {exchange['status']}"
        found = [template for template in document["paths"] if re.fullmatch(pattern(template), exchange["path"])]
        operations = [document["paths"][template].get(exchange["method"].lower()) for template in found]
        operations = [operation for operation in operations if operation]
        if not operations:
            if exchange["status"] not in (401, 404):
                findings.append(f"{what}: the document does not know it")
            continue
        answer = operations[0]["responses"].get(str(exchange["status"]))
        if answer is None:
            findings.append(f"{what}: the document has no such status")
            continue
        schema = {**answer["content"]["application/json"]["schema"], "components": document["components"]}
        for error in jsonschema.Draft4Validator(schema).iter_errors(exchange["body"]):
            findings.append(f"{what}: {'/'.join(map(str, error.path))}: {error.message[:300]}")
    print("\n".join(findings) or f"{count} answers are as the document says")
    return 1 if findings or not count else 0


if __name__ == "__main__":
    sys.exit(main())
