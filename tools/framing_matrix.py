#!/usr/bin/env python3
"""Writes the list of framing cases that decision 001 refers to, from tests/vectors/framing.

Without an argument the list is printed; with --check the exit code is 1 when the committed list is another one.
"""
import pathlib
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
CASES = TOP / "tests/vectors/framing"
LIST = TOP / "docs/decisions/001-framing-cases.md"


def answers(case):
    lines = case.read_text(encoding="utf-8").splitlines()
    said = [line[2:].split()[1 if line.startswith("< refused") else 0] for line in lines if line.startswith("< ")]
    end = [line[2:] for line in lines if line.startswith("= ")]
    return " ".join(said) or "none", end[0] if end else ""


def table():
    cases = sorted(CASES.glob("*.txt"))
    rows = [f"# 001: the framing cases\n\nAll {len(cases)} cases of `tests/vectors/framing`, all passed, by `tools/framing_matrix.py`. "
            "A `*` is a well-formed request, whatever the API says to it.\n",
            "| case | answers | connection |", "|---|---|---|"]
    for case in cases:
        said, end = answers(case)
        rows.append(f"| {case.stem.replace('_', ' ')} | {said} | {end} |")
    return "\n".join(rows) + "\n"


def main():
    text = table()
    if "--check" in sys.argv[1:]:
        sys.exit(0 if LIST.exists() and LIST.read_text(encoding="utf-8") == text else 1)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
