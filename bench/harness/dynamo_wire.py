"""DynamoDB Local for a row: started, spoken to, and listened to by a recorder between it and a server."""
import http.client
import http.server
import json
import secrets
import subprocess
import threading
import urllib.parse

from . import machine
from .process import Failure, ticks

REGION = "eu-central-1"
# An access key is a database of its own; signatures are not looked at.
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": f"B{secrets.token_hex(9).upper()}", "AWS_SECRET_ACCESS_KEY": "secret",
               "AWS_EC2_METADATA_DISABLED": "true"}


class Local:
    """As tools/dynamodb_local starts it; it ends with its standard input."""

    def __init__(self):
        self.command = [f"{machine.ROOT}/tools/dynamodb_local"]
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.endpoint = self.process.stdout.readline().strip()
        if not self.endpoint:
            raise Failure("DynamoDB Local does not start: its own words are above")

    def cpu(self):
        return ticks(self.process.pid)

    def stop(self):
        self.process.stdin.close()
        self.process.wait(150)


def headers_of(operation):
    return {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={ENVIRONMENT['AWS_ACCESS_KEY_ID']}/20260101/{REGION}/dynamodb/"
                             "aws4_request, SignedHeaders=host, Signature=00"}


def connect(endpoint):
    return http.client.HTTPConnection(urllib.parse.urlsplit(endpoint).netloc, timeout=60)


def make_table(endpoint, name):
    def schema(*names):
        return [{"AttributeName": n, "KeyType": kind} for n, kind in zip(names, ("HASH", "RANGE"))]
    request = {"TableName": name, "BillingMode": "PAY_PER_REQUEST", "KeySchema": schema("code", "itemType"),
               "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in ("code", "itemType", "user")],
               "GlobalSecondaryIndexes": [{"IndexName": "user-index", "KeySchema": schema("user"),
                                           "Projection": {"ProjectionType": "ALL"}}]}
    connection = connect(endpoint)
    connection.request("POST", "/", json.dumps(request), headers_of("CreateTable"))
    answer = connection.getresponse()
    if answer.status != 200:
        raise Failure(f"CreateTable: {answer.status} {answer.read()!r}")
    connection.close()


def store_flags(endpoint, table):
    return ("--store", f"dynamodb:{table}?region={REGION}&endpoint={endpoint}")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.onward = connect(self.server.onward)

    def finish(self):
        self.onward.close()
        super().finish()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.onward.request("POST", self.path, body, dict(self.headers))
        answer = self.onward.getresponse()
        said = answer.read()
        operation = self.headers["X-Amz-Target"].split(".")[1]
        self.server.calls.append((operation, body.decode(), answer.status, said.decode()))
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args):
        pass


class Recorder:
    """Hands every call on, and keeps it: operation, body, status, answer."""

    def __init__(self, onward):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.onward, self.server.calls = onward, []
        self.endpoint = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self):
        """The calls since the last time."""
        calls, self.server.calls = self.server.calls, []
        return calls

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
