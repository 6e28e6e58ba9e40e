"""aws_server.py SOCKET: AWS's command line, loaded once for many calls, for as long as the standard input is open. A call is a fork of it.

A client sends its three streams and, as JSON, its arguments, environment and folder; it is told the exit code.
"""
import json
import os
import signal
import socket
import sys
import traceback

from awscli.clidriver import create_clidriver

REQUEST_MAX = 1 << 20


def run(request, streams):
    for stream, number in zip(streams, range(3)):
        os.dup2(stream, number)
    own_data = os.environ["AWS_DATA_PATH"]
    os.environ.clear()
    os.environ.update(request["env"])
    os.environ["AWS_DATA_PATH"] = os.pathsep.join(filter(None, (own_data, request["env"].get("AWS_DATA_PATH"))))
    os.chdir(request["cwd"])
    return create_clidriver().main(request["argv"])


def serve_one(connection):
    text, streams, _, _ = socket.recv_fds(connection, REQUEST_MAX, 3)
    while not text.endswith(b"\n"):
        text += connection.recv(REQUEST_MAX)
    code = 255
    try:
        code = run(json.loads(text), streams)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(b"%d" % code)
        os._exit(0)


def main():
    # Not a thread: a fork has only the one that forked.
    if os.fork() == 0:
        os.read(0, 1)
        os.kill(os.getppid(), signal.SIGTERM)
        os._exit(0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1])
    listener.listen()
    # What every call needs is loaded before there is one.
    create_clidriver().session.get_available_services()
    print("ready", flush=True)
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            serve_one(connection)
        connection.close()


main()
