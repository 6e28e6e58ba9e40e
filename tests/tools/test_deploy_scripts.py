"""deploy/deploy and deploy/destroy before an `aws` of ours: what they refuse, keep and say. What they make is for `make deploy-check`."""
import hashlib
import hmac
import os
import re
import shlex
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from tree import TOP

# Notes each call, and answers by the first rule whose words all stand in it: lines of `has WORD... && say ANSWER`.
AWS = """#!/bin/sh
call=$*
printf '%s\\n' "$call" >>"${0%/*}/calls"
printf '%s' "$AWS_SAYS" >&2
has() {
	for word; do
		case $call in *"$word"*) ;; *) return 1 ;; esac
	done
}
say() {
	case $1 in "!"*) printf '\\nAn error occurred %s\\n' "${1#?}" >&2; exit 254 ;; esac
	printf '%s\\n' "$1"
	exit
}
. "${0%/*}/rules"
say ''
"""
HOTEL = b'{"error":{"code":"","msg":""},"subFunction":"","response":[{"code":"42","name":"My First hotel","roomTypes":null}]}'
# Notes each call, and answers as a created hotel.
CURL = """#!/bin/sh
echo "$@" >>"${0%/*}/curled"
echo 'HOTEL'
""".replace("HOTEL", HOTEL.decode())


class Gateway(BaseHTTPRequestHandler):
    """Answers each request with a hotel, and keeps its method, path, headers and body."""

    def keep(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.requests.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(200)
        self.send_header("Content-Length", str(len(HOTEL)))
        self.end_headers()
        self.wfile.write(HOTEL)

    do_GET = do_POST = keep

    def log_message(self, *_):
        pass


def signature(method, path, headers, body, secret):
    """Signature Version 4 of a request without a query, as whoever checks it makes it anew."""
    scope, signed = re.search(r"Credential=[^/]+/([^,]+), *SignedHeaders=([^,]+),", headers["authorization"]).groups()
    lines = [f"{name}:{headers[name].strip()}\n" for name in signed.split(";")]
    request = "\n".join([method, path, "", "".join(lines), signed, hashlib.sha256(body).hexdigest()])
    text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashlib.sha256(request.encode()).hexdigest()])
    key = b"AWS4" + secret
    for word in scope.split("/"):
        key = hmac.digest(key, word.encode(), "sha256")
    return hmac.new(key, text.encode(), "sha256").hexdigest()


NO_STACK = ["describe-stacks", "!(ValidationError) when calling the DescribeStacks operation: Stack with id X does not exist"]
NO_TABLE = ["describe-table", "!(ResourceNotFoundException) when calling the DescribeTable operation: Requested resource not found"]
DENIED = "!(AccessDeniedException) when calling it: you may not"
PARAMETERS = ("Environment\tdemo\nAuthorization\tCOGNITO\nUserPoolArn\tarn:aws:cognito-idp:eu-west-1:123456789012:userpool/old\nMemory\t256\n"
              "AlarmEmail\twho@example.com\nArchitecture\tx86_64\nCodeBucket\tb\nCodeKey\tk\nExistingTable\tno")


def stack(status="UPDATE_COMPLETE", parameters=PARAMETERS):
    return [["describe-stacks StackStatus", status], ["describe-stacks [ParameterKey,", parameters],
            ["describe-stacks OutputKey=='awsCrudDemoEndpoint'", "https://x.example/prod/"]]


