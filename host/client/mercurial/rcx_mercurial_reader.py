"""What a push brought to a Mercurial repository, read inside of hg's own process.

The answers are those of host/vcs/hg/wire.hpp. Python's standard library and hg alone.
"""
import struct

from mercurial import error, mdiff
from mercurial.node import bin, hex, nullid, nullrev

INLINE = 64  # changesets that go with the request
LONGEST_INLINE = 16 << 20  # bytes of their paths
KEY = b'rcx'  # in what hg keeps of a transaction


def pack(items):
    """Byte strings as one: their number, then each behind its size."""
    items = list(items)
    parts = [struct.pack('=I', len(items))]
    for item in items:
        parts.append(struct.pack('=I', len(item)))
        parts.append(item)
    return b''.join(parts)


def unpack(data):
    count = struct.unpack_from('=I', data)[0]
    at, items = 4, []
    for _ in range(count):
        size = struct.unpack_from('=I', data, at)[0]
        items.append(data[at + 4:at + 4 + size])
        at += 4 + size
    return items


def printable(text):
    return bytes(63 if byte < 32 or byte == 127 else byte for byte in text)


class Gone(Exception):
    pass


class Reader:
    """Answers questions about a repository: what lies in this process, pending changesets included."""

    def __init__(self, repo, first, count):
        self.repo = repo.unfiltered()
        self.cl = self.repo.changelog
        self.first = first
        self.count = count
        self.tree = b'treemanifest' in self.repo.requirements
        self.obsolete = None
        self.last = (None, None)  # a manifest, by its node

    def rev(self, node):
        try:
            return self.cl.rev(bin(node))
        except (error.LookupError, TypeError, ValueError, error.ProgrammingError):
            raise Gone(b'the repository has no changeset %s' % printable(node[:100]))

    def manifest_of(self, rev):
        return self.cl.changelogrevision(rev).manifest if rev != nullrev else nullid

    def changeset(self, rev):
        repo = self.repo
        if self.obsolete is None:
            self.obsolete = frozenset()
            if repo.obsstore:
                self.obsolete = repo.revs(b'obsolete()')
        p1, p2 = self.cl.parentrevs(rev)
        node = self.cl.node
        flags = b'o' if rev in self.obsolete else b''
        phase = b'%d' % repo._phasecache.phase(repo, rev)
        return pack((node(rev), node(p1) if p1 >= 0 else b'', node(p2) if p2 >= 0 else b'', phase, flags,
                     b'\0'.join(repo.nodebookmarks(node(rev))), self.cl.revision(rev)))

    def lines(self, old, new):
        """The lines of two manifests that differ: those of the old one, and of the new one."""
        if old == new:
            return b'', b''
        if self.tree:
            return self.tree_lines(old, new)
        store = self.repo.manifestlog.getstorage(b'')
        old_text = bytes(store.revision(old))
        delta = b''
        if old != nullid and new != nullid:
            delta = store.revdiff(store.rev(old), store.rev(new))
        else:
            delta = mdiff.textdiff(old_text, bytes(store.revision(new)))
        found = hunks(old_text, delta)
        if found is None:  # not by whole lines
            found = hunks(old_text, mdiff.textdiff(old_text, bytes(store.revision(new))))
        return found

    def tree_lines(self, old, new):
        log = self.repo.manifestlog
        before, after = [], []
        for path, ((n1, f1), (n2, f2)) in log[old].read().diff(log[new].read()).items():
            if n1:
                before.append(b'%s\0%s%s\n' % (path, hex(n1), f1))
            if n2:
                after.append(b'%s\0%s%s\n' % (path, hex(n2), f2))
        return b''.join(before), b''.join(after)

    def paths(self, rev):
        mine = self.manifest_of(rev)
        p1, p2 = self.cl.parentrevs(rev)
        out = list(self.lines(self.manifest_of(p1), mine))
        if p2 != nullrev:
            out += self.lines(self.manifest_of(p2), mine)
        return pack(out)

    def some(self, first, count):
        first, count = int(first), int(count)
        end = min(self.count, first + count)
        return range(self.first + first, self.first + end)

    def changesets(self, first, count):
        return pack(self.changeset(rev) for rev in self.some(first, count))

    def all_paths(self, first, count):
        return pack(self.paths(rev) for rev in self.some(first, count))

    def manifest(self, rev):
        node = self.manifest_of(rev)
        if self.last[0] != node:
            self.last = (node, self.repo.manifestlog[node].read())
        return self.last[1]

    def file(self, path, node):
        log = self.repo.file(path)
        try:
            return log, log.rev(bin(node))
        except (error.LookupError, TypeError, ValueError, error.ProgrammingError):
            raise Gone(b'the repository has no content %s of %s' % (node, printable(path)))

    def size(self, path, node):
        log, rev = self.file(path, node)
        return b'%d' % log.size(rev)

    def content(self, path, node):
        log, rev = self.file(path, node)
        return bytes(log.read(log.node(rev)))

    def find(self, node, path):
        tree = self.manifest(self.rev(node))
        if path in tree:
            return pack((tree.flags(path), hex(tree[path])))
        if not path or tree.hasdir(path):
            return pack((b'd', b''))
        return pack(())

    def list(self, node, directory):
        tree = self.manifest(self.rev(node))
        under = directory + b'/' if directory else b''
        entries = {}
        for path, file, flags in tree.iterentries():
            if not path.startswith(under):
                continue
            name, slash, _ = path[len(under):].partition(b'/')
            if name:
                entries[name] = (b'd', b'') if slash else (flags, hex(file))
        return pack(pack((name,) + entries[name]) for name in sorted(entries))

    def resolve(self, name):
        repo = self.repo
        if name == b'HEAD':
            name = b'refs/bookmarks/@' if b'@' in repo._bookmarks else b'refs/heads/default'
        kind, short = name.split(b'/', 2)[1:] if name.count(b'/') > 1 else (b'', name)
        node = None
        if kind == b'heads':
            node = repo.filtered(b'served').branchtip(short, ignoremissing=True)
        elif kind == b'bookmarks':
            node = repo._bookmarks.get(short)
        elif kind == b'tags':
            node = repo.tags().get(short) if short != b'tip' else None
        if node is None:
            raise Gone(b'the repository has no %s' % printable(name[:200]))
        return hex(node)

    def reaches(self, from_node, to_node):
        return b'1' if self.cl.isancestorrev(self.rev(to_node), self.rev(from_node)) else b'0'

    def lost(self, old, new):
        nodes = self.repo.revs(b'reverse(only(%d, %d))', self.rev(old), self.rev(new))
        return b'\0'.join(hex(self.cl.node(rev)) for rev in nodes)

    QUESTIONS = {b'changesets': changesets, b'paths': all_paths, b'size': size, b'content': content, b'find': find,
                 b'list': list, b'resolve': resolve, b'reaches': reaches, b'lost': lost}

    def answer(self, question):
        """A status of host/vcs/hg/wire.hpp in one byte, then what was asked for, or why not."""
        try:
            words = unpack(question)
            return b'\0' + self.QUESTIONS[words[0]](self, *words[1:])
        except Gone as gone:
            return b'\1' + gone.args[0]
        except Exception as failed:  # whatever hg says of a damaged repository
            return b'\2' + printable(b'%s: %s' % (type(failed).__name__.encode(), str(failed).encode()))


