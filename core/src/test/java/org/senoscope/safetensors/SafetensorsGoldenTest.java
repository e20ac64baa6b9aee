package org.senoscope.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both directions against the Python package: {@code make_golden.py} wrote the one file with it,
 * and with {@code --check} reads the other.
 */
class SafetensorsGoldenTest {
  @TempDir private Path folder;

  @Test
  void readsWhatThePythonPackageWrote() throws IOException {
    SafetensorsFile file = SafetensorsFile.open(resource("golden.safetensors"));
    assertThat(file.metadata()).isEqualTo(metadata());
    assertThat(file.tensors())
        .containsOnlyKeys("steps", "empty", "conv.bias", "conv.weight", "größe", "half", "mask");
    tensors()
        .forEach(
            (name, expected) -> {
              TensorEntry entry = Objects.requireNonNull(file.tensors().get(name));
              assertThat(new Tensor(entry.dtype(), entry.shape(), file.bytes(name)))
                  .as(name)
                  .isEqualTo(expected);
            });
    assertThat(file.floats("conv.bias")).containsExactly(0.5f, -0.25f);
  }

  @Test
  void writesTheBytesThatThePythonPackageWasSeenToRead() throws IOException {
    Path written = folder.resolve("written.safetensors");
    SafetensorsWriter.write(written, tensors(), metadata());
    assertThat(written).hasSameBinaryContentAs(resource("written-by-senoscope.safetensors"));
  }

  /** The free texts of make_golden.py. */
  private static Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "pt");
    metadata.put("note", "ä \"quoted\"\nline");
    return metadata;
  }

  /** The tensors of make_golden.py. */
  private static Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    float[] weight = new float[24];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = i / 8f - 1;
    }
    tensors.put("conv.weight", Tensor.floats(weight, 2, 3, 2, 2));
    tensors.put("conv.bias", Tensor.floats(new float[] {0.5f, -0.25f}, 2));
    ByteBuffer steps = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(7).flip();
    tensors.put("steps", new Tensor(Dtype.I64, new long[0], steps));
    ByteBuffer mask = ByteBuffer.wrap(new byte[] {0, (byte) 255, 3});
    tensors.put("mask", new Tensor(Dtype.U8, new long[] {1, 3}, mask));
    tensors.put("empty", new Tensor(Dtype.F64, new long[] {0, 4}, ByteBuffer.allocate(0)));
    ByteBuffer half = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : new float[] {1.5f, -2, 0.1f}) {
      half.putShort(Float.floatToFloat16(value));
    }
    tensors.put("half", new Tensor(Dtype.F16, new long[] {3}, half.flip()));
    tensors.put("größe", Tensor.floats(new float[] {1e-30f, Float.POSITIVE_INFINITY}, 2));
    return tensors;
  }

  private Path resource(String name) throws IOException {
    Path copy = folder.resolve(name);
    try (InputStream in =
        Objects.requireNonNull(SafetensorsGoldenTest.class.getResourceAsStream(name), name)) {
      Files.copy(in, copy);
    }
    return copy;
  }
}
