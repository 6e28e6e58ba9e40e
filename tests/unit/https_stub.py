"""https_stub.py FOLDER: a TLS server on 127.0.0.1 with a certificate of its own, FOLDER/certificate.pem, for that address; FOLDER is
one of trusted certificates as well.

Prints its port. Each answer's body is the number of the connection that it came on, from 1. Ends with its standard input.
"""
import http.server
import socketserver
import ssl
import subprocess
import sys
import threading
from pathlib import Path

folder = Path(sys.argv[1])
certificate, key = folder / "certificate.pem", folder / "key"
subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=innkeeper test", "-addext", "subjectAltName=IP:127.0.0.1",
                "-keyout", key, "-out", certificate], check=True, stderr=subprocess.DEVNULL)
subprocess.run(["openssl", "rehash", folder], check=True)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    count = 0

    def setup(self):
        super().setup()
        Handler.count += 1
        self.number = Handler.count

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = str(self.number).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
with Server(("127.0.0.1", 0), Handler) as server:
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
