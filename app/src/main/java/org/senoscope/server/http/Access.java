package org.senoscope.server.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who may ask. A server on a loopback address answers for loopback names only, so that no name
 * which a stranger points at 127.0.0.1 reaches it; a server on any other address asks for its
 * token. Neither takes a request that a page of another site sent. Safe for several threads.
 */
public final class Access {
  private static final Set<String> OPEN =
      Set.of("/health/live", "/health/ready", "/style.css", "/icon.svg");
  private static final String COOKIE = "senoscope-token";

  private final Optional<String> token;
  private final PageFiles page;

  private Access(Optional<String> token, PageFiles page) {
    this.token = token;
    this.page = page;
  }

  /** For a server on a loopback address: no token. */
  public static Access loopback(PageFiles page) {
    return new Access(Optional.empty(), page);
  }

  /**
   * For a server on any other address.
   *
   * @param page holds what a person without the token sees
   */
  public static Access withToken(String token, PageFiles page) {
    return new Access(Optional.of(token), page);
  }

  /** What a caller must know; empty on a loopback address. */
  public Optional<String> token() {
    return token;
  }

  /**
   * Lets a request through, or ends it.
   *
   * @throws ProblemException for a wrong host, another site, or a missing token
   */
  public void check(Context context) {
    checkOrigin(context);
    if (token.isEmpty()) {
      checkHost(context);
    } else if (!OPEN.contains(context.path())) {
      checkToken(context, token.get());
    }
  }

  private static void checkHost(Context context) {
    String host = context.header("Host");
    if (host != null && !isLoopbackName(host)) {
      throw Problem.WRONG_HOST.because(
          "The host must be localhost or a loopback address, was " + shortened(host));
    }
  }

  private static void checkOrigin(Context context) {
    String origin = context.header("Origin");
    String host = context.header("Host");
    // A proxy in front may ask by a name of its own, and says which one the browser used. A page of
    // another site cannot send that header without asking first, which is refused.
    String proxied = context.header("X-Forwarded-Host");
    String own = origin == null ? "" : origin.replaceFirst("^https?://", "");
    if (origin != null && !own.equals(host) && !own.equals(proxied)) {
      throw Problem.CROSS_SITE.because(
          "The origin is not this server's own: was " + shortened(origin));
    }
    String site = context.header("Sec-Fetch-Site");
    if ("cross-site".equals(site) && !isGet(context)) {
      throw Problem.CROSS_SITE.because("The request comes from a page of another site");
    }
  }

  private void checkToken(Context context, String expected) {
    String asked = context.queryParam("token");
    if (asked != null && context.path().equals("/") && isGet(context)) {
      if (same(asked, expected)) {
        // The page then works by the cookie, and the token leaves the address bar.
        context.header(
            "Set-Cookie", COOKIE + "=" + expected + "; Path=/; HttpOnly; SameSite=Strict");
        context.redirect("/", HttpStatus.SEE_OTHER);
        context.skipRemainingHandlers();
        return;
      }
    } else if (bears(context, expected)) {
      return;
    }
    String accepted = context.header("Accept");
    if (context.path().equals("/") && accepted != null && accepted.contains("text/html")) {
      page.serve(context, "token.html");
      context.status(Problem.TOKEN_NEEDED.status());
      context.skipRemainingHandlers();
      return;
    }
    throw Problem.TOKEN_NEEDED.because(
        "Send \"Authorization: Bearer TOKEN\", or open /?token=TOKEN once in a browser; the token"
            + " was printed when the server started");
  }

  private static boolean isGet(Context context) {
    return context.method().equals(HandlerType.GET);
  }

  private boolean bears(Context context, String expected) {
    String authorization = context.header("Authorization");
    if (authorization != null) {
      return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
          && same(authorization.substring(7).strip(), expected);
    }
    String kept = context.cookie(COOKIE);
    return kept != null && same(kept, expected);
  }

  /** Compares in a time that does not depend on where the two differ. */
  private static boolean same(String given, String expected) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether a Host header names this machine to itself, with or without a port. */
  static boolean isLoopbackName(String host) {
    String name = host.toLowerCase(Locale.ROOT).replaceFirst(":\\d{1,5}$", "");
    return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.\\d{1,3}){3}");
  }

  private static String shortened(String value) {
    return value.length() <= 80 ? value : value.substring(0, 80) + "…";
  }
}
