"""tools/check_sizes.py must notice what is too long, and only that."""
import unittest

from tree import TreeTest

import check_sizes


def function(lines):
    return "int long_one(int n)\n{\n" + "\tn++;\n" * (lines - 4) + "\treturn n;\n}\n"


class Sizes(TreeTest):
    checker = staticmethod(check_sizes.check)

    def test_a_lawful_tree_has_no_violation(self):
        self.assert_only()

    def test_a_function_may_have_60_lines(self):
        self.add("src/base/long.c", function(60))
        self.assert_only()

    def test_a_function_of_61_lines_is_refused(self):
        for folder in ("src/base", "tests/unit", "bench"):
            self.add(f"{folder}/long.c", "\n" + function(61))
        self.assert_only("src/base/long.c:2: long_one has 61 lines", "tests/unit/long.c:2", "bench/long.c:2")

    def test_a_function_is_measured_from_its_first_line(self):
        self.add("src/base/long.c", "static struct name *\n" + function(60))
        self.assert_only("src/base/long.c:1: long_one has 61 lines")

    def test_a_long_table_is_no_function(self):
        self.add("src/base/table.c", "static const int table[] = {\n" + "\t1,\n" * 100 + "};\n")
        self.assert_only()

    def test_files_have_their_limits(self):
        for path, limit in (("src/base/big.c", 400), ("src/base/big.h", 150), ("tests/api/big.test.mjs", 400),
                            ("tests/tools/big.py", 400), ("bench/big.c", 400)):
            self.write(path, "\n" * limit)
            self.assert_only()
            self.add(path, "\n")
            self.assert_only(f"{path}:1: {limit + 1} lines, at most {limit}")
            (self.top / path).unlink()


if __name__ == "__main__":
    unittest.main()
