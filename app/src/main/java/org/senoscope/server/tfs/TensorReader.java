package org.senoscope.server.tfs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.senoscope.model.InputDescription;

/**
 * Reads one image's nested lists of numbers from a stream of tokens straight into the places that
 * the network has for them; nothing else of the text is kept. Lists of another length than the
 * input's, or at another depth, are refused with their place.
 */
final class TensorReader {
  private static final int SHOWN = 60;

  private final JsonParser parser;
  private final int[] shape;
  private final int[] strides;
  private final int[] place;
  private final float[] values;

  private TensorReader(JsonParser parser, InputDescription input) {
    this.parser = parser;
    this.shape = input.tensorShape();
    this.strides = input.tensorStrides();
    this.place = new int[shape.length];
    this.values = new float[input.size()];
  }

  /**
   * Reads nested lists.
   *
   * @param parser at the outermost list's beginning; left at its end
   * @return values channel by channel
   * @throws TfsException for another shape, or what is not a number
   */
  static float[] nested(JsonParser parser, InputDescription input) throws IOException {
    TensorReader reader = new TensorReader(parser, input);
    reader.list(0, 0, parser.nextToken());
    return reader.values;
  }

  /**
   * Reads nested lists, or one flat list of all values in the same order: in examples a feature has
   * no shape.
   */
  static float[] nestedOrFlat(JsonParser parser, InputDescription input) throws IOException {
    TensorReader reader = new TensorReader(parser, input);
    JsonToken first = parser.nextToken();
    if (first == JsonToken.START_ARRAY) {
      reader.list(0, 0, first);
    } else {
      reader.flat(first);
    }
    return reader.values;
  }

  private void list(int level, int offset, @Nullable JsonToken first) throws IOException {
    int size = 0;
    for (JsonToken token = first; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      if (size == shape[level]) {
        throw wrongSize(size + rest(), level);
      }
      place[level] = size;
      int at = offset + size * strides[level];
      boolean innermost = level == shape.length - 1;
      if (token == JsonToken.START_ARRAY) {
        if (innermost) {
          throw TfsException.invalid(
              "Encountered list at unexpected level: %d expected < %d, at %s; expecting shape %s"
                  .formatted(shape.length, shape.length, at(level + 1), shapeText()));
        }
        list(level + 1, at, parser.nextToken());
      } else if (innermost) {
        values[at] = number(token, level);
      } else {
        throw TfsException.invalid(
            "JSON Value: %s found at incorrect level: %d in the JSON DOM. Expected at level: %d, at %s; expecting shape %s"
                .formatted(shown(parser), level + 2, shape.length, at(level + 1), shapeText()));
      }
      size++;
    }
    if (size != shape[level]) {
      throw wrongSize(size, level);
    }
  }

  private void flat(@Nullable JsonToken first) throws IOException {
    int size = 0;
    for (JsonToken token = first; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      if (size == values.length) {
        throw wrongCount(size + rest());
      }
      place[0] = size;
      int left = size;
      int at = 0;
      for (int side = shape.length - 1; side >= 0; side--) {
        at += left % shape[side] * strides[side];
        left /= shape[side];
      }
      values[at] = number(token, 0);
      size++;
    }
    if (size != values.length) {
      throw wrongCount(size);
    }
  }

  private float number(@Nullable JsonToken token, int level) throws IOException {
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      throw TfsException.invalid(
          "JSON Value: %s Type: %s is not of expected type: float, at %s"
              .formatted(shown(parser), type(token), at(level + 1)));
    }
    // By way of a double, as numpy and TensorFlow go.
    return (float) parser.getDoubleValue();
  }

  /** Values from the current one to the end of its list. */
  private int rest() throws IOException {
    int rest = 0;
    for (JsonToken token = parser.currentToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      parser.skipChildren();
      rest++;
    }
    return rest;
  }

  private TfsException wrongSize(int size, int level) {
    return TfsException.invalid(
        "Encountered list at unexpected size: %d at level: %d expected size: %d, at %s; expecting shape %s"
            .formatted(size, level, shape[level], at(level), shapeText()));
  }

  private TfsException wrongCount(int size) {
    return TfsException.invalid(
        "Expecting tensor size: %d but got: %d; expecting shape %s"
            .formatted(values.length, size, shapeText()));
  }

  private String shapeText() {
    return IntStream.of(shape)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private String at(int levels) {
    return levels == 0
        ? "the outermost list"
        : IntStream.of(place)
            .limit(levels)
            .mapToObj(index -> "[" + index + "]")
            .collect(Collectors.joining());
  }

  /** What TensorFlow Serving calls a token's type. */
  static String type(@Nullable JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "Object";
      case START_ARRAY -> "Array";
      case VALUE_STRING -> "String";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "Number";
      case VALUE_TRUE -> "True";
      case VALUE_FALSE -> "False";
      case null, default -> "Null";
    };
  }

  /** The beginning of the value that the parser is at. */
  static String shown(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return "{...}";
    }
    if (token == JsonToken.START_ARRAY) {
      return "[...]";
    }
    String text = String.valueOf(parser.getText());
    String cut = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    return token == JsonToken.VALUE_STRING ? '"' + cut + '"' : cut;
  }
}
