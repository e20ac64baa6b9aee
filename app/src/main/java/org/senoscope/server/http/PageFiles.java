package org.senoscope.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;

/**
 * The page's files, from the jar's {@code web} folder: a fixed list, each read once. Safe for
 * several threads.
 */
public final class PageFiles {
  /** What a browser may ask for by its own name; {@code index.html} is at the root. */
  public static final List<String> PAGE =
      List.of(
          "index.html",
          "style.css",
          "icon.svg",
          "app.js",
          "api.js",
          "crop.js",
          "curves.js",
          "dom.js",
          "markdown.js",
          "result.js",
          "training.js");

  private static final String FOLDER = "/web/";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "yaml", "application/yaml; charset=utf-8");

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  @SuppressWarnings("ArrayRecordComponent") // shared with nobody
  private record Entry(byte[] bytes, String tag, String type) {}

  /** Answers with a file, or with 304 where the browser has it already. */
  public void serve(Context context, String name) {
    Entry entry = entries.computeIfAbsent(name, PageFiles::load);
    context.header("ETag", entry.tag);
    context.header("Cache-Control", "no-cache"); // keep it, but ask whether it is still the one
    if (entry.tag.equals(context.header("If-None-Match"))) {
      context.status(304);
      return;
    }
    context.contentType(entry.type).result(entry.bytes);
  }

  private static Entry load(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException("The jar lacks its resource " + FOLDER + name);
      }
      byte[] bytes = in.readAllBytes();
      CRC32 sum = new CRC32();
      sum.update(bytes);
      String tag = "\"%08x-%x\"".formatted(sum.getValue(), bytes.length);
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      if (type == null) {
        throw new IllegalStateException("No content type is known for " + name);
      }
      return new Entry(bytes, tag, type);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
