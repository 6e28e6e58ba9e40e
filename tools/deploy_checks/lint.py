"""cfn-lint and checkov look at the template."""
import json
import subprocess

from . import skips
from .component import python
from .report import Failed


def run(command, expected):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode not in expected:
        raise Failed(f"{command[2]} ended with {done.returncode}: {done.stderr[-2000:]}{done.stdout[-500:]}")
    return done.stdout


def of_cfn_lint(template):
    """Findings of every level."""
    main = "from cfnlint.runner import main; main()"
    text = run([python("moto"), "-c", main, "--include-checks", "I", "--format", "json", "--template", template], range(0, 32))
    for match in json.loads(text or "[]"):
        path = match["Location"]["Path"] or []
        where = "/".join(map(str, path[1:] if path[:1] == ["Resources"] else path)) or "template"
        yield match["Rule"]["Id"], where, match["Message"]


def of_checkov(template):
    main = "from checkov.main import Checkov; import sys; sys.exit(Checkov().run())"
    options = ["--framework", "cloudformation", "--compact", "--quiet", "--skip-download", "--output", "json"]
    text = run([python("checkov"), "-c", main, "-f", template, *options], (0, 1))
    found = json.loads(text)
    if "results" not in found or not found["summary"]["passed"] or found["summary"]["parsing_errors"]:
        raise Failed(f"checkov could not look: {text[:500]}")
    for row in found["results"]["failed_checks"]:
        yield row["check_id"], row["resource"].split(".", 1)[1], row["check_name"]


def check(report, top, name, findings):
    rows = skips.read((top / "deploy" / "checks" / f"{name}-skips.txt").read_text())
    template = str(top / "deploy" / "cloudformation" / "innkeeper.yaml")
    report.check(f"{name} finds nothing but the {len(rows)} that are meant to be, each with its reason", skips.judge(findings(template), rows))


def cfn_lint(report, top):
    check(report, top, "cfn-lint", of_cfn_lint)


def checkov(report, top):
    check(report, top, "checkov", of_checkov)
