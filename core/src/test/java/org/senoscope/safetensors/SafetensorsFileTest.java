package org.senoscope.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void whatIsWrittenIsRead(long seed) throws IOException {
    Map<String, Tensor> tensors = randomTensors(new Random(seed));
    Map<String, String> metadata = seed % 2 == 0 ? Map.of() : Map.of("format", "pt");
    Path path = folder.resolve("a.safetensors");
    SafetensorsWriter.write(path, tensors, metadata);
    SafetensorsFile file = SafetensorsFile.open(path);
    assertThat(file.metadata()).isEqualTo(metadata);
    assertThat(file.tensors()).containsOnlyKeys(tensors.keySet());
    byte[] whole = Files.readAllBytes(path);
    file.tensors()
        .forEach(
            (name, entry) -> {
              Tensor found = new Tensor(entry.dtype(), entry.shape(), file.bytes(name));
              assertThat(found).isEqualTo(tensors.get(name));
              assertThat(file.dataOffset(name) % entry.dtype().size()).isZero();
              int offset = (int) file.dataOffset(name);
              ByteBuffer there = ByteBuffer.wrap(whole, offset, (int) entry.length());
              assertThat(there).isEqualTo(file.bytes(name));
            });
    file.tensors().keySet().stream()
        .findFirst()
        .ifPresent(
            first -> assertThat(file.dataOffset(first) % SafetensorsWriter.ALIGNMENT).isZero());
  }

  @Test
  void tensorsOfOneTypeKeepTheirOrder() throws IOException {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : new String[] {"z", "a", "m", "b"}) {
      tensors.put(name, Tensor.floats(new float[] {1}, 1));
    }
    Path path = folder.resolve("a.safetensors");
    SafetensorsWriter.write(path, tensors, Map.of());
    assertThat(SafetensorsFile.open(path).tensors().keySet()).containsExactly("z", "a", "m", "b");
  }

  @Test
  void noTruncatedFileIsTakenForWhole() throws IOException {
    byte[] whole = smallFile();
    Path path = folder.resolve("cut.safetensors");
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> SafetensorsFile.of(path, cut))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(MalformedSafetensorsException.class)
          .hasMessageContaining("cut.safetensors");
    }
    Files.write(path, new byte[0]);
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(MalformedSafetensorsException.class);
    Files.write(path, Arrays.copyOf(whole, whole.length + 1));
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(MalformedSafetensorsException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void aFlippedByteIsRefusedOrLeavesAFileThatAgreesWithItself(long seed) throws IOException {
    byte[] whole = smallFile();
    Random random = new Random(seed);
    Path path = folder.resolve("flipped.safetensors");
    int refused = 0;
    for (int round = 0; round < 1000; round++) {
      byte[] flipped = whole.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        flipped[random.nextInt(flipped.length)] = (byte) random.nextInt(256);
      }
      try {
        SafetensorsFile file = SafetensorsFile.of(path, flipped);
        long total = 0;
        for (Map.Entry<String, TensorEntry> entry : file.tensors().entrySet()) {
          assertThat(file.bytes(entry.getKey()).remaining()).isEqualTo(entry.getValue().length());
          assertThat(entry.getValue().begin()).isEqualTo(total);
          total = entry.getValue().end();
        }
        long header = ByteBuffer.wrap(flipped).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThat(Long.BYTES + header + total).isEqualTo(flipped.length);
      } catch (MalformedSafetensorsException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(100, 999);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      quoteCharacter = '\0',
      value = {
        "[]|does not begin with {",
        " {}|does not begin with {",
        "{}x|is not JSON",
        "{}{}|goes on after",
        "{\"a\":1}|a should be START_OBJECT",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}|lacks",
        "{\"a\":{\"dtype\":\"Q9\",\"shape\":[1],\"data_offsets\":[0,4]}}|unknown dtype Q9",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}|unknown key x",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}|takes 8 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}|whole numbers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}|whole numbers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}|two data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}|bytes 4 to 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|file holds 4",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]}}|begins at 1",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}}|file holds 4",
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}"
            + "|too large",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}"
            + "|whole numbers",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},"
            + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}|begins at 2",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}|Duplicate field 'a'",
        "{\"__metadata__\":{\"k\":1}}|should be VALUE_STRING",
        "{\"__metadata__\":[]}|should be START_OBJECT",
      })
  void aFaultIsNamed(String header, String fault) throws IOException {
    Path path = folder.resolve("hostile.safetensors");
    Files.write(path, file(header.getBytes(StandardCharsets.UTF_8), 4));
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(MalformedSafetensorsException.class)
        .hasMessageContaining("hostile.safetensors")
        .hasMessageContaining(fault);
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefused() throws IOException {
    Path path = folder.resolve("latin.safetensors");
    Files.write(
        path,
        file("{\"__metadata__\":{\"a\":\"\u00e4\"}}".getBytes(StandardCharsets.ISO_8859_1), 0));
    assertThatThrownBy(() -> SafetensorsFile.open(path)).hasMessageContaining("not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 3, 100_000_001, Long.MAX_VALUE, Long.MIN_VALUE, -1})
  void aHeaderLengthThatCannotBeIsRefused(long length) throws IOException {
    Path path = folder.resolve("length.safetensors");
    ByteBuffer bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put((byte) '{').put((byte) '}');
    Files.write(path, bytes.array());
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(MalformedSafetensorsException.class)
        .hasMessageContaining(Long.toUnsignedString(length));
  }

  @Test
  void aDeeplyNestedHeaderIsRefusedWithoutAStackOverflow() throws IOException {
    Path path = folder.resolve("deep.safetensors");
    String header = "{\"a\":" + "[".repeat(1_000_000);
    Files.write(path, file(header.getBytes(StandardCharsets.UTF_8), 0));
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(MalformedSafetensorsException.class);
  }

  @Test
  void aFileOfMoreThanTwoGibibytesIsMapped() throws IOException {
    long length = (1L << 31) + 64;
    byte[] header =
        ("{\"big\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},"
                + "\"last\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}}")
            .formatted(length, length, length, length + 4)
            .getBytes(StandardCharsets.UTF_8);
    Path path = folder.resolve("sparse.safetensors");
    Files.write(path, file(header, 0));
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      // Sparse: the file system stores only what is written.
      ByteBuffer last = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 2.5f);
      channel.write(last, Long.BYTES + header.length + length);
    }
    SafetensorsFile file = SafetensorsFile.open(path);
    assertThat(file.floats("last")).containsExactly(2.5f);
    assertThat(file.segment("big").byteSize()).isEqualTo(length);
    assertThatThrownBy(() -> file.bytes("big")).hasMessageContaining("read it as a segment");
  }

  @Test
  void aTensorThatIsNotThereIsNamed() throws IOException {
    Path path = folder.resolve("a.safetensors");
    Files.write(path, smallFile());
    SafetensorsFile file = SafetensorsFile.open(path);
    assertThatThrownBy(() -> file.bytes("nowhere")).hasMessageContaining("no tensor nowhere");
  }

  private byte[] smallFile() throws IOException {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("a.weight", Tensor.floats(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    tensors.put("b", new Tensor(Dtype.U8, new long[] {3}, ByteBuffer.wrap(new byte[] {7, 8, 9})));
    Path path = folder.resolve("small.safetensors");
    SafetensorsWriter.write(path, tensors, Map.of("format", "pt"));
    return Files.readAllBytes(path);
  }

  private static byte[] file(byte[] header, int dataLength) {
    return ByteBuffer.allocate(Long.BYTES + header.length + dataLength)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  private static Map<String, Tensor> randomTensors(Random random) {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    List<Dtype> dtypes = List.of(Dtype.values());
    int count = random.nextInt(12);
    for (int i = 0; i < count; i++) {
      Dtype dtype = dtypes.get(random.nextInt(dtypes.size()));
      long[] shape = random.longs(random.nextInt(4), 0, 5).toArray();
      long elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      byte[] bytes = new byte[(int) elements * dtype.size()];
      random.nextBytes(bytes);
      tensors.put("tensor " + random.nextInt(), new Tensor(dtype, shape, ByteBuffer.wrap(bytes)));
    }
    return tensors;
  }
}
