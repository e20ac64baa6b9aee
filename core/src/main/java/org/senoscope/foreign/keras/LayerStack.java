package org.senoscope.foreign.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.senoscope.work.InputException;

/**
 * The layers of a configuration in the order that an image passes them: of a Sequential, of a
 * functional network that is a plain chain, and of such networks inside one another. Anything else
 * is refused with its name.
 */
final class LayerStack {
  private static final int MOST_LAYERS = 2_000;
  private static final int DEEPEST = 8;
  private static final Set<String> FUNCTIONAL = Set.of("Functional", "Model");
  private static final String SEQUENTIAL = "Sequential";

  private final String file;
  private final List<KerasLayer> layers = new ArrayList<>();
  private final Set<List<String>> paths = new HashSet<>();
  private final Set<String> unsupported = new LinkedHashSet<>();

  private LayerStack(String file) {
    this.file = file;
  }

  /**
   * Reads a configuration.
   *
   * @param file its name, for messages
   * @throws InputException naming every layer that is not supported, or what else is
   */
  static List<KerasLayer> of(String file, JsonNode model) {
    LayerStack stack = new LayerStack(file);
    String kind = model.path("class_name").asText("");
    if (!kind.equals(SEQUENTIAL) && !FUNCTIONAL.contains(kind)) {
      throw new InputException(
          "%s holds a network of the class \"%s\", which is code: only Sequential and plain functional networks can be read; save it as a SavedModel and convert that (docs/bringing-a-model.md)"
              .formatted(file, kind));
    }
    stack.add(model, List.of(), List.of(), 0);
    if (!stack.unsupported.isEmpty()) {
      throw new InputException(
          "%s holds layers that are not supported: %s. Supported are %s. Convert it to ONNX with tf2onnx instead (docs/bringing-a-model.md)"
              .formatted(
                  file,
                  String.join(", ", stack.unsupported),
                  String.join(", ", LayerKinds.SUPPORTED)));
    }
    return stack.layers;
  }

  private void add(JsonNode model, List<String> path, List<String> groups, int depth) {
    if (depth > DEEPEST) {
      throw new InputException("%s holds networks more than %d deep".formatted(file, DEEPEST));
    }
    JsonNode config = model.path("config");
    JsonNode list = config.isArray() ? config : config.path("layers");
    if (!list.isArray() || list.isEmpty()) {
      throw new InputException("%s: the network %s has no layers".formatted(file, title(path)));
    }
    IdentityHashMap<JsonNode, List<String>> places = places(list, groups);
    List<JsonNode> order =
        model.path("class_name").asText().equals(SEQUENTIAL)
            ? inOrder(list)
            : chain(config, list, path);
    for (JsonNode layer : order) {
      String kind = layer.path("class_name").asText("");
      String name = name(layer);
      List<String> own = new ArrayList<>(path);
      own.add(name);
      if (!paths.add(own)) {
        throw new InputException(
            "%s holds two layers of the name %s".formatted(file, String.join("/", own)));
      }
      List<String> place = Objects.requireNonNull(places.get(layer));
      if (kind.equals(SEQUENTIAL) || FUNCTIONAL.contains(kind)) {
        add(layer, own, place, depth + 1);
      } else if (!LayerKinds.SUPPORTED.contains(kind) || !isKerasOwn(layer)) {
        unsupported.add(
            "%s (%s)%s"
                .formatted(
                    kind,
                    String.join("/", own),
                    kind.equals("Lambda") ? ", which is code and never run" : ""));
      } else {
        List<String> variables = new ArrayList<>(place);
        variables.add("vars");
        layers.add(new KerasLayer(kind, name, own, variables, layer.path("config")));
        if (layers.size() > MOST_LAYERS) {
          throw new InputException("%s has more than %d layers".formatted(file, MOST_LAYERS));
        }
      }
    }
  }

  /**
   * Where a {@code .keras} file keeps each layer's variables: under the name of its class in
   * snake_case, numbered from the second on.
   */
  private static IdentityHashMap<JsonNode, List<String>> places(
      JsonNode list, List<String> groups) {
    Map<String, Integer> used = new HashMap<>();
    IdentityHashMap<JsonNode, List<String>> places = new IdentityHashMap<>();
    for (JsonNode layer : list) {
      String kind = snakeCase(layer.path("class_name").asText(""));
      int count = used.merge(kind, 1, Integer::sum);
      List<String> place = new ArrayList<>(groups);
      place.add("layers");
      place.add(count == 1 ? kind : kind + "_" + (count - 1));
      places.put(layer, place);
    }
    return places;
  }

