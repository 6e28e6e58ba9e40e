#!/usr/bin/env python3
"""Small is a law: a function has at most 60 lines, a file 400, a header 150: check_sizes.py [--top FOLDER]

Functions are those of C, from the first line of the declaration to the closing brace. Prints one line a violation and
exits with 1 when there is any.
"""
import argparse
import sys
from pathlib import Path

from csource import Source

FUNCTION_LINES = 60
FILE_LINES = {".c": 400, ".h": 150, ".mjs": 400, ".py": 400}
FOLDERS = ("src", "tests", "bench", "tools")


def check_file(path):
    lines = path.read_text().count("\n")
    if lines > FILE_LINES[path.suffix]:
        yield path, 1, f"{lines} lines, at most {FILE_LINES[path.suffix]}: split it by noun"
    if path.suffix not in (".c", ".h"):
        return
    source = Source(path)
    for function in source.functions:
        first = source.line(function.start)
        lines = source.line(function.end) - first + 1
        if lines > FUNCTION_LINES:
            yield path, first, f"{function.name} has {lines} lines, at most {FUNCTION_LINES}"


def check(top):
    """Every violation as (path, line, text)."""
    for folder in FOLDERS:
        for path in sorted((top / folder).rglob("*")):
            if path.suffix in FILE_LINES and "node_modules" not in path.parts:
                yield from check_file(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--top", type=Path, default=Path(__file__).resolve().parent.parent)
    violations = list(check(parser.parse_args().top.resolve()))
    for path, line, text in violations:
        print(f"{path}:{line}: {text}")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
