package org.senoscope.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;
import org.senoscope.image.steps.CropRoi;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.image.steps.Resize;
import org.senoscope.provenance.Provenance;
import org.senoscope.study.Task;

/**
 * A bundle of a network of a few hundred bytes (see {@code make_tiny.py} beside its files), with
 * logits of three labels, features and maps: for the tests of all that takes a bundle. Any image is
 * stretched to 8 × 12.
 */
public final class TinyBundle {
  /** Rows of the network's input. */
  public static final int HEIGHT = 8;

  /** Columns of the network's input. */
  public static final int WIDTH = 12;

  /** The one task. */
  public static final Task TASK =
      new Task(Task.PATHOLOGY, List.of("normal", "benign", "malignant"));

  private TinyBundle() {}

  /** Writes the bundle as the folder {@code target}, with mirrored averaging and no images seen. */
  public static Bundle write(Path target) throws IOException {
    return write(target, true, Fingerprint.of(List.of()));
  }

  /** Writes the bundle as the folder {@code target}. */
  public static Bundle write(Path target, boolean mirroredAveraging, Fingerprint seen)
      throws IOException {
    return BundleWriter.write(target, description(mirroredAveraging), files(seen));
  }

  /** Writes one that crops around readers' marks first. */
  public static Bundle writeMarked(Path target) throws IOException {
    Preprocessing preprocessing =
        new Preprocessing(
            List.of(
                new CropRoi(0, .5, OptionalInt.empty()),
                new Resize(HEIGHT, WIDTH, Resize.Fit.STRETCH)));
    return BundleWriter.write(
        target, description(true, preprocessing), files(Fingerprint.of(List.of())));
  }

  /** The bundle's description. */
  public static BundleDescription description(boolean mirroredAveraging) {
    return description(
        mirroredAveraging,
        new Preprocessing(List.of(new Resize(HEIGHT, WIDTH, Resize.Fit.STRETCH))));
  }

  private static BundleDescription description(
      boolean mirroredAveraging, Preprocessing preprocessing) {
    ObjectNode validation = Json.object();
    validation.putObject("auc").put("value", 0.5).put("low", 0.4).put("high", 0.6);
    return BundleDescription.of(
        "tiny",
        "1",
        List.of(TASK),
        new InputDescription(
            2, HEIGHT, WIDTH, new float[] {0.5f, 0.25f}, new float[] {0.25f, 0.5f}),
        preprocessing,
        mirroredAveraging,
        Provenance.now("", "", 0).toJson(),
        validation);
  }

  /** The content of the bundle's files. */
  public static Map<String, AtomicFiles.Content> files(Fingerprint seen) {
    Map<String, AtomicFiles.Content> files = new LinkedHashMap<>();
    files.put(Bundle.MODEL_ONNX, resource("tiny.onnx"));
    files.put(Bundle.WEIGHTS, resource("weights.safetensors"));
    files.put(Fingerprint.FILE, seen.content());
    files.put(Bundle.README, text("# tiny\n\nFor tests. Research use only.\n"));
    files.put(Bundle.LICENSE, text("For tests.\n"));
    return files;
  }

  /** What ONNX Runtime in Python said, and numpy agreed to. */
  static JsonNode expected() throws IOException {
    try (InputStream in = open("tiny-expected.json")) {
      return Json.parse(
          new String(in.readAllBytes(), StandardCharsets.UTF_8), "tiny-expected.json");
    }
  }

  /** The network's bytes. */
  static AtomicFiles.Content resource(String name) {
    return out -> {
      try (InputStream in = open(name)) {
        in.transferTo(out);
      }
    };
  }

  private static AtomicFiles.Content text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(TinyBundle.class.getResourceAsStream(name), name);
  }
}
