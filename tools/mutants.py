#!/usr/bin/env python3
"""Would the tests notice? Changes one place of a C file at a time, and runs the tests of that file against it.

    mutants.py [--sample N] [--seed N] [--jobs N] [--again] [--list] [FILE]...

Without FILE: every file of TESTS below. A mutant is killed when a test fails, crashes, or is not done after LIMIT_S. One that survives
and is not listed in docs/mutants.md, as the same in effect, is a failure; so is a row there that fits no mutant. --sample takes N of all
by the seed. What was killed is remembered in build/mutants as long as the file is the same: tests are seldom taken away; --again forgets
it. Needs build/asan.
The last line is `N passed, N failed`.
"""
import argparse
import hashlib
import json
import os
import random
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from csource import Source, blank

TOP = Path(__file__).resolve().parent.parent
BUILD = TOP / "build" / "asan"
KNOWN = TOP / "docs" / "mutants.md"
MEMORY = TOP / "build" / "mutants" / "killed.json"
LIMIT_S = 10

HTTP_TESTS = ("test_net_head", "test_net_target", "test_net_host", "test_net_chunked", "fuzz_http", "test_net_framing")
ANSWER_TESTS = ("test_net_local_answer", "test_net_local_answer_limits", "fuzz_answer")
JSON_TESTS = ("test_codec_json_reader", "test_codec_json_corpus", "test_codec_json_limits", "test_codec_json_oracle", "fuzz_json")
# The tests of a file, those first that say most in the shortest time.
TESTS = {
    "src/net/http_parser.c": HTTP_TESTS,
    "src/net/http_chunked.c": HTTP_TESTS,
    "src/net/http_target.c": HTTP_TESTS,
    "src/net/answer_parser.c": ANSWER_TESTS,
    "src/net/local_answer.c": ANSWER_TESTS,
    "src/codec/json_reader.c": JSON_TESTS,
    "src/record/key.c": ("test_record_key", "fuzz_key"),
}

SWAPS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||", "||": "&&", "+": "-", "-": "+",
         "+=": "-=", "-=": "+=", "++": "--", "--": "++", "|=": "&=", "*": "+"}
# A binary operator stands between blanks, the others at their operand.
OPERATOR = re.compile(r"(?<= )(<=|>=|==|!=|&&|\|\||\+=|-=|\|=|[<>+*-])(?= |\n)|\+\+|--")
NUMBER = re.compile(r"(?<![\w.])(0x[0-9a-fA-F]+|\d+)[uUlL]*(?!\w)")
CHARACTER = re.compile(r"'(\\.|[^'\\])'")
ESCAPES = {"\\n": "\n", "\\r": "\r", "\\t": "\t", "\\\\": "\\", "\\'": "'", "\\0": "\0"}
ASSERTION = re.compile(r"\bassert\([^;]*\);")
CONDITION = re.compile(r"\b(if|while) \(")
RETURN = re.compile(r"\breturn ([^;]+);")
STATEMENT = re.compile(r"(?:(?<=[;{}:)])|(?<=else))(\s*\n\s*)((?:break|continue|[*(]*[A-Za-z_][\w.>*\[\]()-]*(?: (?:=|[+|-]=) |\(|\+\+|--)[^;{}]*);)")
TYPED = re.compile(r"(const|static|struct|enum|unsigned|bool|char|int|size_t|u?int\d+_t|return|if|for|while|switch|else|assert)\b")


@dataclass(frozen=True)
class Mutant:
    path: str
    function: str
    line: int
    start: int
    end: int
    text: str  # in place of start to end
    before: str
    after: str

    def name(self):
        return f"`{self.path}` `{self.function}`: `{self.before}` → `{self.after}`"


def close_of(code, at):
    """The offset of the parenthesis that closes the one at `at`."""
    depth = 0
    for offset in range(at, len(code)):
        depth += {"(": 1, ")": -1}.get(code[offset], 0)
        if depth == 0:
            return offset
    return None


def character_changes(match):
    text = match.group(1)
    byte = ord(ESCAPES.get(text, text[-1]))
    return [f"'\\x{other:02x}'" for other in (byte - 1, byte + 1) if 0 < other < 128]


def changes(source, function):
    """(start, end, new text) of every mutant of the function. What it asserts is a check of its own."""
    raw, code = source.raw, ASSERTION.sub(blank, source.code[:function.end])
    is_bool = re.search(r"\bbool\b", source.code[function.start:function.body].split("(")[0])
    for match in OPERATOR.finditer(code, function.body):
        yield match.start(), match.end(), SWAPS[match.group()]
    for match in NUMBER.finditer(code, function.body):
        number = int(match.group(1), 0)
        for other in (number - 1, number + 1):
            yield match.start(1), match.end(1), str(other)
    for match in CHARACTER.finditer(raw, function.body, function.end):
        if source.unquoted[match.start()] == " " and code[match.start()] == " ":
            for text in character_changes(match):
                yield match.start(), match.end(), text
    for match in CONDITION.finditer(code, function.body):
        at = match.end() - 1
        yield at, close_of(code, at) + 1, f"(!{raw[at:close_of(code, at) + 1]})"
    for match in RETURN.finditer(code, function.body):
        value = raw[match.start(1):match.end(1)]
        if is_bool:
            yield match.start(1), match.end(1), {"true": "false", "false": "true"}.get(value, f"!({value})")
    for match in STATEMENT.finditer(code, function.body):
        if not TYPED.match(match.group(2)):
            yield match.start(2), match.end(2), ";"


