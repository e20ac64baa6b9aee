package org.senoscope.server.tfs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import org.senoscope.model.Head;
import org.senoscope.server.models.ServedModel;
import org.senoscope.study.PositiveLabel;

/** The bodies of answers, as TensorFlow Serving lays them out. */
final class TfsAnswers {
  /** Spaces for each level where TensorFlow Serving writes JSON itself. */
  private static final int WIDE = 4;

  /** Spaces for each level where protocol buffers write it. */
  private static final int NARROW = 1;

  private TfsAnswers() {}

  /** {@code {"error": …}}. */
  static String error(String text) {
    return new PrettyJson(WIDE).object().key("error").text(text).endObject().toString();
  }

  /** The versions of a model, the latest first. */
  static String status(Collection<ServedModel> versions) {
    PrettyJson json = new PrettyJson(NARROW).object().key("model_version_status").list();
    for (ServedModel version : versions) {
      json.object().key("version").text(Long.toString(version.number()));
      json.key("state").text("AVAILABLE");
      json.key("status").object().key("error_code").text("OK");
      json.key("error_message").text("").endObject().endObject();
    }
    return json.endList().endObject() + "\n";
  }

  /** A tree of objects, lists, texts and truths. */
  static String tree(JsonNode tree) {
    PrettyJson json = new PrettyJson(NARROW);
    write(tree, json);
    return json + "\n";
  }

  private static void write(JsonNode tree, PrettyJson json) {
    if (tree.isObject()) {
      json.object();
      tree.properties()
          .forEach(
              member -> {
                json.key(member.getKey());
                write(member.getValue(), json);
              });
      json.endObject();
    } else if (tree.isArray()) {
      json.list();
      tree.forEach(element -> write(element, json));
      json.endList();
    } else if (tree.isBoolean()) {
      json.truth(tree.booleanValue());
    } else {
      json.text(tree.asText());
    }
  }

  /**
   * The outputs of a head for one image: the probabilities of its labels; of a network with one
   * sigmoid output that output's, which is the second label's.
   *
   * @param probabilities of the head's labels
   */
  static float[] outputs(Head head, double[] probabilities) {
    return switch (head.form()) {
      case SOFTMAX -> floats(probabilities);
      case SIGMOID -> new float[] {(float) probabilities[1]};
    };
  }

  /** The precision of TensorFlow's tensors. */
  static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /**
   * Predictions, an element for each image.
   *
   * @param images the outputs of each head for each image
   */
  static String predictions(List<Head> heads, List<List<float[]>> images) {
    PrettyJson json = new PrettyJson(WIDE).object().key("predictions").list();
    boolean several = heads.size() > 1;
    for (List<float[]> outputs : images) {
      if (several) {
        json.object();
      }
      json.listsOnOneLine(true);
      for (int i = 0; i < heads.size(); i++) {
        if (several) {
          json.key(heads.get(i).task().name());
        }
        row(json, outputs.get(i));
      }
      json.listsOnOneLine(false);
      if (several) {
        json.endObject();
      }
    }
    return json.endList().endObject().toString();
  }

  /**
   * Outputs, a tensor of all images for each head.
   *
   * @param images the outputs of each head for each image
   */
  static String outputs(List<Head> heads, List<List<float[]>> images) {
    PrettyJson json = new PrettyJson(WIDE).object().key("outputs");
    boolean several = heads.size() > 1;
    if (several) {
      json.object();
    }
    for (int i = 0; i < heads.size(); i++) {
      if (several) {
        json.key(heads.get(i).task().name());
      }
      json.list();
      for (List<float[]> outputs : images) {
        row(json, outputs.get(i));
      }
      json.endList();
    }
    if (several) {
      json.endObject();
    }
    return json.endObject().toString();
  }

  /** Each image's labels with their scores. */
  static String classes(Head head, List<float[]> images) {
    PrettyJson json = new PrettyJson(WIDE).object().key("results").list();
    for (float[] scores : images) {
      json.listsOnOneLine(true).list();
      for (int label = 0; label < scores.length; label++) {
        json.list().text(head.task().labels().get(label)).number(scores[label]).endList();
      }
      json.endList().listsOnOneLine(false);
    }
    return json.endList().endObject().toString();
  }

  /** The probability of the positive label for each image. */
  static String regressions(Head head, List<float[]> images) {
    int positive = PositiveLabel.of(head.task());
    PrettyJson json = new PrettyJson(WIDE).object().key("results").listsOnOneLine(true).list();
    images.forEach(scores -> json.number(scores[positive]));
    return json.endList().endObject().toString();
  }

  private static void row(PrettyJson json, float[] values) {
    json.list();
    for (float value : values) {
      json.number(value);
    }
    json.endList();
  }
}
