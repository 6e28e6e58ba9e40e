"""Decision 001 lists every framing case with what it must be answered: the list is made from the cases."""
import pathlib
import subprocess
import sys
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tools"))
import framing_matrix  # noqa: E402


class FramingMatrix(unittest.TestCase):
    def test_the_committed_list_is_that_of_the_cases(self):
        done = subprocess.run([TOP / "tools/framing_matrix.py", "--check"], check=False)
        self.assertEqual(done.returncode, 0, "run tools/framing_matrix.py > docs/decisions/001-framing-cases.md")

    def test_there_are_at_least_the_seventy_that_were_promised(self):
        self.assertGreaterEqual(len(list(framing_matrix.CASES.glob("*.txt"))), 70)

    def test_every_case_says_how_the_connection_ends(self):
        for case in framing_matrix.CASES.glob("*.txt"):
            self.assertIn(framing_matrix.answers(case)[1], ("open", "closed"), case.name)


if __name__ == "__main__":
    unittest.main()
