package org.senoscope.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.image.steps.Resize;
import org.senoscope.onnx.Attribute;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxGraph.Dimension;
import org.senoscope.provenance.Provenance;
import org.senoscope.safetensors.SafetensorsWriter;
import org.senoscope.safetensors.Tensor;

/**
 * A bundle whose network has residual sums at two sizes, 8 × 8 and 4 × 4, and made weights: the
 * smallest that heatmaps come from gradients of.
 */
public final class ResidualBundle {
  private static final int SIDE = 8;
  private static final int CHANNELS = 3;

  private ResidualBundle() {}

  /** Writes the bundle as the folder {@code target}; images are stretched to the input. */
  public static Bundle write(Path target, Head head) throws IOException {
    return write(target, head, Fingerprint.of(List.of()), "");
  }

  /**
   * The same as one that was trained.
   *
   * @param seen the images that it was trained on
   * @param splitSha256 of the split that it was trained by
   */
  public static Bundle write(Path target, Head head, Fingerprint seen, String splitSha256)
      throws IOException {
    BundleDescription description =
        new BundleDescription(
            "residual",
            "1",
            List.of(head),
            new InputDescription(1, SIDE, SIDE, new float[1], new float[] {1}),
            new Preprocessing(List.of(new Resize(SIDE, SIDE, Resize.Fit.STRETCH))),
            false,
            Json.object().arrayNode(),
            Provenance.now("", "", 0).toJson().put("splitSha256", splitSha256),
            Json.object());
    byte[] onnx = onnx(head.logits());
    Map<String, AtomicFiles.Content> files = new LinkedHashMap<>();
    files.put(Bundle.MODEL_ONNX, out -> out.write(onnx));
    files.put(
        Bundle.WEIGHTS,
        SafetensorsWriter.content(Map.of("none", Tensor.floats(new float[1], 1)), Map.of()));
    files.put(Fingerprint.FILE, seen.content());
    files.put(Bundle.README, text("# residual\n"));
    files.put(Bundle.LICENSE, text("For tests.\n"));
    return BundleWriter.write(target, description, files);
  }

  private static byte[] onnx(int logits) {
    OnnxGraph graph = new OnnxGraph("residual");
    String image =
        graph.input(
            Signature.INPUT,
            List.of(Dimension.BATCH, Dimension.of(1), Dimension.of(SIDE), Dimension.of(SIDE)));
    String stem = convolution(graph, "stem", image, 1, 1);
    String fine = graph.node("Add", List.of(stem, convolution(graph, "fine", stem, CHANNELS, 1)));
    String down = convolution(graph, "down", fine, CHANNELS, 2);
    String coarse =
        graph.node("Add", List.of(down, convolution(graph, "coarse", down, CHANNELS, 1)));
    String flat = graph.node("Flatten", List.of(graph.node("GlobalAveragePool", List.of(coarse))));
    graph.named(
        "logits",
        "Gemm",
        List.of(
            flat, graph.inline("head", new long[] {logits, CHANNELS}, made(7, logits * CHANNELS))),
        Attribute.integer("transB", 1));
    graph.output("logits", List.of(Dimension.BATCH, Dimension.of(logits)));
    return graph.toBytes();
  }

  private static String convolution(
      OnnxGraph graph, String name, String input, int channels, int stride) {
    return graph.node(
        "Conv",
        List.of(
            input,
            graph.inline(
                name,
                new long[] {CHANNELS, channels, 3, 3},
                made(name.length(), CHANNELS * channels * 9))),
        Attribute.integers("kernel_shape", 3, 3),
        Attribute.integers("strides", stride, stride),
        Attribute.integers("pads", 1, 1, 1, 1));
  }

  private static float[] made(int seed, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(seed + 1.7 * i);
    }
    return values;
  }

  private static AtomicFiles.Content text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
