"""Import, audit and split of each public set: seconds and memory.

    bench/run data [--data FOLDER] [--rounds 3] [--json]

FOLDER (default $SENOSCOPE_DATA) holds the sets under their names, as docs/data.md lays them out; one that is
missing is passed over. Also checked: no group lies in two parts.
"""

import argparse
import collections
import csv
import json
import os
import shutil
import subprocess
import tempfile

from common import SENOSCOPE, Measured, progress, result, show

CBIS = (
    "image=image,patient=patient,laterality=laterality,view=view,"
    "label.pathology=pathology,label.density=density,roi.xywh=boxes_xywh_512"
)
PATIENT = "^([0-9]+)_"
SETS = {
    "busi": ["busi", "busi/Dataset_BUSI_with_GT"],
    "mini-mias": ["mias", "mini-mias/all-mias"],
    "mammogram-folders": [
        "folders", "mammogram-folders", "--task", "cancer", "--modality", "MG", "--patient-pattern", PATIENT
    ],
    "bus-bra": ["bus-bra", "bus-bra"],
    "cbis-ddsm-mass": ["csv", "cbis-ddsm-mass/cases.csv", "--modality", "MG", "--columns", CBIS],
}  # fmt: skip


def groups_in_several_parts(folder):
    with open(os.path.join(folder, "split.json")) as file:
        parts = json.load(file)["assignments"]
    seen = collections.defaultdict(set)
    with open(os.path.join(folder, "groups.csv"), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["image"] in parts:
                seen[row["group"]].add(parts[row["image"]])
    assert seen
    return sum(len(those) > 1 for those in seen.values())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default=os.environ.get("SENOSCOPE_DATA"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not arguments.data:
        parser.error("say where the sets lie: --data FOLDER or SENOSCOPE_DATA (docs/data.md)")
    load = os.getloadavg()[0]
    results = []
    for name, (kind, source, *options) in SETS.items():
        source = os.path.join(arguments.data, source)
        if not os.path.exists(source):
            progress(f"{name}: not there, passed over")
            continue
        seconds, peaks = [], []
        for _ in range(arguments.rounds):
            work = tempfile.mkdtemp()
            folder = os.path.join(work, name)
            try:
                steps = [
                    Measured([SENOSCOPE, *step, "--quiet"], stdout=subprocess.DEVNULL)
                    for step in (
                        ["import", kind, source, "--out", folder, *options],
                        ["audit", folder],
                        ["split", folder, "--folds", "5"],
                    )
                ]
                assert groups_in_several_parts(folder) == 0
            finally:
                shutil.rmtree(work)
            seconds.append(sum(step.seconds for step in steps))
            peaks.append(max(step.peak for step in steps))
            progress(f"{name}: {seconds[-1]:.1f} s ({', '.join(f'{s.seconds:.1f}' for s in steps)}), {peaks[-1]:.0f} MB")
        results.append(result(f"{name}: import, audit, split", "s", seconds))
        results.append(result(f"{name}: memory at its highest", "MB", peaks))
    show(results, arguments.json, load)


main()
