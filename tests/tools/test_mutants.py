"""tools/mutants.py must change what it says, where it says, and nothing in comments, texts and assertions."""
import unittest

from tree import TreeTest

import mutants

CODE = '''/* base/small.c: if (a < 1) stays. */
#include "base/small.h"

static bool is_small(int n, char c)
{
	assert(n != 7);
	if (n <= 9 && c == 'x')
		return true; /* n < 8 */
	note("a > b", n);
	return false;
}

static int next(int n)
{
	n += 2;
	return n + 1;
}
'''


class Mutants(TreeTest):
    def changes(self, code=CODE):
        self.write("src/base/small.c", code)
        return [(m.function, m.before, m.after) for m in mutants.mutants_of("src/base/small.c", self.top)]

    def changed(self, before):
        return {after for _, row, after in self.changes() if row == before}

    def test_a_condition_is_moved_negated_and_its_parts_exchanged(self):
        self.assertEqual(self.changed("if (n <= 9 && c == 'x')"), {
            "if (n < 9 && c == 'x')", "if (n <= 9 || c == 'x')", "if (n <= 9 && c != 'x')", "if (n <= 8 && c == 'x')",
            "if (n <= 10 && c == 'x')", "if (n <= 9 && c == '\\x77')", "if (n <= 9 && c == '\\x79')",
            "if (!(n <= 9 && c == 'x'))"})

    def test_what_is_returned_is_turned_round_where_it_is_a_truth(self):
        self.assertEqual(self.changed("return true; /* n < 8 */"), {"return false; /* n < 8 */"})
        self.assertEqual(self.changed("return false;"), {"return true;"})
        self.assertEqual(self.changed("return n + 1;"), {"return n - 1;", "return n + 0;", "return n + 2;"})

    def test_a_statement_is_left_out(self):
        self.assertEqual(self.changed('note("a > b", n);'), {";"})
        self.assertIn(";", self.changed("n += 2;"))

    def test_assertions_comments_and_texts_are_left_alone(self):
        before = {row for _, row, _ in self.changes()}
        self.assertNotIn("assert(n != 7);", before)
        self.assertFalse([row for row in before if row.startswith("/*") or "#include" in row])

    def test_every_mutant_names_its_function_and_differs(self):
        for function, before, after in self.changes():
            self.assertIn(function, ("is_small", "next"))
            self.assertNotEqual(before, after)

    def test_a_sample_is_the_same_for_the_same_seed(self):
        self.write("src/base/small.c", CODE)
        every = mutants.mutants_of("src/base/small.c", self.top)
        self.assertEqual(mutants.sample(every, 5, 1), mutants.sample(every, 5, 1))
        self.assertNotEqual(mutants.sample(every, 5, 1), mutants.sample(every, 5, 2))
        self.assertEqual(len(mutants.sample(every, 99999, 1)), len(every))


class Rows(unittest.TestCase):
    def test_a_listed_row_is_the_name_of_a_mutant(self):
        mutant = mutants.Mutant("src/a.c", "f", 1, 0, 1, "x", "if (a || b)", "if (a && b)")
        text = f"words\n- {mutant.name()}  \n  because it is\n- `no row`\n"
        self.assertEqual(mutants.rows_of(text), {mutant.name()})

    def test_every_listed_row_fits_a_mutant(self):
        names = {m.name() for path in mutants.TESTS for m in mutants.mutants_of(path)}
        self.assertEqual(sorted(mutants.known_rows() - names), [])


if __name__ == "__main__":
    unittest.main()