class Scripts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "aws").write_text(AWS)
        (self.folder / "aws").chmod(0o755)
        (self.folder / "code.zip").write_text("code")

    def write_rules(self, *rules):
        lines = [f"has {shlex.join(words.split())} && say {shlex.quote(answer)}\n" for words, answer in rules]
        (self.folder / "rules").write_text("".join(lines))

    def run_script(self, name, *rules, environment="demo", **settings):
        self.write_rules(*rules, ["get-caller-identity", "123456789012"], ["get-account", "None"])
        (self.folder / "calls").write_text("")
        env = {"PATH": f"{self.folder}:{os.environ['PATH']}", "HOME": str(self.folder), "AWS_REGION": "eu-west-1",
               "CODE": str(self.folder / "code.zip"), **settings}
        done = subprocess.run([TOP / "deploy" / name, environment], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=150)
        self.out, self.err, self.calls = done.stdout, done.stderr, (self.folder / "calls").read_text()
        return done.returncode

    def called(self, words):
        return [call for call in self.calls.splitlines() if all(word in call for word in words.split())]

    def refused(self, name, words, *rules, **settings):
        self.assertEqual(1, self.run_script(name, *rules, **settings), self.err)
        self.assertEqual(1, self.err.count("\n"), self.err)
        self.assertRegex(self.err, f"^{name}: .*{words}")
        for change in ("create", "put-", "update", "delete"):
            self.assertEqual([], self.called(change))

    def test_what_is_no_name_of_an_environment_is_refused_before_aws_is_asked(self):
        for name in ("", "a b", "-a", "a_b", "a" * 31, "../x"):
            with self.subTest(name):
                self.refused("deploy", "make deploy ENV=demo", environment=name)
                self.refused("destroy", "make destroy ENV=demo", environment=name)
                self.assertEqual("", self.calls)

    def test_without_credentials_one_line_says_so(self):
        self.refused("deploy", "AWS_PROFILE.*Unable to locate", ["get-caller-identity", "!:\nUnable to locate credentials."])

    def test_without_a_region_one_line_says_so(self):
        self.refused("deploy", "no region", ["configure get", ""], AWS_REGION="")

    def test_a_stack_that_is_being_changed_is_left_alone(self):
        for name in ("deploy", "destroy"):
            self.refused(name, "UPDATE_IN_PROGRESS", *stack("UPDATE_IN_PROGRESS"))

    def test_a_stack_of_somebody_elses_is_left_alone(self):
        self.refused("deploy", "none of ours", *stack(parameters="Environment\tdemo"))

    def test_a_table_with_another_key_is_refused(self):
        self.refused("deploy", "its key is id", NO_STACK, ["describe-table KeySchema", "id"], ["describe-table", "ACTIVE"])

    def test_a_bucket_of_somebody_elses_gets_no_code(self):
        self.refused("deploy", "Forbidden", NO_STACK, NO_TABLE, ["head-bucket", "!(403) when calling the HeadBucket operation: Forbidden"])

    def test_another_user_pool_is_refused_while_the_stage_has_the_old_one(self):
        self.refused("deploy", "AUTHORIZATION=IAM", *stack(), USER_POOL_ARN="arn:aws:cognito-idp:eu-west-1:123456789012:userpool/new")
        self.assertEqual(0, self.run_script("deploy", *stack(), USER_POOL_ARN="arn:new", AUTHORIZATION="IAM"), self.err)

    def test_what_is_not_said_stays_and_what_is_said_to_be_empty_goes(self):
        self.assertEqual(0, self.run_script("deploy", *stack(), MEMORY="1024", ALARM_EMAIL=""), self.err)
        (call,) = self.called("update-stack")
        for name, value in (("Memory", "1024"), ("AlarmEmail", ""), ("Authorization", "COGNITO"), ("Architecture", "x86_64")):
            self.assertIn(f'ParameterKey={name},ParameterValue="{value}"', call)

    def test_the_stack_gets_the_tags_that_are_asked_for(self):
        for rules, words in ((stack(), "update-stack"), ((NO_STACK, NO_TABLE), "create-stack")):
            self.run_script("deploy", *rules, TAGS="team=sales  cost=a=b,c")
            (call,) = self.called(words)
            self.assertTrue(call.endswith(' --tags Key=team,Value="sales" Key=cost,Value="a=b,c"'), call)
            self.run_script("deploy", *rules)
            self.assertNotIn("--tags", self.calls)
        for wrong in ("team", "=x", "a=b team"):
            self.refused("deploy", "words of name=value", *stack(), TAGS=wrong)

    def test_what_aws_says_beside_its_answers_is_no_answer(self):
        self.assertEqual(0, self.run_script("deploy", *stack(), AWS_SAYS="a newer version is there\n"), self.err)
        (call,) = self.called("update-stack")
        self.assertIn("https://innkeeper-code-123456789012-eu-west-1.s3.eu-west-1.amazonaws.com/", call)
        self.assertIn('ParameterKey=Memory,ParameterValue="256"', call)
        self.assertIn("deploy: a newer version is there\n", self.err)

    def test_in_china_the_template_is_read_from_there(self):
        self.assertEqual(0, self.run_script("deploy", *stack(), AWS_REGION="cn-north-1"), self.err)
        (call,) = self.called("update-stack")
        self.assertIn("https://innkeeper-code-123456789012-cn-north-1.s3.cn-north-1.amazonaws.com.cn/", call)

    def test_what_a_table_that_is_taken_over_lacks_is_said_with_the_words_that_give_it(self):
        key, there = ["describe-table KeySchema", "code\titemType"], ["describe-table TableStatus", "ACTIVE"]
        updates = ["update-continuous-backups --table-name aws-crud-demo-config-demo --point-in-time-recovery-specification",
                   "update-table --table-name aws-crud-demo-config-demo --deletion-protection-enabled",
                   "update-table --table-name aws-crud-demo-config-demo --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES",
                   "update-table --table-name aws-crud-demo-config-demo --stream-specification StreamEnabled=false"]
        used = stack(parameters=PARAMETERS.replace("ExistingTable\tno", "ExistingTable\tyes"))
        for recovery, rest, said in (("DISABLED", "None\tNone", updates[:3]), ("ENABLED", "False\tNEW_AND_OLD_IMAGES", updates[1:2]),
                                     ("ENABLED", "True\tNEW_IMAGE", updates[3:]), ("ENABLED", "True\tNEW_AND_OLD_IMAGES", [])):
            has = [["describe-continuous-backups", recovery], ["describe-table DeletionProtectionEnabled", rest], key, there]
            with self.subTest(recovery=recovery, rest=rest):
                self.assertEqual(0, self.run_script("deploy", *used, *has), self.err)
                self.assertEqual(said, [each for each in updates if each in self.out])
                self.assertEqual([], self.called("update-table") + self.called("update-continuous"))
        self.assertEqual(0, self.run_script("deploy", *stack()), self.err)
        self.assertEqual([], self.called("describe-continuous-backups"))

    def test_a_stack_whose_table_is_gone_is_not_changed(self):
        self.refused("deploy", "is gone: first make destroy ENV=demo", *stack(parameters=PARAMETERS.replace("ExistingTable\tno", "ExistingTable\tyes")), NO_TABLE)

    def test_nothing_to_change_is_no_failure(self):
        nothing = "!(ValidationError) when calling the UpdateStack operation: No updates are to be performed."
        self.assertEqual(0, self.run_script("deploy", *stack(), ["update-stack", nothing]), self.err)
        self.assertEqual([], self.called("wait"))
        self.assertIn("https://x.example/prod/config", self.out)

    def test_a_first_deployment_takes_what_is_there(self):
        table = [["describe-table KeySchema", "code\titemType"], ["describe-table", "ACTIVE"]]
        missing = ["get-role", "!(NoSuchEntity) when calling the GetRole operation: The role can not be found."]
        account = ["get-account", "arn:aws:iam::123456789012:role/some/logs"]
        cases = ((NO_TABLE, [], ["no", "no"]), (table[0], [table[1], account], ["yes", "yes"]), (NO_TABLE, [account, missing], ["no", "no"]))
        for first, rest, wanted in cases:
            with self.subTest(wanted):
                # Nobody waits for what the stack says afterwards: it is not there.
                self.run_script("deploy", NO_STACK, first, *rest)
                (call,) = self.called("create-stack")
                for name, value in zip(("ExistingTable", "ExistingLogRole"), wanted):
                    self.assertIn(f'ParameterKey={name},ParameterValue="{value}"', call)

    def test_what_a_failed_deployment_has_left_is_removed_first(self):
        self.run_script("deploy", *stack("ROLLBACK_COMPLETE"), NO_TABLE)
        words = [call.split()[3] for call in self.calls.splitlines() if call.split()[3].endswith("-stack")]
        self.assertEqual(["delete-stack", "create-stack"], words)

    def test_why_a_stack_failed_is_said(self):
        events = "Table\tResource handler says no\nApi\tResource creation cancelled"
        fails = (["wait stack-update-complete", "!: Waiter failed"], ["describe-stack-events", events])
        self.assertEqual(1, self.run_script("deploy", *stack(), *fails))
        self.assertIn("  Table: Resource handler says no\n", self.err)
        self.assertNotIn("cancelled", self.err)
        self.assertIn("deploy: the stack CloudInfraDemoStackdemo is UPDATE_COMPLETE now; what failed stands above\n", self.err)
        self.assertNotIn("To try it", self.out)

    def test_the_lines_to_paste_go_on_with_the_hotel_that_they_made(self):
        curl = self.folder / "curl"
        curl.write_text(CURL)
        curl.chmod(0o755)
        for authorization, code, login in (("NONE", "364425903", ""), ("IAM", "42", "--aws-sigv4 aws:amz:eu-west-1:execute-api --user AK:SK "),
                                           ("COGNITO", "42", "-H Authorization: jwt ")):
            with self.subTest(authorization):
                self.run_script("deploy", ["describe-stacks ParameterKey=='Authorization'", authorization], *stack())
                self.assertEqual(authorization == "NONE", "whoever knows this address" in self.out)
                (self.folder / "curled").unlink(missing_ok=True)
                # Deployed by a profile: its keys are what the first line asks aws for.
                self.write_rules(["export-credentials", "export AWS_ACCESS_KEY_ID=AK AWS_SECRET_ACCESS_KEY=SK"])
                env = {"PATH": f"{self.folder}:{os.environ['PATH']}", "ID_TOKEN": "jwt"}
                subprocess.run(["bash", "-c", self.out.partition("To try it:")[2]], env=env, check=True, capture_output=True, timeout=150)
                create, add, get = (self.folder / "curled").read_text().replace("-sS ", "").splitlines()
                self.assertEqual(f'{login}-d {{"name" : "My First hotel","description" : "This is a great property"}} '
                                 "-H Content-Type: application/json -X POST https://x.example/prod/config", create)
                self.assertTrue(add.startswith(f'{login}-d {{"code" : "{code}","roomTypes": '), add)
                self.assertTrue(add.endswith(f"-X POST https://x.example/prod/config/{code}/rooms/type"), add)
                self.assertEqual(f"{login}https://x.example/prod/config/{code}", get)

    def test_curl_signs_the_lines_to_paste_as_aws_reads_them(self):
        server = HTTPServer(("127.0.0.1", 0), Gateway)
        self.addCleanup(server.server_close)
        server.requests = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        endpoint = f"http://127.0.0.1:{server.server_port}/prod/"
        for token in ({}, {"AWS_SESSION_TOKEN": "a+b/c=="}):
            self.run_script("deploy", ["describe-stacks OutputKey=='awsCrudDemoEndpoint'", endpoint],
                            ["describe-stacks ParameterKey=='Authorization'", "IAM"], *stack(), AWS_ACCESS_KEY_ID="AK")
            env = {"PATH": os.environ["PATH"], "AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "SK", **token}
            subprocess.run(["bash", "-c", self.out.partition("To try it:")[2]], env=env, check=True, capture_output=True, timeout=150)
            self.assertEqual(["/prod/config", "/prod/config/42/rooms/type", "/prod/config/42"], [path for _, path, _, _ in server.requests])
            for method, path, headers, body in server.requests:
                self.assertRegex(headers["authorization"], r"Credential=AK/\d{8}/eu-west-1/execute-api/aws4_request, *SignedHeaders=[a-z;-]*host")
                self.assertEqual("x-amz-security-token" in headers["authorization"], bool(token))
                self.assertTrue(headers["authorization"].endswith("Signature=" + signature(method, path, headers, body, b"SK")), (method, path))
            server.requests.clear()

    def test_who_has_keys_in_the_environment_is_not_asked_for_them(self):
        rules = (["describe-stacks ParameterKey=='Authorization'", "IAM"], *stack())
        self.run_script("deploy", *rules, AWS_ACCESS_KEY_ID="AK")
        self.assertNotIn("export-credentials", self.out)

    def test_the_table_stays_unless_its_deletion_is_asked_for_and_confirmed(self):
        table = ["describe-table", "ACTIVE"]
        self.assertEqual(0, self.run_script("destroy", *stack(), table), self.err)
        self.assertEqual(1, len(self.called("delete-stack")))
        self.assertEqual([], self.called("delete-table") + self.called("update-table"))
        self.assertIn("stays", self.out)
        self.refused("destroy", "set YES=1", *stack(), table, DATA="delete")
        self.assertIn("every hotel", self.out)
        self.refused("destroy", "DATA is delete", *stack(), table, DATA="yes")
        self.assertEqual(0, self.run_script("destroy", *stack(), table, DATA="delete", YES="1"), self.err)
        self.assertEqual(1, len(self.called("delete-table")))

    def test_protection_is_switched_off_where_it_is_on(self):
        for protection, updates in (("True", 1), ("None", 1), ("False", 0)):
            rules = (["describe-table DeletionProtectionEnabled", protection], ["describe-table", "ACTIVE"], NO_STACK)
            self.assertEqual(0, self.run_script("destroy", *rules, DATA="delete", YES="1"), self.err)
            self.assertEqual([updates, 1], [len(self.called("update-table --no-deletion-protection-enabled")), len(self.called("delete-table"))])

    def test_a_stack_that_can_not_be_deleted_keeps_its_table(self):
        fails = ["wait stack-delete-complete", "!: Waiter failed"]
        self.assertEqual(1, self.run_script("destroy", *stack(), ["describe-table", "ACTIVE"], fails, DATA="delete", YES="1"))
        self.assertEqual([], self.called("delete-table"))

    def test_who_may_not_look_hears_so_instead_of_that_nothing_is_there(self):
        self.refused("destroy", "AccessDenied", ["describe-stacks", DENIED])
        self.refused("destroy", "AccessDenied", NO_STACK, ["describe-table", DENIED])


if __name__ == "__main__":
    unittest.main()
