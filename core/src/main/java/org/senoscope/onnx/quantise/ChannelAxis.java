package org.senoscope.onnx.quantise;

import java.util.List;
import java.util.Objects;
import org.senoscope.onnx.OnnxModel.Node;

/**
 * Which axis of a layer's weights is the channel of its output.
 *
 * @param axis of the weights
 * @param channels its length
 * @param inner how many weights lie between two neighbours along it
 */
record ChannelAxis(int axis, int channels, int inner) {
  /** Of a Conv or a Gemm whose weights are known. */
  static ChannelAxis of(Node node, CleanGraph graph) {
    List<Long> shape = Objects.requireNonNull(graph.known().get(node.inputs().get(1))).shape();
    int axis = node.operator().equals("Gemm") && node.integer("transB").orElse(0) == 0 ? 1 : 0;
    long inner = shape.stream().skip(axis + 1L).reduce(1L, (a, b) -> a * b);
    return new ChannelAxis(axis, shape.get(axis).intValue(), (int) inner);
  }
}