def hunks(old, delta):
    """Old and new lines of a delta of hg; None where it does not go by whole lines."""
    before, after, at = [], [], 0
    while at < len(delta):
        start, end, size = struct.unpack_from('>lll', delta, at)
        data = delta[at + 12:at + 12 + size]
        at += 12 + size
        if (start and old[start - 1:start] != b'\n') or (end > start and old[end - 1:end] != b'\n'):
            return None
        if data and data[-1:] != b'\n':
            return None
        before.append(old[start:end])
        after.append(data)
    return b''.join(before), b''.join(after)


def ref(name, kind, forced, old, new):
    return pack((name, kind, b'1' if forced else b'', old, new))


def branch_refs(repo, before, first, end):
    """The named branches that have new changesets: the last head of each, open ones first."""
    served = repo.filtered(b'served')
    after = served.branchmap()
    touched = {repo.revbranchcache().branchinfo(rev)[0] for rev in range(first, end)}
    refs = []
    for branch in sorted(touched):
        old = new = None
        forced = False
        if before is None:  # hg added changesets without a word before: the last one of the branch
            info = repo.revbranchcache().branchinfo
            last = next((rev for rev in range(first - 1, -1, -1) if info(rev)[0] == branch), None)
            old = None if last is None else repo.changelog.node(last)
        elif branch in before:
            old = before.branchtip(branch)
        if branch in after:
            new = after.branchtip(branch)
        else:  # secret, or obsolete from the beginning: nobody is served it
            new = max((rev for rev in range(first, end) if repo.revbranchcache().branchinfo(rev)[0] == branch))
            new = repo.changelog.node(new)
        if before is not None and old is not None and branch in after:
            forced = len(after.branchheads(branch)) > max(1, len(before.branchheads(branch)))
        refs.append(ref(b'refs/heads/' + branch, b'b', forced, hex(old) if old else b'', hex(new)))
    return refs


