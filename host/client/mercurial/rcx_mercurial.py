"""The hooks of rcx for Mercurial: what rcx-hook is for git, inside of hg's own process.

`rcx install` has them stand in a file that .hg/hgrc includes. hg loads this file once for each hook; what is
beside it, once. Local commits and what the server itself pulls or unbundles fire nothing.
"""
import importlib.util
import os
import sys

from mercurial import encoding, error, registrar

cmdtable = {}
command = registrar.command(cmdtable)

KEY = b'rcx'  # in what hg keeps of a transaction
SOURCES = (b'push', b'serve')


def beside(name):
    """The module `name` of this directory, as it is now; anew with each change there, since they use each other."""
    directory = os.path.dirname(os.path.abspath(__file__))
    path = os.path.join(directory, name + '.py')
    known = '%s_%d_%d' % (name, os.stat(path).st_mtime_ns, os.stat(directory).st_mtime_ns)
    if known not in sys.modules:
        spec = importlib.util.spec_from_file_location(known, path)
        module = importlib.util.module_from_spec(spec)
        module.beside = beside
        spec.loader.exec_module(module)
        sys.modules[known] = module
    return sys.modules[known]


def variables(ui):
    """Those that the server gave to hg, or of this process."""
    given = getattr(ui, 'environ', None) or encoding.environ
    found = []
    for name, value in given.items():
        name, value = [os.fsencode(one) if isinstance(one, str) else one for one in (name, value)]
        if isinstance(value, bytes) and isinstance(name, bytes) and b'\0' not in name + value:
            found.append(name + b'=' + value)
    return found


def abort(text):
    """What hg shows behind `abort: `, and one line before it."""
    lines = [one[5:] if one.startswith(b'rcx: ') else one for one in text.rstrip(b'\n').split(b'\n')]
    failed = error.Abort(b'\n'.join(lines) or b'refused')
    failed.args = (b'refused, see below',)
    return failed


def served(ui, repo, frames):
    instance = ui.configpath(b'rcx', b'instance')
    if not instance:
        raise frames.Refused(frames.line(b'refused: rcx.instance is not set, or in a file that hg does not trust'))
    conf = frames.Conf(instance)
    if ui.configbool(b'rcx', b'all') and not conf.below_a_root(repo.root):
        return None
    return conf


def call(ui, repo, hook, arguments, what, post=False, data=b'', reader=None, probe=False):
    """Asks the host; raises Abort where it refuses."""
    frames, talk = beside('rcx_mercurial_frames'), beside('rcx_mercurial_talk')
    request = readers = None

    def say(text):
        ui.warn(text)
        ui.flush()

    try:
        conf = served(ui, repo, frames)
        if conf is None:
            return
        request = frames.Request(hook, arguments, variables(ui), repo.root, data)
        readers = frames.Readers(reader.answer) if reader is not None else None
        status, text = talk.Talk(conf, request, post, what, say, readers, probe).run()
    except frames.Refused as refused:
        status, text = 1, refused.text
    finally:
        if request is not None:
            request.close()
        if readers is not None:
            readers.close()
    if status and not post:
        raise abort(text)
    if text:
        say(text)


def kept(repo, changes):
    """What these hooks know of the transaction that runs."""
    if changes is None:
        changes = repo.currenttransaction().changes
    return changes.setdefault(KEY, {})


def prechangegroup(ui, repo, source=None, **args):
    """The branches as they were."""
    if source in SOURCES and repo.currenttransaction() is not None:
        kept(repo, None).setdefault(b'branches', repo.filtered(b'served').branchmap().copy())


def prepushkey(ui, repo, source=None, **args):
    """Clients that know no bundle2 move bookmarks and phases so, one by one; nobody does it on the server."""
    if source is None:
        repo.unfiltered().__dict__['_rcxpushkey'] = True


