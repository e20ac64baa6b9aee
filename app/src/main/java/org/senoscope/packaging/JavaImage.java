package org.senoscope.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.senoscope.work.InputException;

/** The Java runtime of a package: linked from the JDK that runs, of the modules that are needed. */
final class JavaImage {
  /**
   * For windows and sound. A program without a screen never loads them, and they alone would ask
   * the machine for X11 and ALSA.
   */
  private static final List<String> FOR_SCREENS =
      List.of("libawt_xawt.so", "libjawt.so", "libjsound.so", "libsplashscreen.so");

  /** Half the work, and the same answers: the tools end before the second compiler pays. */
  private static final List<String> FOR_TOOLS =
      List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-J-Xmx512m");

  private JavaImage() {}

  /**
   * The JDK's modules that the classes of these jars name.
   *
   * @param jars of a program's class path
   * @param work a folder for a file that can be thrown away
   */
  static SortedSet<String> modules(List<Path> jars, Path work) throws IOException {
    Path merged = work.resolve("classes.jar");
    merge(jars, merged);
    String modules =
        run(
            "jdeps",
            List.of(
                "--ignore-missing-deps", // what serving does not need is not here
                "--multi-release",
                "" + Runtime.version().feature(),
                "--print-module-deps",
                merged.toString()));
    return new TreeSet<>(List.of(modules.strip().split(",", -1)));
  }

  /**
   * Puts the classes of all jars into one without module descriptors: jdeps would take a jar that
   * has one for a module, and look for modules where there is a class path.
   */
  private static void merge(List<Path> jars, Path merged) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MULTI_RELEASE, "true");
    Set<String> taken = new HashSet<>();
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(merged), manifest)) {
      out.setLevel(Deflater.NO_COMPRESSION);
      for (Path jar : jars) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
          for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
            String name = entry.getName();
            if (name.endsWith(".class") && !name.endsWith("module-info.class") && taken.add(name)) {
              out.putNextEntry(new ZipEntry(name));
              try (InputStream in = zip.getInputStream(entry)) {
                in.transferTo(out);
              }
            }
          }
        }
      }
    }
  }

  /**
   * Links a runtime into a folder that does not exist yet: {@code bin/java} and what it loads,
   * without headers, manuals, debug information and links.
   *
   * @return the modules in it: those that were named and what they need themselves
   */
  static SortedSet<String> link(SortedSet<String> modules, Path target) throws IOException {
    run(
        "jlink",
        List.of(
            "--add-modules",
            String.join(",", modules),
            "--output",
            target.toString(),
            "--compress",
            "zip-6",
            "--strip-java-debug-attributes",
            "--no-header-files",
            "--no-man-pages",
            "--release-info", // whose build it is, and of which source
            Path.of(System.getProperty("java.home"), "release").toString(),
            "--vm",
            "server"));
    try (Stream<Path> programs = Files.list(target.resolve("bin"))) {
      for (Path program : programs.toList()) {
        if (!program.endsWith("java")) {
          Files.delete(program);
        }
      }
    }
    for (String library : FOR_SCREENS) {
      Files.deleteIfExists(target.resolve("lib").resolve(library));
    }
    replaceLinks(target);
    Properties release = new Properties();
    try (Reader in = Files.newBufferedReader(target.resolve("release"))) {
      release.load(in);
    }
    String linked = release.getProperty("MODULES", "").replace("\"", "");
    return new TreeSet<>(List.of(linked.split(" ", -1)));
  }

  /** Not every file system of a stick has links. */
  private static void replaceLinks(Path folder) throws IOException {
    List<Path> links;
    try (Stream<Path> paths = Files.walk(folder)) {
      links = paths.filter(Files::isSymbolicLink).toList();
    }
    for (Path link : links) {
      Path file = link.toRealPath();
      Files.delete(link);
      Files.copy(file, link, LinkOption.NOFOLLOW_LINKS);
    }
  }

  /**
   * Runs a tool of this JDK as a process of its own: what jlink writes depends on what its JVM has
   * done before.
   */
  private static String run(String tool, List<String> arguments) throws IOException {
    Path program = Path.of(System.getProperty("java.home"), "bin", tool);
    if (!Files.isExecutable(program)) {
      throw new InputException(
          "The Java at %s has no %s: set JAVA_HOME to a whole JDK, such as Temurin"
              .formatted(System.getProperty("java.home"), tool));
    }
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(FOR_TOOLS);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // Options for all JVMs are announced on standard error, amid what is read here.
    builder.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"));
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code;
    try {
      code = process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped while %s ran".formatted(tool), e);
    }
    if (code != 0) {
      throw new IOException(
          "%s ended with %d: %s".formatted(tool, code, said.replaceAll("\\s+", " ").strip()));
    }
    return said;
  }
}
