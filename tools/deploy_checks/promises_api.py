"""What the API promises: its routes and who may take them, limits, the access log."""
import json
import re
from pathlib import Path

from .promise import Broken, differs, only, promise
from .promises import FUNCTION, LOGS

API, RESOURCE, METHOD, STAGE, DEPLOYMENT, REFUSAL, ACCOUNT = (f"AWS::ApiGateway::{kind}" for kind in (
    "RestApi", "Resource", "Method", "Stage", "Deployment", "GatewayResponse", "Account"))
AUTHORIZATION = {"IAM": "AWS_IAM", "COGNITO": "COGNITO_USER_POOLS", "NONE": "NONE"}
# API Gateway takes ten calls a second from an account. CloudFormation makes at once whatever nothing orders, and gives up after some refusals.
AT_ONCE = 5
# What nobody needs a login for.
PUBLIC = {"/livez", "/readyz", "/openapi.json", "/docs"}
# What the access log may say: nothing of a body or a header, no e-mail address, no token.
LOGGABLE = {"requestId", "extendedRequestId", "requestTime", "requestTimeEpoch", "httpMethod", "resourcePath", "path", "protocol", "status", "stage",
            "responseLength", "responseLatency", "integrationLatency", "integration.latency", "integration.status", "integration.requestId",
            "integrationStatus", "integration.integrationStatus", "error.responseType", "error.messageString", "error.message", "integrationErrorMessage",
            "integration.error", "authorize.error", "authorize.status", "authorizer.error", "authenticate.error", "authenticate.status", "identity.sourceIp",
            "apiId", "domainName", "xrayTraceId", "wafResponseCode", "accountId", "authorizer.principalId", "identity.userArn", "authorizer.claims.sub",
            "identity.caller"}
SRC_API = Path(__file__).resolve().parent.parent.parent / "src" / "api"
# The title of each code and status, as our own errors have it; no route of ours answers 429.
TITLES = {(code, int(status)): title for code, status, title in
          re.findall(r'{ "(\w+)", (\d+), "([^"]+)"', (SRC_API / "status.c").read_text())} | {("limited", 429): "Too many requests"}
EXPOSED = re.search(r'Access-Control-Expose-Headers"\),\s+STR\(((?:"[^"]*"\s*)+)\)', (SRC_API / "headers.c").read_text())[1]
EXPOSED = "".join(re.findall(r'"([^"]*)"', EXPOSED))
HEADERS = {"Content-Type": "'application/problem+json'", "X-Request-Id": "context.requestId", "Access-Control-Allow-Origin": "'*'",
           "Access-Control-Expose-Headers": f"'{EXPOSED}'"}


@promise("there is one API, named as the seed names it, on one stage `prod`")
def names_the_api(stack):
    name, api = only(stack, API)
    yield from differs("its name", api["Name"], f"awsCrudDemo{stack.environment}")
    _, stage = only(stack, STAGE)
    yield from differs("the stage", stage["StageName"], "prod")
    yield from differs("the stage's API", stage["RestApiId"], f"${{{name}}}")


def path_of(stack, ref):
    """The path of a resource by its parents; the API's own root is the empty one."""
    root = f"${{{only(stack, API)[0]}.RootResourceId}}"
    parts = []
    while ref != root:
        row = stack.of(RESOURCE).get(ref[2:-1])
        if row is None:
            raise Broken(f"{ref} is no resource of the API")
        parts.insert(0, row["PathPart"])
        ref = row["ParentId"]
    return "".join(f"/{part}" for part in parts)


def methods(stack):
    """{path: {method: properties}}"""
    found = {}
    for method in stack.of(METHOD).values():
        found.setdefault(path_of(stack, method["ResourceId"]), {})[method["HttpMethod"]] = method
    return found


@promise("every path of the OpenAPI document has its resource, and no other path has methods")
def all_paths(stack):
    found = set(methods(stack))
    for path in sorted(stack.paths - found):
        yield f"{path} is missing"
    for path in sorted(found - stack.paths):
        yield f"{path} is of no route"
    parents = {path_of(stack, f"${{{name}}}") for name in stack.of(RESOURCE)}
    for path in sorted(parents):
        if not any(wanted == path or wanted.startswith(path + "/") for wanted in stack.paths):
            yield f"{path} leads nowhere"


