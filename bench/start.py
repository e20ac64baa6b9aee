"""How soon it speaks and answers, and how much memory it holds; with and without the start-up cache.

    bench/run start [--rounds 10] [--json]

Seconds from the launcher's start to the end of `senoscope --version`, to the address that `senoscope demo`
prints, and to the first answered prediction of `senoscope serve`, with the processor time until then, which a
busy machine changes less; the server's resident memory after 200 predictions. With SENOSCOPE_HOME=DIR all of
that of an unpacked package.
"""

import argparse
import glob
import http.client
import os
import socket
import subprocess
import time

from common import HOME, SENOSCOPE, memory, progress, result, show


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


def version(environment):
    begun = time.perf_counter()
    subprocess.run([SENOSCOPE, "--version"], check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - begun


def demo(environment):
    begun = time.perf_counter()
    process = subprocess.Popen(
        [SENOSCOPE, "demo"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    line = process.stdout.readline()
    seconds = time.perf_counter() - begun
    process.terminate()
    process.wait()
    assert b"http://" in line, line
    return seconds


def processor(pid):
    """Seconds of all cores, from the kernel's count."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
        used = processor(process.pid)
        for i in range(199):
            predict(port, images[i % len(images)])
        return first, used, memory(process.pid, "VmRSS")
    finally:
        process.terminate()
        process.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    images = []
    for path in sorted(glob.glob(os.path.join(HOME, "samples", "ultrasound", "*", "*.jpg"))):
        with open(path, "rb") as file:
            images.append(file.read())
    kinds = {"with the cache": {}, "plain JVM": {"SENOSCOPE_NO_CACHE": "1"}}
    measured = {kind: ([], [], [], [], []) for kind in kinds}
    for i in range(arguments.rounds):
        progress(f"round {i + 1} of {arguments.rounds}")
        for kind, more in kinds.items():
            environment = {**os.environ, **more}
            environment.pop("DISPLAY", None)  # no browser
            versions, demos, firsts, useds, memories = measured[kind]
            versions.append(version(environment))
            demos.append(demo(environment))
            first, used, held = serve(environment, images)
            firsts.append(first)
            useds.append(used)
            memories.append(held)
    results = []
    for kind, (versions, demos, firsts, useds, memories) in measured.items():
        results += [
            result(f"--version, {kind}", "s", versions),
            result(f"demo to its address, {kind}", "s", demos),
            result(f"serve to the first answer, {kind}", "s", firsts),
            result(f"processor time until then, {kind}", "s", useds),
            result(f"memory after 200 predictions, {kind}", "MB", memories),
        ]
    show(results, arguments.json, load)


main()
