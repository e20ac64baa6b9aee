package org.senoscope.onnx.quantise;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.senoscope.files.Json;

/** What ONNX Runtime's own quantiser said: golden.py made it. */
final class Golden {
  private Golden() {}

  static JsonNode read() throws IOException {
    try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream("golden.json"))) {
      return Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "golden.json");
    }
  }
}
