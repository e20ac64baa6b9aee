package org.senoscope.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** On any address other than loopback, nothing but health is told without the token. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenTest {
  private RunningServer running;
  private String token;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    running = RunningServer.start(folder, "0.0.0.0");
    token = running.server().token().orElseThrow();
  }

  @AfterAll
  void stop() {
    running.close();
  }

  @Test
  void theTokenHas128BitsAndIsNewEachTime(@TempDir Path folder) throws IOException {
    assertThat(token).matches("[0-9a-f]{32}");
    try (RunningServer another = RunningServer.start(folder, "0.0.0.0")) {
      assertThat(another.server().token()).isPresent().get().isNotEqualTo(token);
    }
  }

  @Test
  void everyRouteButHealthAsksForIt() {
    for (String route : running.server().routes()) {
      String path = route.substring(route.indexOf(' ') + 1).replaceAll("[{}]", "");
      if (route.startsWith("GET ")) {
        int status = running.get(path).statusCode();
        boolean open =
            List.of("/health/live", "/health/ready", "/style.css", "/icon.svg").contains(path);
        assertThat(status).as(route).isEqualTo(open ? 200 : 401);
      }
    }
    HttpResponse<String> post = running.predict(RunningServer.png(8, 8, 1));
    assertThat(post.statusCode()).isEqualTo(401);
    assertThat(post.headers().firstValue("WWW-Authenticate")).isPresent();
  }

  @Test
  void aBearerOfItIsLetIn() {
    assertThat(status("Authorization", "Bearer " + token)).isEqualTo(200);
    assertThat(status("Authorization", "bearer " + token)).isEqualTo(200);
    assertThat(status("Authorization", "Basic " + token)).isEqualTo(401);
    assertThat(status("Authorization", "Bearer " + token + "0")).isEqualTo(401);
    assertThat(status("Authorization", "Bearer " + token.substring(1))).isEqualTo(401);
    assertThat(status("Authorization", "Bearer ")).isEqualTo(401);
    assertThat(status("Authorization", "Bearer")).isEqualTo(401);
  }

  @Test
  void aBrowserGivesItOnceAndThenHoldsACookieThatScriptsCannotRead() {
    HttpResponse<String> opened = running.get("/?token=" + token);
    assertThat(opened.statusCode()).isEqualTo(303);
    assertThat(opened.headers().firstValue("Location")).contains("/");
    String cookie = opened.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("HttpOnly", "SameSite=Strict", "Path=/");

    assertThat(status("Cookie", cookie.substring(0, cookie.indexOf(';')))).isEqualTo(200);
    assertThat(status("Cookie", "senoscope-token=wrong")).isEqualTo(401);
    assertThat(running.get("/?token=wrong").statusCode()).isEqualTo(401);
    assertThat(running.get("/api/v1/models?token=" + token).statusCode()).isEqualTo(401);
  }

  @Test
  void aPersonWithoutItSeesAPageThatAsksForIt() {
    HttpResponse<String> page = running.get("/", "Accept", "text/html");
    assertThat(page.statusCode()).isEqualTo(401);
    assertThat(page.body()).contains("asks for its token").doesNotContain(token);
  }

  @Test
  void loopbackNeedsNone(@TempDir Path folder) throws IOException {
    try (RunningServer loopback = RunningServer.start(folder)) {
      assertThat(loopback.server().token()).isEmpty();
      assertThat(loopback.get("/api/v1/models").statusCode()).isEqualTo(200);
    }
  }

  private int status(String header, String value) {
    return running.get("/api/v1/models", header, value).statusCode();
  }
}
