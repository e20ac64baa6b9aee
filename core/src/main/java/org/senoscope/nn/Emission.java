package org.senoscope.nn;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.senoscope.onnx.OnnxGraph;

/**
 * An export under way: the graph, and where each tensor's values lie.
 *
 * @param graph receives the nodes
 * @param member what the names of the network's tensors begin with in the graph and its file, empty
 *     where it is the only one there
 * @param shapes of the network's tensors by name, without that beginning
 * @param place where a tensor's values lie
 * @param taps receives what {@link Layer.Tap} marks
 * @param laterals receives what {@link Layer.Lateral} hands on
 */
record Emission(
    OnnxGraph graph,
    String member,
    Map<String, long[]> shapes,
    Function<String, OnnxGraph.External> place,
    List<Tapped> taps,
    List<String> laterals) {
  /**
   * Maps that were marked.
   *
   * @param name in the graph
   * @param channels of them
   */
  record Tapped(String name, int channels) {}

  /** Names a tensor as an initializer. */
  String tensor(String name) {
    return tensor(name, name, shape(name));
  }

  /** Names a tensor's values as an initializer of another shape. */
  String tensor(String name, String initializer, long[] shape) {
    return graph.external(member + initializer, shape, place.apply(member + name));
  }

  long[] shape(String name) {
    long[] shape = shapes.get(name);
    if (shape == null) {
      throw new IllegalStateException("The network has no tensor " + name);
    }
    return shape;
  }
}
