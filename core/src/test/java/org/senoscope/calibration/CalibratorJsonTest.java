package org.senoscope.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

/** What a hand may write into {@code model.json}, and what each fault is called. */
class CalibratorJsonTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null | calibration must be an object, was null",
        "3 | calibration must be an object, was 3",
        "{} | \"method\" must be a text, was missing",
        "{\"method\":\"temprature\"} | method \"temprature\" is not known, nearest is \"temperature\"",
        "{\"method\":\"temperature\"} | \"temperature\" must be a number, was missing",
        "{\"method\":\"temperature\",\"temperature\":\"2\"} | must be a number, was \"2\"",
        "{\"method\":\"temperature\",\"temperature\":0} | temperature must be a number above 0, was 0.0",
        "{\"method\":\"vector\",\"scale\":[1,1,1]} | \"shift\" must be a list of numbers, was missing",
        "{\"method\":\"vector\",\"scale\":[1,1,1],\"shift\":[0,0,\"a\"]} | \"shift\" must be a list of",
        "{\"method\":\"vector\",\"scale\":[1,1,1],\"shift\":[0,0]} | has 3 and 2",
        "{\"method\":\"vector\",\"scale\":[1,1],\"shift\":[0,0]} | another number of labels than the task's 3",
        "{\"method\":\"platt\"} | \"lines\" must be a list of objects, was missing",
        "{\"method\":\"platt\",\"lines\":[]} | one curve for two labels, else one for each label, has 0",
        "{\"method\":\"platt\",\"lines\":[{\"slope\":1}]} | \"intercept\" must be a number, was missing",
        "{\"method\":\"platt\",\"lines\":[{\"slope\":-1,\"intercept\":0}]} | slope must be 0 or more",
        "{\"method\":\"platt\",\"lines\":[{\"slope\":1,\"intercept\":0}]} | another number of labels",
        "{\"method\":\"isotonic\",\"curves\":[{\"scores\":[0],\"probabilities\":[]}]} | has 0 for 1",
        "{\"method\":\"isotonic\",\"curves\":[{\"scores\":[0],\"probabilities\":[1]}]} | point 1 has 1.0 at 0.0",
        "{\"method\":\"isotonic\",\"curves\":[{\"scores\":[0,1],\"probabilities\":[0.5,0.4]}]} | point 2",
        "{\"method\":\"isotonic\",\"curves\":[{\"scores\":[1,0],\"probabilities\":[0.5,0.6]}]} | point 2",
      })
  void faultsAreNamed(String text, String expected) {
    assertThatThrownBy(() -> Calibrator.parse(Json.parse(text, "model.json"), 3))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("calibration")
        .hasMessageContaining(expected);
  }

  @Test
  void fieldsOfLaterVersionsAreLeftAlone() {
    String text = "{\"method\":\"temperature\",\"temperature\":2,\"fittedOn\":\"validation\"}";
    assertThat(Calibrator.parse(Json.parse(text, "model.json"), 3))
        .isEqualTo(new TemperatureScaling(2));
  }
}
