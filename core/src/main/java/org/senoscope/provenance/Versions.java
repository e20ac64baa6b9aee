package org.senoscope.provenance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The versions of this program and of what it stands on, written by the build. */
public final class Versions {
  private static final String RESOURCE = "versions.properties";

  private Versions() {}

  /** The version of Senoscope. */
  public static String senoscope() {
    return load().getProperty("senoscope");
  }

  /** The commit that was built; {@code unknown} outside a git checkout. */
  public static String commit() {
    return System.getProperty("senoscope.commit", "unknown");
  }

  /** Versions by name: senoscope, java, and the libraries whose numbers reach results. */
  public static Map<String, String> all() {
    Map<String, String> versions = new TreeMap<>();
    load().forEach((name, version) -> versions.put(name.toString(), version.toString()));
    versions.put("java", Runtime.version().toString());
    return versions;
  }

  private static Properties load() {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("The jar lacks its resource " + RESOURCE);
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
