package org.senoscope.server.tfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.model.InputDescription;
import org.senoscope.model.TensorLayout;
import org.senoscope.model.TensorValues;
import org.senoscope.server.http.MemoryBudget;

class RequestReaderTest {
  private static final InputDescription INPUT =
      new InputDescription(2, 1, 2, new float[2], new float[] {1, 1});

  private final MemoryBudget memory = new MemoryBudget(1_000_000);
  private final List<ImageReader.Image> images = new ArrayList<>();

  /** Knows how much of a body was read. */
  private static final class Watched extends FilterInputStream {
    private long taken;

    Watched(byte[] body) {
      super(new ByteArrayInputStream(body));
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      taken += Math.max(0, read);
      return read;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"instances\": [%s]}", "{\"inputs\": [%s]}", "{\"inputs\": {\"image\": [%s]}}"})
  void handsOnEachImageBeforeTheNextIsRead(String form) throws Exception {
    String image = "[[[1.%s, 2]], [[3, 4]]]".formatted("0".repeat(300));
    int count = 1000;
    byte[] body = bytes(form.formatted(String.join(",", Collections.nCopies(count, image))));
    Watched watched = new Watched(body);
    List<Long> takenAt = new ArrayList<>();
    try (RequestReader reader = reader(watched, INPUT, _ -> takenAt.add(watched.taken))) {
      reader.predictRequest();
    }
    assertThat(takenAt).hasSize(count);
    for (int i = 0; i < count; i++) {
      // At most one buffer of the parser's beyond the image.
      assertThat(takenAt.get(i)).isLessThan((i + 1L) * (image.length() + 1) + 20_000);
    }
  }

  @Test
  void theOrderOfKeysDoesNotMatter() throws Exception {
    String image = "[[[1, 2]], [[3, 4]]]";
    for (String body :
        List.of(
            "{\"signature_name\": \"s\", \"instances\": [%s], \"z\": [{\"a\": []}]}",
            "{\"z\": {\"instances\": 3}, \"instances\": [%s], \"signature_name\": \"s\"} trailing")) {
      images.clear();
      try (RequestReader reader = reader(stream(body.formatted(image)), INPUT, images::add)) {
        RequestReader.Request request = reader.predictRequest();
        assertThat(request.signature()).isEqualTo("s");
        assertThat(request.form()).isEqualTo(RequestReader.Form.ROW);
      }
      assertThat(values(0)).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void channelsLastIsBroughtIntoTheNetworksOrder() throws Exception {
    InputDescription last = INPUT.withTensors(TensorLayout.NHWC, TensorValues.BYTES);
    read("{\"instances\": [[[[1, 3], [2, 4]]]]}", last);
    assertThat(values(0)).containsExactly(1, 2, 3, 4);
    try (RequestReader reader =
        reader(stream("{\"examples\": [{\"image\": [1, 3, 2, 4]}]}"), last, images::add)) {
      assertThat(reader.exampleRequest()).isEmpty();
    }
    assertThat(values(1)).containsExactly(1, 2, 3, 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 100, 8000, 50_001})
  void encodedBytesComeBackWhateverTheirPadding(int length) throws Exception {
    byte[] bytes = new byte[length];
    new java.util.Random(length).nextBytes(bytes);
    String padded = Base64.getEncoder().encodeToString(bytes);
    String bare = Base64.getEncoder().withoutPadding().encodeToString(bytes);
    read("{\"instances\": [{\"b64\": \"%s\"}, {\"b64\": \"%s\"}]}".formatted(padded, bare), INPUT);

    assertThat(images).hasSize(2);
    for (ImageReader.Image image : images) {
      assertThat(((ImageReader.Image.Encoded) image).bytes()).isEqualTo(bytes);
    }
  }

  @Test
  void memoryIsGivenBackAfterEachImage() throws Exception {
    // As much as there is: a second image would wait for ever, were the first one's part kept.
    String body = "{\"instances\": [{\"b64\": \"QUJD\"}, {\"b64\": \"QUJD\"}]}";
    MemoryBudget tight = new MemoryBudget(60L << 20);
    for (int i = 0; i < 3; i++) {
      try (RequestReader reader =
          new RequestReader(
              stream(body),
              INPUT,
              tight,
              new ImageReader.Limits(60L << 20, () -> 1L << 40),
              images::add)) {
        reader.predictRequest();
      }
    }
    assertThat(images).hasSize(6);
  }

  @Test
  void theFirstFaultEndsTheReading() {
    assertThatThrownBy(
            () -> read("{\"instances\": [[[[1, 2]], [[3, 4]]], [[[1, 2]], [[3]]], 7]}", INPUT))
        .isInstanceOf(TfsException.class)
        .hasMessageContaining("element: 1")
        .hasMessageContaining("[1][0]");
    assertThat(images).hasSize(1);
  }

  private void read(String body, InputDescription input) throws Exception {
    try (RequestReader reader = reader(stream(body), input, images::add)) {
      reader.predictRequest();
    }
  }

  private RequestReader reader(InputStream body, InputDescription input, ImageReader.Images taking)
      throws IOException {
    return new RequestReader(
        body, input, memory, new ImageReader.Limits(1_000_000, () -> 1_000_000), taking);
  }

  private float[] values(int image) {
    return ((ImageReader.Image.Tensor) images.get(image)).values();
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
