package org.senoscope.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.lang.System.Logger.Level;
import java.util.function.Predicate;
import org.senoscope.files.Json;

/** How answers are written: JSON, problems, and the headers that every answer carries. */
public final class Answers {
  private static final System.Logger LOG = System.getLogger(Answers.class.getName());

  /** How long, in seconds, a client should wait before it asks a busy server again. */
  private static final String RETRY_AFTER = "2";

  private Answers() {}

  /** Answers with a JSON value. */
  public static void json(Context context, int status, JsonNode body) {
    context.status(status).contentType("application/json").result(Json.formatLine(body));
  }

  /** Answers with a problem. */
  private static void problem(
      Context context, Problem problem, String detail, Predicate<Context> plain) {
    if (problem == Problem.BUSY || problem == Problem.NOT_READY) {
      context.header("Retry-After", RETRY_AFTER);
    }
    if (problem == Problem.TOKEN_NEEDED) {
      context.header("WWW-Authenticate", "Bearer realm=\"senoscope\"");
    }
    if (plain.test(context)) {
      json(context, problem.status(), Json.object().put("error", detail));
      return;
    }
    context
        .status(problem.status())
        .contentType("application/problem+json")
        .result(Json.formatLine(problem.toJson(detail, context.path())));
  }

  /** The headers of every answer: nothing from elsewhere, framed by nobody, kept by no cache. */
  public static void secure(Context context) {
    context.header(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
            + " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Referrer-Policy", "no-referrer");
    context.header("X-Frame-Options", "DENY");
    context.header("Cross-Origin-Opener-Policy", "same-origin");
    context.header("Cross-Origin-Resource-Policy", "same-origin");
    context.header("Cache-Control", "no-store");
  }

  /**
   * Turns what handlers throw into problems.
   *
   * @param plain tells requests of protocols whose errors are {@code {"error": "…"}}
   */
  public static void mapExceptions(RoutesConfig routes, Predicate<Context> plain) {
    routes.exception(
        ProblemException.class,
        (fault, ctx) -> problem(ctx, fault.problem(), fault.detail(), plain));
    routes.exception(
        HttpResponseException.class,
        (fault, ctx) -> {
          Problem problem = Problem.ofStatus(fault.getStatus());
          String detail =
              switch (problem) {
                case NOT_FOUND -> "See /openapi.yaml for what is where";
                case METHOD_NOT_ALLOWED ->
                    "%s is not taken here; see /openapi.yaml".formatted(ctx.method());
                default -> String.valueOf(fault.getMessage());
              };
          problem(ctx, problem, detail, plain);
        });
    routes.exception(
        Exception.class,
        (fault, ctx) -> {
          LOG.log(Level.ERROR, "%s %s failed".formatted(ctx.method(), ctx.path()), fault);
          problem(ctx, Problem.FAILED, "The server's log says why", plain);
        });
  }
}
