package org.senoscope.foreign.keras;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.senoscope.foreign.ForeignNetwork;
import org.senoscope.foreign.ReadOptions;

/** Reads networks from Keras's files. No code in them is run, and none could be. */
public final class KerasModels {
  private KerasModels() {}

  /**
   * Reads a file that {@code model.save("x.h5")} wrote: Keras 2 and 3.
   *
   * @throws org.senoscope.work.InputException when it is not whole, or holds what is not supported
   */
  public static ForeignNetwork readHdf5(Path path, ReadOptions options) throws IOException {
    try (KerasFile file = KerasFile.LegacyHdf5.open(path)) {
      return read(path, file, options);
    }
  }

  /**
   * Reads a file that {@code model.save("x.keras")} wrote.
   *
   * @throws org.senoscope.work.InputException when it is not whole, or holds what is not supported
   */
  public static ForeignNetwork readZip(Path path, ReadOptions options) throws IOException {
    try (KerasFile file = KerasFile.Zip.open(path)) {
      return read(path, file, options);
    }
  }

  private static ForeignNetwork read(Path path, KerasFile file, ReadOptions options) {
    List<KerasLayer> layers = LayerStack.of(path.toString(), file.config());
    return new LayerKinds(path.toString(), file, layers, options).network();
  }
}
