package org.senoscope.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a header token by token, so that a hostile one of the longest length costs no tree of
 * objects.
 */
final class HeaderReader {
  private static final String METADATA = "__metadata__";
  private static final int MAX_DIMENSIONS = 64;

  private final JsonParser parser;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, TensorEntry> tensors = new LinkedHashMap<>();

  private HeaderReader(JsonParser parser) {
    this.parser = parser;
  }

  /** What is wrong with a header. */
  static final class Fault extends Exception {
    private static final long serialVersionUID = 1;

    private final String fault;

    Fault(String fault) {
      super(fault);
      this.fault = fault;
    }

    Fault(String fault, Throwable cause) {
      super(fault, cause);
      this.fault = fault;
    }

    String fault() {
      return fault;
    }
  }

  /**
   * Reads and checks.
   *
   * @param bytes of the header alone
   * @param dataLength bytes that follow it in the file
   */
  static SafetensorsFile.Header read(byte[] bytes, long dataLength) throws Fault {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Fault("its header is not UTF-8", e);
    }
    if (text.charAt(0) != '{') {
      throw new Fault("its header does not begin with {");
    }
    JsonFactory factory =
        JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    try (JsonParser parser = factory.createParser(text)) {
      HeaderReader reader = new HeaderReader(parser);
      reader.readHeader();
      return new SafetensorsFile.Header(reader.metadata, reader.inOrder(dataLength));
    } catch (JsonProcessingException e) {
      throw new Fault("its header is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Reading from memory cannot fail", e);
    }
  }

  private void readHeader() throws IOException, Fault {
    parser.nextToken();
    for (String name = nextName(); name != null; name = nextName()) {
      expect(JsonToken.START_OBJECT, name);
      if (name.equals(METADATA)) {
        readMetadata();
      } else {
        tensors.put(name, readTensor(name));
      }
    }
    if (parser.nextToken() != null) {
      throw new Fault("its header goes on after the closing }");
    }
  }

  private void readMetadata() throws IOException, Fault {
    for (String key = nextName(); key != null; key = nextName()) {
      expect(JsonToken.VALUE_STRING, METADATA + " " + key);
      metadata.put(key, parser.getText());
    }
  }

  private TensorEntry readTensor(String name) throws IOException, Fault {
    String dtypeName = null;
    long[] shape = null;
    long[] offsets = null;
    for (String key = nextName(); key != null; key = nextName()) {
      switch (key) {
        case "dtype" -> {
          expect(JsonToken.VALUE_STRING, name + " dtype");
          dtypeName = parser.getText();
        }
        case "shape" -> shape = readWholeNumbers(name + " shape");
        case "data_offsets" -> offsets = readWholeNumbers(name + " data_offsets");
        default -> throw new Fault("tensor %s has an unknown key %s".formatted(name, key));
      }
    }
    if (dtypeName == null || shape == null || offsets == null) {
      throw new Fault("tensor %s lacks dtype, shape or data_offsets".formatted(name));
    }
    String unknown = dtypeName;
    Dtype dtype =
        Dtype.named(dtypeName)
            .orElseThrow(
                () -> new Fault("tensor %s has an unknown dtype %s".formatted(name, unknown)));
    if (offsets.length != 2) {
      throw new Fault("tensor %s must have two data_offsets".formatted(name));
    }
    try {
      return new TensorEntry(dtype, shape, offsets[0], offsets[1]);
    } catch (IllegalArgumentException e) {
      throw new Fault("tensor %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private long[] readWholeNumbers(String what) throws IOException, Fault {
    expect(JsonToken.START_ARRAY, what);
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
          || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || parser.getLongValue() < 0
          || numbers.size() == MAX_DIMENSIONS) {
        throw new Fault(
            "%s must be at most %d whole numbers from 0 to 2^63 - 1"
                .formatted(what, MAX_DIMENSIONS));
      }
      numbers.add(parser.getLongValue());
    }
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  /** The tensors in the order of their bytes, which must fill the file without hole or overlap. */
  private Map<String, TensorEntry> inOrder(long dataLength) throws Fault {
    List<Map.Entry<String, TensorEntry>> entries = new ArrayList<>(tensors.entrySet());
    entries.sort(
        Comparator.comparingLong((Map.Entry<String, TensorEntry> e) -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    Map<String, TensorEntry> ordered = new LinkedHashMap<>();
    long reached = 0;
    for (Map.Entry<String, TensorEntry> entry : entries) {
      TensorEntry tensor = entry.getValue();
      if (tensor.begin() != reached) {
        throw new Fault(
            "tensor %s begins at %d, where the one before it ends at %d"
                .formatted(entry.getKey(), tensor.begin(), reached));
      }
      reached = tensor.end();
      ordered.put(entry.getKey(), tensor);
    }
    if (reached != dataLength) {
      throw new Fault(
          "its tensors take %d bytes after the header, the file holds %d"
              .formatted(reached, dataLength));
    }
    return ordered;
  }

  private @Nullable String nextName() throws IOException {
    return parser.nextFieldName();
  }

  private void expect(JsonToken token, String what) throws IOException, Fault {
    JsonToken found = parser.nextToken();
    if (found != token) {
      throw new Fault("%s should be %s, was %s".formatted(what, token, found));
    }
  }
}
