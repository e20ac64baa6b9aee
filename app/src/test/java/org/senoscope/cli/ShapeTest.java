package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.files.Json;

/** A shape that took everything would let every test of the contract pass. */
class ShapeTest {
  private static final Shape SHAPE =
      Shape.of(
          """
          {"main": {"schema": "=a/1", "n": "count", "any": {"*": "number"}, "list": ["@part"]},
           "part": {"value": "number or null", "name": "text or none", "yes": "flag"}}
          """,
          "main");

  private static final String RIGHT =
      """
      {"schema": "a/1", "n": 3, "any": {"b": 1.5}, "more": [],
       "list": [{"value": null, "why": "no cases", "name": null, "yes": true},
                {"value": 2, "name": "x", "yes": false}]}
      """;

  @Test
  void whatHoldsAllAndMoreIsRight() {
    assertThat(SHAPE.faults(Json.parse(RIGHT, "right"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "a/1"      | "a/2"    | /schema
          "n"        | "m"      | /n
          3          | 3.5      | /n
          3          | -3       | /n
          3          | "3"      | /n
          1.5        | null     | /any/b
          "no cases" | ""       | /list/0/value
          true       | "true"   | /list/0/yes
          "x"        | 7        | /list/1/name
          [{         | {},"l":[{| /list
          """)
  void whatIsWrongIsNamedByItsPlace(String right, String changed, String place) {
    String wrong = RIGHT.replaceFirst(Pattern.quote(right), Matcher.quoteReplacement(changed));
    assertThat(SHAPE.faults(Json.parse(wrong, "wrong")))
        .anyMatch(fault -> fault.startsWith(place + " "));
  }

  @Test
  void whatIsNoObjectIsWrong() {
    for (String other : new String[] {"[]", "3", "null", "\"text\""}) {
      assertThat(SHAPE.faults(Json.parse(other, "other"))).hasSize(1);
    }
  }
}
