package org.senoscope.server.tfs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.senoscope.files.Json;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.Head;
import org.senoscope.server.models.ServedModel;
import org.senoscope.study.PositiveLabel;

/**
 * The signatures of a bundle, by the names that requests use. {@code serving_default} takes
 * tensors, {@code serving_bytes} encoded images, though either is taken under both names; {@code
 * classify_<task>} and {@code regress_<task>} answer examples, for the main task also under {@code
 * serving_default}.
 */
final class Signatures {
  /** The signature that is meant where none is named. */
  static final String DEFAULT = "serving_default";

  private static final String BYTES = "serving_bytes";
  private static final String CLASSIFY = "classify_";
  private static final String REGRESS = "regress_";
  private static final String METHOD = "tensorflow/serving/";
  private static final int ANY = -1;

  private Signatures() {}

  /**
   * Checks the signature of a request for predictions.
   *
   * @param name as the request has it; empty for the default
   * @throws TfsException when there is none of that name
   */
  static void checkPredict(String name) {
    if (!name.isEmpty() && !name.equals(DEFAULT) && !name.equals(BYTES)) {
      throw TfsException.invalid(
          "Serving signature name: \"%s\" not found in signature def".formatted(shortened(name)));
    }
  }

  /**
   * The head that a request to classify is about.
   *
   * @param name as the request has it; empty for the main task
   * @throws TfsException when there is no such signature
   */
  static Head classify(BundleDescription description, String name) {
    return head(description, name, CLASSIFY);
  }

  /**
   * The head that a request to regress is about.
   *
   * @param name as the request has it; empty for the main task
   * @throws TfsException when there is no such signature, or its task has no positive label
   */
  static Head regress(BundleDescription description, String name) {
    Head head = head(description, name, REGRESS);
    if (PositiveLabel.of(head.task()) < 0) {
      throw TfsException.invalid(
          ("Expected regression signature method_name to be %sregress: none of task %s's labels is"
                  + " positive; use :predict or :classify")
              .formatted(METHOD, head.task().name()));
    }
    return head;
  }

  private static Head head(BundleDescription description, String name, String prefix) {
    if (name.isEmpty() || name.equals(DEFAULT)) {
      return description.heads().getFirst();
    }
    return description.heads().stream()
        .filter(head -> name.equals(prefix + head.task().name()))
        .findFirst()
        .orElseThrow(
            () ->
                TfsException.invalid(
                    "No signature was found with the name: %s".formatted(shortened(name))));
  }

  /** A version's signatures as the metadata endpoint shows them. */
  static ObjectNode metadata(ServedModel model) {
    BundleDescription description = model.description();
    ObjectNode json = Json.object();
    json.putObject("model_spec")
        .put("name", model.name())
        .put("signature_name", "")
        .put("version", Long.toString(model.number()));
    ObjectNode all =
        json.putObject("metadata").putObject("signature_def").putObject("signature_def");
    List<Integer> shape = new ArrayList<>(List.of(ANY));
    for (int side : description.input().tensorShape()) {
      shape.add(side);
    }
    ObjectNode tensors = all.putObject(DEFAULT);
    tensor(tensors.putObject("inputs"), ImageReader.INPUTS.getFirst(), "DT_FLOAT", shape);
    outputs(tensors, description);
    ObjectNode bytes = all.putObject(BYTES);
    tensor(bytes.putObject("inputs"), ImageReader.INPUTS.getLast(), "DT_STRING", List.of(ANY));
    outputs(bytes, description);
    for (Head head : description.heads()) {
      String task = head.task().name();
      List<Integer> scores = List.of(ANY, head.task().labels().size());
      ObjectNode classify = all.putObject(CLASSIFY + task);
      tensor(classify.putObject("inputs"), "inputs", "DT_STRING", List.of(ANY));
      tensor(classify.putObject("outputs"), "classes", "DT_STRING", scores);
      tensor(classify.withObjectProperty("outputs"), "scores", "DT_FLOAT", scores);
      classify.put("method_name", METHOD + "classify").putObject("defaults");
      if (PositiveLabel.of(head.task()) >= 0) {
        ObjectNode regress = all.putObject(REGRESS + task);
        tensor(regress.putObject("inputs"), "inputs", "DT_STRING", List.of(ANY));
        tensor(regress.putObject("outputs"), "outputs", "DT_FLOAT", List.of(ANY, 1));
        regress.put("method_name", METHOD + "regress").putObject("defaults");
      }
    }
    return json;
  }

  private static void outputs(ObjectNode signature, BundleDescription description) {
    ObjectNode outputs = signature.putObject("outputs");
    for (Head head : description.heads()) {
      tensor(outputs, head.task().name(), "DT_FLOAT", List.of(ANY, head.logits()));
    }
    signature.put("method_name", METHOD + "predict").putObject("defaults");
  }

  private static void tensor(ObjectNode tensors, String name, String type, List<Integer> shape) {
    ObjectNode tensor = tensors.putObject(name).put("dtype", type);
    ObjectNode sides = tensor.putObject("tensor_shape");
    ArrayNode list = sides.putArray("dim");
    shape.forEach(side -> list.addObject().put("size", Integer.toString(side)).put("name", ""));
    sides.put("unknown_rank", false);
    tensor.put("name", name + ":0");
  }

  private static String shortened(String name) {
    return name.length() <= 80 ? name : name.substring(0, 80) + "...";
  }
}
