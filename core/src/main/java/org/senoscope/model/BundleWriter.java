package org.senoscope.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;
import org.senoscope.refusal.Reference;
import org.senoscope.safetensors.SafetensorsWriter;
import org.senoscope.work.InputException;

/** Writes bundles that are complete and verified, or absent. */
public final class BundleWriter {
  private BundleWriter() {}

  /**
   * Writes a bundle's folder and opens it.
   *
   * @param target the folder to make
   * @param files the content of every file but {@code model.json}, by name: {@link
   *     Bundle#MODEL_ONNX}, {@link Bundle#WEIGHTS}, {@link Fingerprint#FILE}, {@link
   *     Bundle#README}, {@link Bundle#LICENSE}, and more if there are
   * @throws InputException when the target exists
   * @throws IllegalArgumentException when a file is missing from {@code files}
   */
  public static Bundle write(
      Path target, BundleDescription description, Map<String, AtomicFiles.Content> files)
      throws IOException {
    return write(target, description, files, _ -> {});
  }

  /** Tries a bundle before it takes its name. */
  @FunctionalInterface
  public interface Trial {
    /** Throws when the bundle is not to be. */
    void of(Bundle bundle) throws IOException;
  }

  /** The same, with a trial that the bundle must pass: where it fails, nothing is left. */
  public static Bundle write(
      Path target,
      BundleDescription description,
      Map<String, AtomicFiles.Content> files,
      Trial trial)
      throws IOException {
    for (String required : Bundle.REQUIRED) {
      if (!files.containsKey(required)) {
        throw new IllegalArgumentException("A bundle needs " + required);
      }
    }
    try {
      AtomicFiles.createFolder(
          target,
          folder -> {
            ObjectNode json = description.toJson();
            ObjectNode records = json.putObject("files");
            for (Map.Entry<String, AtomicFiles.Content> file : new TreeMap<>(files).entrySet()) {
              Checksums.FileRecord record = write(folder.resolve(file.getKey()), file.getValue());
              records
                  .putObject(file.getKey())
                  .put("bytes", record.bytes())
                  .put("sha256", record.sha256());
            }
            Files.writeString(folder.resolve(Bundle.MODEL_JSON), Json.format(json));
            trial.of(Bundle.open(folder)); // what cannot be opened is not written
          });
    } catch (FileAlreadyExistsException e) {
      throw new InputException(
          "%s exists already: name another folder, or remove it".formatted(target), e);
    }
    return Bundle.open(target);
  }

  /**
   * Writes a new bundle that is another with its network in 8 bits beside, and opens it.
   *
   * @param target the folder to make
   * @param int8 the network in 8 bits, its weights inside
   * @param origin a JSON object that says how that was made, for the description's field {@code
   *     int8}
   * @param reference what the training images look like to that network; empty where the bundle has
   *     no limits, or nobody looked
   * @throws InputException when the target exists
   */
  public static Bundle withInt8(
      Path target, Bundle bundle, byte[] int8, ObjectNode origin, Optional<Reference> reference)
      throws IOException {
    try {
      AtomicFiles.createFolder(
          target,
          folder -> {
            // As it stands, so that nothing of it is lost, be it not known here.
            ObjectNode json =
                (ObjectNode) Json.parse(bundle.readText(Bundle.MODEL_JSON), Bundle.MODEL_JSON);
            json.set("int8", origin);
            for (String name : bundle.fileNames()) {
              if (!name.equals(Bundle.MODEL_INT8) && !name.equals(Bundle.REFERENCE_INT8)) {
                try (InputStream in = bundle.openFile(name)) {
                  Files.copy(in, folder.resolve(name));
                }
              }
            }
            ObjectNode files = (ObjectNode) json.get("files");
            files.remove(Bundle.REFERENCE_INT8);
            list(files, folder, Bundle.MODEL_INT8, out -> out.write(int8));
            if (reference.isPresent()) {
              list(
                  files,
                  folder,
                  Bundle.REFERENCE_INT8,
                  SafetensorsWriter.content(reference.get().tensors(), Map.of()));
            }
            Files.writeString(folder.resolve(Bundle.MODEL_JSON), Json.format(json));
            Bundle written = Bundle.open(folder);
            Predictor.open(written, Variant.INT8, 1, 1).close(); // what cannot be run is not kept
          });
    } catch (FileAlreadyExistsException e) {
      throw new InputException(
          "%s exists already: name another folder, or remove it".formatted(target), e);
    }
    return Bundle.open(target);
  }

  private static void list(ObjectNode files, Path folder, String name, AtomicFiles.Content content)
      throws IOException {
    Checksums.FileRecord record = write(folder.resolve(name), content);
    files.putObject(name).put("bytes", record.bytes()).put("sha256", record.sha256());
  }

  private static Checksums.FileRecord write(Path file, AtomicFiles.Content content)
      throws IOException {
    try (Measured out = new Measured(new BufferedOutputStream(Files.newOutputStream(file)))) {
      content.writeTo(out);
      return out.measured();
    }
  }

  /** Counts and digests what passes. */
  private static final class Measured extends FilterOutputStream {
    private final MessageDigest digest = Checksums.sha256();
    private long length;

    Measured(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      digest.update((byte) b);
      length++;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      out.write(bytes, offset, count);
      digest.update(bytes, offset, count);
      length += count;
    }

    Checksums.FileRecord measured() {
      return new Checksums.FileRecord(length, Checksums.hex(digest.digest()));
    }
  }
}