@promise("every path has ANY and OPTIONS, each a call of the function")
def methods_of_paths(stack):
    function, _ = only(stack, FUNCTION)
    for path, rows in methods(stack).items():
        yield from differs(f"methods of {path}", sorted(rows), ["ANY", "OPTIONS"])
        for name, row in rows.items():
            integration = row["Integration"]
            if integration["Type"] != "AWS_PROXY" or integration["IntegrationHttpMethod"] != "POST":
                yield f"{name} {path} is not handed on as it is"
            if f"functions/${{{function}.Arn}}/invocations" not in integration["Uri"]:
                yield f"{name} {path} calls {integration['Uri']}"


@promise("whoever asks has to authenticate as the deployment says, but for what everybody may ask, and a browser's preflight")
def authorization(stack):
    for path, rows in methods(stack).items():
        wanted = "NONE" if path in PUBLIC else AUTHORIZATION[stack.authorization]
        yield from differs(f"ANY {path}", rows["ANY"]["AuthorizationType"], wanted)
        yield from differs(f"OPTIONS {path}", rows["OPTIONS"]["AuthorizationType"], "NONE")
        has_authorizer = rows["ANY"].get("AuthorizerId") in {f"${{{name}}}" for name in stack.of("AWS::ApiGateway::Authorizer")}
        yield from differs(f"ANY {path} has an authorizer", has_authorizer, wanted == "COGNITO_USER_POOLS")
        for name, row in rows.items():
            yield from differs(f"{name} {path}: ApiKeyRequired", row.get("ApiKeyRequired", False), False)


@promise("an authorizer asks the user pool that was named")
def authorizer(stack):
    for name, row in stack.of("AWS::ApiGateway::Authorizer").items():
        yield from differs(f"{name}: Type", row["Type"], "COGNITO_USER_POOLS")
        yield from differs(f"{name}: IdentitySource", row["IdentitySource"], "method.request.header.Authorization")
        yield from differs(f"{name}: pools", len(row["ProviderARNs"]), 1)


@promise("authorization is IAM unless something else is asked for")
def authorization_default(stack):
    parameter = stack.template["Parameters"]["Authorization"]
    yield from differs("the default", parameter.get("Default"), "IAM")
    yield from differs("what it may be", sorted(parameter.get("AllowedValues", [])), sorted(AUTHORIZATION))


@promise("API Gateway may call the function, through this API alone")
def permission(stack):
    api, _ = only(stack, API)
    function, _ = only(stack, FUNCTION)
    _, row = only(stack, "AWS::Lambda::Permission")
    yield from differs("Principal", row["Principal"], "apigateway.amazonaws.com")
    yield from differs("Action", row["Action"], "lambda:InvokeFunction")
    if row["FunctionName"] not in (f"${{{function}.Arn}}", f"${{{function}}}"):
        yield f"FunctionName is {row['FunctionName']}"
    if f":${{{api}}}/" not in row.get("SourceArn", ""):
        yield f"SourceArn is {row.get('SourceArn')}"


@promise("nobody calls the function but API Gateway: it has no address of its own")
def no_url(stack):
    for kind in ("AWS::Lambda::Url", "AWS::Lambda::EventSourceMapping"):
        yield from (f"{name} calls the function too" for name in stack.of(kind))


def settings(stack):
    """The stage's settings of every method."""
    _, stage = only(stack, STAGE)
    rows = [row for row in stage["MethodSettings"] if row["HttpMethod"] == "*" and row["ResourcePath"] == "/*"]
    if len(rows) != 1 or len(rows) != len(stage["MethodSettings"]):
        raise Broken("the stage's settings are not those of all methods")
    return rows[0]


@promise("a rush is throttled before it is paid for")
def throttling(stack):
    row = settings(stack)
    for name, most in (("ThrottlingRateLimit", 5000), ("ThrottlingBurstLimit", 5000)):
        if not 1 <= float(row[name]) <= most:
            yield f"{name} is {row[name]}"


@promise("no body is logged")
def no_bodies(stack):
    yield from differs("DataTraceEnabled", settings(stack).get("DataTraceEnabled", False), False)
    yield from differs("LoggingLevel", settings(stack).get("LoggingLevel", "OFF"), "OFF")
    _, stage = only(stack, STAGE)
    for word in re.findall(r"\$([\w.\-]+)", stage["AccessLogSetting"]["Format"]):
        if word.partition("context.")[2] not in LOGGABLE:
            yield f"${word} is logged"


