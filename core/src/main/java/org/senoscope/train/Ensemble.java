package org.senoscope.train;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.senoscope.model.Bundle;
import org.senoscope.nn.Net;
import org.senoscope.nn.Network;
import org.senoscope.nn.ParameterSpec;
import org.senoscope.nn.Weights;
import org.senoscope.safetensors.Dtype;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.safetensors.Tensor;

/**
 * The networks that a bundle's answers come from: one, or several of a kind whose logits are
 * averaged.
 *
 * @param network what each of them is
 * @param members what the names of each one's tensors begin with; empty for a network alone
 * @param tensors all of them
 */
record Ensemble(Network network, List<String> members, Map<String, Tensor> tensors) {
  Ensemble {
    members = List.copyOf(members);
  }

  /** A network alone. */
  static Ensemble of(Net net) {
    return new Ensemble(net.network(), List.of(""), Weights.tensors(net));
  }

  /**
   * The networks of bundles that hold one each.
   *
   * @param network what each of them is
   * @param bundles by name, in their order
   */
  static Ensemble of(Network network, Map<String, Bundle> bundles) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, Bundle> each : bundles.entrySet()) {
      SafetensorsFile weights = each.getValue().weights();
      for (ParameterSpec spec : network.tensors()) {
        tensors.put(
            prefix(each.getKey()) + spec.name(),
            // As it lies in the file: several networks are too much for the heap.
            new Tensor(Dtype.F32, spec.shape(), weights.bytes(spec.name())));
      }
    }
    return new Ensemble(network, bundles.keySet().stream().map(Ensemble::prefix).toList(), tensors);
  }

  private static String prefix(String name) {
    return name + ".";
  }
}
