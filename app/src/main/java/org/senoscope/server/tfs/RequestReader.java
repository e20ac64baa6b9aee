package org.senoscope.server.tfs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.senoscope.model.InputDescription;
import org.senoscope.server.http.MemoryBudget;

/**
 * Reads a request's JSON as a stream and hands on its images one by one, each before the next is
 * read: a request of any number of images needs the memory of one. For one thread.
 */
final class RequestReader implements AutoCloseable {
  /** Most images in one request. */
  static final int MOST_IMAGES = 10_000;

  private static final int SHOWN = 160;
  private static final String INSTANCES = "instances";
  private static final String COLUMNS = "inputs";
  private static final String EXAMPLES = "examples";
  private static final String CONTEXT = "context";
  private static final String SIGNATURE = "signature_name";
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          // A name that occurs once must not stay for good.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(100)
                  .maxNumberLength(400)
                  .maxStringLength(100_000)
                  .maxNameLength(10_000)
                  .maxDocumentLength(TfsApi.MOST_BYTES)
                  .build())
          .build();

  private final JsonParser parser;
  private final ImageReader images;
  private int count;

  /** What a request holds beside its images. */
  record Request(Form form, String signature) {}

  /** In which form a request for a prediction came, and so its answer goes. */
  enum Form {
    /** One element for each image: {@code instances}, answered by {@code predictions}. */
    ROW,
    /** One tensor of all images: {@code inputs}, answered by {@code outputs}. */
    COLUMN
  }

  /**
   * A reader of one body.
   *
   * @param body to be closed by who opened it
   * @param input of the model
   * @param memory in which one image at a time is held
   */
  RequestReader(
      InputStream body,
      InputDescription input,
      MemoryBudget memory,
      ImageReader.Limits limits,
      ImageReader.Images images)
      throws IOException {
    this.parser = open(body);
    this.images = new ImageReader(parser, input, memory, limits, images);
  }

  private static JsonParser open(InputStream body) throws IOException {
    JsonParser parser = JSON.createParser(body);
    parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
    return parser;
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }

  /**
   * Reads a request for predictions: {@code instances} or {@code inputs}, and perhaps {@code
   * signature_name}. What follows the object is left aside, as TensorFlow Serving leaves it.
   *
   * @throws TfsException for all that is wrong with it
   */
  Request predictRequest() throws IOException, InterruptedException {
    Optional<Form> form = Optional.empty();
    Optional<String> signature = Optional.empty();
    try {
      begin();
      while (next() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        next();
        switch (key) {
          case SIGNATURE -> signature = Optional.of(once(SIGNATURE, signature, signature()));
          case INSTANCES, COLUMNS -> {
            if (form.isPresent()) {
              throw TfsException.invalid(
                  "JSON Value: {...} Not formatted correctly expecting only one of '%s' or '%s' keys to exist "
                      .formatted(COLUMNS, INSTANCES));
            }
            form = Optional.of(key.equals(INSTANCES) ? Form.ROW : Form.COLUMN);
            if (key.equals(INSTANCES)) {
              instances();
            } else {
              columns();
            }
          }
          default -> parser.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      throw parseError(e);
    }
    return new Request(
        form.orElseThrow(
            () -> TfsException.invalid("Missing '%s' or '%s' key".formatted(COLUMNS, INSTANCES))),
        signature.orElse(""));
  }

  /**
   * Reads a request to classify or regress: {@code examples}, and perhaps {@code signature_name}
   * and {@code context}.
   *
   * @return the signature's name, empty for the default
   * @throws TfsException for all that is wrong with it
   */
  String exampleRequest() throws IOException, InterruptedException {
    boolean examples = false;
    Optional<String> signature = Optional.empty();
    try {
      begin();
      while (next() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        next();
        switch (key) {
          case SIGNATURE -> signature = Optional.of(once(SIGNATURE, signature, signature()));
          case EXAMPLES -> {
            if (examples) {
              throw TfsException.invalid(
                  "JSON Value: {...} has key '%s' twice".formatted(EXAMPLES));
            }
            examples = true;
            examples();
          }
          case CONTEXT -> context();
          default -> parser.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      throw parseError(e);
    }
    if (!examples) {
      throw TfsException.invalid(
          "JSON Value: {...} When method is classify, key '%s' is expected and was not found"
              .formatted(EXAMPLES));
    }
    return signature.orElse("");
  }

  private void begin() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw TfsException.invalid("JSON Parse error: The document is empty");
    }
    if (first != JsonToken.START_OBJECT) {
      throw TfsException.invalid(
          "JSON Value: %s Is not object".formatted(TensorReader.shown(parser)));
    }
  }

  private JsonToken next() throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw TfsException.invalid("JSON Parse error: The document ends too early");
    }
    return token;
  }

  private static String once(String key, Optional<String> before, String value) {
    if (before.isPresent()) {
      throw TfsException.invalid("JSON Value: {...} has key '%s' twice".formatted(key));
    }
    return value;
  }

  private String signature() throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw TfsException.invalid(
          "JSON Value: %s not formatted correctly. 'signature_name' key must be a string value."
              .formatted(TensorReader.shown(parser)));
    }
    return parser.getText();
  }

  /** {@code instances}: a list whose elements are tensors, encoded images, or objects of one. */
  private void instances() throws IOException, InterruptedException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw TfsException.invalid(
          "JSON Value: %s Expecting '%s' to be an list/array"
              .formatted(TensorReader.shown(parser), INSTANCES));
    }
    boolean named = false;
    while (next() != JsonToken.END_ARRAY) {
      String where = "Failed to process element: %d".formatted(count);
      boolean isObject = parser.currentToken() == JsonToken.START_OBJECT;
      String key = isObject ? firstKey() : null;
      boolean isNamed = isObject && !ImageReader.BASE64.equals(key);
      if (count == 0) {
        named = isNamed;
      } else if (named && !isNamed) {
        throw TfsException.invalid(
            "Expecting object but got list at item %d of input list".formatted(count));
      } else if (!named && isNamed) {
        throw TfsException.invalid(
            "Expecting value/list but got object at item %d of input list".formatted(count));
      }
      String of = isNamed && key != null ? where + " key: " + key : where;
      try {
        if (isNamed) {
          namedInstance(key, where);
        } else if (isObject) {
          images.encoded();
        } else {
          images.tensor();
        }
      } catch (TfsException e) {
        throw e.text().startsWith(where)
            ? e
            : TfsException.invalid(
                "%s of '%s' list. Error: %s".formatted(of, INSTANCES, e.quoted()));
      }
      counted();
    }
    if (count == 0) {
      throw TfsException.invalid("JSON Value: {...} No values in '%s' array".formatted(INSTANCES));
    }
  }

  /** The first key of the object that the parser is at; the parser is at it then. */
  private @Nullable String firstKey() throws IOException {
    return next() == JsonToken.FIELD_NAME ? parser.currentName() : null;
  }

  private void namedInstance(@Nullable String key, String where)
      throws IOException, InterruptedException {
    if (key == null) {
      throw TfsException.invalid(
          "%s of '%s' list. JSON object: {} keys must be equal to: %s"
              .formatted(where, INSTANCES, ImageReader.INPUTS.getFirst()));
    }
    images.named(key, false);
    if (next() == JsonToken.FIELD_NAME) {
      throw ImageReader.unknownInput(parser.currentName());
    }
  }

  /** {@code inputs}: all images as one tensor or list, as an object of it, or one encoded image. */
  private void columns() throws IOException, InterruptedException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      batch();
      return;
    }
    String key = firstKey();
    if (key == null) {
      throw TfsException.invalid(
          "Missing named input: %s in 'inputs' object.".formatted(ImageReader.INPUTS.getFirst()));
    }
    if (key.equals(ImageReader.BASE64)) {
      images.encoded();
      counted();
      return;
    }
    if (!ImageReader.INPUTS.contains(key)) {
      throw ImageReader.unknownInput(key);
    }
    if (next() == JsonToken.START_OBJECT) {
      firstKey();
      images.encoded();
      counted();
    } else {
      batch();
    }
    if (next() == JsonToken.FIELD_NAME) {
      throw ImageReader.unknownInput(parser.currentName());
    }
  }

  private void batch() throws IOException, InterruptedException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw images.notFloat();
    }
    while (next() != JsonToken.END_ARRAY) {
      try {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
          firstKey();
          images.encoded();
        } else {
          images.tensor();
        }
      } catch (TfsException e) {
        throw TfsException.invalid("%s, of image %d in '%s'".formatted(e.text(), count, COLUMNS));
      }
      counted();
    }
    if (count == 0) {
      throw TfsException.invalid("JSON Value: {...} No values in '%s' array".formatted(COLUMNS));
    }
  }

  private void examples() throws IOException, InterruptedException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw TfsException.invalid(
          "JSON Value: %s Expecting '%s' value to be an list/array"
              .formatted(TensorReader.shown(parser), EXAMPLES));
    }
    while (next() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw TfsException.invalid(
            "Example must be JSON object but got JSON %s"
                .formatted(TensorReader.type(parser.currentToken())));
      }
      try {
        example();
      } catch (TfsException e) {
        throw TfsException.invalid(
            "Failed to process example: %d. Error: %s".formatted(count, e.quoted()));
      }
      counted();
    }
    if (count == 0) {
      throw TfsException.invalid(
          "JSON Value: {...} '%s' value is an empty array".formatted(EXAMPLES));
    }
  }

  /** One example: the image among its features, or the encoded image itself. */
  private void example() throws IOException, InterruptedException {
    boolean found = false;
    for (JsonToken token = next(); token == JsonToken.FIELD_NAME; token = next()) {
      String key = parser.currentName();
      if (key.equals(ImageReader.BASE64) && !found) {
        images.encoded();
        return;
      }
      if (ImageReader.INPUTS.contains(key)) {
        if (found) {
          throw TfsException.invalid("The example has two images");
        }
        found = true;
        images.named(key, true);
      } else {
        next();
        parser.skipChildren();
      }
    }
    if (!found) {
      throw TfsException.invalid(
          "Name: <unknown>, Feature: %s (data type: float) is required but could not be found."
              .formatted(ImageReader.INPUTS.getFirst()));
    }
  }

  /** What all examples share: no image, or they would be one. */
  private void context() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw TfsException.invalid(
          "Example must be JSON object but got JSON %s"
              .formatted(TensorReader.type(parser.currentToken())));
    }
    while (next() == JsonToken.FIELD_NAME) {
      if (ImageReader.INPUTS.contains(parser.currentName())) {
        throw TfsException.invalid(
            "Feature: %s must be in each of 'examples', not in 'context'"
                .formatted(parser.currentName()));
      }
      next();
      parser.skipChildren();
    }
  }

  private void counted() {
    count++;
    if (count > MOST_IMAGES) {
      throw TfsException.invalid(
          "A request may hold %d images at most; send them in several".formatted(MOST_IMAGES));
    }
  }

  /** What is wrong with the JSON, and where. */
  private static TfsException parseError(JsonProcessingException e) {
    var place = e.getLocation();
    long offset = place == null ? 0 : Math.max(place.getByteOffset(), place.getCharOffset());
    String what = String.valueOf(e.getOriginalMessage()).replaceAll("\\s+", " ");
    return TfsException.invalid(
        "JSON Parse error: Invalid value. at offset: %d (%s)"
            .formatted(offset, what.length() <= SHOWN ? what : what.substring(0, SHOWN) + "..."));
  }
}
