package org.senoscope.explain.faithfulness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.senoscope.files.AtomicFiles;
import org.senoscope.model.Bundle;
import org.senoscope.model.BundleWriter;
import org.senoscope.onnx.OnnxModel;
import org.senoscope.safetensors.Dtype;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.safetensors.TensorEntry;

/**
 * Networks that know nothing: a bundle's network with weights drawn by chance. Heatmaps that point
 * as well with these show the image, not what the network learned (Adebayo et al. 2018, "Sanity
 * Checks for Saliency Maps").
 *
 * <p>Each weight is normal with variance 1 / (inputs of one output); batch norm changes nothing
 * (scale 1, shift 0, mean 0, variance 1), and biases are 0. Values then shrink with depth and run
 * into no activation's upper limit; and since such a network's answer grows in proportion to its
 * input, shrinking leaves the shape of its maps as it is.
 */
public final class RandomWeights {
  /** What a tensor of one dimension is. */
  private enum Role {
    ONE,
    ZERO
  }

  private RandomWeights() {}

  /**
   * Writes a copy of a bundle with random weights.
   *
   * @param target the folder to make
   * @param seed the same for the same weights
   * @throws org.senoscope.work.InputException when the target exists
   */
  public static Bundle copy(Bundle bundle, Path target, long seed) throws IOException {
    SafetensorsFile weights = bundle.weights();
    Map<String, Role> roles = roles(bundle);
    byte[] bytes = read(bundle, Bundle.WEIGHTS);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    SplittableRandom random = new SplittableRandom(seed);
    for (Map.Entry<String, TensorEntry> each : weights.tensors().entrySet()) {
      String name = each.getKey();
      TensorEntry tensor = each.getValue();
      if (tensor.dtype() != Dtype.F32) {
        continue;
      }
      int offset = Math.toIntExact(weights.dataOffset(name));
      long[] shape = tensor.shape();
      int length = Math.toIntExact(tensor.elements());
      double deviation = shape.length < 2 ? 0 : Math.sqrt((double) shape[0] / length);
      float constant = roles.getOrDefault(name, Role.ZERO) == Role.ONE ? 1 : 0;
      for (int i = 0; i < length; i++) {
        float value = deviation > 0 ? (float) (deviation * random.nextGaussian()) : constant;
        buffer.putFloat(offset + i * Float.BYTES, value);
      }
    }
    Map<String, AtomicFiles.Content> files = new LinkedHashMap<>();
    for (String name : bundle.fileNames()) {
      byte[] content = name.equals(Bundle.WEIGHTS) ? bytes : read(bundle, name);
      files.put(name, out -> out.write(content));
    }
    return BundleWriter.write(target, bundle.description(), files);
  }

  /** What batch norm takes; all else of one dimension is a bias. */
  private static Map<String, Role> roles(Bundle bundle) throws IOException {
    Map<String, Role> roles = new HashMap<>();
    byte[] weights = read(bundle, Bundle.WEIGHTS);
    OnnxModel model =
        OnnxModel.read(
            ByteBuffer.wrap(read(bundle, Bundle.MODEL_ONNX)), file -> ByteBuffer.wrap(weights));
    for (OnnxModel.Node node : model.nodes()) {
      if (node.operator().equals("BatchNormalization")) {
        roles.put(node.inputs().get(1), Role.ONE); // scale
        roles.put(node.inputs().get(4), Role.ONE); // variance
      }
    }
    return roles;
  }

  private static byte[] read(Bundle bundle, String name) throws IOException {
    try (InputStream in = bundle.openFile(name)) {
      return in.readAllBytes();
    }
  }
}
