"""What the table, the function, its role, the logs and the alarms promise."""
import re

from .promise import differs, only, promise

TABLE, FUNCTION, ROLE, LOGS, ALARM = ("AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::IAM::Role", "AWS::Logs::LogGroup",
                                      "AWS::CloudWatch::Alarm")
# Of API Gateway: what waits for the function gives up after this.
GATEWAY_WAITS_S = 29
# "On Lambda no handler runs over 25 s", and 2 s more for an outcome.
HANDLER_S = 27

# What a request may take (runtime/lambda_loop.c: 16 MB, and 8 times an event of 7, beside it) and the program itself.
REQUEST_MB = 16 + 8 * 7 + 7 + 20

# Metrics of AWS, with the dimensions by which they are kept.
OF_FUNCTION, OF_API, OF_TABLE, OF_CALL = ({"FunctionName"},), ({"ApiName", "Stage"},), ({"TableName"},), ({"TableName", "Operation"},)
OF_INDEX = ({"TableName", "GlobalSecondaryIndexName"},)
METRICS = {
    "AWS/Lambda": {name: OF_FUNCTION for name in ("Errors", "Throttles", "Duration", "ConcurrentExecutions", "Invocations")},
    "AWS/ApiGateway": {name: OF_API for name in ("4XXError", "5XXError", "Latency", "IntegrationLatency", "Count")},
    "AWS/DynamoDB": {"ReadThrottleEvents": OF_TABLE + OF_INDEX, "WriteThrottleEvents": OF_TABLE + OF_INDEX, "ThrottledRequests": OF_CALL, "SystemErrors": OF_CALL,
                     "SuccessfulRequestLatency": OF_CALL},
}
OPERATIONS = {"GetItem", "Query", "PutItem", "DeleteItem", "TransactWriteItems"}
WATCHED = {"AWS/Lambda": ("Errors", "Throttles"), "AWS/ApiGateway": ("5XXError",),
           "AWS/DynamoDB": ("SystemErrors", "ReadThrottleEvents", "WriteThrottleEvents")}


@promise("there is one table, named as the seed names it")
def names_the_table(stack):
    _, table = only(stack, TABLE)
    yield from differs("its name", table["TableName"], f"aws-crud-demo-config-{stack.environment}")


@promise("the table is paid on demand: nobody reserves capacity")
def on_demand(stack):
    _, table = only(stack, TABLE)
    yield from differs("BillingMode", table.get("BillingMode"), "PAY_PER_REQUEST")
    for part in (table, *table.get("GlobalSecondaryIndexes", [])):
        yield from ("capacity is reserved" for _ in part.keys() & {"ProvisionedThroughput"})


@promise("the table's stream has the old and the new image")
def stream(stack):
    _, table = only(stack, TABLE)
    yield from differs("the stream", table.get("StreamSpecification"), {"StreamViewType": "NEW_AND_OLD_IMAGES"})


@promise("every second of the last weeks can be had back")
def recovery(stack):
    _, table = only(stack, TABLE)
    yield from differs("point-in-time recovery", table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], True)


@promise("the table is protected against deletion, and outlives its stack")
def protection(stack):
    name, table = only(stack, TABLE)
    yield from differs("DeletionProtectionEnabled", table.get("DeletionProtectionEnabled"), True)
    for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
        yield from differs(policy, stack.resources[name].get(policy), "Retain")


@promise("the table has the seed's keys")
def keys(stack):
    _, table = only(stack, TABLE)
    yield from differs("the key", table["KeySchema"], key("code", "itemType"))
    kinds = {row["AttributeName"]: row["AttributeType"] for row in table["AttributeDefinitions"]}
    yield from differs("the attributes", kinds, {"code": "S", "itemType": "S", "user": "S"})


@promise("user-index, which the seed forgot, is there")
def user_index(stack):
    _, table = only(stack, TABLE)
    indexes = {row["IndexName"]: row for row in table["GlobalSecondaryIndexes"]}
    yield from differs("the indexes", sorted(indexes), ["user-index"])
    yield from differs("its key", indexes["user-index"]["KeySchema"], key("user"))
    yield from differs("what it holds", indexes["user-index"]["Projection"], {"ProjectionType": "ALL"})


def key(*names):
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"))]


