"""Parameters of ONNX Runtime's own quantiser, and what QuantizeLinear makes of numbers: golden.json.

    python golden.py > golden.json     (onnxruntime 1.29.0, onnx 1.23.2, numpy 2.3.5)
"""

import json

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from onnxruntime.quantization.quant_utils import compute_scale_zp, quantize_nparray

random = np.random.default_rng(24)


def activations(low, high):
    """Unsigned, by tensor."""
    zero, scale = compute_scale_zp(np.float32(low), np.float32(high), np.array(0, np.uint8), np.array(255, np.uint8))
    values = np.concatenate(
        [random.uniform(low - 1, high + 1, 20), scale * (np.arange(5) + 0.5), [0, low, high]]
    ).astype(np.float32)
    node = helper.make_node("QuantizeLinear", ["x", "s", "z"], ["y"])
    graph = helper.make_graph(
        [node], "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None])],
        [helper.make_tensor_value_info("y", TensorProto.UINT8, [None])],
        [helper.make_tensor("s", TensorProto.FLOAT, [], [float(scale)]), helper.make_tensor("z", TensorProto.UINT8, [], [int(zero)])],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    stored = session.run(None, {"x": values})[0]
    return {
        "low": float(np.float32(low)), "high": float(np.float32(high)), "scale": float(scale), "zeroPoint": int(zero),
        "values": values.tolist(), "stored": stored.tolist(),
    }  # fmt: skip


def weights(channels, each):
    """Signed and symmetric, by channel."""
    values = (random.standard_normal((channels, each)) * random.uniform(0.01, 3, (channels, 1))).astype(np.float32)
    scales, stored = [], []
    for row in values:
        zero, scale = compute_scale_zp(row.min(), row.max(), np.array(-127, np.int8), np.array(127, np.int8), symmetric=True)
        assert int(zero) == 0
        scales.append(float(scale))
        stored.append(quantize_nparray(TensorProto.INT8, row, scale, zero).tolist())
    return {"values": values.tolist(), "scales": scales, "stored": stored}


print(json.dumps({
    "onnxruntime": onnxruntime.__version__, "onnx": onnx.__version__, "numpy": np.__version__,
    "activations": [activations(*r) for r in [(0, 6), (0, 3.7), (-2.1179, 2.64), (-0.013, 19.5), (-7, 0), (0.5, 1.5), (-3, -1)]],
    "weights": weights(5, 12),
}, indent=1))  # fmt: skip
