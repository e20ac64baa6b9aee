package org.senoscope.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SingleFileOnnxTest {
  private static final byte[] WEIGHTS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

  @Test
  void dataGoesInsideAndAllElseIsKept() throws IOException {
    ProtoWriter inside = new ProtoWriter().integer(2, 1).text(8, "inside").bytes(9, new byte[4]);
    byte[] model = model(tensor("weights.safetensors", "2", "4"), inside);
    SingleFileOnnx joined = join(model);
    ProtoWriter expected =
        new ProtoWriter().integer(1, 2).text(8, "kernel").bytes(9, new byte[] {2, 3, 4, 5});
    assertThat(joined.toByteArray()).isEqualTo(model(expected, inside));
    ByteArrayOutputStream streamed = new ByteArrayOutputStream();
    joined.content().writeTo(streamed);
    assertThat(streamed.toByteArray()).isEqualTo(joined.toByteArray());
  }

  @Test
  void aModelWithoutExternalDataStaysAsItIs() {
    byte[] model = model(new ProtoWriter().text(8, "a").bytes(9, new byte[1000]));
    assertThat(join(model).toByteArray()).isEqualTo(model);
  }

  @ParameterizedTest
  @CsvSource({
    "weights.safetensors, 7, 4, lies at 7",
    "weights.safetensors, -1, 4, lies at -1",
    "weights.safetensors, 0, -4, lies at 0",
    "weights.safetensors, 9223372036854775807, 9223372036854775807, lies at",
    "weights.safetensors, x, 4, no proper offset",
    "../../etc/passwd, 0, 4, lies in \"../../etc/passwd\"",
    "other.bin, 0, 4, lies in \"other.bin\"",
  })
  void aReferenceToAnotherPlaceIsRefused(
      String location, String offset, String length, String fault) {
    byte[] model = model(tensor(location, offset, length));
    assertThatThrownBy(() -> join(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(fault)
        .hasMessageContaining("kernel");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noiseIsRefusedOrKept(long seed) {
    Random random = new Random(seed);
    byte[] whole = model(tensor("weights.safetensors", "2", "4"));
    for (int round = 0; round < 2000; round++) {
      byte[] changed = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
      changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      try {
        assertThat(join(changed).toByteArray().length).isLessThan(whole.length + WEIGHTS.length);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageNotContaining("capacity");
      }
    }
  }

  private static SingleFileOnnx join(byte[] model) {
    return SingleFileOnnx.join(
        ByteBuffer.wrap(model), "weights.safetensors", ByteBuffer.wrap(WEIGHTS));
  }

  private static ProtoWriter tensor(String location, String offset, String length) {
    return new ProtoWriter()
        .integer(1, 2)
        .text(8, "kernel")
        .message(13, new ProtoWriter().text(1, "location").text(2, location))
        .message(13, new ProtoWriter().text(1, "offset").text(2, offset))
        .message(13, new ProtoWriter().text(1, "length").text(2, length))
        .integer(14, 1);
  }

  private static byte[] model(ProtoWriter... tensors) {
    ProtoWriter graph = new ProtoWriter().text(2, "graph");
    for (ProtoWriter tensor : tensors) {
      graph.message(5, tensor);
    }
    graph.real(99, 1.5f);
    return new ProtoWriter().integer(1, 8).message(7, graph).text(2, "maker").toBytes();
  }
}
