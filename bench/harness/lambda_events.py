"""Events as Lambda gives them to a function: of an API Gateway, of a Function URL, and the seed's own."""
import json

CODE = "T@@@@@@@@"  # a number that no event before had comes in the place of the marks
BROWSER = {"accept": "application/json", "accept-encoding": "gzip, deflate, br", "host": "abcdefghij.execute-api.eu-central-1.amazonaws.com",
           "user-agent": "curl/7.88.1", "x-amzn-trace-id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700", "x-forwarded-for": "203.0.113.7",
           "x-forwarded-port": "443", "x-forwarded-proto": "https"}


def url_get(path):
    """Payload 2.0, as a Function URL or an HTTP API sends it."""
    return {"version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "", "headers": BROWSER,
            "requestContext": {"accountId": "anonymous", "apiId": "abcdefghij", "domainName": BROWSER["host"], "domainPrefix": "abcdefghij",
                               "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7",
                                        "userAgent": BROWSER["user-agent"]},
                               "requestId": "8476a536-e9f4-11e8-9739-2dfe598c3fcd", "routeKey": "$default", "stage": "$default",
                               "time": "23/Nov/2026:06:00:00 +0000", "timeEpoch": 1795413600000},
            "isBase64Encoded": False}


def rest_get(path, resource, query=None):
    """A REST API's proxy event, nulls and all."""
    return {"resource": resource, "path": path, "httpMethod": "GET", "headers": BROWSER,
            "multiValueHeaders": {name: [value] for name, value in BROWSER.items()}, "queryStringParameters": query,
            "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} if query else None,
            "pathParameters": {"proxy": path[1:]}, "stageVariables": None,
            "requestContext": {"resourceId": "abc123", "resourcePath": resource, "httpMethod": "GET", "path": "/prod" + path,
                               "accountId": "123456789012", "protocol": "HTTP/1.1", "stage": "prod", "domainPrefix": "abcdefghij",
                               "requestTimeEpoch": 1795413600000, "requestId": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
                               "identity": {"sourceIp": "203.0.113.7", "userAgent": BROWSER["user-agent"], "user": None},
                               "domainName": BROWSER["host"], "apiId": "abcdefghij"},
            "body": None, "isBase64Encoded": False}


def seed_add_type(code):
    return {"userInfo": {"sub": "", "email": "", "username": ""}, "subFunction": "addRoomType", "id": code,
            "request": {"code": code, "roomTypes": [
                {"code": CODE, "name": "Double room", "description": "A quiet room to the garden. " * 6}]}}


def proxied(answer, status=200):
    """The body of a proxy answer, or None when it is not one of that status."""
    document = json.loads(answer)
    return document["body"] if document.get("statusCode") == status and not document.get("isBase64Encoded") else None
