"""Deals the groups of GroupSplitterTest's golden split as the documentation of GroupSplitter says.

python make_split.py > split.csv
"""

from collections import Counter
from hashlib import sha256

SEED, FOLDS = 1, ["fold1", "fold2", "fold3"]
IMAGES = [(f"images/{i}.png", f"g{i // 3}", "012"[i % 7 % 3]) for i in range(60)]

groups = {}
for image, group, label in sorted(IMAGES):
    groups.setdefault(group, []).append((image, label))
order = sorted(
    groups.values(),
    key=lambda g: (-len(g), sha256(f"{SEED}/{g[0][0]}".encode()).hexdigest()),
)
total = Counter(label for _, _, label in IMAGES)
have = {fold: Counter() for fold in FOLDS}
left = Counter(label for g in order for label in {label for _, label in g})
parts = {}
for group in order:
    labels = Counter(label for _, label in group)

    def growth(fold):
        def one(more, wanted, has):
            return more * (more - 2 * (wanted - has)) / wanted

        sums = one(len(group), len(IMAGES) / 3, sum(have[fold].values()))
        for label in sorted(labels):
            sums += one(labels[label], total[label] / 3, have[fold][label])
        return sums

    lacking = {l: [f for f in FOLDS if not have[f][l]] for l in labels}
    needed = [l for l in sorted(labels) if lacking[l] and left[l] <= len(lacking[l])]
    allowed = lacking[min(needed, key=lambda l: left[l])] if needed else FOLDS
    fold = allowed[0]
    for other in allowed[1:]:  # ties go to the earlier fold
        if growth(other) < growth(fold) - 1e-9:
            fold = other
    have[fold] += labels
    left -= Counter(labels.keys())
    parts.update({image: fold for image, _ in group})

print("image,part")
for image in sorted(parts):
    print(f"{image},{parts[image]}")
