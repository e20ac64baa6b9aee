package org.senoscope.foreign;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.senoscope.model.OutputForm;
import org.senoscope.model.TensorLayout;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.safetensors.Tensor;
import org.senoscope.work.InputException;

/**
 * A network of another program's, read and ready to be written as one of ours.
 *
 * @param format of its file, for people
 * @param size what it takes
 * @param layout in which order its own callers give an image's values
 * @param activation what its answer was before it was cut back to logits
 * @param outputs values of its answer; empty where only running it tells
 * @param weights by name: what is to lie beside the graph
 * @param writer writes the graph
 * @param notes what the person should know, in sentences
 */
public record ForeignNetwork(
    String format,
    InputSize size,
    TensorLayout layout,
    Activation activation,
    Optional<Integer> outputs,
    Map<String, Tensor> weights,
    Writer writer,
    List<String> notes) {
  /** Writes a network's graph. */
  @FunctionalInterface
  public interface Writer {
    /**
     * The graph: input {@code image} of shape (n, channels, height, width), output {@code logits}
     * of shape (n, logits).
     *
     * @param logits how many it gives for an image
     * @param place where each of the weights lies
     * @throws IllegalArgumentException when its parts do not fit together
     */
    byte[] write(int logits, Function<String, OnnxGraph.External> place);
  }

  /** Copies the collections; weights keep their order. */
  public ForeignNetwork {
    weights = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(weights));
    notes = List.copyOf(notes);
  }

  /**
   * How the logits become probabilities of these labels.
   *
   * @throws InputException when they are not as many as the network's answer has
   */
  public OutputForm form(List<String> labels) {
    boolean single =
        activation == Activation.SIGMOID || outputs.filter(count -> count == 1).isPresent();
    if (single && outputs.filter(count -> count != 1).isPresent()) {
      throw new InputException(
          "The network ends with %d sigmoids, each for itself: labels that do not exclude one another are not supported; train it with softmax, or with one sigmoid for two labels"
              .formatted(outputs.orElseThrow()));
    }
    if (single && activation == Activation.SOFTMAX) {
      throw new InputException(
          "The network ends with the softmax of a single value, which is always 1: it can tell nothing");
    }
    int expected = single ? 2 : outputs.orElse(labels.size());
    if (labels.size() != expected) {
      throw new InputException(
          "--labels names %d (%s), the network tells %d%s: name each, in the order of its outputs"
              .formatted(
                  labels.size(),
                  String.join(", ", labels),
                  expected,
                  single ? " (one value is the second label's probability)" : ""));
    }
    return single ? OutputForm.SIGMOID : OutputForm.SOFTMAX;
  }
}
