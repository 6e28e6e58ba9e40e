"""deploy/deploy and deploy/destroy on moto: what they make, change, keep and remove."""
import io
import os
import subprocess
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
SCRIPT_S = 120
ITEM = {"code": {"S": "kept"}, "itemType": {"S": "cfg-general"}}


class Scripts:
    """deploy and destroy of this project, with AWS's command line of tools/fetch and a small zip for the function's."""

    def __init__(self, top, cloud, folder):
        self.top, self.cloud, self.folder = top, cloud, Path(folder)
        aws = self.folder / "aws"
        aws.write_text(f'#!/bin/sh\nexec {python("moto")} -m awscli "$@"\n')
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


def beside(cloud, stack, existing, kept=()):
    """What exists and is not of the stack."""
    for kind, names in world.census(cloud).items():
        own = {existing.names[name] for name in stack.of(kind)}
        yield from (f"{kind} {name}" for name in names if name not in own and (kind, name) not in kept)


def left(cloud):
    return {kind: names for kind, names in world.census(cloud).items() if names}


def remains(cloud, kept=()):
    """What is left of a stack, but for API Gateway's role for logs, which belongs to the account. moto removes no API."""
    for kind, names in left(cloud).items():
        if kind == "AWS::IAM::Role":
            names = [name for name in names if "-LogRole-" not in name]
        if names and kind not in (*kept, "AWS::ApiGateway::RestApi"):
            yield f"{kind}: {names}"


def items(cloud):
    return cloud.client("dynamodb").scan(TableName=TABLE)["Items"]


def made_and_changed(report, cloud, scripts, subject_of, gaps):
    report.check("deploy makes the stack", scripts.run("deploy", ALARM_EMAIL="who@example.com"))
    stack = stack_as_it_is(cloud, subject_of)
    existing = Existing(cloud, stack, STACK)
    report.check(f"what exists is what the template says, but for {len(gaps)} gaps of moto's", skips.judge(existing.differences(), gaps))
    report.check("and there is nothing else", beside(cloud, stack, existing))
    endpoint = existing.named(stack.outputs["awsCrudDemoEndpoint"]["Value"])
    report.check("deploy says where the API is", [] if endpoint in scripts.said else [scripts.said])
    cloud.client("dynamodb").put_item(TableName=TABLE, Item=ITEM)
    report.check("deploy can be run again", scripts.run("deploy"))
    report.check("a changed parameter changes the stack", scripts.run("deploy", MEMORY="1024", AUTHORIZATION="NONE"))
    changed = stack_as_it_is(cloud, subject_of)
    existing = Existing(cloud, changed, STACK)
    wanted = {"Memory": "1024", "Authorization": "NONE", "AlarmEmail": "who@example.com"}
    report.check("and leaves the other parameters", [name for name, value in wanted.items() if changed.values[name] != value])
    report.check("what exists is what the template says then, but for the same gaps", skips.judge(existing.differences(), gaps))


def removed_and_back(report, cloud, scripts, subject_of):
    report.check("destroy removes the stack", scripts.run("destroy"))
    report.check("but for the table", [] if left(cloud).get("AWS::DynamoDB::Table") == [TABLE] else [str(left(cloud))])
    report.check("and what is in it", [] if items(cloud) == [ITEM] else ["the item is gone"])
    report.check("no function, log or alarm is left", remains(cloud, ("AWS::DynamoDB::Table",)))
    report.check("deploy takes the table that was kept", scripts.run("deploy"))
    stack = stack_as_it_is(cloud, subject_of)
    report.check("as it is", [] if items(cloud) == [ITEM] and not stack.of("AWS::DynamoDB::Table") else ["it is not"])
    report.check("destroy with DATA=delete removes the table too", scripts.run("destroy", DATA="delete", YES="1"))
    report.check("and nothing is left", remains(cloud))


def check(report, top, template, paths, actions):
    gaps = skips.read((top / "deploy" / "checks" / "moto-gaps.txt").read_text())

    def subject_of(values):
        return Subject(template, values.pop("Authorization"), paths, actions, **values)
    with tempfile.TemporaryDirectory(prefix="deploy-") as folder, running() as cloud:
        scripts = Scripts(top, cloud, folder)
        try:
            made_and_changed(report, cloud, scripts, subject_of, gaps)
            removed_and_back(report, cloud, scripts, subject_of)
        except subprocess.TimeoutExpired as error:
            raise Failed(str(error)) from error