@promise("there is one function, named as the seed names it, told its environment as the seed tells it")
def names_the_function(stack):
    _, function = only(stack, FUNCTION)
    yield from differs("its name", function["FunctionName"], f"awsEnterpriseApplicationDemo{stack.environment}")
    yield from differs("LAMBDA_ENV", function["Environment"]["Variables"].get("LAMBDA_ENV"), stack.environment)


@promise("the function runs on provided.al2023")
def runtime(stack):
    _, function = only(stack, FUNCTION)
    yield from differs("Runtime", function.get("Runtime"), "provided.al2023")
    yield from differs("PackageType", function.get("PackageType", "Zip"), "Zip")


@promise("the function has time for every answer, and not longer than somebody waits for it")
def timeout(stack):
    _, function = only(stack, FUNCTION)
    if not HANDLER_S <= function.get("Timeout", 3) <= GATEWAY_WAITS_S:
        yield f"Timeout is {function.get('Timeout', 3)}, not {HANDLER_S} to {GATEWAY_WAITS_S}"


@promise("the function has memory for the largest request beside the documents that it keeps, of which half of its memory may be full")
def memory(stack):
    least = stack.template["Parameters"]["Memory"]["MinValue"]
    if least / 2 < REQUEST_MB:
        yield f"with {least} MB it is killed"


@promise("INNKEEPER_INSECURE is set where nobody has to authenticate, and nowhere else")
def insecure(stack):
    _, function = only(stack, FUNCTION)
    wanted = "1" if stack.authorization == "NONE" else None
    yield from differs("INNKEEPER_INSECURE", function["Environment"]["Variables"].get("INNKEEPER_INSECURE"), wanted)


@promise("no setting of the function is a secret")
def no_secrets(stack):
    _, function = only(stack, FUNCTION)
    for name in function["Environment"]["Variables"]:
        if re.search(r"SECRET|PASSWORD|TOKEN|KEY|CREDENTIAL", name):
            yield f"{name} is in the environment"


@promise("only the function may take its role")
def trust(stack):
    for name, role in stack.of(ROLE).items():
        service = "apigateway.amazonaws.com" if name != role_of(stack) else "lambda.amazonaws.com"
        for statement in statements(role["AssumeRolePolicyDocument"]):
            yield from differs(f"who takes {name}", statement["Principal"], {"Service": service})
            yield from differs(f"how {name} is taken", statement["Action"], "sts:AssumeRole")


@promise("the role may do to the table what docs/OPERATIONS.md says that `lambda` needs, nothing more, and nothing to another")
def table_actions(stack):
    name, table = only(stack, TABLE)
    found = [each for each in granted(stack) if each[0].startswith("dynamodb:")]
    yield from differs("the actions", sorted(action for action, _ in found), sorted(stack.actions))
    by_name = stack.sub(f"arn:${{AWS::Partition}}:dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/{table['TableName']}")
    for resource in {resource for _, resource in found} - {f"${{{name}.Arn}}", by_name}:
        yield f"{resource} is not the table"


@promise("the role may write the function's own log, and no other")
def log_actions(stack):
    found = [each for each in granted(stack) if each[0].startswith("logs:")]
    yield from differs("the actions", sorted({action for action, _ in found}), ["logs:CreateLogStream", "logs:PutLogEvents"])
    own = {f"${{{name}.Arn}}" for name in logs_of_function(stack)}
    yield from (f"{resource} is not the function's log" for _, resource in found if resource not in own)


@promise("the role may do nothing else, and nothing by a wildcard")
def nothing_else(stack):
    for action, resource in granted(stack):
        if action.split(":")[0] not in ("dynamodb", "logs"):
            yield f"{action} on {resource}"
        if "*" in action or resource == "*":
            yield f"{action} on {resource} has a wildcard"
    for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::UserPolicy", "AWS::DynamoDB::ResourcePolicy"):
        for name, policy in stack.of(kind).items():
            if role_ref(stack) not in policy.get("Roles", []):
                yield f"{name} is a policy of somebody else's"


def statements(document):
    found = document["Statement"]
    return found if isinstance(found, list) else [found]


def listed(value):
    return value if isinstance(value, list) else [value]


def role_of(stack):
    _, function = only(stack, FUNCTION)
    return re.fullmatch(r"\$\{(\w+)\.Arn\}", function["Role"])[1]


def role_ref(stack):
    return f"${{{role_of(stack)}}}"


def documents(stack):
    """The policies of the function's role."""
    role = stack.resources[role_of(stack)]["Properties"]
    yield from (policy["PolicyDocument"] for policy in role.get("Policies", []))
    for policy in stack.of("AWS::IAM::Policy").values():
        if role_ref(stack) in policy.get("Roles", []):
            yield policy["PolicyDocument"]


