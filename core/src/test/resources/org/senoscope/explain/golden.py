"""Writes golden.json: maps and masks with what scikit-learn and NumPy say of them.

    averagePrecision  sklearn.metrics.average_precision_score over the pixels
    energy            sum of positive values inside / sum of positive values
    iou               of the mask and (value >= half the highest and value > 0)
    hit               share of the highest pixels that lie inside

Maps hold values in steps of 1/8 (ties), and some below 0. Needs numpy and scikit-learn. Run in
this folder.
"""

import json

import numpy as np
from sklearn.metrics import average_precision_score

random = np.random.default_rng(20)
cases = []
for height, width, scale in [(5, 7, 8), (16, 9, 8), (30, 40, 1000), (1, 6, 4), (12, 12, 2)]:
    values = np.round(random.normal(size=(height, width)) * scale) / 8
    mask = random.random((height, width)) < 0.3
    mask[0, 0] = True
    positive = np.where(values > 0, values, 0)
    strong = (values >= values.max() / 2) & (values > 0)
    cases.append(
        {
            "height": height,
            "width": width,
            "values": values.ravel().tolist(),
            "inside": mask.ravel().astype(int).tolist(),
            "averagePrecision": average_precision_score(mask.ravel(), values.ravel()),
            "energy": positive[mask].sum() / positive.sum(),
            "iou": (strong & mask).sum() / (strong | mask).sum(),
            "hit": mask[values == values.max()].mean(),
        }
    )
with open("golden.json", "w") as file:
    json.dump(cases, file, indent=0)
