"""deploy/deploy and deploy/destroy on moto: what they make, change, keep and remove."""
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from . import skips, world
from .cloud import REGION, running
from .component import python
from .existing import Existing
from .report import Failed
from .subject import ENVIRONMENT, Subject

STACK = f"CloudInfraDemoStack{ENVIRONMENT}"
TABLE = f"aws-crud-demo-config-{ENVIRONMENT}"
SCRIPT_S = 300
ITEM = {"code": {"S": "kept"}, "itemType": {"S": "cfg-general"}}


# A call of AWS's command line in a process that has it loaded already: aws_server.py.
CLIENT = """#!{python} -IS
import json, os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({socket!r})
request = json.dumps({{"argv": sys.argv[1:], "env": dict(os.environ), "cwd": os.getcwd()}}).encode() + b"\\n"
sent = socket.send_fds(server, [request], [0, 1, 2])
server.sendall(request[sent:])
code = server.recv(16)
sys.exit(int(code) if code else 255)
"""


@contextlib.contextmanager
def aws_loaded(folder):
    """AWS's command line, until the end."""
    env = {"PATH": os.environ["PATH"], "HOME": folder}
    command = [python("moto"), "-P", Path(__file__).parent / "aws_server.py", Path(folder) / "socket"]
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        if child.stdout.readline() != "ready\n":
            raise Failed("aws can not be loaded")
        try:
            yield
        finally:
            child.terminate()


class Scripts:
    """deploy and destroy of this project, with AWS's command line of tools/fetch and a small zip for the function's."""

    def __init__(self, top, cloud, folder):
        self.top, self.cloud, self.folder = top, cloud, Path(folder)
        aws = self.folder / "aws"
        aws.write_text(CLIENT.format(python=sys.executable, socket=str(self.folder / "socket")))
        aws.chmod(0o755)
        self.zip = self.folder / "code.zip"
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("bootstrap", "#!/bin/sh\n")
        self.zip.write_bytes(content.getvalue())

    def run(self, name, **settings):
        env = {"PATH": f"{self.folder}:{os.environ['PATH']}", "HOME": str(self.folder), "TMPDIR": str(self.folder), "AWS_ENDPOINT_URL": self.cloud.endpoint,
               "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true",
               "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "CODE": str(self.zip), **settings}
        done = subprocess.run([self.top / "deploy" / name, ENVIRONMENT], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=SCRIPT_S)
        self.said = done.stdout
        if done.returncode == 0:
            return []
        return [f"exit code {done.returncode}"] + done.stdout.splitlines()[-20:] + self.cloud.text().rpartition("Traceback")[2].splitlines()[-12:]


def stack_as_it_is(cloud, subject_of):
    """The template with the parameters that the stack was given."""
    row = cloud.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    return subject_of({each["ParameterKey"]: each["ParameterValue"] for each in row["Parameters"]})


def beside(cloud, stack, existing):
    """What exists and is not of the stack."""
    for kind, names in world.census(cloud).items():
        own = {existing.names[name] for name in stack.of(kind)}
        yield from (f"{kind} {name}" for name in names if name not in own)


def tags(cloud):
    row = cloud.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    return {each["Key"]: each["Value"] for each in row["Tags"]}


def items(cloud):
    return cloud.client("dynamodb").scan(TableName=TABLE)["Items"]


def everything(cloud):
    return {(kind, name) for kind, names in world.census(cloud).items() for name in names}


def first_stack(report, cloud, scripts, subject_of, gaps):
    """Makes one and changes it; returns what is of it and is to be kept."""
    at_once = [row for row in gaps if ":" not in row[0].replace("::", "")]
    report.check("deploy makes the stack", scripts.run("deploy", ALARM_EMAIL="who@example.com", TAGS="team=sales cost=a,b"))
    made = Existing(cloud, stack_as_it_is(cloud, subject_of), STACK)
    report.check(f"what exists is what the template says, but for {len(at_once)} gaps of moto's", skips.judge(made.differences(), at_once))
    report.check("and there is nothing else", beside(cloud, made.stack, made))
    endpoint = made.named(made.stack.outputs["awsCrudDemoEndpoint"]["Value"])
    report.check("deploy says where the API is", [] if endpoint in scripts.said else [scripts.said])
    cloud.client("dynamodb").put_item(TableName=TABLE, Item=ITEM)
    report.check("the stack has the tags that were asked for", [] if tags(cloud) == {"team": "sales", "cost": "a,b"} else [str(tags(cloud))])
    report.check("deploy can be run again", scripts.run("deploy"))
    report.check("a changed parameter changes the stack", scripts.run("deploy", MEMORY="1024", AUTHORIZATION="NONE"))
    changed = Existing(cloud, stack_as_it_is(cloud, subject_of), STACK, made)
    wanted = {"Memory": "1024", "Authorization": "NONE", "AlarmEmail": "who@example.com"}
    report.check("and leaves the other parameters", [name for name, value in wanted.items() if changed.stack.values[name] != value])
    of_both = {row[0] for row in at_once}
    findings = [(each if each in of_both else f"update:{each}", where, text) for each, where, text in changed.differences()]
    rows = [row for row in gaps if not row[0].startswith("destroy:")]
    report.check(f"what exists is what the template says then, but for {len(rows)} gaps", skips.judge(findings, rows))
    return made.retained()


def destroyed(report, cloud, scripts, kept, gaps):
    """Returns what moto has not removed."""
    report.check("destroy removes the stack", scripts.run("destroy"))
    found = everything(cloud)
    report.check("but for what is to be kept", [f"{kind} {name}" for kind, name in kept - found])
    report.check("and the table has what it had", [] if items(cloud) == [ITEM] else ["the item is gone"])
    rows = [row for row in gaps if row[0].startswith("destroy:")]
    findings = [(f"destroy:{kind}", name, "is left") for kind, name in found - kept]
    report.check(f"nothing else is left, but for {len(rows)} gaps of moto's", skips.judge(findings, rows))
    return found - kept


def back_and_gone(report, cloud, scripts, subject_of, kept, remains):
    report.check("deploy takes the table that was kept", scripts.run("deploy"))
    again = Existing(cloud, stack_as_it_is(cloud, subject_of), STACK)
    report.check("as it is", [] if items(cloud) == [ITEM] and not again.stack.of("AWS::DynamoDB::Table") else ["it is not"])
    report.check("destroy with DATA=delete asks first", [] if scripts.run("destroy", DATA="delete") and items(cloud) == [ITEM] else ["it did not"])
    report.check("and then removes the table too", scripts.run("destroy", DATA="delete", YES="1"))
    # API Gateway's role for logs is the account's.
    rest = everything(cloud) - remains - {each for each in kept | again.retained() if each[0] != "AWS::DynamoDB::Table"}
    report.check("and nothing is left", [f"{kind} {name}" for kind, name in rest if kind != "AWS::ApiGateway::RestApi"])


def check(report, top, template, paths, actions):
    gaps = skips.read((top / "deploy" / "checks" / "moto-gaps.txt").read_text())

    def subject_of(values):
        return Subject(template, values.pop("Authorization"), paths, actions, **values)
    with tempfile.TemporaryDirectory(prefix="deploy-") as folder, aws_loaded(folder), running() as cloud:
        scripts = Scripts(top, cloud, folder)
        try:
            kept = first_stack(report, cloud, scripts, subject_of, gaps)
            remains = destroyed(report, cloud, scripts, kept, gaps)
            back_and_gone(report, cloud, scripts, subject_of, kept, remains)
        except subprocess.TimeoutExpired as error:
            raise Failed(str(error)) from error
