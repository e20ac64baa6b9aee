package org.senoscope.dataset.importer;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Gives every stored file a path that every file system takes, that is no other file's even where
 * case is not told apart, and that a person still knows again. The source's own path stays in the
 * manifest. The same paths in the same order get the same names. For one thread.
 */
final class StoredNames {
  private static final int LONGEST = 120;
  private final Set<String> taken = new HashSet<>();

  /** A path for a file within a folder of the data set. */
  String under(String folder, String path) {
    StringBuilder safe = new StringBuilder(folder);
    for (String part : path.split("/", -1)) {
      safe.append('/').append(safe(part));
    }
    int dot = safe.lastIndexOf(".");
    int slash = safe.lastIndexOf("/");
    String stem = dot > slash + 1 ? safe.substring(0, dot) : safe.toString();
    String ending = dot > slash + 1 ? safe.substring(dot) : "";
    String name = stem + ending;
    for (int copy = 2; !taken.add(name.toLowerCase(Locale.ROOT)); copy++) {
      name = stem + "~" + copy + ending;
    }
    return name;
  }

  private static String safe(String part) {
    String name = part.replaceAll("[^A-Za-z0-9 ._()+=,@-]", "_").strip();
    if (name.length() > LONGEST) {
      name = name.substring(0, LONGEST - 20) + name.substring(name.length() - 20);
    }
    // Neither a folder above, nor hidden, nor an option on some command line.
    return name.isEmpty() || name.startsWith(".") || name.startsWith("-") ? "_" + name : name;
  }
}
