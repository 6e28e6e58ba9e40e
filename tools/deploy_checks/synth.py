"""The template is what the CDK app gives, and its routes are those that are served."""
import filecmp
import json
import os
import subprocess
import tempfile
from pathlib import Path

from .component import folder
from .promises_api import PUBLIC
from .report import Failed

SYNTH_S = 180
COMMITTED = Path("deploy") / "cloudformation" / "innkeeper.yaml"
# A network of its own, in which there is nothing: synth has to do without.
OFFLINE = ["unshare", "--user", "--map-root-user", "--net"]


def synth(top, template):
    """What it says; type errors end it."""
    # What has to be fetched is, before there is no network.
    folder("cdk")
    env = {**os.environ, "TEMPLATE": str(template), "AWS_EC2_METADATA_DISABLED": "true", "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none",
           "AWS_REGION": "eu-west-1"}
    done = subprocess.run([*OFFLINE, top / "deploy" / "synth"], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=SYNTH_S)
    if done.returncode:
        raise Failed(f"deploy/synth ended with {done.returncode}: {done.stdout[-2000:]}")
    return done.stdout


def check(report, top):
    options = json.loads((top / "deploy" / "cdk" / "tsconfig.json").read_text())["compilerOptions"]
    report.check("the CDK app is type-checked strictly", [] if options.get("strict") is True and options.get("noEmitOnError") is True else [str(options)])
    with tempfile.TemporaryDirectory(prefix="synth-") as work:
        template = Path(work) / "innkeeper.yaml"
        said = synth(top, template)
        same = filecmp.cmp(template, top / COMMITTED, shallow=False)
        difference = [] if same else subprocess.run(["diff", "-u", top / COMMITTED, template], stdout=subprocess.PIPE, text=True).stdout.splitlines()[:40]
    report.check("it gives the committed template, byte for byte, without a network", difference)
    report.check("and warns of nothing", [line for line in said.splitlines() if "warning" in line.lower()])


def is_public(operations):
    """Documented to be answered without a login: no operation of the path has a 401."""
    return all("401" not in row["responses"] for name, row in operations.items() if name != "parameters")


def routes(report, top, program):
    done = subprocess.run([program, "openapi"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
    paths = json.loads(done.stdout)["paths"]
    listed = json.loads((top / "deploy" / "routes.json").read_text())
    report.check("deploy/routes.json has the paths of the OpenAPI document", sorted(set(paths) ^ set(listed)))
    public = {path for path, operations in paths.items() if is_public(operations)}
    report.check("what the API lets pass without a login is what answers without one", sorted(public ^ PUBLIC))
