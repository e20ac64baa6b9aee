package org.senoscope.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.senoscope.onnx.Attribute;
import org.senoscope.onnx.OnnxGraph;

/**
 * Where the lesion is, from the maps that the labels are told from: a small decoder that goes from
 * the trunk's last maps to finer ones (after feature pyramids; Lin et al. 2017). It is learned
 * beside the labels, which makes the trunk look where readers looked; what a lesion's outline is,
 * is never told to the network as its input.
 *
 * <p>Where it guides, the labels are told from the trunk's maps there: in place of the mean over
 * the picture comes a mean weighted by the answer (attention, learned from readers' outlines alone:
 * the labels' loss does not reach the weights). {@link #FLOOR} keeps the rest of the picture in
 * sight, above all where there is no lesion.
 *
 * @param name of its tensors, {@code name.level0.weight} and so on
 * @param levels the trunk's last maps, then the finer ones
 * @param width channels of the decoder
 * @param guides whether the labels are told from where it sees a lesion
 */
public record MaskHead(String name, List<Level> levels, int width, boolean guides) {
  private static final double EPSILON = 1e-5;
  private static final double MOMENTUM = 0.1;

  /** Added to the probability of a lesion before places are weighed by it. */
  static final double FLOOR = 0.02;

  /** Of a picture, that a lesion covers where there is one; in BUSI .06 (median) or .10 (mean). */
  private static final double USUAL_SHARE = 0.08;

  /**
   * Maps of the trunk.
   *
   * @param channels how many
   * @param height rows of each
   * @param width columns of each
   */
  public record Level(int channels, int height, int width) {}

  public MaskHead {
    levels = List.copyOf(levels);
  }

  /** Rows of the answer. */
  public int rows() {
    return levels.getLast().height();
  }

  /** Columns of the answer. */
  public int columns() {
    return levels.getLast().width();
  }

  private Layer.Conv entry(int level) {
    return new Layer.Conv(
        name + ".level" + level, levels.get(level).channels(), width, 1, 1, 0, 0, 1, true);
  }

  private Layer smooth(int level) {
    String own = name + ".smooth" + level;
    return Layer.Sequence.of(
        new Layer.Conv(own + ".conv", width, width, 3, 1, 1, 1, 1, false),
        new Layer.BatchNorm(own + ".bn", width, EPSILON, MOMENTUM),
        new Layer.Relu());
  }

  private Layer.Conv last() {
    return new Layer.Conv(name + ".out", width, 1, 1, 1, 0, 0, 1, true);
  }

  void declare(Consumer<ParameterSpec> tensors) {
    for (int level = 0; level < levels.size(); level++) {
      entry(level).declare(tensors);
      smooth(level).declare(tensors);
    }
    // Everywhere the chance of a lesion at first: else the first steps learn nothing but that most
    // of a picture is none, and shake the trunk meanwhile (after RetinaNet; Lin et al. 2017).
    tensors.accept(
        new ParameterSpec(
            name + ".out.weight",
            new long[] {1, width, 1, 1},
            ParameterSpec.Role.WEIGHT,
            new ParameterSpec.Start.Normal(0.01)));
    tensors.accept(
        new ParameterSpec(
            name + ".out.bias",
            new long[] {1},
            ParameterSpec.Role.PLAIN,
            new ParameterSpec.Start.Constant(Math.log(USUAL_SHARE / (1 - USUAL_SHARE)))));
  }

  /**
   * The answer on libtorch.
   *
   * @param maps by level
   * @return logits (n, 1, rows, columns), float32: above 0 where a lesion is likelier than not
   */
  Tensor forward(Pass pass, List<Tensor> maps) {
    Tensor y = smooth(0).forward(pass, entry(0).forward(pass, maps.getFirst()));
    for (int level = 1; level < levels.size(); level++) {
      Level to = levels.get(level);
      Tensor finer = entry(level).forward(pass, maps.get(level));
      Tensor coarser = torch.upsample_nearest2d(y, to.height(), to.width());
      y = smooth(level).forward(pass, finer.add(Torch.as(coarser, finer.scalar_type().intern())));
    }
    return Torch.as(last().forward(pass, y), ScalarType.Float);
  }

  /**
   * Adds the ONNX nodes.
   *
   * @param maps by level
   * @return the name of the answer's logits (n, 1, rows, columns)
   */
  String emit(Emission out, List<String> maps) {
    OnnxGraph graph = out.graph();
    String y = smooth(0).emit(out, entry(0).emit(out, maps.getFirst()));
    for (int level = 1; level < levels.size(); level++) {
      Level to = levels.get(level);
      String finer = entry(level).emit(out, maps.get(level));
      y = smooth(level).emit(out, graph.node("Add", List.of(finer, enlarged(graph, y, to))));
    }
    return last().emit(out, y);
  }

