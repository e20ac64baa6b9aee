package org.senoscope.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

/** Writes a bundle's network, or its weights, as one file for other programs. */
public final class ExportBundle {
  private ExportBundle() {}

  /** What to write. */
  public enum Format {
    /** The network with its weights inside. */
    ONNX,
    /** The network in 8 bits with its weights inside. */
    ONNX_INT8,
    /** The weights alone. */
    SAFETENSORS;

    /** As it is named on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What the file's name ends in. */
    private String ending() {
      return switch (this) {
        case ONNX -> ".onnx";
        case ONNX_INT8 -> "-int8.onnx";
        case SAFETENSORS -> ".safetensors";
      };
    }
  }

  /**
   * What was written.
   *
   * @param bytes its length
   * @param sha256 of its bytes
   */
  public record Export(Format format, Path file, long bytes, String sha256) {
    /** Schema {@code senoscope/export/1}. */
    public ObjectNode toJson() {
      return Json.object("export")
          .put("format", format.toString())
          .put("file", file.toString())
          .put("bytes", bytes)
          .put("sha256", sha256);
    }
  }

  /** The name that an export has when none is given. */
  public static String defaultName(BundleDescription description, Format format) {
    return description.name() + "-" + description.version() + format.ending();
  }

  /**
   * Writes a file that does not exist yet.
   *
   * @throws InputException when it does, or the bundle carries no network in 8 bits and one is
   *     asked for
   */
  public static Export run(Bundle bundle, Format format, Path file) throws IOException {
    requireFree(file);
    return switch (format) {
      case ONNX -> write(file, format, bundle.singleFileOnnx().content());
      case ONNX_INT8 -> {
        if (!bundle.has(Variant.INT8)) {
          throw new InputException(
              "Bundle %s has no network in 8 bits, and making one takes its training images; name their data set with --data"
                  .formatted(bundle.path()));
        }
        yield write(file, format, copy(bundle, Bundle.MODEL_INT8));
      }
      case SAFETENSORS -> write(file, format, copy(bundle, Bundle.WEIGHTS));
    };
  }

  /** Writes an export's bytes to a file that does not exist yet. */
  public static Export write(Path file, Format format, byte[] bytes) throws IOException {
    requireFree(file);
    return write(file, format, (AtomicFiles.Content) out -> out.write(bytes));
  }

  /**
   * Refuses to overwrite.
   *
   * @throws InputException when there is such a file or folder
   */
  public static void requireFree(Path file) {
    if (Files.exists(file)) {
      throw new InputException(
          "%s exists already: name another file with --out, or remove it".formatted(file),
          new FileAlreadyExistsException(file.toString()));
    }
  }

  private static AtomicFiles.Content copy(Bundle bundle, String name) {
    return out -> {
      try (InputStream in = bundle.openFile(name)) {
        in.transferTo(out);
      }
    };
  }

  private static Export write(Path file, Format format, AtomicFiles.Content content)
      throws IOException {
    AtomicFiles.write(file, content);
    try (InputStream in = Files.newInputStream(file)) {
      Checksums.FileRecord written = Checksums.of(in, Long.MAX_VALUE);
      return new Export(format, file, written.bytes(), written.sha256());
    }
  }
}
