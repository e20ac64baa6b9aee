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
    /** The weights alone. */
    SAFETENSORS;

    /** As it is named on the command line, and the file's ending. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
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
    return "%s-%s.%s".formatted(description.name(), description.version(), format);
  }

  /**
   * Writes a file that does not exist yet.
   *
   * @throws InputException when it does
   */
  public static Export run(Bundle bundle, Format format, Path file) throws IOException {
    if (Files.exists(file)) {
      throw new InputException(
          "%s exists already: name another file with --out, or remove it".formatted(file),
          new FileAlreadyExistsException(file.toString()));
    }
    AtomicFiles.Content content =
        switch (format) {
          case ONNX -> bundle.singleFileOnnx().content();
          case SAFETENSORS ->
              out -> {
                try (InputStream in = bundle.openFile(Bundle.WEIGHTS)) {
                  in.transferTo(out);
                }
              };
        };
    AtomicFiles.write(file, content);
    try (InputStream in = Files.newInputStream(file)) {
      Checksums.FileRecord written = Checksums.of(in, Long.MAX_VALUE);
      return new Export(format, file, written.bytes(), written.sha256());
    }
  }
}
