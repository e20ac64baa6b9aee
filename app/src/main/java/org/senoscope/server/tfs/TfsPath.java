package org.senoscope.server.tfs;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an address asks for: {@code /v1/models/M[/versions/V|/labels/L]} and then nothing, {@code
 * /metadata}, {@code :predict}, {@code :classify} or {@code :regress}.
 *
 * @param model its name
 * @param version empty for the latest, or that of a label
 * @param label empty for none
 * @param verb what to do
 */
record TfsPath(String model, OptionalLong version, Optional<String> label, Verb verb) {
  private static final String MODEL =
      "/v1/models(?:/([^/:]+))?(?:/versions/(\\d+)|/labels/([^/:]+))?";
  private static final Pattern GET =
      Pattern.compile(MODEL + "(/metadata)?", Pattern.CASE_INSENSITIVE);
  private static final Pattern POST =
      Pattern.compile(MODEL + "(:predict|:classify|:regress)", Pattern.CASE_INSENSITIVE);

  /** What can be done with a model. */
  enum Verb {
    /** Say which versions there are. */
    STATUS("GET", ""),
    /** Say which inputs and outputs a version has. */
    METADATA("GET", "/metadata"),
    /** Give all outputs for tensors or images. */
    PREDICT("POST", ":predict"),
    /** Give labels with their scores for examples. */
    CLASSIFY("POST", ":classify"),
    /** Give one number for each example. */
    REGRESS("POST", ":regress");

    private final String method;
    private final String ending;

    Verb(String method, String ending) {
      this.method = method;
      this.ending = ending;
    }

    /** As metrics name it: {@code predict}, and so on. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static Verb of(@Nullable String ending) {
      for (Verb verb : values()) {
        if (verb.ending.equalsIgnoreCase(ending == null ? "" : ending)) {
          return verb;
        }
      }
      throw new IllegalArgumentException("No verb ends in " + ending);
    }
  }

  /** Every address as {@code METHOD /path/{parameter}}. */
  static List<String> routes() {
    List<String> routes = new ArrayList<>();
    for (Verb verb : Verb.values()) {
      for (String version : List.of("", "/versions/{version}", "/labels/{label}")) {
        routes.add(verb.method + " /v1/models/{model}" + version + verb.ending);
      }
    }
    return routes;
  }

  /**
   * Reads an address.
   *
   * @param path as sent, percent-encoded
   * @throws TfsException when it is none of this API's
   */
  static TfsPath parse(String method, String path) {
    Matcher parts =
        switch (method) {
          case "GET" -> GET.matcher(path);
          case "POST" -> POST.matcher(path);
          default -> throw malformed(method, path);
        };
    if (!parts.matches()) {
      throw malformed(method, path);
    }
    String model = parts.group(1);
    if (model == null) {
      throw method.equals("GET")
          ? TfsException.invalid("Missing model name in request.")
          : malformed(method, path);
    }
    String label = parts.group(3);
    return new TfsPath(
        decoded(model, "model name"),
        version(parts.group(2)),
        label == null ? Optional.empty() : Optional.of(decoded(label, "model version label")),
        Verb.of(parts.group(4)));
  }

  /** The address without its values, one of {@link #routes}: what metrics count by. */
  String route() {
    String chosen =
        version.isPresent() ? "/versions/{version}" : label.isPresent() ? "/labels/{label}" : "";
    return "/v1/models/{model}" + chosen + verb.ending;
  }

  private static OptionalLong version(@Nullable String digits) {
    if (digits == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(digits));
    } catch (NumberFormatException tooLarge) {
      throw TfsException.invalid(
          "Failed to convert version: %s to numeric.".formatted(shortened(digits)));
    }
  }

  private static String decoded(String part, String what) {
    try {
      // A plus is a plus here: it stands for a space in forms alone.
      return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw TfsException.invalid("Failed to decode %s:%s".formatted(what, shortened(part)));
    }
  }

  private static TfsException malformed(String method, String path) {
    return TfsException.invalid("Malformed request: %s %s".formatted(method, shortened(path)));
  }

  private static String shortened(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }
}
