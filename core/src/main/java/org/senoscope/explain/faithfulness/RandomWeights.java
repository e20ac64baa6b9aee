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
 * <p>Each weight is normal with variance 1 / (inputs of one output); norms learned nothing (scale
 * 1, shift 0; of batch norm mean 0, variance 1), and biases are 0. What else has one dimension or
 * none, such as an activation's limits, stays as it is. Values then shrink with depth and run into
 * no activation's upper limit; and since such a network's answer grows in proportion to its input,
 * shrinking leaves the shape of its maps as it is.
 */
public final class RandomWeights {
  /** What a tensor of one dimension is. */
  enum Role {
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
    byte[] bytes = read(bundle, Bundle.WEIGHTS);
    Map<String, Role> roles =
        roles(
            OnnxModel.read(
                ByteBuffer.wrap(read(bundle, Bundle.MODEL_ONNX)),
                _ -> ByteBuffer.wrap(bytes).asReadOnlyBuffer()));
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
      Role role = roles.get(name);
      if (shape.length < 2 && role == null) {
        continue;
      }
      double deviation = shape.length < 2 ? 0 : Math.sqrt((double) shape[0] / length);
      float constant = role == Role.ONE ? 1 : 0;
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

  /** By name, what tensors of one dimension are to norms, sums and products. */
  static Map<String, Role> roles(OnnxModel model) {
    Map<String, Role> roles = new HashMap<>();
    Map<String, OnnxModel.Initializer> known = model.initializers();
    for (OnnxModel.Node node : model.nodes()) {
      switch (node.operator()) {
        case "BatchNormalization" -> {
          put(roles, node, 1, Role.ONE); // scale
          put(roles, node, 2, Role.ZERO); // shift
          put(roles, node, 3, Role.ZERO); // mean
          put(roles, node, 4, Role.ONE); // variance
        }
        case "LayerNormalization", "GroupNormalization", "InstanceNormalization" -> {
          put(roles, node, 1, Role.ONE);
          put(roles, node, 2, Role.ZERO);
        }
        case "Conv", "ConvTranspose", "Gemm" -> put(roles, node, 2, Role.ZERO);
        case "Add", "Mul" -> {
          // Biases, and norms that were exported step by step; one number is a constant instead.
          for (String input : node.inputs()) {
            OnnxModel.Initializer values = known.get(input);
            if (values != null && values.shape().size() == 1 && values.shape().getFirst() > 1) {
              roles.putIfAbsent(input, node.operator().equals("Add") ? Role.ZERO : Role.ONE);
            }
          }
        }
        default -> {}
      }
    }
    return roles;
  }

  private static void put(Map<String, Role> roles, OnnxModel.Node node, int input, Role role) {
    if (input < node.inputs().size()) {
      roles.putIfAbsent(node.inputs().get(input), role);
    }
  }

  private static byte[] read(Bundle bundle, String name) throws IOException {
    try (InputStream in = bundle.openFile(name)) {
      return in.readAllBytes();
    }
  }
}
