"""Findings of a tool that are meant to be: lines of `ID WHERE REASON`, each of which must be true."""
import re


def read(text):
    """[(id, where, reason)]; where is a pattern for the whole of a finding's place."""
    rows = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            words = line.split(None, 2)
            if len(words) < 3:
                raise ValueError(f"a skip without a reason: {line}")
            rows.append(tuple(words))
    return rows


def judge(findings, skips):
    """Complaints: what was found of (id, where, text) and is not meant to be, and what is meant to be found and was not."""
    used = set()
    for found, where, text in findings:
        matching = [row for row in skips if row[0] == found and re.fullmatch(row[1], where)]
        used.update(matching)
        if not matching:
            yield f"{found} {where}: {text}"
    for row in skips:
        if row not in used:
            yield f"the skip of {row[0]} {row[1]} matches nothing any more"
