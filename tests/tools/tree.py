"""A small source tree in a temporary folder that obeys every law, for tests that break them one by one."""
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tools"))

LAWFUL = {
    "src/LAYERS": "main: *\nruntime: codec base\nrecord: codec base\ncodec: base  # JSON\nbase:\n",
    "src/base/arena.h": "/* base/arena.h - memory. */\n#pragma once\nstruct arena;\nvoid arena_reset(struct arena *a);\n",
    "src/base/arena.c": '#include "base/arena.h"\n\n#include <stdlib.h>\n\nvoid arena_reset(struct arena *a)\n{\n\tfree(a);\n}\n',
    "src/codec/json.h": '/* codec/json.h - JSON. */\n#pragma once\nint json_parse(const char *text);\n',
    "src/codec/json.c": (
        '#include "codec/json.h"\n\n#include "base/arena.h"\n\n'
        "static const struct {\n\tint kind;\n\tconst char *name;\n} kinds[] = {\n\t{ 1, \"a(b) {\" },\n};\n\n"
        "static int parse_value(const char *text) /* calls json_parse() below: only in this comment */\n"
        "{\n\treturn text[0] == '{' ? kinds[0].kind : parse_value(text + 1);\n}\n\n"
        "int json_parse(const char *text)\n{\n\treturn parse_value(text);\n}\n"),
}


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except OSError:  # it may go between opening and reading, too
        return False


class TreeTest(unittest.TestCase):
    """self.check() is what the checker under test says about the tree with some files changed."""

    checker = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        for path, text in LAWFUL.items():
            self.write(path, text)

    def write(self, path, text):
        target = self.top / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def add(self, path, text):
        """Appends to a file of the tree, or makes it."""
        target = self.top / path
        self.write(path, (target.read_text() if target.exists() else "") + text)

    def check(self, *args):
        return [f"{path.relative_to(self.top)}:{line}: {text}" for path, line, text in self.checker(self.top, *args)]

    def assert_only(self, *expected):
        """One violation each, saying this."""
        found = self.check()
        self.assertEqual(len(found), len(expected), found)
        for line, part in zip(found, expected):
            self.assertIn(part, line)
