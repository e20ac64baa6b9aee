package org.senoscope.foreign.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.function.Function;
import org.senoscope.foreign.keras.GraphBuilder.Kind;
import org.senoscope.onnx.Attribute;
import org.senoscope.onnx.OnnxGraph;

/** Keras's activation functions, by name and as layers. */
final class Activations {
  private static final List<String> KNOWN =
      List.of(
          "linear",
          "relu",
          "relu6",
          "leaky_relu",
          "elu",
          "selu",
          "gelu",
          "swish",
          "softplus",
          "softsign",
          "tanh",
          "sigmoid",
          "softmax",
          "exponential");

  private final GraphBuilder graph;

  Activations(GraphBuilder graph) {
    this.graph = graph;
  }

  /** Adds the activation that a layer's settings name. */
  void ofSetting(KerasLayer layer) {
    JsonNode setting = layer.config().path("activation");
    // Keras 2 and 3 write built-in functions as names, or as objects that hold the name.
    JsonNode name = setting.isObject() ? setting.path("config") : setting;
    if (name.isObject()) {
      throw layer.refuse("its activation %s is not supported".formatted(shown(setting)));
    }
    String module = setting.path("module").asText("");
    boolean own = setting.path("registered_name").asText("").contains(">");
    if (own || !(module.isEmpty() || module.equals("builtins") || module.startsWith("keras"))) {
      throw layer.refuse("its activation %s is code, which is never run".formatted(shown(setting)));
    }
    add(layer, name.isMissingNode() || name.isNull() ? TextNode.valueOf("linear") : name);
  }

  private void add(KerasLayer layer, JsonNode name) {
    switch (name.asText()) {
      case "linear" -> {}
      case "relu" -> simple("relu", "Relu");
      case "relu6" -> clip("relu6", 6);
      case "leaky_relu" -> leaky(layer.number("negative_slope", 0.2));
      case "elu" -> simple("elu", "Elu");
      case "selu" -> simple("selu", "Selu");
      case "gelu" -> gelu();
      case "swish", "silu" ->
          bending(
              "swish",
              (out, x) -> {
                String share = out.graph().node("Sigmoid", List.of(x));
                return out.graph().node("Mul", List.of(x, share));
              });
      case "softplus" -> simple("softplus", "Softplus");
      case "softsign" -> simple("softsign", "Softsign");
      case "tanh" -> simple("tanh", "Tanh");
      case "exponential" -> simple("exponential", "Exp");
      case "sigmoid" ->
          graph.add(Kind.SIGMOID, "sigmoid", (out, x) -> out.graph().node("Sigmoid", List.of(x)));
      case "softmax", "softmax_v2" -> softmax(); // the latter is what tf.nn.softmax calls itself
      default ->
          throw layer.refuse(
              "its activation %s is not supported; supported are %s"
                  .formatted(shown(name), String.join(", ", KNOWN)));
    }
  }

  /** Layer ReLU. */
  void relu(KerasLayer layer) {
    double slope = layer.number("negative_slope", 0);
    if (layer.number("threshold", 0) != 0) {
      throw layer.refuse("a threshold other than 0 is not supported");
    }
    boolean limited = layer.has("max_value");
    if (slope == 0) {
      if (limited) {
        clip("relu", layer.number("max_value", 0));
      } else {
        simple("relu", "Relu");
      }
      return;
    }
    leaky(slope);
    if (limited) {
      double most = layer.number("max_value", 0);
      bending("relu", (out, x) -> out.graph().node("Min", List.of(x, number(out.graph(), most))));
    }
  }

  /** Layer LeakyReLU: Keras 2 calls the slope alpha. */
  void leakyRelu(KerasLayer layer) {
    leaky(layer.number("negative_slope", layer.number("alpha", 0.3)));
  }

  /** Layer Softmax, over the last axis only. */
  void softmax(KerasLayer layer) {
    JsonNode axis = layer.config().path("axis");
    JsonNode one = axis.isArray() && axis.size() == 1 ? axis.path(0) : axis;
    if (!one.isMissingNode() && one.asInt(0) != -1 && one.asInt(0) != graph.shape().size()) {
      throw layer.fault("axis", "the last one", axis);
    }
    softmax();
  }

  private void softmax() {
    int axis = graph.channelsFirst() ? 1 : -1;
    graph.add(
        Kind.SOFTMAX,
        "softmax",
        (out, x) -> out.graph().node("Softmax", List.of(x), Attribute.integer("axis", axis)));
  }

  private void simple(String name, String operator) {
    bending(name, (out, x) -> out.graph().node(operator, List.of(x)));
  }

  private void leaky(double slope) {
    bending(
        "leaky_relu",
        (out, x) -> out.graph().node("LeakyRelu", List.of(x), Attribute.real("alpha", slope)));
  }

  private void clip(String name, double most) {
    bending(
        name,
        (out, x) ->
            out.graph()
                .node("Clip", List.of(x, number(out.graph(), 0), number(out.graph(), most))));
  }

  /** The exact one: x/2 (1 + erf(x/√2)). */
  private void gelu() {
    bending(
        "gelu",
        (out, x) -> {
          OnnxGraph to = out.graph();
          String scaled = to.node("Mul", List.of(x, number(to, Math.sqrt(0.5))));
          String share = to.node("Add", List.of(to.node("Erf", List.of(scaled)), number(to, 1)));
          return to.node("Mul", List.of(to.node("Mul", List.of(x, number(to, 0.5))), share));
        });
  }

  private void bending(String name, GraphBuilder.Emitter emitter) {
    graph.add(Kind.BENDING, name, emitter);
  }

  /** A number as an initializer of the graph's, once. */
  static String number(OnnxGraph graph, double value) {
    float single = (float) value;
    return graph.inline("number " + single, new long[0], new float[] {single});
  }

  private static String shown(JsonNode name) {
    Function<String, String> shortened = text -> text.length() > 60 ? text.substring(0, 60) : text;
    return "\"%s\"".formatted(shortened.apply(name.isTextual() ? name.asText() : name.toString()));
  }
}
