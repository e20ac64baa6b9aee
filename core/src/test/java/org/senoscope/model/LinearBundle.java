package org.senoscope.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.image.steps.Resize;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxGraph.Dimension;
import org.senoscope.provenance.Provenance;
import org.senoscope.refusal.Gate;
import org.senoscope.safetensors.SafetensorsWriter;
import org.senoscope.safetensors.Tensor;

/**
 * A bundle whose network is one matrix for each task, so that a test can tell the answer by hand:
 * for inputs, tasks and output forms of any kind.
 */
public final class LinearBundle {
  private LinearBundle() {}

  /** Writes the bundle as the folder {@code target}; images are stretched to the input. */
  public static Bundle write(Path target, String version, InputDescription input, List<Head> heads)
      throws IOException {
    return write(target, version, input, heads, Optional.empty());
  }

  /** One that takes bright places for lesion, and answers three labels. */
  public static Bundle writeOutlining(Path target, int side) throws IOException {
    InputDescription input = new InputDescription(1, side, side, new float[] {0}, new float[] {1});
    List<Head> heads = List.of(new Head(TinyBundle.TASK, OutputForm.SOFTMAX));
    return write(target, "1", input, heads, Optional.empty(), onnx(input, heads, true));
  }

  /** The same, with what asks of images whether they may be answered. */
  public static Bundle write(
      Path target, String version, InputDescription input, List<Head> heads, Optional<Gate> gate)
      throws IOException {
    return write(target, version, input, heads, gate, onnx(input, heads, false));
  }

  private static Bundle write(
      Path target,
      String version,
      InputDescription input,
      List<Head> heads,
      Optional<Gate> gate,
      byte[] onnx)
      throws IOException {
    BundleDescription description =
        new BundleDescription(
            "linear",
            version,
            heads,
            input,
            new Preprocessing(
                List.of(new Resize(input.height(), input.width(), Resize.Fit.STRETCH))),
            false,
            Json.object().arrayNode(),
            Provenance.now("", "", 0).toJson(),
            Json.object());
    Map<String, AtomicFiles.Content> files = new LinkedHashMap<>();
    files.put(Bundle.MODEL_ONNX, out -> out.write(onnx));
    files.put(
        Bundle.WEIGHTS,
        SafetensorsWriter.content(Map.of("none", Tensor.floats(new float[1], 1)), Map.of()));
    files.put(Fingerprint.FILE, Fingerprint.of(List.of()).content());
    files.put(Bundle.README, text("# linear\n"));
    files.put(Bundle.LICENSE, text("For tests.\n"));
    gate.ifPresent(
        known ->
            files.put(
                Bundle.REFERENCE,
                SafetensorsWriter.content(known.reference().tensors(), Map.of())));
    return BundleWriter.write(
        target, gate.map(known -> description.within(known.limits())).orElse(description), files);
  }

  /**
   * What the network says of an input, computed here.
   *
   * @param head number of the head
   * @param values of the network's input, channel by channel
   * @return probabilities of the head's labels
   */
  public static double[] probabilities(List<Head> heads, int head, float[] values) {
    float[] logits = new float[heads.get(head).logits()];
    for (int logit = 0; logit < logits.length; logit++) {
      double sum = bias(logit);
      for (int i = 0; i < values.length; i++) {
        sum += values[i] * weight(head, logit, i, values.length);
      }
      logits[logit] = (float) sum;
    }
    return heads.get(head).form().probabilities(logits);
  }

  private static float weight(int head, int logit, int value, int size) {
    return (float) (Math.sin(1 + value * (logit + 1.3) + 7 * head) / Math.sqrt(size));
  }

  private static float bias(int logit) {
    return 0.1f * logit;
  }

  private static byte[] onnx(InputDescription input, List<Head> heads, boolean outlines) {
    OnnxGraph graph = new OnnxGraph("linear");
    List<Dimension> shape = new ArrayList<>(List.of(Dimension.BATCH));
    for (int size : new int[] {input.channels(), input.height(), input.width()}) {
      shape.add(Dimension.of(size));
    }
    String image = graph.input(Signature.INPUT, shape);
    String flat = graph.node("Flatten", List.of(image));
    if (outlines) {
      String half = graph.inline("half", new long[0], new float[] {.5f});
      String steep = graph.inline("steep", new long[0], new float[] {40});
      graph.named(
          "mask",
          "Sigmoid",
          List.of(graph.node("Mul", List.of(graph.node("Sub", List.of(image, half)), steep))));
      graph.output("mask", shape);
    }
    for (int head = 0; head < heads.size(); head++) {
      String task = heads.get(head).task().name();
      String output = heads.size() == 1 ? "logits" : "logits." + task;
      int logits = heads.get(head).logits();
      float[] weights = new float[input.size() * logits];
      float[] biases = new float[logits];
      for (int logit = 0; logit < logits; logit++) {
        biases[logit] = bias(logit);
        for (int value = 0; value < input.size(); value++) {
          weights[value * logits + logit] = weight(head, logit, value, input.size());
        }
      }
      graph.named(
          output,
          "Gemm",
          List.of(
              flat,
              graph.inline("weight." + task, new long[] {input.size(), logits}, weights),
              graph.inline("bias." + task, new long[] {logits}, biases)));
      graph.output(output, List.of(Dimension.BATCH, Dimension.of(logits)));
    }
    return graph.toBytes();
  }

  private static AtomicFiles.Content text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
