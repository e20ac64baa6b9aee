package org.senoscope.npy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NpyHeaderTest {
  static List<NpyHeader> headers() {
    return List.of(
        new NpyHeader("|u1", List.of(7)),
        new NpyHeader("<f4", List.of(100_000, 224, 224, 3)),
        new NpyHeader("<U104", List.of(0)),
        new NpyHeader("<i8", List.of(2, 1)));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void comesBackAndLeavesTheStreamAtTheFirstValue(NpyHeader header) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    header.write(out);
    assertThat(out.size() % 64).isZero();
    out.write(42);
    ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
    assertThat(NpyHeader.read(in, "test")).isEqualTo(header);
    assertThat(in.read()).isEqualTo(42);
    assertThat(in.read()).isEqualTo(-1);
  }
}
