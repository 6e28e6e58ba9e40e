"""A moto of our own for as long as a check takes, and clients for it."""
import contextlib
import os
import re
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from .component import python
from .report import Failed

REGION, ACCOUNT = "eu-west-1", "123456789012"
READY_S = 120
ENDS_S = 60


class Cloud:
    """One server, and what its log says."""

    def __init__(self, child, log):
        self.child, self.log = child, log
        self.endpoint = self.wait_ready()

    def text(self):
        return Path(self.log.name).read_text(errors="replace")

    def wait_ready(self):
        end = time.monotonic() + READY_S
        while time.monotonic() < end and self.child.poll() is None:
            found = re.search(r"Running on (http://127\.0\.0\.1:\d+)", self.text())
            if found:
                return found[1]
            time.sleep(0.05)
        raise Failed(f"moto does not listen: {self.text()[-1000:]}")

    def client(self, service):
        # Of moto's own python, which runs these checks.
        import boto3
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="secret")

    def enforce(self, does):
        """From now on IAM and signatures are looked at, or no longer."""
        request = urllib.request.Request(f"{self.endpoint}/moto-api/reset-auth", b"0" if does else b"inf", {"Content-Type": "text/plain"}, method="POST")
        opener().open(request, timeout=60).read()

    def refused(self):
        """The actions that were refused so far."""
        return {line.split()[1] for line in self.text().splitlines() if line.startswith("refused ")}

    def forget_refusals(self):
        os.truncate(self.log.name, 0)


def opener():
    """For loopback: no proxy of a person's."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextlib.contextmanager
def running():
    with tempfile.NamedTemporaryFile(prefix="moto-", suffix=".log", mode="a") as log:
        env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true"}
        child = subprocess.Popen([python("moto"), "-P", Path(__file__).parent / "moto_server.py"], env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            yield Cloud(child, log)
        finally:
            child.terminate()
            try:
                child.wait(ENDS_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
