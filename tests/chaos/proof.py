"""What must be true afterwards. Each check gives one line for each finding."""
import collections
import json

EMPTY = "0" * 40


def accepted(repositories):
    """From the reflogs, which receive-pack itself writes: (repository, reference, new id)."""
    found = []
    for repository in repositories:
        for log in sorted((repository / "logs" / "refs").rglob("*")):
            if not log.is_file():
                continue
            ref = str(log.relative_to(repository / "logs"))
            for line in log.read_text().splitlines():
                found.append((repository.name, ref, line.split()[1]))
    return found


class Trace:
    """What one guard wrote down."""

    def __init__(self, file):
        self.events = collections.defaultdict(list)  # (kind, reference, new id): event ids
        self.pushes = {}
        for line in file.read_text().splitlines() if file.exists() else []:
            kind, event, push, *refs = line.split(" ")
            self.pushes[event] = push
            for ref in refs:
                self.events[(kind, *ref.split("="))].append(event)


def check_traces(guard, trace, updates, pushes):
    """Judged before, told afterwards, and nothing told that was not accepted."""
    unknown = 0
    for _, ref, new in updates:
        said = pushes[new].said if new in pushes else "nobody pushed it"
        if not trace.events[("pre_push", ref, new)]:
            yield f"{guard} has not judged {ref} {new}, and it was accepted:\n{said}"
        if trace.events[("push", ref, new)]:
            continue
        if "may not have been told" in said:
            unknown += 1
        else:
            yield f"{guard} was not told of {ref} {new}, which was accepted:\n{said}"
    if unknown:
        yield f"{guard}: of {unknown} updates it is unknown whether it was told of them"
    real = {(ref, new) for _, ref, new in updates}
    for kind, ref, new in [key for key, events in trace.events.items() if events]:
        if kind == "push" and (ref, new) not in real:
            yield f"{guard} was told of {ref} {new}, which was not accepted"


def check_ids(guard, trace, updates):
    """However often it was told: one push, one event id."""
    for _, ref, new in updates:
        for kind in ("pre_push", "push"):
            ids = set(trace.events[(kind, ref, new)])
            if len(ids) > 1:
                yield f"{guard} heard of {kind} {ref} {new} under {len(ids)} ids: {sorted(ids)}"


def check_verdicts(updates, pushes):
    """Nothing bad came in, and git said what is true."""
    real = {new for _, _, new in updates}
    for commit, push in pushes.items():
        if push.bad and commit in real:
            yield f"the bad commit {commit} was accepted:\n{push.said}"
        if (push.status == 0) != (commit in real):
            yield f"git push of {commit} ended with {push.status}, and the reflog says otherwise:\n{push.said}"


def check_records(lines, updates, closed):
    verdicts = collections.defaultdict(set)
    for line in lines.splitlines():
        record = json.loads(line)
        for ref in record.get("refs", []):
            verdicts[(record["kind"], ref["name"], ref["new"])].add(record["verdict"])
        if record["kind"] != "pre_push" or record["verdict"] != "accepted":
            continue
        agreed = {one["id"] for one in record["extensions"] if one["outcome"] == "agreed"}
        if not agreed >= closed:
            yield f"accepted without {sorted(closed - agreed)}: {line}"
    for _, ref, new in updates:
        if "accepted" not in verdicts[("pre_push", ref, new)]:
            yield f"no record says that {ref} {new} was accepted, and it was"
        if not verdicts[("push", ref, new)]:
            yield f"no record says that extensions were told of {ref} {new}"


def check_leftovers(host):
    for pid, role in host.processes():
        yield f"the {role} {pid} lingers"
    for path in sorted((host.directory / "run").glob("*")):
        if path.name.endswith((".sock", ".waiting")):
            yield f"{path} was left behind"
    for path in sorted((host.directory / "state" / "spool").glob("*")):
        yield f"{path} was not delivered"
