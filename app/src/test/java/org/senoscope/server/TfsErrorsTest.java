package org.senoscope.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What TensorFlow Serving answers to faulty requests: its statuses, and its words where it has any
 * of its own. The model {@code versioned} takes 1 × 2 × 2.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TfsErrorsTest {
  private RunningServer running;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    running = TfsModels.start(folder);
  }

  @AfterAll
  void stop() {
    running.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /v1/models                            | 400 | Missing model name in request.",
        "GET    | /v1/models/                           | 400 | Malformed request: GET /v1/models/",
        "GET    | /v1/foo                               | 400 | Malformed request: GET /v1/foo",
        "POST   | /v1/models                            | 400 | Malformed request: POST /v1/models",
        "PUT    | /v1/models/tiny                       | 400 | Malformed request: PUT /v1/models/tiny",
        "DELETE | /v1/models/tiny:predict               | 400 | Malformed request: DELETE",
        "GET    | /v1/models/tiny:predict               | 400 | Malformed request: GET /v1/models/tiny:predict",
        "POST   | /v1/models/tiny/metadata              | 400 | Malformed request",
        "POST   | /v1/models/tiny/versions/one:predict  | 400 | Malformed request",
        "POST   | /v1/models/tiny/versions/1/labels/stable:predict | 400 | Malformed request",
        "POST   | /v1/models/tiny/version/1:predict     | 400 | Malformed request",
        "POST   | /v1/models/tiny:explain               | 400 | Malformed request",
        "POST   | /v1/models/tiny/versions/18446744073709551615:regress | 400 | Failed to convert version: 18446744073709551615 to numeric.",
        "GET    | /v1/models/nope                       | 404 | Could not find any versions of model nope",
        "GET    | /v1/models/tiny/versions/7            | 404 | Could not find version 7 of model tiny",
        "GET    | /v1/models/nope/metadata              | 404 | Servable not found for request: Latest(nope)",
        "GET    | /v1/models/tiny/versions/7/metadata   | 404 | Servable not found for request: Specific(tiny, 7)",
        "GET    | /v1/models/tiny/labels/canary         | 400 | Unrecognized servable version label: canary",
        "POST   | /v1/models/nope:predict               | 404 | Servable not found for request: Latest(nope)",
        "POST   | /v1/models/nope/versions/3:classify   | 404 | Servable not found for request: Specific(nope, 3)",
        "POST   | /v1/models/tiny/labels/canary:predict | 400 | Unrecognized servable version label: canary",
        "POST   | /v1/models/tiny:predict               | 400 | JSON Parse error: The document is empty",
      })
  void anAddressThatLeadsNowhere(String method, String path, int status, String error) {
    assertError(
        running.send(
            HttpRequest.newBuilder(running.at(path))
                .method(method, BodyPublishers.noBody())
                .build()),
        status,
        error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "instances = [1, 2]                       | JSON Parse error: Invalid value. at offset: ",
        "{\"instances\": [[[[1, 2], [3, 4]]]      | JSON Parse error: ",
        "{\"instances\": [[[[1, 2], [3, 04]]]]}   | JSON Parse error: ",
        "{'instances': [[[[1, 2], [3, 4]]]]}      | JSON Parse error: ",
        "[1, 2]                                   | Is not object",
        "7                                        | JSON Value: 7 Is not object",
        "null                                     | Is not object",
        "{}                                       | Missing 'inputs' or 'instances' key",
        "{\"instance\": [1]}                      | Missing 'inputs' or 'instances' key",
        "{\"instances\": [[[[1, 2], [3, 4]]]], \"inputs\": [[[[1, 2], [3, 4]]]]} | Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist",
        "{\"instances\": [[[[1, 2], [3, 4]]]], \"instances\": 1} | Not formatted correctly",
        "{\"instances\": 1}                       | Expecting 'instances' to be an list/array",
        "{\"instances\": {\"image\": 1}}          | Expecting 'instances' to be an list/array",
        "{\"instances\": []}                      | No values in 'instances' array",
        "{\"inputs\": []}                         | No values in 'inputs' array",
        "{\"inputs\": 1}                          | JSON Value: 1 Type: Number is not of expected type: float",
        "{\"inputs\": {}}                         | Missing named input: image in 'inputs' object.",
        "{\"signature_name\": 100}                | 'signature_name' key must be a string value.",
        "{\"signature_name\": \"x\", \"instances\": [[[[1, 2], [3, 4]]]]} | Serving signature name: \"x\" not found in signature def",
        "{\"instances\": [[[[1, 2], [3, 4]]]], \"signature_name\": \"classify_pathology\"} | Serving signature name: \"classify_pathology\" not found in signature def",
        "{\"instances\": [\"x\", \"y\"]}           | Failed to process element: 0 of 'instances' list. Error: INVALID_ARGUMENT: JSON Value: \"x\" Type: String is not of expected type: float",
        "{\"instances\": [[[[1, 2], [3, \"4\"]]]]} | JSON Value: \"4\" Type: String is not of expected type: float, at [0][1][1]",
        "{\"instances\": [[[[1, 2], [3, null]]]]} | Type: Null is not of expected type: float, at [0][1][1]",
        "{\"instances\": [[[[1, true], [3, 4]]]]} | Type: True is not of expected type: float, at [0][0][1]",
        "{\"instances\": [[[[1, 2], [3, {}]]]]}   | JSON Value: {...} Type: Object is not of expected type: float",
        "{\"instances\": [[[[1, 2], [3, 4]]], [[[1, 2], [3]]]]} | Failed to process element: 1 of 'instances' list. Error: INVALID_ARGUMENT: Encountered list at unexpected size: 1 at level: 2 expected size: 2, at [0][1]; expecting shape [1,2,2]",
        "{\"instances\": [[[[1, 2], [3, 4, 5, 6]]]]} | Encountered list at unexpected size: 4 at level: 2 expected size: 2, at [0][1]",
        "{\"instances\": [[[[1, 2]]]]}            | Encountered list at unexpected size: 1 at level: 1 expected size: 2, at [0]",
        "{\"instances\": [[]]}                    | Encountered list at unexpected size: 0 at level: 0 expected size: 1, at the outermost list",
        "{\"instances\": [[[1, 2], [3, 4]]]}      | JSON Value: 1 found at incorrect level: 3 in the JSON DOM. Expected at level: 3, at [0][0]; expecting shape [1,2,2]",
        "{\"instances\": [[[[1, [2]], [3, 4]]]]}  | Encountered list at unexpected level: 3 expected < 3, at [0][0][1]",
        "{\"instances\": [[[1, [3, 4]]]]}         | JSON Value: 1 found at incorrect level: 3 in the JSON DOM. Expected at level: 3, at [0][0]",
        "{\"instances\": [{\"img\": [[[1, 2], [3, 4]]]}]} | Failed to process element: 0 key: img of 'instances' list. Error: INVALID_ARGUMENT: JSON object: does not have named input: img",
        "{\"instances\": [{\"image\": [[[1, 2], [3, 4]]], \"age\": 3}]} | does not have named input: age",
        "{\"instances\": [{}]}                    | Failed to process element: 0 of 'instances' list. JSON object: {} keys must be equal to: image",
        "{\"instances\": [{\"image\": [[[1, 2], [3, 4]]]}, [[[1, 2], [3, 4]]]]} | Expecting object but got list at item 1 of input list",
        "{\"instances\": [[[[1, 2], [3, 4]]], {\"image\": [[[1, 2], [3, 4]]]}]} | Expecting value/list but got object at item 1 of input list",
        "{\"inputs\": [[[[1, 2], [3, 4]]], [[[1, 2]]]]} | expected size: 2, at [0]; expecting shape [1,2,2], of image 1 in 'inputs'",
        "{\"inputs\": {\"img\": []}}              | does not have named input: img",
        "{\"instances\": [{\"b64\": \"a!b\"}]}     | Unable to base64 decode",
        "{\"instances\": [{\"b64\": 5}]}           | not formatted correctly for base64 data",
        "{\"instances\": [{\"b64\": \"aGk=\", \"x\": 1}]} | not formatted correctly for base64 data",
        "{\"instances\": [{\"image\": {\"64\": \"aGk=\"}}]} | not formatted correctly for base64 data",
        "{\"instances\": [{\"b64\": \"aGk=\"}]}     | unreadable: ",
        "{\"instances\": [{\"b64\": \"\"}]}         | unreadable: ",
      })
  void aFaultyRequestForPredictions(String body, String error) {
    assertError(running.tfs("versioned:predict", body), 400, error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "classify | {}                                    | key 'examples' is expected and was not found",
        "classify | {\"examples\": 1}                     | Expecting 'examples' value to be an list/array",
        "regress  | {\"examples\": []}                    | 'examples' value is an empty array",
        "classify | {\"examples\": [1]}                   | Example must be JSON object but got JSON Number",
        "classify | {\"examples\": [{}]}                  | Feature: image (data type: float) is required but could not be found.",
        "classify | {\"examples\": [{\"image\": \"x\"}]}   | Failed to process example: 0. Error: INVALID_ARGUMENT: JSON Value: \"x\" Type: String is not of expected type: float",
        "classify | {\"examples\": [{\"image\": [1, 2, 3]}]} | Expecting tensor size: 4 but got: 3",
        "classify | {\"examples\": [{\"image\": [1, 2, 3, 4, 5, [6]]}]} | Expecting tensor size: 4 but got: 6",
        "classify | {\"examples\": [{\"image\": [1, 2, 3, 4], \"image_bytes\": {\"b64\": \"aGk=\"}}]} | two images",
        "classify | {\"context\": 1, \"examples\": [{\"image\": [1, 2, 3, 4]}]} | Example must be JSON object but got JSON Number",
        "classify | {\"context\": {\"image\": 1}, \"examples\": [{\"image\": [1, 2, 3, 4]}]} | not in 'context'",
        "classify | {\"signature_name\": \"x\", \"examples\": [{\"image\": [1, 2, 3, 4]}]} | No signature was found with the name: x",
        "regress  | {\"signature_name\": \"classify_pathology\", \"examples\": [{\"image\": [1, 2, 3, 4]}]} | No signature was found with the name: classify_pathology",
        "regress  | {\"signature_name\": 1}               | 'signature_name' key must be a string value.",
        "classify | {\"instances\": [[[[1, 2], [3, 4]]]]}  | key 'examples' is expected",
      })
  void aFaultyRequestToClassifyOrRegress(String verb, String body, String error) {
    assertError(running.tfs("versioned:" + verb, body), 400, error);
  }

  @ParameterizedTest
  @CsvSource({"fashion_model, '', class", "several, regress_density, density"})
  void aTaskWithoutAPositiveLabelHasNoRegression(String model, String signature, String task) {
    String image =
        model.equals("several")
            ? TfsModels.tensor(1, 3, 5, 4).toString()
            : TfsModels.tensor(1, 28, 28, 1).toString();
    assertError(
        running.tfs(
            model + ":regress",
            "{\"signature_name\": \"%s\", \"examples\": [{\"image\": %s}]}"
                .formatted(signature, image)),
        400,
        "none of task %s's labels is positive".formatted(task));
  }

  private static void assertError(HttpResponse<String> answer, int status, String error) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(RunningServer.json(answer).properties()).hasSize(1);
    assertThat(RunningServer.json(answer).path("error").asText())
        .contains(error)
        .doesNotContain("\n");
  }
}