def mutants_of(path, top=TOP):
    source = Source(top / path)
    raw, found = source.raw, {}
    for function in source.functions:
        for start, end, text in changes(source, function):
            first = raw.rfind("\n", 0, start) + 1
            last = raw.find("\n", end)
            before, after = raw[first:last], raw[first:start] + text + raw[end:last]
            mutant = Mutant(path, function.name, source.line(start), start, end, text, " ".join(before.split()), " ".join(after.split()))
            found.setdefault((start, end, text), mutant)
    return sorted(found.values(), key=lambda m: (m.start, m.end, m.text))


class Tester:
    """Compiles a mutant as build/asan compiles the file, links it before that build's libraries, and runs the tests."""

    def __init__(self, build=BUILD):
        self.build = build
        self.compile_commands = {os.path.realpath(os.path.join(row["directory"], row["file"])): shlex.split(row["command"])
                                 for row in json.loads((build / "compile_commands.json").read_text())}
        self.links = {}

    def link_command(self, test):
        if test not in self.links:
            said = subprocess.run(["ninja", "-C", str(self.build), "-t", "commands", f"tests/{test}"], check=True,
                                  capture_output=True, text=True).stdout
            self.links[test] = shlex.split(said.strip().splitlines()[-1])
        return list(self.links[test])

    def run(self, mutant, folder):
        """`killed by …`, `survived`, or `no C` when it does not compile."""
        source, made = folder / "mutant.c", folder / "mutant.o"
        raw = (TOP / mutant.path).read_text()
        source.write_text(raw[:mutant.start] + mutant.text + raw[mutant.end:])
        command = self.compile_commands[str(TOP / mutant.path)]
        command = command[:command.index("-MD")] + ["-w", "-o", str(made), "-c", str(source)]
        if subprocess.run(command, cwd=self.build, capture_output=True).returncode != 0:
            return "no C"
        for test in TESTS[mutant.path]:
            failure = self.failure_of(test, made, folder / test)
            if failure:
                return f"killed by {test}: {failure}"
        return "survived"

    def failure_of(self, test, made, program):
        link = self.link_command(test)
        link[link.index("-o") + 1] = str(program)
        subprocess.run(link[:1] + [str(made)] + link[1:], cwd=self.build, check=True, capture_output=True)
        arguments = [f"tests/fuzz/corpus/{test[5:]}"] if test.startswith("fuzz_") else []
        limits = os.environ | {"ASAN_OPTIONS": "hard_rss_limit_mb=2000"}
        # A program of its own keeps the time: it goes on to do so when this one is killed.
        limited = ["timeout", "--signal=KILL", str(LIMIT_S), str(program), *arguments]
        code = subprocess.run(limited, cwd=TOP, capture_output=True, env=limits).returncode
        if code == -signal.SIGKILL:
            return f"not done after {LIMIT_S} s"
        return f"exit code {code}" if code else ""


def rows_of(text):
    """The names of mutants in a list, each with its reason on the line behind it."""
    return set(re.findall(r"^- (`\S+` `\w+`: `.*` → `.*`)  $", text, re.M))


def known_rows():
    return rows_of(KNOWN.read_text() if KNOWN.exists() else "")


def sample(mutants, n, seed):
    return random.Random(seed).sample(mutants, min(n, len(mutants)))


def try_all(mutants, jobs, remembered):
    tester = Tester()

    def try_one(mutant):
        key = f"{hashlib.sha256((TOP / mutant.path).read_bytes()).hexdigest()[:16]} {mutant.start} {mutant.end} {mutant.text}"
        if key not in remembered:
            with tempfile.TemporaryDirectory() as folder:
                outcome = tester.run(mutant, Path(folder))
            if outcome == "survived":
                return mutant, outcome
            remembered[key] = outcome
        return mutant, remembered[key]

    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(try_one, mutants)


def report(counts, survivors, mutants, everything):
    known = known_rows()
    names = {m.name() for m in mutants}
    new = [m for m in survivors if m.name() not in known]
    stale = sorted(row for row in known if everything and row not in names)
    for mutant in new:
        print(f"survived: {mutant.path}:{mutant.line}\n  - {mutant.name()}")
    for row in stale:
        print(f"{KNOWN.relative_to(TOP)}: no such mutant any more: {row}")
    for path, row in counts.items():
        print(f"{path}: {row}")
    bad = len(new) + len(stale)
    print(f"{len(mutants) - len(new) - sum(row['no C'] for row in counts.values())} passed, {bad} failed")
    return bad == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("files", nargs="*", metavar="FILE")
    args = parser.parse_args()
    mutants = [m for path in args.files or TESTS for m in mutants_of(path)]
    if args.sample:
        mutants = sample(mutants, args.sample, args.seed)
    if args.list:
        print("\n".join(f"{m.path}:{m.line}: {m.before} → {m.after}" for m in mutants))
        return 0
    os.nice(5)
    MEMORY.parent.mkdir(parents=True, exist_ok=True)
    remembered = json.loads(MEMORY.read_text()) if MEMORY.exists() and not args.again else {}
    counts, survivors = {}, []
    for mutant, outcome in try_all(mutants, args.jobs, remembered):
        row = counts.setdefault(mutant.path, {"killed": 0, "survived": 0, "no C": 0})
        row[outcome.split(" by")[0]] += 1
        survivors += [mutant] if outcome == "survived" else []
        if args.sample or outcome == "survived":
            print(f"{outcome}: {mutant.path}:{mutant.line}: {mutant.before} → {mutant.after}", flush=True)
        MEMORY.write_text(json.dumps(remembered))
    return 0 if report(counts, survivors, mutants, not args.sample and not args.files) else 1


if __name__ == "__main__":
    sys.exit(main())
