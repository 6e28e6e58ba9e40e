"""The function's role: what the use cases need it has, and nothing that nothing needs. moto looks at every signature and permission."""
import json

from .cloud import ACCOUNT, REGION, running
from .lambda_platform import USER, Function
from .promises import FUNCTION, TABLE, documents
from .subject import Subject

ROLE = "function"
ROOMS = 110  # more than one commit takes: they go by an intent


# Requests that need, together, every permission of the role. On an empty table the hotel has this code.
HOTEL = "/config/{code}"
REQUESTS = [
    ("PUT", "/chains/ACME", {"name": "Acme"}),
    ("POST", "/config", {"name": "Hotel", "chain": "ACME", "roomTypes": [{"code": "A"}, {"code": "B"}]}),
    ("GET", HOTEL, None),
    ("POST", f"{HOTEL}/tags", {"tags": [{"code": "SEA"}]}),
    ("PATCH", f"{HOTEL}/tags/SEA", {"name": "Sea"}),
    ("POST", f"{HOTEL}/rooms", {"buildings": [{"name": "B", "floors": [{"num": 0, "rooms": [{"number": n, "type": "A"} for n in range(1, ROOMS)]}]}]}),
    ("DELETE", f"{HOTEL}/rooms/type/B", None),
    ("GET", "/config?limit=10", None),
    ("GET", "/readyz", None),
    ("DELETE", HOTEL, None),
]


def code_of(name):
    """FNV-1a of the user and the hotel's name, as the seed has it."""
    value = 0x811C9DC5
    for byte in f"{USER}{name}".encode():
        value = (value ^ byte) * 0x01000193 % (1 << 32)
    return str(value)


class Trial:
    """A moto with the template's table, and runs of the program under a role that is changed between them."""

    def __init__(self, cloud, stack, program):
        self.cloud, self.stack, self.program = cloud, stack, program
        (self.table,) = stack.of(TABLE).values()
        (function,) = stack.of(FUNCTION).values()
        self.variables = function["Environment"]["Variables"]
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
        arn = cloud.client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        self.keys = cloud.client("sts").assume_role(RoleArn=arn, RoleSessionName="checks")["Credentials"]

    def empty_table(self):
        """moto copies the whole table for each transaction: it has to stay small."""
        client = self.cloud.client("dynamodb")
        if self.table["TableName"] in client.list_tables()["TableNames"]:
            client.delete_table(TableName=self.table["TableName"])
        client.create_table(**{name: self.table[name] for name in ("TableName", "KeySchema", "AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes")})

    def document(self, without=(), table=None):
        """The template's policy about the table; fewer actions, or another table, on request."""
        rows = []
        for policy in documents(self.stack):
            for statement in policy["Statement"]:
                actions = [each for each in statement["Action"] if each not in without]
                resource = statement["Resource"].replace("${Table.Arn}", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{self.table['TableName']}")
                if actions and actions[0].startswith("dynamodb:"):
                    rows.append({"Effect": "Allow", "Action": actions, "Resource": table or resource})
        return {"Version": "2012-10-17", "Statement": rows}

    def run(self, document, secret=None):
        """(what was not answered with 2xx, what was refused) of the requests on an empty table under these permissions."""
        self.empty_table()
        self.cloud.client("iam").put_role_policy(RoleName=ROLE, PolicyName="table", PolicyDocument=json.dumps(document))
        self.cloud.forget_refusals()
        self.cloud.enforce(True)
        environment = {**self.variables, "AWS_ACCESS_KEY_ID": self.keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": secret or self.keys["SecretAccessKey"],
                       "AWS_SESSION_TOKEN": self.keys["SessionToken"], "AWS_REGION": REGION, "AWS_ENDPOINT_URL_DYNAMODB": self.cloud.endpoint,
                       "INNKEEPER_HANDLER_TIMEOUT": "25s"}
        try:
            with Function(self.program, environment) as function:
                answers = [(f"{method} {path}", function.ask(method, path.replace("{code}", code_of("Hotel")), body)) for method, path, body in REQUESTS]
        finally:
            self.cloud.enforce(False)
        return [f"{what}: {status}" for what, status in answers if not 200 <= status < 300], self.cloud.refused()


def check(report, program, template, paths, actions):
    stack = Subject(template, "IAM", paths, actions)
    with running() as cloud:
        trial = Trial(cloud, stack, program)
        failed, refused = trial.run(trial.document())
        report.check(f"the function does its work with its role: {len(REQUESTS)} requests", failed + sorted(refused))
        for action in sorted(actions):
            failed, refused = trial.run(trial.document(without=[action]))
            report.check(f"without {action} it does not", [] if failed and refused == {action} else [f"failed: {failed}, refused: {sorted(refused)}"])
        other = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{trial.table['TableName']}-2"
        failed, refused = trial.run(trial.document(table=other))
        report.check("a role for another table is of no use", [] if len(failed) == len(REQUESTS) and refused else [f"only {failed}"])
        failed, _ = trial.run(trial.document(), secret="x" * 40)
        report.check("moto verifies our signatures: a wrong secret is refused", [] if len(failed) == len(REQUESTS) else [f"only {failed}"])
        failed, refused = trial.run(trial.document())
        report.check("and the right one is taken again", failed + sorted(refused))
