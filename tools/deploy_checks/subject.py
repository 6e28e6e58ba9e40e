"""What the promises are about: the stack as each authorization makes it, and what is documented about it."""
import json
import re

from .template import Stack, load

ENVIRONMENT = "test"
USER_POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abcdefghi"
NEEDED = {"Environment": ENVIRONMENT, "CodeBucket": "code", "CodeKey": "innkeeper.zip", "AlarmEmail": "who@example.com"}


class Subject(Stack):
    """A stack with its environment and authorization, the paths of its routes, and the actions that its role is documented to need."""

    def __init__(self, template, authorization, paths, actions, **more):
        self.environment, self.authorization, self.paths, self.actions = ENVIRONMENT, authorization, set(paths), actions
        pool = {"UserPoolArn": USER_POOL} if authorization == "COGNITO" else {}
        super().__init__(template, **{"Authorization": authorization, **NEEDED, **pool, **more})


def read(top):
    """The template, the paths of routes.json, and the actions of docs/OPERATIONS.md."""
    template = load((top / "deploy" / "cloudformation" / "innkeeper.yaml").read_text())
    paths = json.loads((top / "deploy" / "routes.json").read_text())
    return template, paths, actions_of((top / "docs" / "OPERATIONS.md").read_text())


def actions_of(page):
    """Of the first row of the table of permissions that is of `lambda`, or of `serve`."""
    for who in ("lambda", "serve"):
        for line in page.splitlines():
            if re.match(rf"\| [^|]*`{who}`[^|]*\|", line) and "`dynamodb:" in line:
                return re.findall(r"`(dynamodb:\w+)`", line)
    raise ValueError("docs/OPERATIONS.md names no permissions")


def subjects(template, paths, actions):
    return [Subject(template, each, paths, actions) for each in ("IAM", "COGNITO", "NONE")]
