package org.senoscope.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.senoscope.work.InputException;

/**
 * The licences of the libraries in a package: a table for people, {@code THIRD-PARTY.md}, whose
 * first column names each jar (without version; {@code *} stands for any letters), and the texts
 * that the jars bring or that lie beside the table.
 */
final class ThirdParty {
  static final String TABLE = "THIRD-PARTY.md";

  /** A row of the table: | `name`, `name` | … */
  private static final Pattern ROW = Pattern.compile("^\\| (`[^|]*`) \\|");

  private static final Pattern NAME = Pattern.compile("`([a-zA-Z0-9.*-]+)`");

  /** What a library's publisher puts into its jar for those who pass it on. */
  private static final Pattern NOTICE =
      Pattern.compile(
          "(?:META-INF/)?([A-Za-z-]*(?:LICENSE|NOTICE|ThirdPartyNotices)(?:\\.(?:txt|md))?)");

  private final List<String> patterns;

  private ThirdParty(List<String> patterns) {
    this.patterns = patterns;
  }

  /** Reads the names of the table. */
  static ThirdParty read(Path table) throws IOException {
    List<String> patterns = new ArrayList<>();
    for (String line : Files.readAllLines(table)) {
      Matcher row = ROW.matcher(line);
      if (row.find()) {
        NAME.matcher(row.group(1)).results().forEach(name -> patterns.add(name.group(1)));
      }
    }
    return new ThirdParty(patterns);
  }

  /**
   * Holds the jars against the table.
   *
   * @throws InputException naming the jars that no row names, and the rows that name no jar
   */
  void check(List<Path> jars) {
    List<String> names = jars.stream().map(ThirdParty::nameOf).toList();
    List<String> faults = new ArrayList<>();
    for (String name : names) {
      if (patterns.stream().noneMatch(pattern -> matches(pattern, name))) {
        faults.add(name + " is not in it");
      }
    }
    for (String pattern : patterns) {
      if (names.stream().noneMatch(name -> matches(pattern, name))) {
        faults.add(pattern + " names no library of the package");
      }
    }
    if (!faults.isEmpty()) {
      throw new InputException(
          "%s must name every library that is passed on, with its licence: %s"
              .formatted(TABLE, String.join("; ", faults)));
    }
  }

  /** Copies the licences and notices that a jar holds to {@code folder/NAME/}, if it has any. */
  static void unpackNotices(Path jar, Path folder) throws IOException {
    Map<String, ZipEntry> found = new TreeMap<>();
    try (ZipFile zip = new ZipFile(jar.toFile());
        Stream<? extends ZipEntry> entries = zip.stream()) {
      entries.forEach(
          entry -> {
            Matcher matcher = NOTICE.matcher(entry.getName());
            if (matcher.matches()) {
              found.put(matcher.group(1), entry);
            }
          });
      for (Map.Entry<String, ZipEntry> each : found.entrySet()) {
        Path target = folder.resolve(nameOf(jar)).resolve(each.getKey());
        Files.createDirectories(target.getParent());
        try (InputStream in = zip.getInputStream(each.getValue())) {
          Files.copy(in, target);
        }
      }
    }
  }

  /** {@code jackson-core} of {@code jackson-core-2.22.4.jar}. */
  static String nameOf(Path jar) {
    return String.valueOf(jar.getFileName()).replaceFirst("-\\d.*$", "");
  }

  private static boolean matches(String pattern, String name) {
    return name.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
  }
}
