package org.senoscope.server.tfs;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.LongSupplier;
import org.senoscope.model.InputDescription;
import org.senoscope.server.http.MemoryBudget;

/**
 * Reads one image from a stream of tokens, as nested lists of numbers or as an encoded file, and
 * hands it on while its memory is set aside. For one thread.
 */
final class ImageReader {
  /** The inputs' names: of tensors, and of encoded images where a client tells them apart. */
  static final List<String> INPUTS = List.of("image", "image_bytes");

  /** The one key of an encoded image's object. */
  static final String BASE64 = "b64";

  private static final int LONGEST_NAME = 60;
  private static final int FIRST_BYTES = 1 << 20;
  private static final Base64Variant VARIANT =
      Base64Variants.MIME_NO_LINEFEEDS.withPaddingAllowed();

  private final JsonParser parser;
  private final InputDescription input;
  private final MemoryBudget memory;
  private final Limits limits;
  private final Images images;

  /** An image as a request holds it. */
  sealed interface Image {
    /** The bytes of an image file. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, and nobody writes to it
    record Encoded(byte[] bytes) implements Image {}

    /** The network's input, channel by channel, on the scale that the bundle declares. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, and nobody writes to it
    record Tensor(float[] values) implements Image {}
  }

  /** Takes the images, in order. */
  @FunctionalInterface
  interface Images {
    /**
     * Takes one; nothing of it is kept after.
     *
     * @throws TfsException when it cannot be used
     */
    void take(Image image) throws IOException, InterruptedException;
  }

  /**
   * How much a request may hold.
   *
   * @param imageBytes of one encoded image, at most
   * @param bytesToCome how many bytes of the body may still come
   */
  record Limits(long imageBytes, LongSupplier bytesToCome) {}

  /**
   * A reader of one body's images.
   *
   * @param parser moved by this reader and its owner in turn
   * @param input of the model
   * @param memory in which one image at a time is held
   * @param images takes them
   */
  ImageReader(
      JsonParser parser,
      InputDescription input,
      MemoryBudget memory,
      Limits limits,
      Images images) {
    this.parser = parser;
    this.input = input;
    this.memory = memory;
    this.limits = limits;
    this.images = images;
  }

  /**
   * The value of an input, a tensor or an encoded image; the parser is at the input's name, and
   * then at the end of the value.
   *
   * @param mayBeFlat whether one list of all values will do for a tensor
   */
  void named(String key, boolean mayBeFlat) throws IOException, InterruptedException {
    if (!INPUTS.contains(key)) {
      throw unknownInput(key);
    }
    if (parser.nextToken() == JsonToken.START_OBJECT) {
      parser.nextToken();
      encoded();
    } else if (mayBeFlat && parser.currentToken() == JsonToken.START_ARRAY) {
      try (var _ = memory.take(tensorBytes())) {
        images.take(new Image.Tensor(TensorReader.nestedOrFlat(parser, input)));
      }
    } else {
      tensor();
    }
  }

  /** A tensor; the parser is at its value, and then at the end of it. */
  void tensor() throws IOException, InterruptedException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw notFloat();
    }
    try (var _ = memory.take(tensorBytes())) {
      images.take(new Image.Tensor(TensorReader.nested(parser, input)));
    }
  }

  private long tensorBytes() {
    return (long) input.size() * Float.BYTES;
  }

  /** An encoded image; the parser is at its key, and then at the end of its object. */
  void encoded() throws IOException, InterruptedException {
    if (parser.currentToken() != JsonToken.FIELD_NAME
        || !BASE64.equals(parser.currentName())
        || parser.nextToken() != JsonToken.VALUE_STRING) {
      throw notBase64();
    }
    // Four letters for three bytes; the parser holds a few letters that were read already.
    long most = Math.min(limits.imageBytes(), limits.bytesToCome().getAsLong() * 3 / 4 + 8192);
    try (var _ = memory.take(most)) {
      byte[] bytes = bytes(Math.toIntExact(most));
      if (parser.nextToken() != JsonToken.END_OBJECT) {
        throw notBase64();
      }
      images.take(new Image.Encoded(bytes));
    }
  }

  private byte[] bytes(int most) throws IOException {
    long imageBytes = limits.imageBytes();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.min(most, FIRST_BYTES));
    OutputStream bounded =
        new OutputStream() {
          @Override
          public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
          }

          @Override
          public void write(byte[] part, int offset, int length) {
            if (bytes.size() + (long) length > imageBytes) {
              throw TfsException.invalid(
                  "The image is larger than %d MB; send a smaller one"
                      .formatted(imageBytes / 1_000_000));
            }
            bytes.write(part, offset, length);
          }
        };
    try {
      parser.readBinaryValue(VARIANT, bounded);
    } catch (JsonEOFException e) {
      throw e;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw TfsException.invalid("Unable to base64 decode");
    }
    return bytes.toByteArray();
  }

  /** The refusal of what is neither a list nor an encoded image. */
  TfsException notFloat() throws IOException {
    return TfsException.invalid(
        "JSON Value: %s Type: %s is not of expected type: float"
            .formatted(TensorReader.shown(parser), TensorReader.type(parser.currentToken())));
  }

  private static TfsException notBase64() {
    return TfsException.invalid("JSON Value: {...} not formatted correctly for base64 data");
  }

  /** The refusal of an input that no signature has. */
  static TfsException unknownInput(String name) {
    return TfsException.invalid("JSON object: does not have named input: %s".formatted(cut(name)));
  }

  private static String cut(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
  }
}
