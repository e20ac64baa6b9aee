package org.senoscope.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.senoscope.image.GreyImage;
import org.senoscope.work.InputException;

/**
 * Runs a network on prepared images and gives its tensors as they are: for work on the network
 * itself, where a {@link Predictor} answers. For use by one thread.
 */
public final class NetworkSession implements AutoCloseable {
  private final InputDescription input;
  private final OrtEnvironment environment;
  private final OrtSession session;

  private NetworkSession(InputDescription input, OrtEnvironment environment, OrtSession session) {
    this.input = input;
    this.environment = environment;
    this.session = session;
  }

  /**
   * Loads a network.
   *
   * @param onnx whole, with its weights inside
   * @param input what it takes
   * @param threads that work on one run, at least 1
   * @throws InputException when ONNX Runtime refuses it
   */
  public static NetworkSession open(byte[] onnx, InputDescription input, int threads) {
    OrtEnvironment environment = OnnxRuntime.environment();
    try (OrtSession.SessionOptions options = OnnxRuntime.options(threads)) {
      return new NetworkSession(input, environment, environment.createSession(onnx, options));
    } catch (OrtException e) {
      throw new InputException(
          "ONNX Runtime cannot load the network: %s"
              .formatted(String.valueOf(e.getMessage()).replaceAll("\\s+", " ")),
          e);
    }
  }

  /** Images as the network takes them, to be run once or often. */
  public FloatBuffer batch(List<GreyImage> prepared) {
    FloatBuffer batch =
        ByteBuffer.allocateDirect(
                Math.multiplyExact(Math.multiplyExact(prepared.size(), input.size()), Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    prepared.forEach(image -> input.write(image, batch));
    return batch.flip();
  }

  /**
   * Runs the network.
   *
   * @param batch of {@link #batch}
   * @param outputs that are wanted
   * @return their values, row-major
   */
  public Map<String, float[]> run(FloatBuffer batch, Set<String> outputs) {
    long[] shape = {
      batch.remaining() / input.size(), input.channels(), input.height(), input.width()
    };
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, batch.duplicate(), shape);
        OrtSession.Result result = session.run(Map.of(Signature.INPUT, tensor), outputs)) {
      Map<String, float[]> values = new HashMap<>();
      for (Map.Entry<String, OnnxValue> each : result) {
        FloatBuffer found = ((OnnxTensor) each.getValue()).getFloatBuffer();
        float[] copy = new float[found.remaining()];
        found.get(copy);
        values.put(each.getKey(), copy);
      }
      return values;
    } catch (OrtException e) {
      throw new IllegalStateException("The network does not run: " + e.getMessage(), e);
    }
  }

  /** All that it gives. */
  public Set<String> outputs() {
    return session.getOutputNames();
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
