"""How often a model refuses what it should not answer, and what it should.

    bench/run refusal [--model models/ultrasound] [--data FOLDER] [--half final|development]
                      [--true NAME=FOLDER ...] [--each 60] [--json]

FOLDER (default $SENOSCOPE_DATA) holds the public sets as docs/data.md lays them out, and `not-breast/<kind>/`, images
that show no breast. Of those, and of the images that this script draws, one half is for development, where limits were
chosen (files whose SHA-256 is even; made ones of even number), and the other is looked at for a figure.
A refusal's reason begins with `out-of-distribution:` or `quality:`; a referral for doubt (`uncertain:`) is none.
Intervals are Wilson's, 95%, of single images.
"""

import argparse
import csv
import hashlib
import io
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile

import numpy as np
from common import HOME, SENOSCOPE, machine, progress
from PIL import Image, ImageDraw, ImageFilter, ImageFont

OF_MODALITY = {
    "US": ["busi/Dataset_BUSI_with_GT", "bus-bra/Images"],
    "MG": ["mini-mias/all-mias", "cbis-ddsm-mass", "mammogram-folders"],
}
PICTURES = (".png", ".jpg", ".jpeg", ".pgm")
OTHER_ORGANS = ("thyroid-ultrasound", "fetal-ultrasound")
WORDS = "patient report breast left right view date study image of the and no normal finding dense mass size mm".split()


def wilson(hits, n):
    """The share of hits with its 95% interval."""
    z = 1.959964
    p = hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return p, max(0.0, middle - half), min(1.0, middle + half)


def pictures(folder):
    """Paths of all images below a folder, in order; masks are none."""
    found = []
    for at, folders, names in os.walk(folder):
        folders.sort()
        found += [os.path.join(at, n) for n in sorted(names) if n.lower().endswith(PICTURES) and "_mask" not in n]
    return found


def in_half(path, half):
    with open(path, "rb") as file:
        even = int(hashlib.sha256(file.read()).hexdigest()[-1], 16) % 2 == 0
    return even == (half == "development")


