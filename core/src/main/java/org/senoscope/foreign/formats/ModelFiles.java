package org.senoscope.foreign.formats;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.senoscope.foreign.ForeignNetwork;
import org.senoscope.foreign.ReadOptions;
import org.senoscope.foreign.keras.KerasModels;
import org.senoscope.work.InputException;

/**
 * Reads a network from a file of any known kind. What a file is, its bytes tell and not its name;
 * kinds that hold code, or that are not read here, are named with the way to bring them along.
 */
public final class ModelFiles {
  private static final String PAGE = "docs/bringing-a-model.md";
  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] TFLITE = {'T', 'F', 'L', '3'};
  private static final int PICKLE = 0x80;

  private ModelFiles() {}

  /**
   * Reads a file, without running anything that it holds.
   *
   * @throws InputException when it holds no network that can be taken over
   */
  public static ForeignNetwork read(Path file, ReadOptions options) throws IOException {
    if (Files.isDirectory(file)) {
      throw new InputException(folder(file));
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(HDF5.length);
    }
    if (Arrays.equals(start, HDF5)) {
      return KerasModels.readHdf5(file, options);
    }
    if (startsWith(start, ZIP, 0)) {
      return zip(file, options);
    }
    if (startsWith(start, TFLITE, 4)) {
      throw new InputException(
          "%s is TensorFlow Lite, which is not read: import the network that it was made of (%s)"
              .formatted(file, PAGE));
    }
    if (start.length > 1 && (start[0] & 0xff) == PICKLE && start[1] <= 5) {
      throw new InputException(torch(file));
    }
    return OnnxNetwork.read(file, options);
  }

  private static ForeignNetwork zip(Path file, ReadOptions options) throws IOException {
    boolean keras;
    boolean torch;
    try (ZipFile zip = new ZipFile(file.toFile())) {
      keras = zip.getEntry("config.json") != null;
      torch = zip.stream().anyMatch(entry -> entry.getName().endsWith("data.pkl"));
    } catch (ZipException e) {
      throw new InputException("%s is a damaged zip: %s".formatted(file, e.getMessage()), e);
    }
    if (keras) {
      return KerasModels.readZip(file, options);
    }
    throw new InputException(
        torch
            ? torch(file)
            : "%s is a zip without Keras's config.json: give a .keras, .h5 or .onnx file"
                .formatted(file));
  }

  private static String torch(Path file) {
    return "%s is a pickle, as PyTorch writes, which holds code and is never read: export the network with torch.onnx.export (%s)"
        .formatted(file, PAGE);
  }

  private static String folder(Path folder) {
    if (Files.exists(folder.resolve("saved_model.pb"))) {
      return "%s is a TensorFlow SavedModel: make it an ONNX file first, by python -m tf2onnx.convert --saved-model %s --output model.onnx --opset 17 (%s)"
          .formatted(folder, folder, PAGE);
    }
    return "%s is a folder: give a .keras, .h5 or .onnx file (%s)".formatted(folder, PAGE);
  }

  private static boolean startsWith(byte[] start, byte[] magic, int at) {
    return start.length >= at + magic.length
        && Arrays.equals(start, at, at + magic.length, magic, 0, magic.length);
  }
}
