package org.senoscope.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteProductsTest {
  private static String processor(String flags) {
    return "processor\t: 0\nmodel name\t: some\nflags\t\t: fpu vme sse2 "
        + flags
        + "\nbugs\t\t: none\n\n";
  }

  @Test
  void onlyWhereEveryProcessorSumsIn32BitsNothingOverflows() {
    assertThat(ByteProducts.mayOverflow(processor("avx2 avx512_vnni avx512_bf16"))).isFalse();
    assertThat(ByteProducts.mayOverflow(processor("avx2 avx_vnni"))).isFalse();
    assertThat(ByteProducts.mayOverflow(processor("avx2 avx512bw"))).isTrue();
    assertThat(ByteProducts.mayOverflow(processor("avx_vnni") + processor("avx2"))).isTrue();
    assertThat(ByteProducts.mayOverflow(processor("avx512_vnnix"))).isTrue();
    assertThat(ByteProducts.mayOverflow("")).isTrue();
  }
}