  /** As Keras's {@code naming.to_snake_case}. */
  static String snakeCase(String name) {
    return name.replaceAll("\\W+", "")
        .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }

  /** Whether a layer is Keras's own, and not another of the same name. */
  private static boolean isKerasOwn(JsonNode layer) {
    String module = layer.path("module").asText("keras");
    String registered = layer.path("registered_name").asText("");
    return (module.equals("keras")
            || module.startsWith("keras.")
            || module.startsWith("tf_keras.")
            || module.startsWith("tensorflow.keras."))
        && (!registered.contains(">") || registered.startsWith("Keras>"));
  }

  private static List<JsonNode> inOrder(JsonNode list) {
    List<JsonNode> order = new ArrayList<>();
    list.forEach(order::add);
    return order;
  }

  /** From the output back to the input. */
  private List<JsonNode> chain(JsonNode config, JsonNode list, List<String> path) {
    Map<String, JsonNode> byName = new LinkedHashMap<>();
    list.forEach(layer -> byName.put(name(layer), layer));
    List<String> ends = references(config.path("output_layers"));
    if (ends.size() != 1) {
      throw new InputException(
          "%s: the network %s has %d outputs, only one is supported"
              .formatted(file, title(path), ends.size()));
    }
    List<JsonNode> chain = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    String next = ends.getFirst();
    while (true) {
      JsonNode layer = byName.get(next);
      if (layer == null || !seen.add(next)) {
        throw new InputException(
            "%s: the network %s has no whole chain of layers: \"%s\" is %s"
                .formatted(file, title(path), next, layer == null ? "missing" : "there twice"));
      }
      chain.add(layer);
      if (layer.path("class_name").asText("").equals("InputLayer")) {
        Collections.reverse(chain);
        return chain;
      }
      next = before(layer, path);
    }
  }

  private String before(JsonNode layer, List<String> path) {
    JsonNode nodes = layer.path("inbound_nodes");
    String what = "layer %s (%s)".formatted(name(layer), layer.path("class_name").asText(""));
    if (nodes.size() != 1) {
      throw new InputException(
          "%s: %s of the network %s is used %d times, only a plain chain of layers is supported"
              .formatted(file, what, title(path), nodes.size()));
    }
    JsonNode node = nodes.path(0);
    List<String> inputs = node.isObject() ? tensors(node.path("args"), 0) : references(node);
    if (node.findValues("training").stream().anyMatch(JsonNode::asBoolean)) {
      throw new InputException(
          "%s: %s works as in training, where it answers by chance: build the network without training=True"
              .formatted(file, what));
    }
    if (inputs.size() != 1) {
      throw new InputException(
          "%s: %s takes %d inputs, only a plain chain of layers is supported; convert it to ONNX with tf2onnx instead (docs/bringing-a-model.md)"
              .formatted(file, what, inputs.size()));
    }
    return inputs.getFirst();
  }

  /** Keras 3: tensors among the arguments, each with the layer it comes from. */
  private static List<String> tensors(JsonNode arguments, int depth) {
    List<String> found = new ArrayList<>();
    if (arguments.path("class_name").asText("").equals("__keras_tensor__")) {
      found.add(arguments.path("config").path("keras_history").path(0).asText(""));
    } else if (depth < DEEPEST) {
      arguments.forEach(each -> found.addAll(tensors(each, depth + 1)));
    }
    return found;
  }

  /** Keras 2: {@code [name, node, tensor]}, or a list of such. */
  private static List<String> references(JsonNode node) {
    if (node.path(0).isTextual()) {
      return List.of(node.path(0).asText());
    }
    List<String> found = new ArrayList<>();
    node.forEach(
        each -> {
          if (each.path(0).isTextual()) {
            found.add(each.path(0).asText());
          } else if (each.path(0).path(0).isTextual()) {
            found.add(each.path(0).path(0).asText());
          }
        });
    return found;
  }

  private static String name(JsonNode layer) {
    return layer.path("config").path("name").asText(layer.path("name").asText(""));
  }

  private static String title(List<String> path) {
    return path.isEmpty() ? "itself" : String.join("/", path);
  }
}
