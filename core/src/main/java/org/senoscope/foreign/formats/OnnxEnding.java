package org.senoscope.foreign.formats;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.senoscope.foreign.Activation;
import org.senoscope.foreign.ReadOptions;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxModel;
import org.senoscope.work.InputException;

/**
 * How an ONNX network ends, and how that becomes logits: a last softmax or sigmoid is left away
 * where nothing stands between it and the output, and else turned back by logarithms.
 *
 * @param activation what the network's answer is
 * @param tensor what the logits are made of
 * @param flat whether that already has shape (n, logits)
 * @param probabilities whether logarithms must turn it back
 * @param outputs values of an answer; empty where the shape does not say
 */
record OnnxEnding(
    Activation activation,
    String tensor,
    boolean flat,
    boolean probabilities,
    Optional<Integer> outputs) {
  /** Operators that pass on what they are given. */
  private static final Set<String> PASSING =
      Set.of("Identity", "Flatten", "Reshape", "Squeeze", "Dropout");

  /** Operators after which no probabilities come. */
  private static final Set<String> LINEAR =
      Set.of("Gemm", "MatMul", "Add", "Conv", "BatchNormalization", "GlobalAveragePool");

  private static final float LEAST = 1e-30f;
  private static final int MOST_OUTPUTS = 10_000;

  /** Finds it from the last nodes and what the person says. */
  static OnnxEnding of(Path file, OnnxModel model, ReadOptions options) {
    OnnxModel.Value output = output(file, model, options);
    if (output.type() != OnnxModel.FLOAT) {
      throw new InputException(
          "%s answers with values of ONNX type %d, only float32 (1) is supported: choose an output of probabilities by --output"
              .formatted(file, output.type()));
    }
    Optional<Integer> outputs = outputs(file, output);
    boolean flat = output.shape().filter(shape -> shape.size() == 2).isPresent();
    boolean between = false;
    String tensor = output.name();
    Optional<OnnxModel.Node> last = model.maker(tensor);
    // Bounded, since nothing says yet that the nodes go round in no circle.
    for (int i = 0; i < model.nodes().size() && last.filter(OnnxEnding::passes).isPresent(); i++) {
      between |= !last.get().operator().equals("Identity");
      tensor = last.get().inputs().getFirst();
      last = model.maker(tensor);
    }
    String operator =
        last.filter(node -> node.domain().isEmpty()).map(OnnxModel.Node::operator).orElse("");
    Optional<Activation> found = found(operator);
    Optional<Activation> said = options.activation();
    boolean sure = operator.endsWith("oftmax") || operator.equals("Sigmoid");
    if (sure && said.filter(activation -> activation != found.orElseThrow()).isPresent()) {
      throw new InputException(
          "%s ends with %s, which is not %s: leave --activation out"
              .formatted(file, operator, said.get()));
    }
    Activation activation =
        said.or(() -> found)
            .orElseThrow(
                () ->
                    new InputException(
                        "%s ends with %s, from which what it answers cannot be told: give --activation softmax, sigmoid or logits"
                            .formatted(file, operator.isEmpty() ? "an unknown node" : operator)));
    boolean removable =
        switch (operator) {
          case "Sigmoid" -> true;
          case "Softmax" -> !between && flat && lastAxis(last.orElseThrow());
          default -> false;
        };
    if (removable) {
      String before = last.orElseThrow().inputs().getFirst();
      return new OnnxEnding(activation, before, flat && !between, false, outputs);
    }
    return new OnnxEnding(
        activation, output.name(), flat, activation != Activation.LOGITS, outputs);
  }

  /** Makes the output {@code logits}. */
  void bridge(OnnxGraph graph, Function<String, String> names, int logits) {
    String found = names.apply(tensor);
    if (!flat) {
      found = graph.node("Reshape", List.of(found, graph.inlineIntegers("row", -1, logits)));
    }
    if (!probabilities) {
      graph.named("logits", "Identity", List.of(found));
    } else if (activation == Activation.SOFTMAX) {
      logarithm(graph, "logits", found);
    } else {
      String one = graph.inline("one", new long[0], new float[] {1});
      String other = graph.node("Sub", List.of(one, found));
      graph.named(
          "logits",
          "Sub",
          List.of(logarithm(graph, "second", found), logarithm(graph, "first", other)));
    }
  }

  private static String logarithm(OnnxGraph graph, String name, String of) {
    String least = graph.inline("least", new long[0], new float[] {LEAST});
    return graph.named(name, "Log", List.of(graph.node("Max", List.of(of, least))));
  }

  private static OnnxModel.Value output(Path file, OnnxModel model, ReadOptions options) {
    List<OnnxModel.Value> outputs = model.outputs();
    List<String> names = outputs.stream().map(OnnxModel.Value::name).toList();
    if (options.output().isPresent()) {
      String name = options.output().get();
      return outputs.stream()
          .filter(each -> each.name().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new InputException(
                      "%s has no output \"%s\": it has %s"
                          .formatted(file, name, String.join(", ", names))));
    }
    if (outputs.size() != 1) {
      throw new InputException(
          "%s has %d outputs (%s): choose one by --output"
              .formatted(file, outputs.size(), String.join(", ", names)));
    }
    return outputs.getFirst();
  }

  private static Optional<Integer> outputs(Path file, OnnxModel.Value output) {
    if (output.shape().isEmpty()) {
      return Optional.empty();
    }
    long count = 1;
    for (long size : output.shape().get().stream().skip(1).toList()) {
      if (size < 0) {
        return Optional.empty();
      }
      count = Math.min(count * Math.min(size, MOST_OUTPUTS + 1), MOST_OUTPUTS + 1);
    }
    if (count > MOST_OUTPUTS) {
      throw new InputException(
          "%s answers with more than %d values: it is no classifier of images"
              .formatted(file, MOST_OUTPUTS));
    }
    return Optional.of((int) count);
  }

  private static boolean passes(OnnxModel.Node node) {
    return node.domain().isEmpty() && PASSING.contains(node.operator()) && !node.inputs().isEmpty();
  }

  private static Optional<Activation> found(String operator) {
    return switch (operator) {
      case "Softmax" -> Optional.of(Activation.SOFTMAX);
      case "Sigmoid" -> Optional.of(Activation.SIGMOID);
      case "LogSoftmax" -> Optional.of(Activation.LOGITS);
      default -> LINEAR.contains(operator) ? Optional.of(Activation.LOGITS) : Optional.empty();
    };
  }

  private static boolean lastAxis(OnnxModel.Node softmax) {
    long axis = softmax.integer("axis").orElse(-1);
    return axis == 1 || axis == -1;
  }
}
