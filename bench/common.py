"""What the benchmarks share: the machine's facts, medians with their range, and the printed forms."""

import json
import os
import platform
import re
import statistics
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# Or an unpacked package, which is started in the same way.
HOME = os.environ.get("SENOSCOPE_HOME") or os.path.normpath(os.path.join(HERE, ".."))
SENOSCOPE = os.path.join(HOME, "senoscope")


def machine():
    """Processor, cores, memory and system, as the reader of a figure needs them."""

    def first(path, pattern):
        with open(path) as file:
            found = re.search(pattern, file.read())
        return found.group(1).strip() if found else "unknown"

    return {
        "cpu": first("/proc/cpuinfo", r"model name\s*:\s*(.*)"),
        "cores": len(os.sched_getaffinity(0)),
        "memoryBytes": int(first("/proc/meminfo", r"MemTotal:\s*(\d+)")) * 1024,
        "system": platform.platform(),
        "load": os.getloadavg()[0],
    }


def result(name, unit, values, peer=None):
    """One line of the contract: the median with its range, and a peer's with their ratio."""
    line = {"name": name, "unit": unit, "value": statistics.median(values), "low": min(values), "high": max(values)}
    if peer:
        line["peer"] = {
            "name": peer["name"],
            "version": peer["version"],
            "value": statistics.median(peer["values"]),
        }
        # Pair by pair, as they ran side by side; a rate is better when larger, a time when smaller.
        pairs = [o / p if "/s" in unit else p / o for o, p in zip(values, peer["values"])]
        line["ratio"] = statistics.median(pairs)
        line["ratioLow"], line["ratioHigh"] = min(pairs), max(pairs)
    return line


def show(results, as_json, load):
    """Prints the results as a table, or as the contract's JSON. `load` is the machine's before the runs."""
    facts = {**machine(), "load": load}
    if as_json:
        print(json.dumps({"schema": "senoscope/bench/1", "machine": facts, "results": results}, indent=2))
        return
    print(f"\n{facts['cpu']}, {facts['cores']} cores, load before: {load:.2f}. Median (range).")
    for line in results:
        text = f"{line['name']:58s} {number(line['value'])} {line['unit']} ({number(line['low'])} to {number(line['high'])})"
        if "peer" in line:
            peer = line["peer"]
            text += (
                f"; {peer['name']} {peer['version']}: {number(peer['value'])}"
                f" → {line['ratio']:.2f}× ({line['ratioLow']:.2f} to {line['ratioHigh']:.2f})"
            )
        print(text)


def number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def progress(text):
    print(text, file=sys.stderr, flush=True)


class Measured:
    """Seconds and the largest resident memory (MB) of a command and its children."""

    def __init__(self, command, **more):
        begun = time.perf_counter()
        process = subprocess.Popen(command, **more)
        self.peak = 0.0
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(process.pid, done))
        watcher.start()
        code = process.wait()
        self.seconds = time.perf_counter() - begun
        done.set()
        watcher.join()
        if code:
            raise subprocess.CalledProcessError(code, command)

    def _watch(self, pid, done):
        # The kernel's own high-water mark, so that a short peak between two looks still counts.
        while True:
            self.peak = max(self.peak, memory(pid, "VmHWM"))
            if done.wait(0.02):
                return


def memory(pid, field):
    """VmRSS (now) or VmHWM (the peak) of a process, in MB; 0 once it is gone."""
    try:
        with open(f"/proc/{pid}/status") as file:
            found = re.search(field + r":\s*(\d+) kB", file.read())
    except OSError:
        return 0.0
    return int(found.group(1)) / 1024 if found else 0.0
