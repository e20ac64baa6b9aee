package org.senoscope.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of a network's outputs, checked against the description: input {@code image} (n, c, h,
 * w); for one task {@code logits} (n, k) and perhaps {@code maps} (n, k, h', w'); for several
 * {@code logits.<task>} and {@code maps.<task>}, where a plain {@code maps} is the main task's;
 * perhaps {@code features} (n, d), {@code textures} (n, d') and {@code mask} (n, 1, h″, w″), the
 * probability of a lesion.
 */
final class Signature {
  /** The name of the input. */
  static final String INPUT = "image";

  private static final String LOGITS = "logits";
  private static final String MAPS = "maps";
  private static final String FEATURES = "features";
  private static final String TEXTURES = "textures";
  private static final String MASK = "mask";

  private final Map<String, String> logits = new HashMap<>();
  private final Map<String, String> maps = new HashMap<>();
  private boolean features;
  private boolean textures;
  private boolean mask;

  private Signature() {}

  /** The network and its description disagree. */
  static final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1;

    Mismatch(List<String> faults) {
      super(String.join("; ", faults));
    }
  }

  /**
   * Reads a session's signature.
   *
   * @throws Mismatch with every fault
   */
  static Signature check(BundleDescription description, OrtSession session) throws OrtException {
    List<String> faults = new ArrayList<>();
    Signature signature = new Signature();
    InputDescription input = description.input();
    Map<String, NodeInfo> inputs = session.getInputInfo();
    if (!inputs.keySet().equals(Set.of(INPUT))) {
      faults.add("its inputs must be [image], are " + inputs.keySet());
    }
    compare(INPUT, inputs.get(INPUT), faults, input.channels(), input.height(), input.width());
    Map<String, NodeInfo> outputs = session.getOutputInfo();
    boolean single = description.heads().size() == 1;
    for (Head head : description.heads()) {
      String task = head.task().name();
      String name = single && outputs.containsKey(LOGITS) ? LOGITS : LOGITS + "." + task;
      compare(single ? LOGITS : name, outputs.get(name), faults, head.logits());
      signature.logits.put(task, name);
      String map = MAPS + "." + task;
      if (!outputs.containsKey(map) && head.equals(description.heads().getFirst())) {
        map = MAPS;
      }
      if (outputs.containsKey(map)) {
        compare(map, outputs.get(map), faults, head.logits(), -1, -1);
        signature.maps.put(task, map);
      }
    }
    if (outputs.containsKey(FEATURES)) {
      compare(FEATURES, outputs.get(FEATURES), faults, -1);
      signature.features = true;
    }
    if (outputs.containsKey(TEXTURES)) {
      compare(TEXTURES, outputs.get(TEXTURES), faults, -1);
      signature.textures = true;
    }
    if (outputs.containsKey(MASK)) {
      compare(MASK, outputs.get(MASK), faults, 1, -1, -1);
      signature.mask = true;
    }
    if (!faults.isEmpty()) {
      throw new Mismatch(faults);
    }
    return signature;
  }

  /** The output that holds a task's logits. */
  String logits(String task) {
    String output = logits.get(task);
    if (output == null) {
      throw new IllegalArgumentException("No output for task " + task);
    }
    return output;
  }

  /** The output that holds a task's maps. */
  Optional<String> maps(String task) {
    return Optional.ofNullable(maps.get(task));
  }

  /** The output that holds the features. */
  Optional<String> features() {
    return features ? Optional.of(FEATURES) : Optional.empty();
  }

  /** The output that holds the textures. */
  Optional<String> textures() {
    return textures ? Optional.of(TEXTURES) : Optional.empty();
  }

  /** The output that holds where a lesion is. */
  Optional<String> mask() {
    return mask ? Optional.of(MASK) : Optional.empty();
  }

  /** All outputs that are read; a network may have more. */
  Set<String> outputs() {
    Set<String> names = new HashSet<>(logits.values());
    names.addAll(maps.values());
    features().ifPresent(names::add);
    textures().ifPresent(names::add);
    mask().ifPresent(names::add);
    return names;
  }

  /** Compares a tensor's type and its shape after the batch; -1 stands for any size. */
  private static void compare(
      String name, @Nullable NodeInfo node, List<String> faults, long... expected) {
    if (node == null) {
      faults.add("it has no " + name);
      return;
    }
    if (!(node.getInfo() instanceof TensorInfo tensor) || tensor.type != OnnxJavaType.FLOAT) {
      faults.add("%s must hold float32, is %s".formatted(name, node.getInfo()));
      return;
    }
    long[] shape = tensor.getShape();
    boolean agrees = shape.length == expected.length + 1 && shape[0] < 0;
    for (int i = 0; agrees && i < expected.length; i++) {
      agrees = expected[i] < 0 || shape[i + 1] < 0 || shape[i + 1] == expected[i];
    }
    if (!agrees) {
      faults.add(
          "%s must have shape (n, %s), has %s (-1: any)"
              .formatted(
                  name,
                  String.join(
                      ", ",
                      Arrays.stream(expected)
                          .mapToObj(size -> size < 0 ? "any" : Long.toString(size))
                          .toList()),
                  Arrays.toString(shape)));
    }
  }
}
