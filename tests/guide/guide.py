#!/usr/bin/env python3
"""Runs what sdk/README.md and examples/README.md show.

guide.py PART GUIDE BUILD [COMPILER...]: PART is one of
  marks    every fenced block says what it is
  samples  C++ and C blocks are compiled as extensions, and asked by test_guide through a fake host
  shell    sh blocks run in order, in one shell, against a real host; the text that follows one is
           what it prints. The shell starts in a copy of the guide's directory if that is examples/,
           else in an empty one
  yaml     yaml blocks are accepted by `rcx config check`
  commands every `rcx ...` in running text is a command of rcx

Marks stand behind the language of a block, where they are not rendered:
  file=NAME    a whole file. `shell` writes it into the current directory, `samples` compiles it
  by=sh        with file=: an sh block compiles it, and `samples` does not
  class=NAME   a class, which `samples` completes with includes and the macro
  body=NAME    the body of a method for PrePush, completed in the same way
  post=NAME    the same for Push
  exit=1       with sh: the exit status of the last line; the others, and all without it, must be 0
In expected text, `…` stands for anything in a line, and alone in a line for any number of lines.
"""
import concurrent.futures
import contextlib
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

MARKS = {"cpp": {"file", "class", "body", "post"}, "c": {"file"}, "cmake": {"file"}}
PATIENCE = 200
HEAD = """#include <rcx/plugin.hpp>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

"""
MACRO = 'RCX_PLUGIN_WITH_FLAGS({0}, RCX_CONCURRENT, "{1}", "{1}", "1.0.0", "MIT", rcx::on<&{0}::{2}>())\n'


class Block:
    def __init__(self, line, info, text):
        words = info.split()
        self.line = line
        self.language = words[0] if words else ""
        self.marks = dict(word.partition("=")[::2] for word in words[1:])
        self.text = text

    def extension(self):
        """The id and the source of the extension that it is, or None."""
        if "by" in self.marks:
            return None
        if "file" in self.marks and self.language in ("c", "cpp"):
            return self.marks["file"].partition(".")[0], self.text
        for mark, event in (("body", "PrePush"), ("post", "Push")):
            if mark in self.marks:
                name = self.marks[mark]
                method = f"struct Sample {{\n  void run(const rcx::{event}& push) const {{\n{self.text}  }}\n}};\n"
                return name, HEAD + method + MACRO.format("Sample", name, "run")
        if "class" in self.marks:
            name = self.marks["class"]
            return name.lower(), HEAD + self.text + MACRO.format(name, name.lower(), "check")
        return None


