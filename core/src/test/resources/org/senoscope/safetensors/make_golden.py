"""Makes golden.safetensors with the Python package, and checks the file that SafetensorsWriter wrote.

    python make_golden.py            # writes golden.safetensors here
    python make_golden.py --check    # reads written-by-senoscope.safetensors with the Python package

Made with safetensors 0.8, numpy 2.
"""

import pathlib
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
TENSORS = {
    "conv.weight": (np.arange(24, dtype=np.float32) / 8 - 1).reshape(2, 3, 2, 2),
    "conv.bias": np.array([0.5, -0.25], dtype=np.float32),
    "steps": np.array(7, dtype=np.int64),
    "mask": np.array([[0, 255, 3]], dtype=np.uint8),
    "empty": np.zeros((0, 4), dtype=np.float64),
    "half": np.array([1.5, -2.0, 0.1], dtype=np.float16),
    "größe": np.array([1e-30, np.inf], dtype=np.float32),
}
METADATA = {"format": "pt", "note": "ä \"quoted\"\nline"}


def check(path):
    with safe_open(path, framework="np") as file:
        assert file.metadata() == METADATA, file.metadata()
        assert sorted(file.keys()) == sorted(TENSORS), file.keys()
        for name, expected in TENSORS.items():
            found = file.get_tensor(name)
            assert found.dtype == expected.dtype and found.shape == expected.shape, name
            assert found.tobytes() == expected.tobytes(), name


if __name__ == "__main__":
    if "--check" in sys.argv:
        check(HERE / "written-by-senoscope.safetensors")
        print("the same")
    else:
        save_file(TENSORS, HERE / "golden.safetensors", metadata=METADATA)
        check(HERE / "golden.safetensors")
