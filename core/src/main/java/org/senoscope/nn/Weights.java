package org.senoscope.nn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.senoscope.safetensors.Dtype;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.safetensors.SafetensorsWriter;
import org.senoscope.safetensors.Tensor;
import org.senoscope.safetensors.TensorEntry;
import org.senoscope.work.InputException;

/** A net's weights from and to safetensors files. */
public final class Weights {
  private Weights() {}

  /**
   * Fills a net from a file by name: {@link #read(SafetensorsFile, Net, Predicate)}.
   *
   * @throws InputException naming all tensors that are missing or of another shape
   */
  public static List<String> read(Path file, Net net, Predicate<String> optional)
      throws IOException {
    return read(SafetensorsFile.open(file), net, optional);
  }

  /**
   * Fills a net from a file by name. A file for three channels fills a net of one: the stem's
   * weights are summed over channels, as if the grey image were repeated.
   *
   * @param optional the tensors of the net that may be absent or of another shape in the file (a
   *     new head); they keep their values
   * @return the optional tensors that were left as they were
   * @throws InputException naming all tensors that are missing or of another shape
   */
  public static List<String> read(SafetensorsFile source, Net net, Predicate<String> optional) {
    checkFit(source, net.network(), optional);
    List<String> kept = new ArrayList<>();
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      for (ParameterSpec spec : net.specs()) {
        var entry = source.tensors().get(spec.name());
        if (entry == null || !fault(entry, spec).isEmpty()) {
          kept.add(spec.name());
        } else {
          float[] values = source.floats(spec.name());
          if (greyStem(entry.shape(), spec.shape())) {
            values = summedOverChannels(values, entry.shape());
          }
          net.tensor(spec.name()).copy_(Torch.copyOf(values, spec.shape()));
        }
      }
    }
    return kept;
  }

  /**
   * Checks that a file can fill the nets of a network.
   *
   * @param optional the tensors that may be absent or of another shape in the file
   * @throws InputException naming all tensors that are missing or of another shape
   */
  public static void checkFit(SafetensorsFile source, Network network, Predicate<String> optional) {
    List<String> faults = new ArrayList<>();
    for (ParameterSpec spec : network.tensors()) {
      var entry = source.tensors().get(spec.name());
      if (!optional.test(spec.name())) {
        String fault = entry == null ? "is missing" : fault(entry, spec);
        if (!fault.isEmpty()) {
          faults.add(spec.name() + " " + fault);
        }
      }
    }
    if (!faults.isEmpty()) {
      throw new InputException(
          "%s does not fit network %s: %s"
              .formatted(
                  source.file(),
                  network.name(),
                  String.join("; ", faults.subList(0, Math.min(5, faults.size())))
                      + (faults.size() > 5 ? "; and " + (faults.size() - 5) + " more" : "")));
    }
  }

  private static String fault(TensorEntry entry, ParameterSpec spec) {
    if (entry.dtype() != Dtype.F32) {
      return "is %s, not F32".formatted(entry.dtype());
    }
    return Arrays.equals(entry.shape(), spec.shape()) || greyStem(entry.shape(), spec.shape())
        ? ""
        : "has shape %s, not %s"
            .formatted(Arrays.toString(entry.shape()), Arrays.toString(spec.shape()));
  }

  private static boolean greyStem(long[] found, long[] wanted) {
    return found.length == 4
        && wanted.length == 4
        && found[1] == 3
        && wanted[1] == 1
        && found[0] == wanted[0]
        && found[2] == wanted[2]
        && found[3] == wanted[3];
  }

  private static float[] summedOverChannels(float[] values, long[] shape) {
    int plane = Math.toIntExact(shape[2] * shape[3]);
    float[] summed = new float[Math.toIntExact(shape[0]) * plane];
    for (int out = 0; out < shape[0]; out++) {
      for (int place = 0; place < plane; place++) {
        for (int channel = 0; channel < 3; channel++) {
          summed[out * plane + place] += values[(out * 3 + channel) * plane + place];
        }
      }
    }
    return summed;
  }

  /** The tensors of a file that a net has no place for. */
  public static Set<String> unused(Path file, Net net) throws IOException {
    Set<String> names = new LinkedHashSet<>(SafetensorsFile.open(file).tensors().keySet());
    net.specs().forEach(spec -> names.remove(spec.name()));
    return names;
  }

  /** All tensors by name, as float32, row by row. */
  public static Map<String, Tensor> tensors(Net net) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (var _ = new PointerScope()) {
      for (ParameterSpec spec : net.specs()) {
        tensors.put(
            spec.name(), Tensor.floats(Torch.values(net.tensor(spec.name())), spec.shape()));
      }
    }
    return tensors;
  }

  /** Writes all tensors as float32, row by row; the file is complete or absent. */
  public static void write(Path file, Net net, Map<String, String> metadata) throws IOException {
    SafetensorsWriter.write(file, tensors(net), metadata);
  }
}