@promise("every call is in the access log: when, what, how it ended, how long it took, whose")
def access_log(stack):
    _, stage = only(stack, STAGE)
    row = stage["AccessLogSetting"]
    if not re.search(r"(?:^|:log-group:)\$\{(?:%s)(?:\.Arn)?\}$" % "|".join(stack.of(LOGS)), row["DestinationArn"]):
        yield f"it goes to {row['DestinationArn']}"
    words = set(re.findall(r"\$context\.([\w.\-]+)", row["Format"]))
    for wanted in ("requestId", "httpMethod", "status", "responseLatency", "identity.sourceIp"):
        if wanted not in words:
            yield f"{wanted} is not logged"


@promise("API Gateway's own refusals have the body and the headers of ours")
def refusals(stack):
    for row in stack.of(REFUSAL).values():
        kind, status = row["ResponseType"], int(row["StatusCode"])
        problem = json.loads(row["ResponseTemplates"]["application/json"])
        code = problem["code"]
        wanted = {"type": f"/problems/{code}", "title": TITLES.get((code, status)), "status": status, "detail": problem["detail"],
                  "instance": "$context.requestId", "code": code}
        yield from differs(f"the body of {kind}", list(problem.items()), list(wanted.items()))
        more = {"Retry-After": "'1'"} if status == 429 else {}
        names = {f"gatewayresponse.header.{name}": value for name, value in {**HEADERS, **more}.items()}
        yield from differs(f"the headers of {kind}", row["ResponseParameters"], names)


@promise("each way in which API Gateway refuses has the status that it has with us")
def statuses(stack):
    found = {row["ResponseType"]: int(row["StatusCode"]) for row in stack.of(REFUSAL).values()}
    # With IAM what is not signed is told by the same type as an unknown path, and a key that AWS does not know by none of its own. Without IAM a
    # signature is looked for at unknown paths alone.
    unknown, unsigned, other = (401, 401, 401) if stack.authorization == "IAM" else (404, 404, 400)
    wanted = {"MISSING_AUTHENTICATION_TOKEN": unknown, "RESOURCE_NOT_FOUND": 404, "UNAUTHORIZED": 401, "INVALID_SIGNATURE": unsigned, "EXPIRED_TOKEN": 401,
              "ACCESS_DENIED": 403, "WAF_FILTERED": 403, "REQUEST_TOO_LARGE": 413, "THROTTLED": 429, "DEFAULT_4XX": other, "AUTHORIZER_FAILURE": 500,
              "AUTHORIZER_CONFIGURATION_ERROR": 500, "INTEGRATION_FAILURE": 504, "INTEGRATION_TIMEOUT": 504, "DEFAULT_5XX": 504}
    yield from differs("the statuses", sorted(found.items()), sorted(wanted.items()))


@promise("what is deployed has every method, and the stage serves it")
def deployment(stack):
    name, row = only(stack, DEPLOYMENT)
    wants = stack.resources[name].get("DependsOn", [])
    for method in stack.of(METHOD):
        if method not in wants:
            yield f"it may be made before {method}"
    yield from differs("its stage", row.get("StageName"), None)
    _, stage = only(stack, STAGE)
    yield from differs("the stage's deployment", stage["DeploymentId"], f"${{{name}}}")


@promise("the stage that logs is made after the account's role for it")
def waits_for_log_role(stack):
    name, _ = only(stack, STAGE)
    row = stack.resources[name]
    for account in stack.of(ACCOUNT):
        if account not in row.get("DependsOn", []) and f"${{{account}}}" not in repr(row):
            yield f"{name} may be made before {account}"


@promise("an account that has never had an API is given the role for its logs after it has one")
def account_after_api(stack):
    api, _ = only(stack, API)
    for account in stack.of(ACCOUNT):
        if api not in stack.resources[account].get("DependsOn", []):
            yield f"{account} may be made before {api}"


@promise(f"of the API's paths, and of its methods and refusals, no more than {AT_ONCE} are made at once")
def in_turn(stack):
    for kinds in ((RESOURCE,), (METHOD, REFUSAL)):
        parts = {name for kind in kinds for name in stack.of(kind)}
        awaited = [each for name in parts for each in stack.resources[name].get("DependsOn", []) if each in parts]
        # Each one behind a different one: as many rows as there are first ones.
        if len(parts) - len(awaited) > AT_ONCE or len(set(awaited)) < len(awaited):
            yield f"{len(parts)} of {' and '.join(kinds)} wait for {len(set(awaited))} of them"