def bookmark_refs(repo, changes):
    refs = []
    for name, (old, new) in sorted(changes[b'bookmarks'].items()):
        forced = False
        if old and new and old != new:
            rev = repo.changelog.rev
            forced = not repo.changelog.isancestorrev(rev(old), rev(new))
        if old != new:
            refs.append(ref(b'refs/bookmarks/' + name, b'o', forced, hex(old) if old else b'', hex(new) if new else b''))
    return refs


def tag_refs(repo, first):
    """Tags are lines of .hgtags: where the push brought one of those, what they mean now."""
    log = repo.file(b'.hgtags')
    if not len(log) or log.linkrev(len(log) - 1) < first:
        return []
    from mercurial import tags
    heads = repo.changelog.headrevs()
    old = {rev for rev in heads if rev < first}
    for rev in range(first, len(repo)):
        old.update(parent for parent in repo.changelog.parentrevs(rev) if 0 <= parent < first)
    nodes = [tags.fnoderevs(repo.ui, repo, sorted(some)) for some in (old, heads)]
    refs = []
    for name, before, after in sorted(tags.difftags(repo.ui, repo, *nodes)):
        ids = [hex(node) if node and node != nullid else b'' for node in (before, after)]
        refs.append(ref(b'refs/tags/' + name, b't', False, *ids))
    return refs


def other_refs(repo, changes, first):
    """What changed of changesets that were there before, each said of the last of them."""
    refs = []
    node = repo.changelog.node
    public = []
    for entry in changes[b'phases']:
        public += [rev for rev in entry[0] if rev < first and entry[1][1] == 0]
    if public:
        last = hex(node(max(public)))
        refs.append(ref(b'refs/phases/public', b'o', False, last, last))
    rev = repo.changelog.index.get_rev
    gone = [rev(marker[0]) for marker in changes[b'obsmarkers']]
    gone = [one for one in gone if one is not None and one < first]
    if gone:
        last = hex(node(max(gone)))
        refs.append(ref(b'refs/obsolete', b'o', False, last, last))
    return refs


def describe_push(repo, changes, end=None):
    """The input of the request, and who answers questions; None where nothing changed."""
    repo = repo.unfiltered()
    first = changes[b'origrepolen']
    end = len(repo) if end is None else end
    count = end - first
    refs = branch_refs(repo, changes.get(KEY, {}).get(b'branches'), first, end) if count else []
    refs += bookmark_refs(repo, changes)
    refs += tag_refs(repo, first) if count else []
    refs += other_refs(repo, changes, first)
    if not refs:
        return None
    reader = Reader(repo, first, count)
    start = hex(repo.changelog.node(first)) if count else b''
    paths = reader.all_paths(0, INLINE)
    if len(paths) > LONGEST_INLINE:  # who wants them asks
        paths = pack(())
    data = pack((pack(refs), b'%d' % count, b'1' if first == 0 and count else b'', start,
                 reader.changesets(0, INLINE), paths))
    return data, reader


def state_of(repo):
    """What a push may change, read now: number of changesets, bookmarks, what is not public, branches."""
    repo = repo.unfiltered()
    return (len(repo.changelog), dict(repo._bookmarks), list(repo.revs(b'not public()')),
            repo.filtered(b'served').branchmap().copy())


def describe_pending(repo):
    """describe_push for a transaction of another process, which said so in HG_PENDING. Markers of obsolescence are
    the one thing that this does not tell apart from what was there before."""
    from mercurial import encoding, hg
    pending = encoding.environ.pop(b'HG_PENDING', None)
    count, bookmarks, drafts, branches = state_of(hg.repository(repo.baseui, repo.root))
    if pending is not None:
        encoding.environ[b'HG_PENDING'] = pending
    new = hg.repository(repo.baseui, repo.root).unfiltered()
    moved = {}
    for name in set(bookmarks) | set(new._bookmarks):
        if bookmarks.get(name) != new._bookmarks.get(name):
            moved[name] = (bookmarks.get(name), new._bookmarks.get(name))
    public = [rev for rev in drafts if new._phasecache.phase(new, rev) == 0]
    return describe_push(new, {b'origrepolen': count, b'bookmarks': moved, b'phases': [(public, (1, 0))],
                               b'obsmarkers': [], KEY: {b'branches': branches}})


def describe_between(repo, first, last):
    """describe_push for what is there by now, from one changeset to another."""
    repo = repo.unfiltered()
    changes = {b'origrepolen': repo[first].rev(), b'bookmarks': {}, b'phases': [], b'obsmarkers': []}
    return describe_push(repo, changes, repo[last].rev() + 1)
