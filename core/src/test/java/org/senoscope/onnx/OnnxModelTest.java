package org.senoscope.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.onnx.OnnxGraph.Dimension;

class OnnxModelTest {
  @Test
  void aGraphComesApartAsItWasPutTogether() {
    OnnxGraph graph = graph();
    String kernel = graph.inline("kernel", new long[] {4, 2}, new float[8]);
    String row = graph.node("Reshape", List.of("image", graph.inlineIntegers("row", 1, 4)));
    graph.named("answer", "MatMul", List.of(row, kernel));
    graph.output("answer", List.of(Dimension.BATCH, Dimension.of(2)));
    OnnxModel model = read(graph);
    assertThat(model.inputs())
        .containsExactly(new OnnxModel.Value("image", 1, Optional.of(List.of(-1L, 1L, 2L, 2L))));
    assertThat(model.outputs())
        .containsExactly(new OnnxModel.Value("answer", 1, Optional.of(List.of(-1L, 2L))));
    assertThat(model.nodes())
        .extracting(OnnxModel.Node::operator)
        .containsExactly("Reshape", "MatMul");
    assertThat(model.initializers().get("kernel").shape()).containsExactly(4L, 2L);
    assertThat(model.initializers().get("row").integers().orElseThrow()).containsExactly(1, 4);
  }

  @Test
  void movedIntoAGraphOfItsVersionsItIsTheSame() {
    OnnxGraph graph = graph();
    String row = graph.node("Flatten", List.of("image"), Attribute.integer("axis", 1));
    graph.named("answer", "Softmax", List.of(row), Attribute.integer("axis", -1));
    graph.output("answer", List.of(Dimension.BATCH, Dimension.of(4)));
    OnnxModel model = read(graph);
    OnnxGraph copy = model.graph("small");
    copy.input("image", SHAPE);
    model.copyInto(copy, name -> name, _ -> Optional.empty());
    copy.output("answer", List.of(Dimension.BATCH, Dimension.of(4)));
    OnnxModel again = read(copy);
    assertThat(again.nodes()).isEqualTo(model.nodes());
    assertThat(again.inputs()).isEqualTo(model.inputs());
    assertThat(again.outputs()).isEqualTo(model.outputs());
  }

  @Test
  void whatAnAnswerDoesNotNeedIsLeftOut() {
    OnnxGraph graph = graph();
    String row = graph.node("Flatten", List.of("image"));
    graph.named("answer", "Relu", List.of(row));
    String unused = graph.inline("unused", new long[] {1}, new float[1]);
    graph.named("features", "Add", List.of(row, unused));
    graph.output("answer", List.of(Dimension.BATCH, Dimension.of(4)));
    OnnxModel part = read(graph).upTo("answer", 0);
    assertThat(part.nodes())
        .extracting(OnnxModel.Node::operator)
        .containsExactly("Flatten", "Relu");
    assertThat(part.initializers()).isEmpty();
    assertThatThrownBy(() -> read(graph).upTo("nobody", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing makes nobody");
  }

  @ParameterizedTest
  @CsvSource({
    "1;4, 1, 0;4",
    "3;4, 3, 0;4",
    "3;4, 1, 3;4",
    "1;4, 0, 1;4",
    "-1;4, 1, -1;4",
    "1, 1, 1"
  })
  void aReshapingToTheFixedBatchKeepsItsInputs(String shape, long batch, String expected) {
    OnnxGraph graph = graph();
    String to = graph.inlineIntegers("to", numbers(shape));
    graph.named("answer", "Reshape", List.of("image", to));
    OnnxModel part = read(graph).upTo("answer", batch);
    String used = part.nodes().getFirst().inputs().get(1);
    assertThat(part.initializers().get(used).integers().orElseThrow())
        .containsExactly(numbers(expected));
  }

  @Test
  void tensorsWhoseValuesAreNotAllThereAreRefused() {
    OnnxGraph graph = graph();
    graph.inline("kernel", new long[] {4, 3}, new float[8]);
    assertThatThrownBy(() -> read(graph))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tensor kernel of shape [4, 3] takes 48 bytes, has 32");
    OnnxGraph vast = graph();
    vast.inline("vast", new long[] {1L << 40, 1L << 40}, new float[8]);
    assertThatThrownBy(() -> read(vast))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a shape beyond all bounds");
  }

  private static final List<Dimension> SHAPE =
      List.of(Dimension.BATCH, Dimension.of(1), Dimension.of(2), Dimension.of(2));

  private static OnnxGraph graph() {
    OnnxGraph graph = new OnnxGraph("small");
    graph.input("image", SHAPE);
    return graph;
  }

  private static OnnxModel read(OnnxGraph graph) {
    return OnnxModel.read(
        ByteBuffer.wrap(graph.toBytes()),
        location -> {
          throw new AssertionError("nothing lies elsewhere, asked for " + location);
        });
  }

  private static long[] numbers(String text) {
    return List.of(text.split(";")).stream().mapToLong(Long::parseLong).toArray();
  }
}
