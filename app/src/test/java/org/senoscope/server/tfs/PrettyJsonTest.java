package org.senoscope.server.tfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrettyJsonTest {
  /** The texts are C's: printf("%.6g") where that gives the float back, else "%.9g". */
  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "-0.0, -0.0",
    "1, 1.0",
    "0.2, 0.2",
    "0.1, 0.1",
    "0.333333343, 0.333333343",
    "0.00001, 1e-05",
    "0.0001, 0.0001",
    "9000000, 9e+06",
    "123456, 123456.0",
    "1234567, 1234567.0",
    "16777216, 16777216.0",
    "3.4028235e38, 3.40282347e+38",
    "1.4e-45, 1.4013e-45",
    "-2.5, -2.5",
    "0.999999, 0.999999",
    "0.99999994, 0.99999994",
    "NaN, NaN",
    "Infinity, Infinity",
    "-Infinity, -Infinity"
  })
  void aFloatIsWrittenAsByTensorFlowServing(float value, String text) {
    assertThat(PrettyJson.decimal(value)).isEqualTo(text);
  }

  @Test
  void everyFloatComesBack() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      String text = PrettyJson.decimal(value);
      assertThat(Float.valueOf(text)).as(text).isEqualTo(Float.valueOf(value));
    }
  }

  @Test
  void aListOfNumbersIsLaidOutAsInTheDocumentationOfTensorFlowServing() {
    PrettyJson json = new PrettyJson(4).object().key("predictions").list();
    for (float value : new float[] {2.5f, 3, 4.5f}) {
      json.listsOnOneLine(true).number(value).listsOnOneLine(false);
    }
    assertThat(json.endList().endObject())
        .hasToString("{\n    \"predictions\": [2.5, 3.0, 4.5\n    ]\n}");
  }

  @Test
  void emptyThingsStayOnTheirLine() {
    assertThat(
            new PrettyJson(1)
                .object()
                .key("a")
                .object()
                .endObject()
                .key("b")
                .list()
                .endList()
                .endObject())
        .hasToString("{\n \"a\": {},\n \"b\": []\n}");
  }

  @Test
  void textsAreEscaped() {
    assertThat(new PrettyJson(4).text("a \"b\"\n\\ é \u0001"))
        .hasToString("\"a \\\"b\\\"\\n\\\\ é \\u0001\"");
  }
}
