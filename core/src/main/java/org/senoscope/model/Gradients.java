package org.senoscope.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.senoscope.image.GreyImage;
import org.senoscope.onnx.GradientGraph;
import org.senoscope.onnx.OnnxModel;

/**
 * How much a network's answer changes with what it computed on its way: the size of each logit's
 * gradient, place by place, at the two coarsest sizes of picture that the network sums up at. For
 * heatmaps sharper than class maps, which a network is free to draw beside what it looks at. Safe
 * for several threads.
 */
public final class Gradients implements AutoCloseable {
  private static final Set<String> OUTPUTS =
      Set.of(GradientGraph.CONTRIBUTIONS, GradientGraph.GRADIENTS);

  private final BundleDescription description;
  private final OrtEnvironment environment;
  private final OrtSession session;

  private Gradients(BundleDescription description, OrtEnvironment environment, OrtSession session) {
    this.description = description;
    this.environment = environment;
    this.session = session;
  }

  /**
   * The main task's maps, not below 0, of each logit against the mean of all.
   *
   * @param contributions sum over channels of |gradient × value| at the coarsest size
   * @param gradients sum over channels of |gradient| at the next finer size
   */
  public record Maps(ClassMaps contributions, ClassMaps gradients) {}

  /**
   * Loads a bundle's network with its way back.
   *
   * @return empty where the network is of a kind that cannot be gone back through
   */
  static Optional<Gradients> open(Bundle bundle, int threads) throws IOException {
    BundleDescription description = bundle.description();
    Head head = description.heads().getFirst();
    InputDescription input = description.input();
    Optional<byte[]> graph;
    try {
      byte[] weights = read(bundle, Bundle.WEIGHTS);
      OnnxModel model =
          OnnxModel.read(
              ByteBuffer.wrap(read(bundle, Bundle.MODEL_ONNX)), _ -> ByteBuffer.wrap(weights));
      String logits = "logits." + head.task().name();
      if (model.maker(logits).isEmpty()) {
        logits = "logits";
      }
      graph =
          GradientGraph.of(
              model,
              Signature.INPUT,
              new long[] {input.channels(), input.height(), input.width()},
              logits,
              head.logits());
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // another program's network, of a form that is not taken apart
    }
    if (graph.isEmpty()) {
      return Optional.empty();
    }
    OrtEnvironment environment = OnnxRuntime.environment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      return Optional.of(
          new Gradients(description, environment, environment.createSession(graph.get(), options)));
    } catch (OrtException e) {
      return Optional.empty(); // of a form that ONNX Runtime has no way back for
    }
  }

  /**
   * The gradients of an image that went through the bundle's steps; the mean with its mirror's
   * where the bundle averages.
   *
   * @param prepared shape (height, width) of the bundle's input
   */
  Maps of(GreyImage prepared) throws OrtException {
    InputDescription input = description.input();
    boolean mirrored = description.mirroredAveraging();
    int batch = mirrored ? 2 : 1;
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(Math.multiplyExact(batch * Float.BYTES, input.size()))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    input.write(prepared, buffer);
    if (mirrored) {
      input.writeMirrored(prepared, buffer);
    }
    buffer.rewind();
    long[] shape = {batch, input.channels(), input.height(), input.width()};
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, buffer, shape);
        OrtSession.Result result = session.run(Map.of(Signature.INPUT, tensor), OUTPUTS)) {
      return new Maps(
          maps(result, GradientGraph.CONTRIBUTIONS, mirrored),
          maps(result, GradientGraph.GRADIENTS, mirrored));
    }
  }

  private static ClassMaps maps(OrtSession.Result result, String output, boolean mirrored) {
    OnnxTensor tensor = (OnnxTensor) result.get(output).orElseThrow();
    long[] shape = tensor.getInfo().getShape();
    return Averages.ofMaps(
        tensor.getFloatBuffer(),
        Math.toIntExact(shape[1]),
        Math.toIntExact(shape[2]),
        Math.toIntExact(shape[3]),
        mirrored);
  }

  private static byte[] read(Bundle bundle, String name) throws IOException {
    try (InputStream in = bundle.openFile(name)) {
      return in.readAllBytes();
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close its session", e);
    }
  }
}
