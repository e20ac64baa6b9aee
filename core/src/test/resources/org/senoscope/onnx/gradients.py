"""Writes gradients.onnx and gradients.json: a small residual network of random weights with the steps
that Senoscope's networks are made of, and what torch.autograd says of its gradients.

    contributions  sum over channels of |gradient * value| at the last residual sum of the coarser size
    gradients      sum over channels of |gradient| at the last residual sum of the finer size

of each logit less the mean of all. Needs numpy, onnx, torch. Run in this folder.
"""

import json

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(21)
initializers, nodes, weights = [], [], {}


def tensor(name, *shape, positive=False):
    values = rng.normal(size=shape).astype(np.float32) * 0.6
    if positive:
        values = np.abs(values) + 0.5
    weights[name] = torch.tensor(values)
    initializers.append(numpy_helper.from_array(values, name))
    return name


for name, value in (("zero", 0.0), ("six", 6.0)):
    initializers.append(numpy_helper.from_array(np.array(value, np.float32), name))


def node(kind, inputs, output, **attributes):
    nodes.append(helper.make_node(kind, inputs, [output], **attributes))
    return output


def conv(x, name, i, o, k, stride, pads, group=1):
    w = tensor(name + ".w", o, i // group, k, k)
    return node("Conv", [x, w], name, kernel_shape=[k, k], strides=[stride] * 2, pads=pads, group=group)


def norm(x, name, c):
    names = [
        tensor(name + ".scale", c),
        tensor(name + ".shift", c),
        tensor(name + ".mean", c),
        tensor(name + ".variance", c, positive=True),
    ]
    return node("BatchNormalization", [x] + names, name, epsilon=1e-3)


def clip(x, name):
    return node("Clip", [x, "zero", "six"], name)


# A sum at 10 x 14, one at 5 x 7 after a strided depthwise convolution with uneven padding, one more.
x = clip(norm(conv("image", "stem", 2, 4, 3, 1, [1, 1, 1, 1]), "stem.bn", 4), "stem.clip")
y = norm(conv(x, "a", 4, 4, 3, 1, [1, 1, 1, 1]), "a.bn", 4)
first = node("Add", [x, y], "first")
z = clip(norm(conv(first, "b", 4, 8, 1, 1, [0] * 4), "b.bn", 8), "b.clip")
z = clip(norm(conv(z, "c", 8, 8, 5, 2, [1, 1, 2, 2], 8), "c.bn", 8), "c.clip")
z = norm(conv(z, "d", 8, 6, 1, 1, [0] * 4), "d.bn", 6)
u = node("Relu", [norm(conv(z, "e", 6, 6, 3, 1, [1] * 4), "e.bn", 6)], "e.relu")
early = node("Add", [z, u], "early")
v = norm(conv(early, "f", 6, 6, 1, 1, [0] * 4), "f.bn", 6)
last = node("Add", [v, early], "last")
h = clip(norm(conv(last, "g", 6, 9, 1, 1, [0] * 4), "g.bn", 9), "g.clip")
pooled = node("Flatten", [node("GlobalAveragePool", [h], "mean")], "flat", axis=1)
node("Gemm", [pooled, tensor("head.w", 3, 9), tensor("head.b", 3)], "logits", transB=1)
graph = helper.make_graph(
    nodes,
    "gradients",
    [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 2, 10, 14])],
    [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 3])],
    initializers,
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, "gradients.onnx")


def run(image):
    values = {"image": image}
    for n in nodes:
        a = {x.name: helper.get_attribute_value(x) for x in n.attribute}
        i = [values.get(k, weights.get(k)) for k in n.input]
        match n.op_type:
            case "Conv":
                p = a["pads"]
                o = F.conv2d(F.pad(i[0], (p[1], p[3], p[0], p[2])), i[1], stride=a["strides"], groups=a["group"])
            case "BatchNormalization":
                o = F.batch_norm(i[0], i[3], i[4], i[1], i[2], False, 0, a["epsilon"])
            case "Clip":
                o = i[0].clamp(0, 6)
            case "Relu":
                o = i[0].relu()
            case "Add":
                o = i[0] + i[1]
            case "GlobalAveragePool":
                o = i[0].mean((2, 3), keepdim=True)
            case "Flatten":
                o = i[0].flatten(1)
            case "Gemm":
                o = F.linear(i[0], i[1], i[2])
        values[n.output[0]] = o
    return values


image = torch.tensor(rng.normal(size=(2, 2, 10, 14)).astype(np.float32), requires_grad=True)
values = run(image)
expected = {"image": image.detach().ravel().tolist(), "logits": values["logits"].ravel().tolist()}
for kind, name in (("contributions", "last"), ("gradients", "first")):
    planes = []
    for k in range(3):
        target = (values["logits"][:, k] - values["logits"].mean(1)).sum()
        gradient = torch.autograd.grad(target, values[name], retain_graph=True)[0]
        planes.append((gradient * (values[name] if kind == "contributions" else 1)).abs().sum(1))
    expected[kind] = torch.stack(planes, 1).detach().ravel().tolist()
with open("gradients.json", "w") as file:
    json.dump(expected, file)
