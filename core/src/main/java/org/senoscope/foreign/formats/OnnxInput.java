package org.senoscope.foreign.formats;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.foreign.InputSize;
import org.senoscope.foreign.ReadOptions;
import org.senoscope.model.TensorLayout;
import org.senoscope.onnx.Attribute;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxModel;
import org.senoscope.work.InputException;

/**
 * What an ONNX network takes.
 *
 * @param name of its input
 * @param size without the batch
 * @param order how an image (n, channels, height, width) must be turned for it
 * @param fixedBatch the batch that it was exported for; 0 for any
 */
record OnnxInput(String name, InputSize size, Order order, long fixedBatch) {
  /** How an image is turned. */
  enum Order {
    NHWC,
    NCHW,
    /** Without a place for channels, of which there is one: (n, height, width). */
    PLANE;

    /** The same, where channels have a place. */
    TensorLayout layout() {
      return this == NCHW ? TensorLayout.NCHW : TensorLayout.NHWC;
    }
  }

  /** Finds it from what is declared and what the person says. */
  static OnnxInput of(Path file, OnnxModel model, ReadOptions options) {
    List<OnnxModel.Value> inputs = model.inputs();
    if (inputs.size() != 1) {
      throw new InputException(
          "%s takes %d inputs (%s): only networks of one image are supported"
              .formatted(
                  file,
                  inputs.size(),
                  String.join(", ", inputs.stream().map(OnnxModel.Value::name).toList())));
    }
    OnnxModel.Value input = inputs.getFirst();
    if (input.type() != OnnxModel.FLOAT) {
      throw new InputException(
          "%s takes values of ONNX type %d, only float32 (1) is supported: export it in single precision"
              .formatted(file, input.type()));
    }
    List<Long> shape = input.shape().orElse(List.of(-1L, -1L, -1L, -1L));
    if (shape.size() != 4 && shape.size() != 3) {
      throw new InputException(
          "%s takes shape %s: only images (n, height, width, channels), (n, channels, height, width) or (n, height, width) are supported"
              .formatted(file, text(shape)));
    }
    Map<Order, long[]> orders = new LinkedHashMap<>();
    List<Long> rest = shape.subList(1, shape.size());
    for (Order order : orders(rest.size(), options.layout())) {
      long[] declared =
          switch (order) {
            case NHWC -> new long[] {rest.get(0), rest.get(1), rest.get(2)};
            case NCHW -> new long[] {rest.get(1), rest.get(2), rest.get(0)};
            case PLANE -> new long[] {rest.get(0), rest.get(1), 1};
          };
      if (merge(declared, options.size())) {
        orders.put(order, declared);
      }
    }
    if (orders.size() != 1) {
      throw new InputException(
          orders.isEmpty()
              ? "%s takes shape %s, which cannot be %s: give --input as it was trained"
                  .formatted(
                      file,
                      text(shape),
                      options.size().map(InputSize::toString).orElse("an image of 1 or 3 channels"))
              : "%s takes shape %s, from which the order of channels cannot be told: give --layout nhwc or nchw"
                  .formatted(file, text(shape)));
    }
    Map.Entry<Order, long[]> found = orders.entrySet().iterator().next();
    long[] size = found.getValue();
    if (size[0] < 0 || size[1] < 0 || size[2] < 0) {
      throw new InputException(
          "%s takes shape %s: give its size by --input HEIGHTxWIDTHxCHANNELS"
              .formatted(file, text(shape)));
    }
    return new OnnxInput(
        input.name(),
        new InputSize(clamp(size[0]), clamp(size[1]), clamp(size[2])),
        found.getKey(),
        Math.max(0, shape.getFirst()));
  }

  /** Makes the network's own input of an image. */
  void bridge(OnnxGraph graph, String image, String to) {
    switch (order) {
      case NCHW -> graph.named(to, "Identity", List.of(image));
      case NHWC ->
          graph.named(to, "Transpose", List.of(image), Attribute.integers("perm", 0, 2, 3, 1));
      case PLANE ->
          graph.named(
              to,
              "Reshape",
              List.of(image, graph.inlineIntegers("plane", 0, size.height(), size.width())));
    }
  }

  private static List<Order> orders(int sizes, Optional<TensorLayout> layout) {
    if (sizes == 2) {
      return List.of(Order.PLANE);
    }
    List<Order> orders = new ArrayList<>();
    if (layout.orElse(TensorLayout.NHWC) == TensorLayout.NHWC) {
      orders.add(Order.NHWC);
    }
    if (layout.orElse(TensorLayout.NCHW) == TensorLayout.NCHW) {
      orders.add(Order.NCHW);
    }
    return orders;
  }

  /** Fills what varies from what the person says; false where the two disagree. */
  private static boolean merge(long[] declared, Optional<InputSize> said) {
    if (said.isPresent()) {
      long[] given = {said.get().height(), said.get().width(), said.get().channels()};
      for (int i = 0; i < given.length; i++) {
        if (declared[i] >= 0 && declared[i] != given[i]) {
          return false;
        }
        declared[i] = given[i];
      }
    }
    return declared[2] < 0 || declared[2] == 1 || declared[2] == 3;
  }

  private static int clamp(long size) {
    return (int) Math.min(size, Integer.MAX_VALUE);
  }

  private static String text(List<Long> shape) {
    return "(%s)"
        .formatted(
            String.join(
                ", ", shape.stream().map(size -> size < 0 ? "any" : Long.toString(size)).toList()));
  }
}
