"""tools/coverage.py must miss no branch that went one way only, and take no reason that stands for nothing."""
import unittest
from pathlib import Path

from tree import TOP  # makes the tools importable

import coverage

PATH = "net/a.c"
SOURCE = ["int a(int n)", "{", "\tif (n && is_it(n))", "\t\treturn 1;", "\treturn 0;", "}"]
IF = 3  # the line with both branches
BOTH = [[IF, 6, IF, 7, 5, 5], [IF, 11, IF, 19, 3, 2]]


def export(branches, path=PATH, lines=6, covered=6):
    """What llvm-cov would export of one file."""
    return {"data": [{"files": [{"filename": f"{TOP}/build/coverage/../../src/{path}", "branches": branches,
                                 "summary": {"lines": {"count": lines, "covered": covered}}}]}]}


def judge(branches, source=None, named=(PATH,), lines_percent=90, others=None, **numbers):
    files = coverage.read_export(export(branches, **numbers), TOP)
    texts = {PATH: "\n".join(source or SOURCE) + "\n", **(others or {})}
    return list(coverage.judge(files, texts, named, lines_percent))


def with_comment(line, comment):
    """The source with a comment behind a line."""
    return [text + (f" {comment}" if number == line else "") for number, text in enumerate(SOURCE, 1)]


def with_line_above(line, comment):
    return SOURCE[:line - 1] + ["\t" + comment] + SOURCE[line - 1:]


def moved(branches, by=1):
    return [[line + by, column, end + by, end_column, *counts] for line, column, end, end_column, *counts in branches]


class Branches(unittest.TestCase):
    ONE_WAY = [BOTH[0], [IF, 11, IF, 19, 3, 0]]
    NEVER = [[IF, 6, IF, 7, 0, 5], [IF, 11, IF, 19, 0, 0]]

    def test_branches_that_went_both_ways_are_fine(self):
        self.assertEqual(judge(BOTH), [])

    def test_each_way_that_was_never_taken_is_named_with_its_text(self):
        self.assertEqual(judge(self.ONE_WAY), ["net/a.c:3:11: never false: is_it(n)"])
        self.assertEqual(judge(self.NEVER), ["net/a.c:3:6: never true: n", "net/a.c:3:11: never true: is_it(n)",
                                             "net/a.c:3:11: never false: is_it(n)"])

    def test_ways_taken_in_several_copies_of_an_inline_function_add_up(self):
        copies = [[IF, 6, IF, 7, 5, 0], [IF, 6, IF, 7, 0, 1], BOTH[1]]
        self.assertEqual(judge(copies), [])

    def test_other_files_may_have_branches_that_went_one_way(self):
        self.assertEqual(judge(self.ONE_WAY, named=()), [])

    def test_a_branch_of_several_lines_is_named_by_its_first(self):
        self.assertEqual(judge([[3, 6, 4, 9, 1, 0]]), ["net/a.c:3:6: never false: n && is_it(n)) …"])


class Excuses(unittest.TestCase):
    ONE_WAY = Branches.ONE_WAY
    NEVER = Branches.NEVER

    def test_a_reason_on_the_line_is_taken(self):
        self.assertEqual(judge(self.ONE_WAY, with_comment(IF, "/* uncovered: libc never fails here */")), [])

    def test_a_reason_alone_on_the_line_above_is_taken(self):
        self.assertEqual(judge(moved(self.ONE_WAY), with_line_above(IF, "/* uncovered: why */")), [])

    def test_a_reason_behind_the_code_of_another_line_is_not(self):
        found = judge(self.ONE_WAY, with_comment(IF - 1, "/* uncovered: why */"))
        self.assertEqual(found, ["net/a.c:2: said to be uncovered: 1, found: 0", "net/a.c:3:11: never false: is_it(n)"])

    def test_a_reason_at_a_branch_that_went_both_ways_fails(self):
        found = judge(BOTH, with_comment(IF, "/* uncovered: why */"))
        self.assertEqual(found, ["net/a.c:3: said to be uncovered: 1, found: 0"])

    def test_a_reason_stands_for_as_many_ways_as_it_says(self):
        self.assertEqual(len(judge(self.NEVER, with_comment(IF, "/* uncovered: why */"))), 3)
        self.assertEqual(len(judge(self.NEVER, with_comment(IF, "/* uncovered 2: why */"))), 3)
        self.assertEqual(judge(self.NEVER, with_comment(IF, "/* uncovered 3: why */")), [])
        self.assertEqual(judge(self.NEVER, with_comment(IF, "/* uncovered 4: why */")),
                         ["net/a.c:3: said to be uncovered: 4, found: 3"])

    def test_a_reason_of_another_form_fails(self):
        for comment in ("/* uncovered: */", "/* uncovered */", "// uncovered: why", "/* Not uncovered, why */"):
            found = judge(self.ONE_WAY, with_comment(IF, comment))
            self.assertIn("net/a.c:3: the form is /* uncovered: reason */", found)
            self.assertIn("net/a.c:3:11: never false: is_it(n)", found)

    def test_a_reason_in_a_file_that_is_not_named_fails(self):
        found = judge(self.ONE_WAY, with_comment(IF, "/* uncovered: why */"), named=())
        self.assertEqual(found, ["net/a.c:3: an excuse, but the file is not one of the named"])


class Lines(unittest.TestCase):
    def test_ninety_percent_are_enough_and_less_is_not(self):
        self.assertEqual(judge(BOTH, lines=10, covered=9), [])
        self.assertEqual(judge(BOTH, lines=1000, covered=899),
                         ["899 of 1000 lines are executed, at least 90 % must be"])

    def test_no_line_at_all_is_no_success(self):
        self.assertEqual(len(judge([], lines=0, covered=0, lines_percent=0)), 1)

    def test_a_source_that_nothing_is_linked_with_fails(self):
        found = judge(BOTH, others={"net/b.c": "int b;\n", "net/b.h": "int b;\n"})
        self.assertEqual(found, ["net/b.c: no program is linked with it"])

    def test_a_named_file_that_is_gone_fails(self):
        found = judge(BOTH, named=(PATH, "net/gone.c"))
        self.assertEqual(found, ["net/gone.c: is named in tools/coverage.py, and not there"])

    def test_files_outside_the_sources_count_nothing(self):
        self.assertEqual(len(judge(BOTH, path="../tests/a.c", named=())), 2)

    def test_a_percentage_is_never_rounded_up(self):
        self.assertEqual(coverage.percent(99999, 100000), " 99.9 %")
        self.assertEqual(coverage.percent(3, 3), "100.0 %")

    def test_every_named_file_is_there(self):
        for path in (path for paths in coverage.NAMED.values() for path in paths):
            self.assertTrue((Path(TOP) / "src" / path).is_file(), path)


if __name__ == "__main__":
    unittest.main()
