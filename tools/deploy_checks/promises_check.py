"""The promises about the template, and that every choice of parameters gives a template without loose ends."""
import itertools

from . import promises, promises_api  # noqa: F401 (they register themselves)
from .promise import PROMISES, complaints
from .subject import Subject, subjects
from .template import Unresolved


def loose_ends(template, paths, actions):
    """Whatever a template of two-way parameters leaves out, nothing names it."""
    either = {name: row["AllowedValues"] for name, row in template["Parameters"].items() if row.get("AllowedValues") in (["yes", "no"], ["no", "yes"])}
    either["AlarmEmail"] = either["CorsOrigin"] = ("", "x@example.com")
    for authorization in ("IAM", "COGNITO", "NONE"):
        for values in itertools.product(*either.values()):
            chosen = dict(zip(either, values))
            try:
                stack = Subject(template, authorization, paths, actions, **chosen)
            except Unresolved as error:
                yield f"{authorization}, {chosen}: {error}"
                continue
            for name, row in stack.resources.items():
                if name in row.get("DependsOn", []):
                    yield f"{name} waits for itself"


def check(report, template, paths, actions):
    stacks = subjects(template, paths, actions)
    for sentence, promise in PROMISES:
        report.check(sentence, [f"{stack.authorization}: {text}" for stack in stacks for text in complaints(promise, stack)])
    report.check("whatever the parameters leave out, nothing else names it", loose_ends(template, paths, actions))
