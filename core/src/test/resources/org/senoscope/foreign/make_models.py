"""Makes small networks as other programs save them, and what those programs say of three images.

    python -m venv v && v/bin/pip install -r requirements.txt
    v/bin/python make_models.py     # writes *.keras, *.h5, *.onnx, hostile/ and expected.json here

Every weight is drawn at random, batch norm's statistics too, so that no layer is the identity by
chance. Images are computed, not stored: see pixels(), which the test repeats. Not square where the
format allows it, so that height and width cannot be mistaken for each other.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import keras
import numpy as np
import onnx
import tensorflow as tf
import tf_keras
from keras import layers
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

HERE = pathlib.Path(__file__).parent
IMAGES = 3


def pixels(number, height, width):
    """Grey values 0..255 of an image."""
    r, c = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    return (r * (7 + 3 * number) + c * (13 - 2 * number) + (r * c) // (5 + number)) % 256


def batch(size, scale):
    height, width, channels = size
    low, high = scale
    grey = np.stack([pixels(i, height, width) for i in range(IMAGES)]) / 255
    values = (low + grey * (high - low)).astype(np.float32)
    return np.repeat(values[..., None], channels, axis=-1)


def randomise(model, seed):
    rng = np.random.default_rng(seed)
    weights = []
    for variable, value in zip(model.weights, model.get_weights()):
        name = getattr(variable, "path", variable.name)
        if "variance" in name:
            weights.append(rng.uniform(0.3, 2, value.shape))
        elif "gamma" in name:
            weights.append(rng.uniform(0.5, 1.5, value.shape))
        elif value.ndim > 1:
            fan = np.prod(value.shape[:-1]) if "depthwise" not in name else np.prod(value.shape[:2])
            weights.append(rng.normal(0, (2 / fan) ** 0.5, value.shape))
        else:
            weights.append(rng.normal(0, 0.3, value.shape))
    model.set_weights([w.astype(np.float32) for w in weights])
    return model


def cnn(k):
    """What student projects have: 64x64x1, batch norm, dropout, one sigmoid."""
    l = k.layers
    return k.Sequential(
        [
            l.InputLayer(**({"shape": (64, 64, 1)} if k is keras else {"input_shape": (64, 64, 1)})),
            l.Conv2D(6, 3, activation="relu", padding="same"),
            l.BatchNormalization(),
            l.MaxPooling2D(),
            l.Conv2D(8, (3, 3), strides=2, use_bias=False),
            l.BatchNormalization(epsilon=0.01),
            l.ReLU(),
            l.MaxPooling2D((2, 2)),
            l.Dropout(0.3),
            l.Flatten(),
            l.Dense(12, activation="relu"),
            l.Dropout(0.5),
            l.Dense(1, activation="sigmoid"),
        ],
        name="cnn",
    )


def tutorial():
    """What TensorFlow's tutorial on image classification has: augmentation and rescaling inside."""
    augmentation = keras.Sequential(
        [layers.RandomFlip("horizontal"), layers.RandomRotation(0.1), layers.RandomZoom(0.1)],
        name="augmentation",
    )
    model = keras.Sequential(
        [
            layers.Input((180, 180, 3)),
            augmentation,
            layers.Rescaling(1.0 / 255),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(4),
            layers.Conv2D(6, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(4),
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.2),
            layers.Flatten(),
            layers.Dense(16, activation="relu"),
            layers.Dense(3, activation="softmax"),
        ],
        name="tutorial",
    )
    return model


def fashion(last):
    """TensorFlow Serving's REST tutorial: ten classes, with logits or, as first published, a softmax."""
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(8, 3, strides=2, activation="relu", name="Conv1"),
            layers.Flatten(),
            last,
        ]
    )