def blocks(guide):
    found, start, info, text = [], 0, "", []
    for number, line in enumerate(guide.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("```") and not start:
            start, info, text = number, line[3:], []
        elif line == "```" and start:
            found.append(Block(start, info, "".join(part + "\n" for part in text)))
            start = 0
        elif start:
            text.append(line)
    if start:
        raise SystemExit(f"guide.py: the block of line {start} does not end")
    return found


def run(command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE, **more)
    if done.returncode != 0:
        raise SystemExit(f"guide.py: exit status {done.returncode} of {shlex.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def install_sdk(build, prefix):
    run(["cmake", "--install", build, "--component", "sdk", "--prefix", prefix])
    return dict(os.environ, PKG_CONFIG_PATH=f"{prefix}/share/pkgconfig", CMAKE_PREFIX_PATH=str(prefix))


def check_marks(guide):
    findings = []
    shell = "".join(block.text for block in blocks(guide) if block.language == "sh")
    before = None
    for block in blocks(guide):
        names = set(block.marks)
        if block.language in MARKS:
            if len(names & MARKS[block.language]) != 1 or names - MARKS[block.language] - {"by"}:
                findings.append((block, f"{block.language} wants one of {sorted(MARKS[block.language])}"))
            elif block.marks.get("by", "sh") != "sh":
                findings.append((block, "by=sh is all there is"))
            elif "by" in names and block.marks.get("file") not in shell and block.language != "cmake":
                findings.append((block, "no sh block names this file"))
        elif block.language == "sh":
            if names - {"exit"}:
                findings.append((block, "sh knows exit= alone"))
        elif block.language == "text":
            if before is None or before.language != "sh":
                findings.append((block, "text is the output of the sh block before it"))
        elif block.language != "yaml" or names:
            findings.append((block, f"wanted cpp, c, cmake, sh, yaml or text, got '{block.language}'"))
        before = block
    for block, what in findings:
        print(f"{guide.name}:{block.line}: {what}")
    return 1 if findings else 0


def check_samples(guide, build, cxx, cc):
    samples = [(block, *block.extension()) for block in blocks(guide) if block.extension()]
    with tempfile.TemporaryDirectory(prefix="rcx-guide.") as temp:
        temp = pathlib.Path(temp)
        environment = install_sdk(build, temp / "prefix")
        flags = run(["pkg-config", "--cflags", "--libs", "rcx-sdk"], env=environment).split()

        def compile_one(sample):
            block, name, source = sample
            file = temp / f"{name}.{block.language}"
            file.write_text(source, encoding="utf-8")
            compiler = [cxx, "-std=c++17"] if block.language == "cpp" else [cc, "-std=c11"]
            run([*compiler, "-O0", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", file, *flags,
                 "-o", temp / f"{name}.so"])

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for done in [pool.submit(compile_one, sample) for sample in samples]:
                done.result()
        tester = build / "bin/test_guide"
        listed = {line.strip() for line in run([tester, "--gtest_list_tests"]).splitlines() if line.startswith("  ")}
        wanted = {name for _, name, _ in samples}
        if listed != wanted:
            raise SystemExit(f"guide.py: samples without a test: {sorted(wanted - listed)}, "
                             f"tests without a sample: {sorted(listed - wanted)}")
        print(run([tester], env=dict(os.environ, GUIDE_SAMPLES=str(temp))))
    return 0


def pattern(text):
    lines = []
    for line in text.splitlines():
        if line == "…":
            lines.append(r"(?:[^\n]*\n)*?")
        else:
            lines.append(".*".join(map(re.escape, line.split("…"))) + r"\n")
    return "".join(lines)


def script(parts, temp):
    """One shell for all blocks. Each leaves what it printed, and its exit status, in files."""
    lines = ["exec 8>&1"]
    for number, block in enumerate(parts):
        if block.language == "sh":
            *first, last = re.sub(r"\\\n", "", block.text).splitlines()
            lines += [f"exec >{temp}/{number}.out 2>&1", "set -e", *first, "set +e", last,
                      f"echo $? >{temp}/{number}.status"]
        elif "file" in block.marks:
            lines += [f"cat >{block.marks['file']} <<'END_OF_FILE'", block.text + "END_OF_FILE"]
    return "\n".join(lines + ["kill $! && wait $!", ""])


def check_shell(guide, build):
    with tempfile.TemporaryDirectory(prefix="rcx-guide.") as temp:
        temp = pathlib.Path(temp)
        parts = blocks(guide)
        home = temp / "home"
        if guide.parent.name == "examples":
            shutil.copytree(guide.parent, home / "project")
        else:
            (home / "project").mkdir(parents=True)
        environment = install_sdk(build, temp / "prefix")
        environment.update(HOME=str(home), PATH=f"{build}/bin:{os.environ['PATH']}", LC_ALL="C.UTF-8",
                           GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL=os.devnull,
                           GIT_AUTHOR_NAME="Ada", GIT_AUTHOR_EMAIL="ada@example.org",
                           GIT_COMMITTER_NAME="Ada", GIT_COMMITTER_EMAIL="ada@example.org")
        # HOME is not what it was, which a rustc of rustup has to be told.
        environment.setdefault("RUSTUP_HOME", os.path.expanduser("~/.rustup"))
        for name in ("RCX_CONFIG", "REMOTE_USER"):
            environment.pop(name, None)
        (temp / "script").write_text(script(parts, temp), encoding="utf-8")
        # A group of its own, so that the host goes with it whatever happens.
        with open(temp / "rest", "wb") as rest:
            shell = subprocess.Popen(["bash", temp / "script"], cwd=home / "project", env=environment,
                                     stdin=subprocess.DEVNULL, stdout=rest, stderr=rest, start_new_session=True)
            try:
                shell.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                print("guide.py: the shell does not end")
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(shell.pid, signal.SIGKILL)
                shell.wait()
        failed = 0
        for number, block in enumerate(parts):
            if block.language != "sh":
                continue
            out = temp / f"{number}.out"
            printed = out.read_text(encoding="utf-8") if out.exists() else ""
            printed = re.sub(r"(\x1b\[K|[ \r])+\n", "\n", printed)
            status = temp / f"{number}.status"
            status = status.read_text().strip() if status.exists() else "none: an earlier line failed"
            expected = parts[number + 1] if number + 1 < len(parts) and parts[number + 1].language == "text" else None
            if status != block.marks.get("exit", "0"):
                print(f"{guide.name}:{block.line}: exit status {status}; it printed:\n{printed}")
            elif expected and not re.fullmatch(pattern(expected.text), printed):
                print(f"{guide.name}:{expected.line}: this is not what it prints, which is:\n{printed}")
            else:
                continue
            failed = 1
        if failed:
            log = home / "rcx/log"
            print((temp / "rest").read_text(errors="replace"), log.read_text() if log.exists() else "")
    return failed


def check_yaml(guide, build):
    rcx = build / "bin/rcx"
    with tempfile.TemporaryDirectory(prefix="rcx-guide.") as temp:
        file = pathlib.Path(temp) / "rcx/rcx.yaml"
        run([rcx, "init", file.parent])
        for block in blocks(guide):
            if block.language == "yaml":
                file.write_text("roots: [repositories]\n" + block.text, encoding="utf-8")
                print(f"{guide.name}:{block.line}:", run([rcx, "-c", file, "config", "check"]), end="")
    return 0


def check_commands(guide, build):
    prose = re.sub(r"^```.*?^```$", "", guide.read_text(encoding="utf-8"), flags=re.S | re.M)
    missing = [words for words in sorted(set(re.findall(r"`rcx ((?:[a-z]+ ?)+)", prose)))
               if f"rcx {words.strip()} [OPTIONS]" not in run([build / "bin/rcx", *words.split(), "--help"])]
    for words in missing:
        print(f"{guide.name}: there is no command `rcx {words.strip()}`")
    return 1 if missing else 0


def main():
    part, guide, build, *compilers = sys.argv[1:]
    guide, build = pathlib.Path(guide).resolve(), pathlib.Path(build).resolve()
    if part == "marks":
        return check_marks(guide)
    if part == "samples":
        return check_samples(guide, build, *compilers)
    return {"shell": check_shell, "yaml": check_yaml, "commands": check_commands}[part](guide, build)


if __name__ == "__main__":
    sys.exit(main())
