"""tools/test must count what ran and fail for whatever did not: no pass without a test, no skip unasked for."""
import json
import os
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from tree import TOP, is_running

NODE_TAP = r"""TAP version 13
# Subtest: outer
    # Subtest: inner
    ok 1 - inner
    {second} 2 - second
    1..2
{outer} 1 - outer
1..1
"""


class Runner(unittest.TestCase):
    @staticmethod
    def write_build(folder, scripts, protocol="tap", timeout=50, shell="sh"):
        """A build folder whose tests are these shell scripts."""
        tests = [{"name": f"t{n}", "suite": ["innkeeper:unit"], "cmd": [shell, "-c", script], "env": {}, "workdir": None,
                  "timeout": timeout, "protocol": protocol} for n, script in enumerate(scripts)]
        info = Path(folder) / "meson-info"
        info.mkdir()
        (info / "intro-tests.json").write_text(json.dumps(tests))

    def test_more_is_run_only_when_it_is_asked_for(self):
        with tempfile.TemporaryDirectory() as folder:
            self.write_build(folder, ["echo 1..1; echo ok 1 - a"] * 2)
            listed = Path(folder) / "meson-info" / "intro-tests.json"
            tests = json.loads(listed.read_text())
            tests[1]["suite"] = ["innkeeper:unit-more"]
            listed.write_text(json.dumps(tests))
            for asked, total in ((), 1), (("--suite", "unit-more"), 1), (("unit",), 2), (("--suite", "unit", "--suite", "unit-more"), 2), (("--suite", "unit-more", "t1"), 1):
                done = subprocess.run([TOP / "tools" / "test", folder, *asked], capture_output=True, text=True, check=False)
                self.assertEqual(done.stdout.splitlines()[-1], f"{total} passed, 0 failed", asked)

    def run_tests(self, *scripts, protocol="tap", timeout=50, shell="sh", **env):
        """Gives the exit code and all that was printed."""
        with tempfile.TemporaryDirectory() as folder:
            self.write_build(folder, scripts, protocol, timeout, shell)
            clean = {key: value for key, value in os.environ.items() if key != "OPTIONAL"}
            done = subprocess.run([TOP / "tools" / "test", folder], capture_output=True, text=True, check=False,
                                  env={**clean, **env})
        return done.returncode, done.stdout

    def assert_total(self, total, *scripts, **options):
        code, said = self.run_tests(*scripts, **options)
        self.assertEqual(said.splitlines()[-1], total, said)
        self.assertEqual(code, 0 if total.endswith(" 0 failed") and not total.startswith("0 ") else 1)
        return said

    def test_every_function_counts(self):
        self.assert_total("3 passed, 0 failed", "echo 1..2; echo ok 1 - a; echo ok 2 - b", "echo 1..1; echo ok 1 - c")

    def test_a_failure_counts_and_is_shown_in_full(self):
        said = self.assert_total("1 passed, 1 failed", "echo 1..2; echo ok 1 - a; echo not ok 2 - b; echo '# why'; exit 1")
        self.assertIn("# why", said)
        self.assertIn("failed: unit/t0: b", said)

    def test_what_failed_is_shown_before_all_that_was_said(self):
        node = ("# Subtest: a\nok 1 - a\n  ---\n  duration_ms: 1\n  ...\n# Subtest: b\nnot ok 2 - b\n  ---\n  error: 'why'\n  ...\n"
                "# Subtest: c\nok 3 - c\n1..3\n")
        said = self.assert_total("2 passed, 1 failed", f"cat <<'E'\n{node}E\necho boom >&2; exit 1")
        parts = ["FAIL unit/t0", "FAIL unit/t0: b\n", "not ok 2 - b", "error: 'why'\n  ...\n", "boom", "exit code 1", node]
        places = [said.find(part) for part in parts]
        self.assertNotIn(-1, places, said)
        self.assertEqual(places, sorted(places), said)
        self.assertNotIn("ok 1 - a", said[:said.index("boom")])

    def test_why_a_program_crashed_is_shown_before_its_results(self):
        said = self.assert_total("1 passed, 1 failed", "echo 1..2; echo ok 1 - a; echo overflow >&2; kill -SEGV $$")
        self.assertLess(said.index("ended by signal 11"), said.index("ok 1 - a"), said)
        self.assertLess(said.index("overflow"), said.index("ok 1 - a"), said)

    def test_two_groups_of_a_program_are_added(self):
        self.assert_total("2 passed, 0 failed", "echo 1..1; echo ok 1 - a; echo 1..1; echo ok 1 - b")

    def test_nothing_run_is_a_failure(self):
        self.assert_total("0 passed, 0 failed")
        self.assert_total("0 passed, 1 failed", "true")
        self.assert_total("0 passed, 1 failed", "echo 1..0")

    def test_a_program_that_stops_early_is_a_failure(self):
        self.assert_total("1 passed, 1 failed", "echo 1..2; echo ok 1 - a")

    def test_a_program_that_is_not_there_is_a_failure(self):
        for protocol in ("tap", "exitcode"):
            said = self.assert_total("0 passed, 1 failed", "", shell="/no/such/program", protocol=protocol)
            self.assertIn("can not be started", said)

    def test_a_crash_after_the_last_test_is_a_failure(self):
        said = self.assert_total("1 passed, 1 failed", "echo 1..1; echo ok 1 - a; kill -SEGV $$")
        self.assertIn("ended by signal 11", said)

    def test_a_skipped_test_is_a_failure(self):
        self.assert_total("1 passed, 1 failed", "echo 1..2; echo ok 1 - a; echo 'ok 2 # SKIP no redis here'")
        self.assert_total("1 passed, 1 failed", "echo 1..2; echo ok 1 - a; echo 'not ok 2 # SKIP b'")
        self.assert_total("1 passed, 1 failed", "echo 1..2; echo ok 1 - a; echo 'ok 2 - b # TODO'")

    def test_a_skipped_test_that_is_optional_is_left_out(self):
        script = "echo 1..2; echo ok 1 - a; echo 'ok 2 # SKIP no redis here'"
        for optional in ("redis", "nginx redis", "t0"):
            said = self.assert_total("1 passed, 0 failed", script, OPTIONAL=optional)
            self.assertIn("left out: t0: # SKIP no redis here", said)
        self.assert_total("1 passed, 1 failed", script, OPTIONAL="nginx")

    def test_a_test_within_a_test_counts_once(self):
        self.assert_total("2 passed, 0 failed", "cat <<'E'\n" + NODE_TAP.format(second="ok", outer="ok") + "E")
        self.assert_total("1 passed, 1 failed", "cat <<'E'\n" + NODE_TAP.format(second="not ok", outer="not ok") + "E\nexit 1")
        self.assert_total("2 passed, 1 failed", "cat <<'E'\n" + NODE_TAP.format(second="ok", outer="not ok") + "E\nexit 1")

    def test_a_node_file_without_a_test_is_a_failure(self):
        self.assert_total("0 passed, 1 failed", "echo 1..1; echo ok 1 - /some/where/empty.test.mjs")

    def test_a_program_over_its_limit_is_killed_with_its_children(self):
        with tempfile.TemporaryDirectory() as folder:
            start = time.monotonic()
            said = self.assert_total("1 passed, 1 failed",
                                     f"echo 1..1; echo ok 1 - a; sleep 600 & echo $! >{folder}/child; wait", timeout=10)
            self.assertLess(time.monotonic() - start, 150)
            self.assertIn("killed at its limit of 10 s", said)
            self.assert_gone(folder)

    def test_a_program_that_leaves_a_process_behind_fails(self):
        with tempfile.TemporaryDirectory() as folder:
            said = self.assert_total("1 passed, 1 failed",
                                     f"echo 1..1; echo ok 1 - a; sleep 600 & echo $! >{folder}/child", timeout=10)
            self.assertIn("left processes running", said)
            self.assert_gone(folder)

    def test_an_interrupted_run_takes_its_tests_with_it(self):
        with tempfile.TemporaryDirectory() as folder:
            self.write_build(folder, [f"echo $$ >{folder}/new; mv {folder}/new {folder}/child; sleep 600"])
            run = subprocess.Popen([TOP / "tools" / "test", folder], stdout=subprocess.DEVNULL)
            while not (Path(folder) / "child").exists():
                time.sleep(0.02)
            run.terminate()
            self.assertEqual(run.wait(timeout=100), 128 + 15)
            self.assert_gone(folder)

    def assert_gone(self, folder):
        pid = int((Path(folder) / "child").read_text())
        for _ in range(3000):
            if not is_running(pid):
                return
            time.sleep(0.02)
        self.fail("the child still runs")

    def test_a_plain_program_counts_by_its_exit_code(self):
        self.assert_total("1 passed, 0 failed", "echo checked", protocol="exitcode")
        self.assert_total("0 passed, 1 failed", "exit 3", protocol="exitcode")

    def test_unittests_are_counted(self):
        self.assert_total("5 passed, 0 failed", "echo 'Ran 5 tests in 0.1s' >&2; echo OK >&2", protocol="exitcode")
        self.assert_total("3 passed, 2 failed", "printf 'FAIL: a\nERROR: b\nRan 5 tests in 0.1s\n"
                          "FAILED (failures=1, errors=1)\n' >&2; exit 1", protocol="exitcode")
        self.assert_total("4 passed, 1 failed", "printf 'Ran 5 tests in 0.1s\nOK (skipped=1)\n' >&2", protocol="exitcode")
        self.assert_total("0 passed, 1 failed", "printf 'Ran 0 tests in 0.0s\nOK\n' >&2", protocol="exitcode")

    def test_notes_are_repeated_before_the_total(self):
        said = self.assert_total("1 passed, 0 failed", "echo 1..1; echo '# NOTE: no corpus'; echo ok 1 - a")
        self.assertEqual(said.splitlines()[-2], "NOTE: no corpus")


if __name__ == "__main__":
    unittest.main()