  /**
   * How much each place of the trunk's last maps counts, on libtorch.
   *
   * @param answer as {@link #forward} gives it
   * @return (n, 1, height, width) of the last maps; the mean over the places is 1
   */
  Tensor weights(Tensor answer) {
    Level last = levels.getFirst();
    Tensor fine = torch.sigmoid(answer.detach()).add(Torch.scalar(FLOOR));
    Tensor summed =
        Torch.copyOf(shares(last.height(), rows()), last.height(), rows())
            .matmul(fine)
            .matmul(
                Torch.copyOf(shares(last.width(), columns()), last.width(), columns())
                    .transpose(0, 1));
    return summed.div(fine.mean(new long[] {2, 3}, true, new ScalarTypeOptional()));
  }

  /**
   * The same as ONNX nodes.
   *
   * @param fine (n, 1, rows, columns), the mean over the places is 1
   * @param coarse (n, 1, height, width) of the last maps, likewise
   */
  record Weights(String fine, String coarse) {}

  /**
   * Adds the nodes of {@link #weights(Tensor)}.
   *
   * @param answer the name of the answer's logits
   */
  Weights weights(OnnxGraph graph, String answer) {
    Level last = levels.getFirst();
    String odds = graph.node("Sigmoid", List.of(answer));
    String raised =
        graph.node(
            "Add",
            List.of(odds, graph.inline(name + ".floor", new long[0], new float[] {(float) FLOOR})));
    String fine =
        graph.node(
            "Div",
            List.of(
                raised,
                graph.node("ReduceMean", List.of(raised), Attribute.integers("axes", 2, 3))));
    String down =
        graph.inline(
            name + ".rows", new long[] {last.height(), rows()}, shares(last.height(), rows()));
    String across =
        graph.node(
            "Transpose",
            List.of(
                graph.inline(
                    name + ".columns",
                    new long[] {last.width(), columns()},
                    shares(last.width(), columns()))));
    String coarse =
        graph.node("MatMul", List.of(graph.node("MatMul", List.of(down, fine)), across));
    return new Weights(fine, coarse);
  }

  /**
   * A map of the last level's size, as fine as the answer: each place takes the value of the place
   * that it lies in.
   */
  String enlarged(OnnxGraph graph, String map) {
    return enlarged(graph, map, levels.getLast());
  }

  /**
   * What gathers fine places into coarse ones, as {@link #enlarged} deals them out: (coarse, fine),
   * scaled so that the mean stays.
   */
  private static float[] shares(int coarse, int fine) {
    float[] shares = new float[coarse * fine];
    for (int place = 0; place < fine; place++) {
      shares[(place * coarse / fine) * fine + place] = (float) coarse / fine;
    }
    return shares;
  }

  /** As torch.upsample_nearest2d: place i of n is filled from place floor(i · m / n) of m. */
  private static String enlarged(OnnxGraph graph, String x, Level to) {
    String sizes =
        graph.node(
            "Concat",
            List.of(
                graph.node(
                    "Shape",
                    List.of(x),
                    Attribute.integer("start", 0),
                    Attribute.integer("end", 2)),
                graph.inlineIntegers(
                    "size_%d_%d".formatted(to.height(), to.width()), to.height(), to.width())),
            Attribute.integer("axis", 0));
    return graph.node(
        "Resize",
        List.of(x, "", "", sizes),
        Attribute.text("mode", "nearest"),
        Attribute.text("coordinate_transformation_mode", "asymmetric"),
        Attribute.text("nearest_mode", "floor"));
  }

  /**
   * The mask head that fits a trunk: it goes back to the finest maps that the trunk hands on.
   *
   * @param trunk with {@link Layer.Lateral}s; its last maps must be deeper than those
   * @param channels of the input
   * @param height of the input
   * @param width of the input
   * @param decoder channels of the decoder
   * @param guides whether the labels are told from where it sees a lesion
   */
  static MaskHead of(
      Layer trunk, int channels, int height, int width, int decoder, boolean guides) {
    List<Level> levels = new ArrayList<>();
    levels.add(
        new Level(
            Extent.channelsAfter(trunk, channels),
            Extent.after(trunk, height),
            Extent.after(trunk, width)));
    if (trunk instanceof Layer.Sequence whole) {
      for (int end = 0; end < whole.layers().size(); end++) {
        if (whole.layers().get(end) instanceof Layer.Lateral lateral) {
          Layer before = new Layer.Sequence(whole.layers().subList(0, end));
          levels.add(
              1,
              new Level(
                  lateral.channels(), Extent.after(before, height), Extent.after(before, width)));
        }
      }
    }
    return new MaskHead("mask", levels, decoder, guides);
  }
}
