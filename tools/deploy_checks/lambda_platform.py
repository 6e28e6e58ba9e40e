"""The function's program as Lambda runs it: a Runtime API of our own, one invocation after the other."""
import json
import os
import queue
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .report import Failed

ANSWERS_S = 60
ENDS_S = 60
USER = "arn:aws:iam::123456789012:user/checks"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        event = self.server.events.get()
        if event is None:
            self.close_connection = True
            return
        self.answer(200, json.dumps(event).encode(), {"Lambda-Runtime-Aws-Request-Id": "1", "Lambda-Runtime-Deadline-Ms": "99999999999999"})

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(202, b"{}", {})
        self.server.answers.put((self.path.rsplit("/", 1)[1], json.loads(text)))

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Function:
    """A context: within it the program runs."""

    def __init__(self, program, environment):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.events, self.server.answers = queue.Queue(), queue.Queue()
        address = f"127.0.0.1:{self.server.server_port}"
        env = {"PATH": os.environ["PATH"], "AWS_LAMBDA_RUNTIME_API": address, "AWS_EC2_METADATA_DISABLED": "true", **environment}
        self.arguments = dict(args=[program, "lambda"], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.child = subprocess.Popen(**self.arguments)
        return self

    def __exit__(self, *_):
        self.child.terminate()
        try:
            self.child.wait(ENDS_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.server.events.put(None)
        self.server.shutdown()
        self.server.server_close()

    def ask(self, method, path, body=None, **headers):
        """The status of a request as API Gateway hands it on."""
        fields = {"Host": "api.example.com", **({"Content-Type": "application/json"} if body is not None else {}), **headers}
        identity = {"sourceIp": "192.0.2.1", "userArn": USER}
        path, _, query = path.partition("?")
        parameters = dict(each.split("=") for each in query.split("&")) if query else None
        self.server.events.put({
            "resource": path, "path": path, "httpMethod": method, "headers": fields, "multiValueHeaders": {name: [value] for name, value in fields.items()},
            "queryStringParameters": parameters, "multiValueQueryStringParameters": parameters and {name: [value] for name, value in parameters.items()},
            "requestContext": {"stage": "prod", "path": f"/prod{path}", "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "identity": identity},
            "body": None if body is None else json.dumps(body), "isBase64Encoded": False,
        })
        try:
            kind, answer = self.server.answers.get(timeout=ANSWERS_S)
        except queue.Empty:
            raise Failed(f"{method} {path} has no answer; the program's exit code: {self.child.poll()}") from None
        return answer["statusCode"] if kind == "response" else 0
