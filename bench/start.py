"""How soon it speaks and answers, and how much memory it holds; with and without the start-up cache.

    bench/run start [--rounds 10]

Seconds from the launcher's start to the end of `senoscope --version`, to the first answered prediction of
`senoscope serve`, and the server's resident memory after 200 predictions.
"""

import argparse
import glob
import http.client
import os
import socket
import statistics
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
HOME = os.path.join(HERE, "..")
SENOSCOPE = os.path.join(HOME, "senoscope")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def predict(port, image):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/api/v1/predictions?model=ultrasound", image, {"Content-Type": "image/jpeg"})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, body
    connection.close()


def resident(pid):
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


def serve(environment, images):
    port = free_port()
    begun = time.perf_counter()
    process = subprocess.Popen(
        [SENOSCOPE, "serve", "--models", os.path.join(HOME, "models"), "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
    )  # fmt: skip
    try:
        while True:
            try:
                predict(port, images[0])
                break
            except (ConnectionError, AssertionError):
                if process.poll() is not None or time.perf_counter() - begun > 60:
                    raise
                time.sleep(0.005)
        first = time.perf_counter() - begun
        for i in range(199):
            predict(port, images[i % len(images)])
        return first, resident(process.pid)
    finally:
        process.terminate()
        process.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    images = []
    for path in sorted(glob.glob(os.path.join(HOME, "samples", "ultrasound", "*", "*.jpg"))):
        with open(path, "rb") as file:
            images.append(file.read())
    for label, more in (("with the cache", {}), ("plain JVM", {"SENOSCOPE_NO_CACHE": "1"})):
        environment = {**os.environ, **more}
        version, first, memory = [], [], []
        for _ in range(arguments.rounds):
            begun = time.perf_counter()
            subprocess.run([SENOSCOPE, "--version"], check=True, stdout=subprocess.DEVNULL, env=environment)
            version.append(time.perf_counter() - begun)
            answered, held = serve(environment, images)
            first.append(answered)
            memory.append(held)
        print(f"{label}, medians of {arguments.rounds} (range)")
        for what, values, unit in (
            ("--version", version, "s"),
            ("serve, to the first answer", first, "s"),
            ("memory after 200 predictions", memory, "MB"),
        ):
            print(f"  {what:30s} {statistics.median(values):7.3f} {unit} ({min(values):.3f} to {max(values):.3f})")


main()
