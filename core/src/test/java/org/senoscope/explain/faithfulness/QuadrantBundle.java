package org.senoscope.explain.faithfulness;

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
import org.senoscope.model.Bundle;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.BundleWriter;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.InputDescription;
import org.senoscope.onnx.Attribute;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxGraph.Dimension;
import org.senoscope.provenance.Provenance;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.safetensors.SafetensorsWriter;
import org.senoscope.safetensors.Tensor;
import org.senoscope.study.Task;

/**
 * A bundle whose "malignant" logit is the brightness of its input's upper left quadrant, and whose
 * "benign" logit is that brightness negated; with maps, unless they are left away. It averages 4 ×
 * 4 pixels to one place first, as networks do.
 */
final class QuadrantBundle {
  static final int SIDE = 64;
  static final Task TASK = new Task(Task.PATHOLOGY, List.of("benign", "malignant"));
  private static final int CELL = 4;
  private static final float STEEP = 60;

  private QuadrantBundle() {}

  static Bundle write(Path target, Resize.Fit fit, boolean maps, Fingerprint seen)
      throws IOException {
    BundleDescription description =
        BundleDescription.of(
            "quadrant",
            "1",
            List.of(TASK),
            new InputDescription(1, SIDE, SIDE, new float[] {0}, new float[] {1}),
            new Preprocessing(List.of(new Resize(SIDE, SIDE, fit))),
            false,
            Provenance.now("", "", 0).toJson(),
            Json.object());
    Map<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("head.weight", Tensor.floats(new float[] {-STEEP, STEEP}, 2, 1, 1, 1));
    weights.put("head.bias", Tensor.floats(new float[2], 2));
    Path laidOut = target.resolveSibling(target.getFileName() + ".safetensors");
    SafetensorsWriter.write(laidOut, weights, Map.of());
    byte[] onnx = onnx(SafetensorsFile.open(laidOut), maps);
    Map<String, AtomicFiles.Content> files = new LinkedHashMap<>();
    files.put(Bundle.MODEL_ONNX, out -> out.write(onnx));
    files.put(Bundle.WEIGHTS, SafetensorsWriter.content(weights, Map.of()));
    files.put(Fingerprint.FILE, seen.content());
    files.put(Bundle.README, text("# quadrant\n"));
    files.put(Bundle.LICENSE, text("For tests.\n"));
    return BundleWriter.write(target, description, files);
  }

  private static byte[] onnx(SafetensorsFile weights, boolean maps) {
    OnnxGraph graph = new OnnxGraph("quadrant");
    String image =
        graph.input(
            "image",
            List.of(Dimension.BATCH, Dimension.of(1), Dimension.of(SIDE), Dimension.of(SIDE)));
    float[] quadrant = new float[SIDE * SIDE];
    for (int i = 0; i < quadrant.length; i++) {
      quadrant[i] = i / SIDE < SIDE / 2 && i % SIDE < SIDE / 2 ? 1 : 0;
    }
    String seen =
        graph.node(
            "Mul",
            List.of(image, graph.inline("quadrant", new long[] {1, 1, SIDE, SIDE}, quadrant)));
    String places =
        graph.node(
            "AveragePool",
            List.of(seen),
            Attribute.integers("kernel_shape", CELL, CELL),
            Attribute.integers("strides", CELL, CELL));
    String map =
        graph.named(
            "maps",
            "Conv",
            List.of(
                places,
                external(graph, weights, "head.weight", 2, 1, 1, 1),
                external(graph, weights, "head.bias", 2)));
    String mean = graph.node("GlobalAveragePool", List.of(map));
    graph.named("logits", "Flatten", List.of(mean));
    graph.output("logits", List.of(Dimension.BATCH, Dimension.of(2)));
    if (maps) {
      graph.output(
          "maps",
          List.of(
              Dimension.BATCH,
              Dimension.of(2),
              Dimension.of(SIDE / CELL),
              Dimension.of(SIDE / CELL)));
    }
    return graph.toBytes();
  }

  private static String external(
      OnnxGraph graph, SafetensorsFile weights, String name, long... shape) {
    long length = 4;
    for (long size : shape) {
      length *= size;
    }
    return graph.external(
        name, shape, new OnnxGraph.External(Bundle.WEIGHTS, weights.dataOffset(name), length));
  }

  private static AtomicFiles.Content text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