def granted(stack):
    """Every (action, resource) that the function's role may do."""
    for document in documents(stack):
        for statement in statements(document):
            if statement["Effect"] != "Allow" or "NotAction" in statement or "NotResource" in statement:
                yield "*", "*"
                continue
            for action in listed(statement["Action"]):
                for resource in listed(statement["Resource"]):
                    yield action, resource


@promise("no role has a policy of AWS's own: they allow more than is needed")
def no_managed_policies(stack):
    for name, role in stack.of(ROLE).items():
        managed = role.get("ManagedPolicyArns", [])
        if managed and name == role_of(stack):
            yield f"{name} has {managed}"


def logs_of_function(stack):
    _, function = only(stack, FUNCTION)
    ref = function.get("LoggingConfig", {}).get("LogGroup")
    return [name for name, group in stack.of(LOGS).items()
            if ref == f"${{{name}}}" or group.get("LogGroupName") in (ref, f"/aws/lambda/{function['FunctionName']}")]


@promise("every log is kept for a bounded time, the function's among them")
def retention(stack):
    for name, group in stack.of(LOGS).items():
        if not isinstance(group.get("RetentionInDays"), int) and not str(group.get("RetentionInDays")).isdigit():
            yield f"{name} is kept for ever"
    yield from differs("logs of the function", len(logs_of_function(stack)), 1)


def metrics(stack):
    """Every (alarm, namespace, metric, dimensions) that an alarm looks at."""
    for name, alarm in stack.of(ALARM).items():
        rows = [row["MetricStat"]["Metric"] for row in alarm["Metrics"] if "MetricStat" in row] if "Metrics" in alarm else [alarm]
        for row in rows:
            yield name, row["Namespace"], row["MetricName"], {each["Name"]: each["Value"] for each in row["Dimensions"]}


def indexes(stack):
    return {row["IndexName"] for table in stack.of(TABLE).values() for row in table.get("GlobalSecondaryIndexes", [])}


@promise("there is an alarm for a function, an API or a table that fails or is throttled")
def alarms(stack):
    found = {(namespace, metric) for _, namespace, metric, _ in metrics(stack)}
    for namespace, names in WATCHED.items():
        yield from (f"no alarm for {metric} of {namespace}" for metric in names if (namespace, metric) not in found)
    # The table's own count leaves out its index, which holds up writes to the table.
    watched = {dimensions.get("GlobalSecondaryIndexName") for _, _, metric, dimensions in metrics(stack) if metric == "WriteThrottleEvents"}
    yield from (f"no alarm for writes that wait for {index}" for index in indexes(stack) - watched)


@promise("every alarm looks at a metric that AWS keeps, of what the stack has")
def alarm_metrics(stack):
    own = {"FunctionName": {f"${{{name}}}" for name in stack.of(FUNCTION)}, "TableName": {row["TableName"] for row in stack.of(TABLE).values()},
           "ApiName": {row["Name"] for row in stack.of("AWS::ApiGateway::RestApi").values()}, "Operation": OPERATIONS,
           "GlobalSecondaryIndexName": indexes(stack),
           "Stage": {row["StageName"] for row in stack.of("AWS::ApiGateway::Stage").values()}}
    for name, namespace, metric, dimensions in metrics(stack):
        if dimensions.keys() not in METRICS.get(namespace, {}).get(metric, ()):
            yield f"{name}: nobody keeps {metric} of {namespace} by {sorted(dimensions)}"
        for dimension, value in dimensions.items():
            if value not in own[dimension]:
                yield f"{name}: {dimension} is {value}, which is not ours"


@promise("an alarm is quiet where nothing happens, tells of one period, and is told to somebody where there is somebody")
def alarm_settings(stack):
    for name, alarm in stack.of(ALARM).items():
        yield from differs(f"{name}: TreatMissingData", alarm.get("TreatMissingData"), "notBreaching")
        yield from differs(f"{name}: ComparisonOperator", alarm["ComparisonOperator"], "GreaterThanOrEqualToThreshold")
        if float(alarm["Threshold"]) <= 0:
            yield f"{name} is always on"
        yield from differs(f"{name}: AlarmActions", alarm.get("AlarmActions"), [f"${{{topic}}}" for topic in stack.of("AWS::SNS::Topic")])
