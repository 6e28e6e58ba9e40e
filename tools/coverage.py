#!/usr/bin/env python3
"""tools/coverage.py [--short] [FOLDER]: what the tests execute of src/, measured in FOLDER (tools/build coverage).

Runs every test (--short: those that need no server), merges what each process counted, and writes FOLDER/report.txt,
a row a layer and a file, and FOLDER/html/index.html. Fails when a test fails, when fewer than 90 % of all lines are
executed (not with --short), or when a branch of a file in NAMED is taken one way only and does not say why:

    if (broken) /* uncovered: what no test can do */

on the branch's line, or alone on the line above. It stands for one way of one branch; `uncovered 2:` for two. One
that stands where as many ways are not missing fails as well, so no reason outlives its branch. Whether an assert
holds is no branch: clang leaves out what macros of system headers decide. A process that is killed counts nothing.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
LINES_PERCENT = 90
SHORT_SUITES = ("unit", "contract", "fault", "fuzz")
NAMED = {
    "parser": ("net/http_chars.c", "net/http_chunked.c", "net/http_parser.c", "net/http_target.c",
               "net/answer_parser.c", "net/local_answer.c"),
    "JSON reader": ("codec/json_reader.c", "codec/json_text.c", "codec/utf8.c"),
    "key codec": ("codec/base64.c", "codec/url.c", "record/key.c"),
    "commit path": ("adapter/sqlite_group.c", "adapter/sqlite_job.c", "adapter/sqlite_writer.c", "port/store.c",
                    "record/batch.c", "usecase/edit.c"),
}
EXCUSE = re.compile(r"/\* uncovered(?: (\d+))?: \S.* \*/")
MENTION = re.compile(r"/[*/].*\buncovered\b")


class Counted:
    """One source file: its lines of code, and how often each branch went each way."""

    def __init__(self, lines, covered):
        self.lines = lines
        self.covered = covered
        self.branches = {}  # (line, column, end line, end column): [times true, times false]

    def missing(self):
        """Every way of a branch that was never taken, as (line, text of its place, "true" or "false")."""
        for place, times in sorted(self.branches.items()):
            for way, count in zip(("true", "false"), times):
                if count == 0:
                    yield place, way


def read_export(export, top):
    """{path below src/: Counted} of what llvm-cov exports."""
    files = {}
    for file in export["data"][0]["files"]:
        path = Path(os.path.normpath(file["filename"]))
        if not path.is_relative_to(top / "src"):
            continue
        lines = file["summary"]["lines"]
        counted = files.setdefault(str(path.relative_to(top / "src")), Counted(lines["count"], lines["covered"]))
        for line, column, end_line, end_column, taken, passed, *_ in file["branches"]:
            times = counted.branches.setdefault((line, column, end_line, end_column), [0, 0])
            times[0] += taken
            times[1] += passed
    return files


def read_excuses(text):
    """({line that is excused: ways}, [lines with what is no excuse]) of a file. Alone on its line it is for the next."""
    excuses, malformed = {}, []
    for number, line in enumerate(text.splitlines(), 1):
        found = EXCUSE.search(line)
        if found:
            alone = line.strip() == found.group(0)
            at = number + 1 if alone else number
            excuses[at] = excuses.get(at, 0) + int(found.group(1) or 1)
        elif MENTION.search(line):
            malformed.append(number)
    return excuses, malformed


def quote(lines, place):
    line, column, end_line, end_column = place
    text = lines[line - 1]
    return text[column - 1:end_column - 1] if line == end_line else text[column - 1:] + " …"


def judge_branches(path, text, counted):
    """What is wrong with a named file, as lines `path:line: text`."""
    excuses, malformed = read_excuses(text)
    lines = text.splitlines()
    missing = {}
    for place, way in counted.missing():
        missing.setdefault(place[0], []).append((place, way))
    for number in malformed:
        yield f"{path}:{number}: the form is /* uncovered: reason */"
    for number in sorted(set(missing) | set(excuses)):
        ways, excused = missing.get(number, []), excuses.get(number, 0)
        if excused > len(ways):
            yield f"{path}:{number}: said to be uncovered: {excused}, found: {len(ways)}"
        elif excused < len(ways):
            for (line, column, *rest), way in ways:
                said = quote(lines, (line, column, *rest))
                yield f"{path}:{line}:{column}: never {way}: {said}"


def judge_strays(files, named):
    """Excuses where nobody asks for them."""
    for path, text in sorted(files.items()):
        excuses, malformed = read_excuses(text)
        if path not in named and (excuses or malformed):
            yield f"{path}:{min([*excuses, *malformed])}: an excuse, but the file is not one of the named"


def judge(files, texts, named, lines_percent):
    """Everything that is wrong. files: {path: Counted}; texts: {path: source} of all there is."""
    for path in sorted(texts):
        if path.endswith(".c") and path not in files:
            yield f"{path}: no program is linked with it"
    for path in named:
        if path not in texts:
            yield f"{path}: is named in tools/coverage.py, and not there"
        elif path in files:
            yield from judge_branches(path, texts[path], files[path])
    yield from judge_strays(texts, named)
    lines, covered = sum(f.lines for f in files.values()), sum(f.covered for f in files.values())
    if lines == 0 or 100 * covered < lines_percent * lines:
        yield f"{covered} of {lines} lines are executed, at least {lines_percent} % must be"


def percent(part, whole):
    """Never rounded up to 100."""
    return "" if whole == 0 else f"{part * 1000 // whole / 10:5.1f} %"


def row(name, files):
    lines, covered = sum(f.lines for f in files), sum(f.covered for f in files)
    ways = sum(2 * len(f.branches) for f in files)
    taken = ways - sum(len(list(f.missing())) for f in files)
    return (f"{name:34} {covered:6} of {lines:6} lines {percent(covered, lines):>8}"
            f" {taken:6} of {ways:6} ways of branches {percent(taken, ways):>8}")


def write_tables(files):
    """(rows of all files, by layer; rows of the layers and the named sets)."""
    layers = {}
    for path, counted in sorted(files.items()):
        if counted.lines != 0:
            layers.setdefault(path.split("/")[0], {})[path] = counted
    full, short = [], []
    for layer, members in layers.items():
        short.append(row(layer, members.values()))
        full += [short[-1]] + [row("  " + path, [counted]) for path, counted in members.items()] + [""]
    short += ["", row("all", files.values()), ""]
    short += [row(name, [files[path] for path in paths if path in files]) for name, paths in NAMED.items()]
    return full, short


def run_tests(folder, suites):
    """True when all passed. What every process counted is then in folder/profiles."""
    profiles = folder / "profiles"
    shutil.rmtree(profiles, ignore_errors=True)
    profiles.mkdir()
    # Up to four files a program: processes of one program add to one of them when they end.
    env = {**os.environ, "LLVM_PROFILE_FILE": f"{profiles}/%4m.profraw"}
    command = [TOP / "tools" / "test", folder] + [word for suite in suites for word in ("--suite", suite)]
    return subprocess.run(command, env=env, check=False).returncode == 0


def programs(folder):
    """Every program that was built, the server first: each holds what it was linked with."""
    targets = json.loads((folder / "meson-info" / "intro-targets.json").read_text())
    paths = [t["filename"][0] for t in targets if t["type"] == "executable" and t["build_by_default"]]
    return sorted(paths, key=lambda path: (not path.endswith("/innkeeper"), path))


def export_counts(folder):
    """Merges the profiles; returns what llvm-cov makes of them, and writes its pages."""
    merged = folder / "merged.profdata"
    subprocess.run(["llvm-profdata", "merge", "-sparse", "-o", merged, *sorted((folder / "profiles").iterdir())], check=True)
    first, *others = programs(folder)
    about = [f"-instr-profile={merged}", r"-ignore-filename-regex=/(tests|bench)/", first] + [f"-object={p}" for p in others]
    # Of the many `main` only one can be shown: llvm-cov says on stderr that the others do not fit.
    said = subprocess.run(["llvm-cov", "export", "-skip-functions", *about], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)
    if said.returncode != 0:
        sys.exit(said.stderr.decode())
    subprocess.run(["llvm-cov", "show", "-format=html", "-show-branches=count", f"-output-dir={folder}/html", *about],
                   stderr=subprocess.PIPE, check=True)
    return json.loads(said.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("folder", type=Path, nargs="?", default=TOP / "build" / "coverage")
    args = parser.parse_args()
    folder = args.folder.resolve()
    passed = run_tests(folder, SHORT_SUITES if args.short else ())
    files = read_export(export_counts(folder), TOP)
    texts = {str(p.relative_to(TOP / "src")): p.read_text() for p in (TOP / "src").rglob("*.[ch]")}
    named = [path for paths in NAMED.values() for path in paths]
    problems = list(judge(files, texts, named, 0 if args.short else LINES_PERCENT))
    full, short = write_tables(files)
    (folder / "report.txt").write_text("\n".join(full + short) + "\n")
    print("\n".join(short))
    print(f"\neach file: {folder}/report.txt, each line: {folder}/html/index.html")
    for problem in problems:
        print(f"failed: src/{problem}")
    return 0 if passed and not problems else 1


if __name__ == "__main__":
    sys.exit(main())
