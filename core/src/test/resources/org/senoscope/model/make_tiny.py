"""Makes a tiny network, its weights, and what ONNX Runtime and numpy say of two images.

    python make_tiny.py     # writes tiny.onnx, weights.safetensors and tiny-expected.json here

One convolution 3x3 of stride 2 and ReLU (2 channels -> 4), the mean over all places (features), a
dense layer of 3 logits; the class maps are the dense layer at every place. Input (n, 2, 8, 12): small
enough to read, and not square, so that height and width cannot be mistaken for each other.

Made with onnx 1.23, onnxruntime 1.31, safetensors 0.8, numpy 2.
"""

import json
import pathlib
import struct

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
HEIGHT, WIDTH = 8, 12
MEAN, STD = np.float32([0.5, 0.25]), np.float32([0.25, 0.5])


def weights():
    rng = np.random.default_rng(20250101)
    return {
        "conv.weight": rng.normal(0, 0.5, (4, 2, 3, 3)).astype(np.float32),
        "conv.bias": rng.normal(0, 0.2, 4).astype(np.float32),
        "head.weight": rng.normal(0, 1.0, (3, 4)).astype(np.float32),
        "head.bias": rng.normal(0, 0.3, 3).astype(np.float32),
    }


def external(name, array, path):
    """A tensor whose bytes lie in a safetensors file."""
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    begin, end = json.loads(raw[8 : 8 + length])[name]["data_offsets"]
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=array.shape)
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in [
        ("location", path.name),
        ("offset", str(8 + length + begin)),
        ("length", str(end - begin)),
    ]:
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
    return tensor


def model(arrays, path):
    nodes = [
        helper.make_node(
            "Conv", ["image", "conv.weight", "conv.bias"], ["convolved"], strides=[2, 2], pads=[1] * 4
        ),
        helper.make_node("Relu", ["convolved"], ["activated"]),
        helper.make_node("GlobalAveragePool", ["activated"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["features"]),
        helper.make_node("Gemm", ["features", "head.weight", "head.bias"], ["logits"], transB=1),
        helper.make_node("Reshape", ["head.weight", "pointwise"], ["head.kernel"]),
        helper.make_node("Conv", ["activated", "head.kernel"], ["maps"]),
    ]
    floats = TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("image", floats, ["n", 2, HEIGHT, WIDTH])],
        [
            helper.make_tensor_value_info("logits", floats, ["n", 3]),
            helper.make_tensor_value_info("features", floats, ["n", 4]),
            helper.make_tensor_value_info("maps", floats, ["n", 3, HEIGHT // 2, WIDTH // 2]),
        ],
        [external(name, array, path) for name, array in arrays.items()]
        + [helper.make_tensor("pointwise", TensorProto.INT64, [4], [3, 4, 1, 1])],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    made.ir_version = 8
    return made


def by_numpy(arrays, x):
    """The same network in plain numpy: a second opinion."""
    padded = np.pad(x, [(0, 0), (0, 0), (1, 1), (1, 1)]).astype(np.float64)
    rows, columns = HEIGHT // 2, WIDTH // 2
    out = np.zeros((len(x), 4, rows, columns))
    for r in range(rows):
        for c in range(columns):
            patch = padded[:, :, 2 * r : 2 * r + 3, 2 * c : 2 * c + 3]
            out[:, :, r, c] = np.einsum("nchw,ochw->no", patch, arrays["conv.weight"])
    out = np.maximum(out + arrays["conv.bias"][:, None, None], 0)
    features = out.mean((2, 3))
    logits = features @ arrays["head.weight"].T + arrays["head.bias"]
    maps = np.einsum("kc,nchw->nkhw", arrays["head.weight"], out)
    return logits, features, maps


def images():
    """Grey images of 8 bits, made without random numbers so that any language can make them."""
    r, c = np.mgrid[0:HEIGHT, 0:WIDTH]
    yield "ramp", (r * 20 + c * 9) % 256
    yield "spot", np.where((r - 2) ** 2 + (c - 9) ** 2 < 6, 240, 15 + c)


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def main():
    arrays = weights()
    path = HERE / "weights.safetensors"
    save_file(arrays, path, metadata={"format": "pt"})
    made = model(arrays, path)
    onnx.save_model(made, HERE / "tiny.onnx")
    onnx.checker.check_model(str(HERE / "tiny.onnx"), full_check=True)
    session = onnxruntime.InferenceSession(str(HERE / "tiny.onnx"))
    cases = []
    for name, pixels in images():
        grey = pixels.astype(np.float32) / np.float32(255)
        x = ((grey[None] - MEAN[:, None, None]) / STD[:, None, None])[None]
        batch = np.concatenate([x, x[..., ::-1]]).astype(np.float32)
        logits, features, maps = session.run(["logits", "features", "maps"], {"image": batch})
        for mine, theirs in zip(by_numpy(arrays, batch), (logits, features, maps)):
            assert np.abs(mine - theirs).max() < 1e-5
        both_maps = (maps[0] + maps[1][..., ::-1]) / 2
        cases.append(
            {
                "name": name,
                "pixels": pixels.flatten().tolist(),
                "plain": {
                    "logits": logits[0].tolist(),
                    "probabilities": softmax(logits[0].astype(np.float64)).tolist(),
                    "features": features[0].tolist(),
                    "maps": maps[0].flatten().tolist(),
                },
                "mirrored": {
                    "logits": logits.mean(0).tolist(),
                    "probabilities": softmax(logits.astype(np.float64).mean(0)).tolist(),
                    "features": features.mean(0).tolist(),
                    "maps": both_maps.flatten().tolist(),
                },
            }
        )
    (HERE / "tiny-expected.json").write_text(json.dumps({"cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