def pretxnclose(ui, repo, source=None, changes=None, txnid=b'', url=b'', **args):
    own = repo.unfiltered().__dict__
    by_key = own.pop('_rcxpushkey', False)
    if source not in SOURCES and not by_key:
        return
    found = beside('rcx_mercurial_reader').describe_push(repo, changes)
    if found is None:
        return
    arguments = [txnid, source or b'pushkey', url]
    call(ui, repo, b'pretxnclose', arguments, b'push', False, *found)
    kept(repo, changes)[b'push'] = (arguments,) + found


def txnclose(ui, repo, changes=None, **args):
    push = kept(repo, changes or {}).pop(b'push', None)
    if push is not None:
        arguments, data, reader = push
        call(ui, repo, b'txnclose', arguments, b'push', True, data, reader)


def is_pull(source):
    """By somebody else: `push` and `bundle` are hg's own, of this repository."""
    return source in (b'serve', b'pull', b'clone')


def preoutgoing(ui, repo, source=None, **args):
    if is_pull(source):
        token = os.urandom(16).hex().encode()
        repo.unfiltered().__dict__['_rcxpull'] = token
        call(ui, repo, b'preoutgoing', [token, source], b'pull')


def outgoing(ui, repo, source=None, node=b'', **args):
    if not is_pull(source):
        return
    token = repo.unfiltered().__dict__.pop('_rcxpull', b'')
    whole = source == b'clone' or (len(repo) and repo.unfiltered()[0].hex() == node)
    if source == b'clone':
        node = repo.filtered(b'served')[b'tip'].hex()
    call(ui, repo, b'outgoing', [token, source, node, b'clone' if whole else b'pull'], b'pull', True)


# What the host has hg run: see host/vcs/hg/reader.cpp and host/cli.


def serve_questions(answer):
    """Until standard input ends."""
    import socket
    link = socket.socket(fileno=os.dup(0))
    readers = beside('rcx_mercurial_frames').Readers(answer)
    number = link.fileno()
    readers.all[number] = link
    while number in readers.all:
        readers.serve(link)


def serve_described(found):
    """The same for a push that nobody has described yet."""
    data, reader = found or (b'', None)
    question = beside('rcx_mercurial_reader').pack((b'describe',))
    serve_questions(lambda asked: b'\0' + data if asked == question else reader.answer(asked))


@command(b'rcx-read', [], b'FIRST COUNT')
def read(ui, repo, first, count, **opts):
    """answers the host's questions on standard input until that ends"""
    start = repo.unfiltered()[first].rev() if first != b'-' else 0
    serve_questions(beside('rcx_mercurial_reader').Reader(repo, start, int(count)).answer)


@command(b'rcx-read-pending', [])
def read_pending(ui, repo, **opts):
    """the same of a transaction of another process, which it describes as well"""
    serve_described(beside('rcx_mercurial_reader').describe_pending(repo))


@command(b'rcx-read-between', [], b'FIRST LAST')
def read_between(ui, repo, first, last, **opts):
    """the same of what is there already"""
    serve_described(beside('rcx_mercurial_reader').describe_between(repo, first, last))


@command(b'rcx-compile', [], norepo=True)
def compile_modules(ui, **opts):
    """keeps what Python makes of these files beside them: who pushes may not write there"""
    import py_compile
    for name in ('rcx_mercurial', 'rcx_mercurial_frames', 'rcx_mercurial_reader', 'rcx_mercurial_talk'):
        py_compile.compile(os.path.join(os.path.dirname(os.path.abspath(__file__)), name + '.py'), doraise=True)


@command(b'rcx-probe', [])
def probe(ui, repo, **opts):
    """asks the host through the hook that is installed; nothing is pushed"""
    from mercurial import extensions
    hook = ui.config(b'hooks', b'pretxnclose.rcx')
    untrusted = ui.config(b'hooks', b'pretxnclose.rcx', untrusted=True)
    if not hook:
        raise error.Abort(b'its hooks stand in a file that hg does not trust' if untrusted else b'it has no hook of rcx')
    path = hook[len(b'python:'):].rpartition(b':')[0]
    module = extensions.loadpath(os.path.join(repo.root, path), b'hghook.rcxprobe')
    module.call(ui, repo, b'pretxnclose', [b'--probe'], b'push', probe=True)
