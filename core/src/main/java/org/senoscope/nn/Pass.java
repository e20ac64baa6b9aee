package org.senoscope.nn;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * One forward pass: the tensors it reads and how it computes.
 *
 * @param tensors by name
 * @param training whether batch norm uses the batch's own statistics and dropout drops
 * @param precision which layers compute in bf16
 */
public record Pass(Map<String, Tensor> tensors, boolean training, Precision precision) {
  Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalStateException("The network has no tensor " + name);
    }
    return tensor;
  }
}