def spread(paths, count):
    """So many of them, evenly."""
    return [paths[i * len(paths) // count] for i in range(min(count, len(paths)))]


def sentence(draw):
    return " ".join(draw.choice(WORDS) for _ in range(draw.randint(4, 11)))


def text_page(draw):
    page = Image.new("L", (draw.randint(400, 700), draw.randint(500, 900)), 255)
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(draw.randint(11, 20))
    for y in range(30, page.height - 30, draw.randint(20, 30)):
        if draw.random() < 0.85:
            pen.text((30, y), sentence(draw), fill=draw.randint(0, 60), font=font)
    return page


def screenshot(draw):
    dark = draw.random() < 0.5
    screen = Image.new("L", (draw.choice([640, 800, 1024]), draw.choice([480, 600, 768])), 40 if dark else 225)
    pen = ImageDraw.Draw(screen)
    font = ImageFont.load_default(12)
    for _ in range(draw.randint(2, 5)):
        x, y = draw.randint(0, screen.width // 2), draw.randint(0, screen.height // 2)
        w, h = draw.randint(200, screen.width), draw.randint(150, screen.height)
        pen.rectangle((x, y, x + w, y + h), fill=20 if dark else 250, outline=128)
        pen.rectangle((x, y, x + w, y + 22), fill=draw.randint(60, 200))
        pen.text((x + 8, y + 5), sentence(draw), fill=255 if dark else 0, font=font)
        for row in range(y + 34, y + h - 14, 20):
            pen.text((x + 8, row), sentence(draw), fill=200 if dark else 50, font=font)
            if draw.random() < 0.2:
                pen.rectangle((x + w - 70, row, x + w - 12, row + 14), fill=draw.randint(80, 220))
    return screen


def noise(draw):
    grain = np.random.default_rng(draw.randint(0, 2**31)).normal(draw.randint(60, 190), draw.randint(20, 60), (400, 400))
    image = Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))
    return image if draw.random() < 0.5 else image.filter(ImageFilter.GaussianBlur(draw.uniform(1, 6)))


def gradient(draw):
    y, x = np.mgrid[0:400, 0:500] / 400
    angle, turn = draw.uniform(0, 2 * math.pi), draw.random()
    field = np.cos(angle) * x + np.sin(angle) * y if turn < 0.5 else np.hypot(x - draw.random(), y - draw.random())
    field = (field - field.min()) / np.ptp(field)
    low, high = sorted((draw.randint(0, 120), draw.randint(130, 255)))
    return Image.fromarray((low + field * (high - low)).astype(np.uint8))


def blank(draw):
    return Image.new("L", (draw.randint(200, 700), draw.randint(200, 700)), draw.choice([0, 255, draw.randint(1, 254)]))


def photographed(draw, print_of):
    """A print on a desk, photographed at a slant under uneven light."""
    film = Image.open(print_of).convert("L")
    film.thumbnail((420, 420))
    grain = np.random.default_rng(draw.randint(0, 2**31))
    desk = Image.fromarray(np.clip(grain.normal(draw.randint(70, 170), 9, (600, 800)), 0, 255).astype(np.uint8))
    sheet = Image.new("L", (film.width + 60, film.height + 60), draw.randint(225, 250))
    sheet.paste(film, (30, 30))
    box = [(draw.randint(90, 170), draw.randint(40, 90)), (draw.randint(600, 700), draw.randint(30, 110)),
           (draw.randint(610, 720), draw.randint(490, 560)), (draw.randint(70, 160), draw.randint(470, 550))]  # fmt: skip
    corners = [(0, 0), (sheet.width, 0), (sheet.width, sheet.height), (0, sheet.height)]
    rows = []
    for (x, y), (u, v) in zip(box, corners):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    way = np.linalg.solve(np.array(rows, float), np.array(corners, float).reshape(8))
    laid = sheet.transform(desk.size, Image.Transform.PERSPECTIVE, way, Image.Resampling.BILINEAR)
    inside = Image.new("L", sheet.size, 255).transform(desk.size, Image.Transform.PERSPECTIVE, way)
    desk.paste(laid, mask=inside)
    y, x = np.mgrid[0:600, 0:800]
    light = draw.uniform(0.7, 1) + 0.3 * (x / 800) * draw.choice([-1, 1])
    shot = np.asarray(desk, float) * light + grain.normal(0, 4, (600, 800))
    return Image.fromarray(np.clip(shot, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))


def made(kinds, count, half, into):
    """Draws images of each kind; of the numbers 0 to 2·count − 1 the even ones are for development."""
    for kind, drawn in kinds.items():
        folder = os.path.join(into, "made " + kind)
        os.makedirs(folder)
        for number in range(2 * count):
            if (number % 2 == 0) == (half == "development"):
                drawn(random.Random(f"{kind} {number}")).save(os.path.join(folder, f"{number:03d}.png"))


def judged(model, folder):
    """How many of a folder's images are refused, of how many."""
    asked = subprocess.run(
        [SENOSCOPE, "predict", model, folder, "--format", "csv", "--quiet"], stdout=subprocess.PIPE, text=True
    )
    rows = list(csv.DictReader(io.StringIO(asked.stdout)))
    wanted = sum(name.lower().endswith(PICTURES) for _, _, names in os.walk(folder) for name in names)
    if asked.returncode or len(rows) != wanted:
        sys.exit(f"refusal: predict answered {len(rows)} of {wanted} images of {folder}, exit code {asked.returncode}")
    refused = [r for r in rows if r["reason"].startswith(("out-of-distribution:", "quality:"))]
    return len(refused), len(rows)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default=os.path.join(HOME, "models", "ultrasound"))
    parser.add_argument("--data", default=os.environ.get("SENOSCOPE_DATA"))
    parser.add_argument("--half", choices=["final", "development"], default="development")
    parser.add_argument("--true", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not arguments.data:
        sys.exit("refusal: name the folder of the public sets with --data, or set SENOSCOPE_DATA")
    with open(os.path.join(arguments.model, "model.json")) as file:
        reads = json.load(file).get("limits", {}).get("modality") or "US"
    with tempfile.TemporaryDirectory() as work:
        for kind in sorted(os.listdir(os.path.join(arguments.data, "not-breast"))):
            target = os.path.join(work, kind)
            os.makedirs(target)
            for number, path in enumerate(pictures(os.path.join(arguments.data, "not-breast", kind))):
                if in_half(path, arguments.half):
                    shutil.copy(path, os.path.join(target, f"{number:05d} {os.path.basename(path)}"))
        for modality, folders in OF_MODALITY.items():
            if modality != reads:
                for folder in folders:
                    target = os.path.join(work, "other modality " + folder.split("/")[0])
                    os.makedirs(target)
                    for number, path in enumerate(spread(pictures(os.path.join(arguments.data, folder)), arguments.each)):
                        shutil.copy(path, os.path.join(target, f"{number:05d} {os.path.basename(path)}"))
        prints = {
            kind: spread([p for f in OF_MODALITY[m] for p in pictures(os.path.join(arguments.data, f))], arguments.each)
            for kind, m in (("film", "MG"), ("ultrasound print", "US"))
        }
        kinds = {"text page": text_page, "screenshot": screenshot, "noise": noise, "gradient": gradient, "blank": blank}
        for kind, sources in prints.items():
            kinds["photographed " + kind] = lambda draw, sources=sources: photographed(draw, draw.choice(sources))
        made(kinds, 12, arguments.half, work)
        folders = [(name, os.path.join(work, name)) for name in sorted(os.listdir(work))]
        folders += [tuple(true.split("=", 1)) for true in arguments.true]
        counts = {}
        for name, folder in folders:
            progress(f"asking {name}")
            counts[name] = judged(arguments.model, folder)
    groups = {
        "no breast, all but other organs' ultrasound": lambda n: n in os.listdir(os.path.join(arguments.data, "not-breast"))
        and n not in OTHER_ORGANS,
        "other organs' ultrasound": lambda n: n in OTHER_ORGANS,
        "no breast, all": lambda n: n in os.listdir(os.path.join(arguments.data, "not-breast")),
        "other modality": lambda n: n.startswith("other modality"),
        "made": lambda n: n.startswith("made"),
    }
    lines = list(counts.items())
    for name, member in groups.items():
        members = [count for kind, count in counts.items() if member(kind)]
        if members:
            lines.append((f"together: {name}", (sum(c[0] for c in members), sum(c[1] for c in members))))
    results = []
    for name, (hits, n) in lines:
        if not n:
            sys.exit(f"refusal: there is no image of {name}")
        value, low, high = wilson(hits, n)
        results.append({"name": "refused, " + name, "unit": "share", "value": value, "low": low, "high": high, "n": n})
    if arguments.json:
        print(json.dumps({"schema": "senoscope/bench/1", "machine": machine(), "results": results}, indent=2))
        return
    print(f"{arguments.model}, {arguments.half} half; share refused (95% interval), images")
    for line in results:
        print(f"{line['name'][9:]:55s} {line['value']:.3f} ({line['low']:.3f} to {line['high']:.3f}) of {line['n']}")


if __name__ == "__main__":
    main()