def chain():
    """Every other kind of layer, in a functional network that is a plain chain."""
    image = layers.Input((26, 22, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(image)
    x = layers.ZeroPadding2D(((1, 2), (0, 3)))(x)
    x = layers.Conv2D(6, (3, 5), dilation_rate=(2, 1), padding="same", groups=3)(x)
    x = layers.LeakyReLU(negative_slope=0.2)(x)
    x = layers.SeparableConv2D(8, 3, strides=2, padding="same", depth_multiplier=2)(x)
    x = layers.BatchNormalization(scale=False)(x)
    x = layers.Activation("swish")(x)
    x = layers.AveragePooling2D((3, 2), strides=2, padding="same")(x)
    x = layers.DepthwiseConv2D(3, padding="same", activation="elu", depth_multiplier=2)(x)
    x = layers.BatchNormalization(center=False)(x)
    x = layers.ReLU(max_value=6.0)(x)
    x = layers.SpatialDropout2D(0.1)(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = layers.Reshape((-1, 2, 8))(x)
    x = layers.Conv2D(8, 2, padding="same", activation="gelu")(x)
    x = layers.Dense(6, activation="tanh")(x)
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = layers.Flatten()(x)
    x = layers.BatchNormalization()(x)
    x = layers.GaussianNoise(0.1)(x)
    x = layers.Dense(4)(x)
    return keras.Model(image, layers.Softmax()(x), name="chain")


def nested(k):
    """A network in a network in a network, with layers of the same names."""
    l = k.layers
    inner = k.Sequential(
        [l.Conv2D(4, 3, name="conv"), l.BatchNormalization(name="norm")], name="inner"
    )
    # Keras 2 refuses to save two variables of one name within one network.
    second = "conv" if k is keras else "second"
    middle = k.Sequential(
        [inner, l.Activation("relu"), l.Conv2D(5, 3, name=second)], name="middle"
    )
    image = l.Input((20, 14, 1))
    x = middle(image)
    x = l.Conv2D(3, 3, name="conv")(x)
    x = l.GlobalMaxPooling2D()(x)
    return k.Model(image, l.Dense(2, activation="softmax")(x), name="nested")


def rows():
    """Without convolutions, as beginners' tutorials have it: the image as one row of values."""
    return keras.Sequential(
        [layers.Input((12, 10)), layers.Flatten(), layers.Dense(3, activation="softmax")]
    )


MODELS = {
    # name: (network, size, scale)
    "cnn": (lambda: cnn(keras), (64, 64, 1), (0, 1)),
    "cnn-keras2": (lambda: cnn(tf_keras), (64, 64, 1), (0, 1)),
    "tutorial": (tutorial, (180, 180, 3), (0, 255)),
    "fashion": (lambda: fashion(layers.Dense(10, name="Dense")), (28, 28, 1), (0, 1)),
    "chain": (chain, (26, 22, 3), (0, 255)),
    "nested": (lambda: nested(keras), (20, 14, 1), (-1, 1)),
    "nested-keras2": (lambda: nested(tf_keras), (20, 14, 1), (-1, 1)),
    "rows": (rows, (12, 10, 1), (0, 1)),
    "fashion-softmax": (
        lambda: fashion(layers.Dense(10, activation=tf.nn.softmax, name="Softmax")),
        (28, 28, 1),
        (0, 1),
    ),
}


def probabilities(model, size, scale):
    answer = np.asarray(model.predict(batch(size, scale), verbose=0), np.float64)
    last = model.layers[-1]
    if getattr(last, "activation", None) is not None and last.activation.__name__ == "linear":
        answer = np.exp(answer - answer.max(-1, keepdims=True))
        answer /= answer.sum(-1, keepdims=True)
    if answer.shape[1] == 1:
        answer = np.concatenate([1 - answer, answer], axis=1)
    return answer.tolist()


def tf2onnx(model, name, *options):
    with tempfile.TemporaryDirectory() as folder:
        model.export(folder, verbose=False)
        subprocess.run(
            [sys.executable, "-m", "tf2onnx.convert", "--saved-model", folder]
            + ["--output", str(HERE / name), "--opset", "17", *options],
            check=True,
        )


def torch_like():
    """As PyTorch's exporter writes a network for one image: NCHW, a batch of 1 everywhere."""
    rng = np.random.default_rng(5)
    arrays = {
        "conv.weight": rng.normal(0, 0.4, (4, 3, 3, 3)),
        "conv.bias": rng.normal(0, 0.2, 4),
        "fc.weight": rng.normal(0, 0.2, (3, 4 * 8 * 6)),
        "fc.bias": rng.normal(0, 0.2, 3),
    }
    initializers = [
        numpy_helper.from_array(value.astype(np.float32), name) for name, value in arrays.items()
    ]
    row = numpy_helper.from_array(np.int64([1, 4 * 8 * 6]), "row")
    nodes = [
        helper.make_node("Conv", ["image", "conv.weight", "conv.bias"], ["c"], strides=[2, 2], pads=[1] * 4),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("Constant", [], ["shape"], value=row),
        helper.make_node("Reshape", ["r", "shape"], ["f"]),
        helper.make_node("Gemm", ["f", "fc.weight", "fc.bias"], ["logits"], transB=1),
    ]
    floats = TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "main_graph",
        [helper.make_tensor_value_info("image", floats, [1, 3, 16, 12])],
        [helper.make_tensor_value_info("logits", floats, [1, 3])],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, HERE / "torch-like.onnx")
    # The same with its weights in a file beside it, as large networks have them.
    (HERE / "beside.onnx.data").unlink(missing_ok=True)
    onnx.save(
        model,
        HERE / "beside.onnx",
        save_as_external_data=True,
        location="beside.onnx.data",
        size_threshold=64,
    )
    (HERE / "beside.onnx.data").chmod(0o644)
    reference = ReferenceEvaluator(str(HERE / "torch-like.onnx"))
    mean, std = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
    images = (batch((16, 12, 3), (0, 1)) - mean) / std
    answers = []
    for image in images.transpose(0, 3, 1, 2):
        logits = reference.run(None, {"image": image[None]})[0][0].astype(np.float64)
        answers.append((np.exp(logits) / np.exp(logits).sum()).tolist())
    return answers


def clipped(name, softmax):
    """The same answers as probabilities, from a last node that does not say so."""
    model = onnx.load(HERE / f"{name}.onnx")
    graph = model.graph
    answer = graph.output[0].name
    if softmax:
        graph.node.append(helper.make_node("Softmax", [answer], ["softmax"], axis=-1))
        answer = "softmax"
    for bound, value in (("clip.low", 0), ("clip.high", 1)):
        graph.initializer.append(numpy_helper.from_array(np.float32(value), bound))
    graph.node.append(helper.make_node("Clip", [answer, "clip.low", "clip.high"], ["clipped"]))
    graph.output[0].name = "clipped"
    onnx.checker.check_model(model)
    onnx.save(model, HERE / f"{name}-clipped.onnx")


def hostile():
    """Files that must be refused, each made of a good one."""
    folder = HERE / "hostile"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()

    def variant(name, change):
        shutil.copy(HERE / "rows.h5", folder / name)
        with h5py.File(folder / name, "r+") as file:
            change(file)

    def dense(file):
        weights = file["model_weights"]
        found = []
        weights.visititems(lambda n, o: found.append(n) if n.endswith("kernel") else None)
        return weights, found[0]

    def huge(file):
        weights, name = dense(file)
        del weights[name]
        weights.create_dataset(
            name, (1 << 20, 1 << 20), "f4", chunks=(1024, 1024), compression="gzip"
        )

    def external(file):
        weights, name = dense(file)
        del weights[name]
        weights[name] = h5py.ExternalLink("/etc/passwd", "/kernel")

    def soft(file):
        weights, name = dense(file)
        weights.move(name, "elsewhere")
        weights[name] = h5py.SoftLink("/model_weights/elsewhere")

    def missing(file):
        weights, name = dense(file)
        del weights[name]

    def wrong_shape(file):
        weights, name = dense(file)
        values = weights[name][:]
        del weights[name]
        weights[name] = values[:-1]

    def whole_numbers(file):
        weights, name = dense(file)
        values = weights[name][:]
        del weights[name]
        weights[name] = values.astype(np.int32)

    def not_finite(file):
        weights, name = dense(file)
        weights[name][0, 0] = np.nan

    variant("huge.h5", huge)
    variant("external-link.h5", external)
    variant("soft-link.h5", soft)
    variant("missing.h5", missing)
    variant("wrong-shape.h5", wrong_shape)
    variant("whole-numbers.h5", whole_numbers)
    variant("not-finite.h5", not_finite)

    model = keras.Sequential(
        [layers.Input((4, 4, 1)), layers.Flatten(), layers.Lambda(lambda x: x + 1), layers.Dense(2)]
    )
    model.save(folder / "lambda.keras")
    model.save(folder / "lambda.h5")
    model.save_weights(folder / "only.weights.h5")
    image = layers.Input((6, 6, 1))
    x = layers.Conv2D(2, 3)(image)
    y = layers.Conv2D(2, 3)(image)
    out = layers.Dense(2)(layers.Flatten()(layers.Add()([x, y])))
    keras.Model(image, out).save(folder / "branches.keras")
    x = layers.Dropout(0.5)(image, training=True)
    keras.Model(image, layers.Dense(2)(layers.Flatten()(x))).save(folder / "by-chance.keras")
    image = layers.Input((6, 6, 1))
    keras.Model(image, layers.Dense(2, activation="tanh")(layers.Flatten()(image))).save(
        folder / "tanh.keras"
    )
    augmented = keras.Sequential(
        [layers.Input((6, 6, 1)), layers.RandomFlip(), layers.Flatten(), layers.Dense(2)]
    )
    tf2onnx(augmented, "hostile/augmented.onnx")
    image = layers.Input((6, 6, 1))
    keras.Model(image, layers.Dense(3, activation="sigmoid")(layers.Flatten()(image))).save(
        folder / "three-sigmoids.keras"
    )


def main():
    expected = {}
    for number, (name, (make, size, scale)) in enumerate(MODELS.items()):
        keras.utils.clear_session()  # so that layers are named as in a program of their own
        tf_keras.backend.clear_session()
        model = randomise(make(), number + 1)
        model.save(HERE / f"{name}.h5")
        model.save(HERE / f"{name}.keras")
        expected[name] = probabilities(model, size, scale)
        if name in ("cnn", "fashion"):
            tf2onnx(model, f"{name}.onnx")
        if name == "tutorial":
            # Keras exports augmentation as at work: without it, then.
            plain = keras.Sequential([layers.Input(size), *model.layers[1:]])
            tf2onnx(plain, f"{name}.onnx")
        if name == "fashion":
            node = [model.inputs[0].name]
            tf2onnx(model, f"{name}-nchw.onnx", "--inputs-as-nchw", *node)
    expected["torch-like"] = torch_like()
    clipped("torch-like", softmax=True)
    clipped("cnn", softmax=False)
    hostile()
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
