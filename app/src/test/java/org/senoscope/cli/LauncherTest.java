package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script {@code senoscope} itself, in a copy of the checkout that has sources of one line, with
 * JDKs and a Maven that are scripts of a few lines: these write down that they were called and with
 * what. The places where systems keep JDKs are folders of the test in the copy.
 */
class LauncherTest {
  /** What the launcher and its build need of the system; found where the test's own PATH leads. */
  private static final String SYSTEM =
      "bash cat cp date dirname env find flock git grep head ls mkdir mv readlink rm sleep tail touch"
          + " true";

  /** Says which JDK it is and what it was given; plays a command of another end when asked to. */
  private static final String JAVA =
      """
      #!/usr/bin/env bash
      jdk=${0%/bin/java}
      printf 'jdk %s\\n' "${jdk##*/}"
      for argument; do printf 'argument %s\\n' "$argument"; done
      printf 'arenas %s\\n' "${MALLOC_ARENA_MAX:-}"
      printf 'locale %s\\n' "${LC_ALL:-}"
      printf 'data %s\\n' "${SENOSCOPE_DATA:-}"
      printf 'no reports %s\\n' "${ORT_DISABLE_TELEMETRY:-}"
      if [ -n "${PLAYED_WAIT:-}" ]; then
        echo started >"$PLAYED_WAIT.started"
        while [ -f "$PLAYED_WAIT" ]; do sleep 0.02; done
      fi
      exit "${PLAYED_EXIT:-0}"
      """;

  private static final String JAR =
      """
      #!/usr/bin/env bash
      mkdir -p ai/onnxruntime/native/linux-x64
      touch ai/onnxruntime/native/linux-x64/libonnxruntime.so
      """;

  /** Builds what a build leaves, and fails while there is a file named {@code broken}. */
  private static final String MAVEN =
      """
      #!/usr/bin/env bash
      echo "$JAVA_HOME" >>built.log
      sleep 0.05
      if [ -f broken ]; then echo '[ERROR] the source is broken'; exit 1; fi
      mkdir -p app/target/lib core/target third-party/picocli/target
      touch app/target/senoscope.jar app/target/lib/onnxruntime-1.jar
      """;

  @TempDir private Path folder;
  private Path home;
  private Path tools;
  private Path jvms;

  @BeforeEach
  void makeCheckout() throws IOException {
    assumeThat(Path.of("/usr/bin/env")).exists();
    jvms = Files.createDirectories(folder.resolve("jvm"));
    tools = Files.createDirectories(folder.resolve("tools"));
    for (String name : SYSTEM.split(" ", -1)) {
      Path found = onPath(name);
      if (found != null) {
        Files.createSymbolicLink(tools.resolve(name), found);
      }
    }
    script(tools.resolve("mvn"), MAVEN);
    home = checkout(folder.resolve("checkout"));
  }

  private static Path onPath(String name) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(each -> Path.of(each, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  private static Path script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  /** The launcher's own files, and sources of one line where it looks for sources. */
  private Path checkout(Path target) throws IOException {
    Path own = Path.of("..").toAbsolutePath().normalize();
    script(target.resolve("senoscope"), Files.readString(own.resolve("senoscope")));
    try (Stream<Path> files = Files.list(own.resolve("tools"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        script(target.resolve("tools").resolve(file.getFileName()), Files.readString(file));
      }
    }
    Path finder = target.resolve("tools/jdk.sh");
    String text = Files.readString(finder);
    assertThat(text).contains(" /usr/lib/jvm/*", " /opt/jdk");
    Files.writeString(
        finder,
        text.replace(" /usr/lib/jvm/", " \"" + jvms + "\"/")
            .replace(" /opt/jdk", " \"" + folder + "\"/opt/jdk"));
    for (String source :
        List.of(
            "pom.xml",
            "core/pom.xml",
            "app/pom.xml",
            "third-party/picocli/pom.xml",
            "core/src/main/java/Core.java",
            "core/src/test/java/CoreTest.java",
            "app/src/main/java/App.java",
            "app/src/main/java/deep/Deep.java",
            "models/ultrasound/model.json",
            "docs/data.md")) {
      Files.createDirectories(target.resolve(source).getParent());
      Files.writeString(target.resolve(source), "as it was\n");
    }
    return target;
  }

  /** A JDK of a version, as its file {@code release} tells it. */
  private static Path jdk(Path at, String version) throws IOException {
    script(at.resolve("bin/java"), JAVA);
    script(at.resolve("bin/javac"), "#!/bin/sh\n");
    script(at.resolve("bin/jar"), JAR);
    Files.writeString(
        at.resolve("release"),
        "IMPLEMENTOR=\"Someone\"\nJAVA_VERSION=\"%s\"\nOS_NAME=\"Linux\"\n".formatted(version));
    return at;
  }

  private Run launch(String... arguments) throws IOException, InterruptedException {
    return launch(Map.of(), home.resolve("senoscope").toString(), arguments);
  }

  private Run launch(Map<String, String> environment, String script, String... arguments)
      throws IOException, InterruptedException {
    return Run.process(launcher(environment, script, arguments));
  }

  private ProcessBuilder launcher(
      Map<String, String> environment, String script, String... arguments) {
    List<String> line = new ArrayList<>(List.of(script));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().put("HOME", folder.resolve("user").toString());
    builder.environment().putAll(environment);
    return builder;
  }

  private static String jdkOf(Run ran) {
    assertThat(ran.code()).as(ran.err()).isZero();
    return ran.out().lines().findFirst().orElse("");
  }

  private static List<String> argumentsOf(Run ran) {
    return ran.out()
        .lines()
        .filter(line -> line.startsWith("argument "))
        .map(line -> line.substring("argument ".length()))
        .toList();
  }

  private static Path jarOf(Run ran) {
    List<String> heard = argumentsOf(ran);
    return Path.of(heard.get(heard.indexOf("-jar") + 1));
  }

  private long builds() throws IOException {
    Path log = home.resolve("built.log");
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  @Test
  void javaHomeComesFirst() throws Exception {
    Path mine = jdk(folder.resolve("mine"), "25.0.1");
    jdk(jvms.resolve("temurin-25"), "25");
    Run ran =
        launch(Map.of("JAVA_HOME", mine.toString()), home.resolve("senoscope").toString(), "audit");
    assertThat(jdkOf(ran)).isEqualTo("jdk mine");
    // Maven builds with the very same.
    assertThat(home.resolve("built.log")).content().isEqualTo(mine + "\n");
  }

  @Test
  void anOlderJavaHomeIsPassedOverForTheSystemsJdk() throws Exception {
    Path old = jdk(folder.resolve("old"), "21.0.4");
    jdk(jvms.resolve("java-17-openjdk-amd64"), "17.0.12");
    jdk(jvms.resolve("zulu25"), "25.0.1");
    Run ran = launch(Map.of("JAVA_HOME", old.toString()), home.resolve("senoscope").toString());
    assertThat(jdkOf(ran)).isEqualTo("jdk zulu25");
  }

  @Test
  void aSystemsJdkIsFoundWhateverItsFolderIsCalled() throws Exception {
    jdk(jvms.resolve("default"), "25.0.1");
    assertThat(jdkOf(launch())).isEqualTo("jdk default");
  }

  @Test
  void theJavaOfThePathIsFoundThroughItsLinks() throws Exception {
    Path elsewhere = jdk(folder.resolve("some where/jdk"), "25.0.1");
    Path alternatives = Files.createDirectories(folder.resolve("alternatives"));
    Files.createSymbolicLink(alternatives.resolve("java"), elsewhere.resolve("bin/java"));
    Files.createSymbolicLink(tools.resolve("java"), alternatives.resolve("java"));
    assertThat(jdkOf(launch())).isEqualTo("jdk jdk");
  }

  @Test
  void oneOfTheUsersOwnIsFound() throws Exception {
    jdk(folder.resolve("user/.sdkman/candidates/java/25-tem"), "25");
    assertThat(jdkOf(launch())).isEqualTo("jdk 25-tem");
  }

  @ParameterizedTest
  @ValueSource(strings = {"25", "25.0.1", "25-ea", "25+36", "26.0.1", "100"})
  void aVersionFromTwentyFiveOnWillDo(String version) throws Exception {
    jdk(jvms.resolve("jdk"), version);
    assertThat(jdkOf(launch())).isEqualTo("jdk jdk");
  }

  @ParameterizedTest
  @ValueSource(strings = {"24.0.2", "1.8.0_392", "17.0.12", "9", "", "twenty-five"})
  void noneWillDoAndOneLineSaysWhatToInstall(String version) throws Exception {
    jdk(jvms.resolve("jdk-25"), version);
    Path runtimeAlone = jdk(jvms.resolve("jre-25"), "25.0.1");
    Files.delete(runtimeAlone.resolve("bin/javac"));
    Run ran = launch("audit", "set", "--json");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().lines()).hasSize(1);
    assertThat(ran.err())
        .startsWith("senoscope: ")
        .contains("JDK 25", "JAVA_HOME", "PATH", "apt install openjdk-25-jdk");
    assertThat(builds()).isZero();
  }

  @Test
  void withoutMavenOneLineSaysWhatToInstall() throws Exception {
    jdk(jvms.resolve("jdk"), "25");
    Files.delete(tools.resolve("mvn"));
    Run ran = launch("audit");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().lines()).hasSize(1);
    assertThat(ran.err()).startsWith("senoscope: ").contains("apt install maven");
  }

  @Test
  void argumentsArriveAsTheyWereGivenAndTheEndIsTheCommands() throws Exception {
    jdk(jvms.resolve("jdk"), "25");
    String[] given = {"predict", "a file.png", "", "*", "--x=$HOME", "a \"quoted\" 'name'", "\\"};
    Run ran =
        launch(
            Map.of("PLAYED_EXIT", "7", "SENOSCOPE_DATA", "/some/sets"),
            home.resolve("senoscope").toString(),
            given);
    assertThat(ran.code()).isEqualTo(7);
    List<String> heard = argumentsOf(ran);
    assertThat(heard.subList(heard.size() - given.length, heard.size())).containsExactly(given);
    assertThat(heard.subList(0, heard.size() - given.length))
        .endsWith("-jar", jarOf(ran).toString())
        .contains("-Dsenoscope.home=" + home);
    assertThat(jarOf(ran)).isRegularFile().startsWith(home.resolve("app/target"));
    assertThat(ran.out()).contains("data /some/sets\n", "no reports 1\n");
  }

  @Test
  void trainingAndServingGetSettingsOfTheirOwn() throws Exception {
    jdk(jvms.resolve("jdk"), "25");
    Run trains = launch("train", "recipe");
    assertThat(argumentsOf(trains)).contains("-Xmx2g");
    assertThat(trains.out()).contains("arenas 1\n");
    Run serves = launch("serve");
    assertThat(argumentsOf(serves)).doesNotContain("-Xmx2g");
    assertThat(serves.out()).contains("arenas \n", "locale C.UTF-8\n");
  }

  @Test
  void moreOptionsOfTheUsersComeBeforeTheJar() throws Exception {
    jdk(jvms.resolve("jdk"), "25");
    Run ran =
        launch(
            Map.of("SENOSCOPE_JAVA_OPTS", "-Xmx3g -Dmine=1", "LC_ALL", "C.utf8"),
            home.resolve("senoscope").toString(),
            "audit");
    List<String> heard = argumentsOf(ran);
    assertThat(heard).containsSubsequence("-Xmx640m", "-Xmx3g", "-Dmine=1", "-jar", "audit");
    assertThat(ran.out()).contains("locale C.utf8\n");
  }

  @Test
  void aLinkToItStartsTheSame() throws Exception {
    jdk(jvms.resolve("jdk"), "25");
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path link = Files.createSymbolicLink(bin.resolve("senoscope"), home.resolve("senoscope"));
    Path relative = Files.createSymbolicLink(bin.resolve("breast"), Path.of("senoscope"));
    for (Path each : List.of(link, relative)) {
      assertThat(argumentsOf(launch(Map.of(), each.toString())))
          .contains("-Dsenoscope.home=" + home);
    }
    // By its name alone, as a shell finds it on the PATH.
    Run found = launch(Map.of("PATH", bin + ":" + tools), "bash", "-c", "cd / && breast audit");
    assertThat(argumentsOf(found)).contains("-Dsenoscope.home=" + home).endsWith("audit");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void itMayBeCalledFromAnyFolder() throws Exception {
    jdk(jvms.resolve("jdk"), "25");
    for (String call :
        List.of(
            "checkout/senoscope",
            "cd checkout && ./senoscope",
            "cd checkout/app && ../senoscope",
            "cd checkout && bash senoscope",
            "cd checkout/docs && ../app/../senoscope")) {
      Run ran = launch(Map.of(), "bash", "-c", call + " audit");
      assertThat(ran.code()).as(call + ran.err()).isZero();
      Path found =
          Path.of(
              argumentsOf(ran).stream()
                  .filter(argument -> argument.startsWith("-Dsenoscope.home="))
                  .findFirst()
                  .orElseThrow()
                  .substring("-Dsenoscope.home=".length()));
      assertThat(found).as(call).isAbsolute();
      assertThat(found.toRealPath()).as(call).isEqualTo(home.toRealPath());
    }
    assertThat(builds()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"with a space", "with 'quotes' and \"more\"", "[a] * $HOME"})
  void theCheckoutsFolderMayHaveAnyName(String name) throws Exception {
    jdk(jvms.resolve("jdk"), "25");
    home = checkout(folder.resolve(name).resolve("senoscope 0.1"));
    Run ran = launch("audit", "a set");
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(argumentsOf(ran))
        .containsSubsequence(
            "-Dsenoscope.home=" + home, "-jar", jarOf(ran).toString(), "audit", "a set");
    launch("audit");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aJdkMayLieInAFolderOfAnyName() throws Exception {
    Path mine = jdk(folder.resolve("my jdk's/[25]"), "25");
    Run ran = launch(Map.of("JAVA_HOME", mine.toString()), home.resolve("senoscope").toString());
    assertThat(jdkOf(ran)).isEqualTo("jdk [25]");
  }

  @Test
  void theFirstStartBuildsAndTellsOnStandardErrorAlone() throws Exception {
    jdk(jvms.resolve("jdk"), "25");
    Run first = launch("audit");
    assertThat(first.out()).startsWith("jdk jdk\n").doesNotContain("building");
    assertThat(first.err()).contains("building", "ready");
    assertThat(first.err().lines()).allMatch(line -> line.startsWith("senoscope: "));
    Run second = launch("audit");
    assertThat(second.err()).isEmpty();
    assertThat(builds()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pom.xml",
        "core/pom.xml",
        "app/pom.xml",
        "third-party/picocli/pom.xml",
        "core/src/main/java/Core.java",
        "app/src/main/java/App.java",
        "app/src/main/java/deep/Deep.java",
        "models/ultrasound/model.json"
      })
  void aChangedSourceIsBuiltOnce(String source) throws Exception {
    jdk(jvms.resolve("jdk"), "25");
    launch();
    Files.writeString(home.resolve(source), "changed\n");
    launch();
    launch();
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void addedAndRemovedSourcesAreBuiltToo() throws Exception {
    jdk(jvms.resolve("jdk"), "25");
    launch();
    Files.writeString(home.resolve("core/src/main/java/More.java"), "more\n");
    launch();
    assertThat(builds()).isEqualTo(2);
    Files.delete(home.resolve("app/src/main/java/deep/Deep.java"));
    launch();
    launch();
    assertThat(builds()).isEqualTo(3);
  }

  @Test
  void whatTheProgramIsNotMadeOfBuildsNothing() throws Exception {
    jdk(jvms.resolve("jdk"), "25");
    launch();
    Files.writeString(home.resolve("core/src/test/java/CoreTest.java"), "changed\n");
    Files.writeString(home.resolve("docs/data.md"), "changed\n");
    Files.writeString(home.resolve("notes.txt"), "new\n");
    Files.createDirectories(home.resolve("third-party/picocli/target/classes"));
    launch();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aChangeWhileItBuildsIsBuiltTheNextTime() throws Exception {
    jdk(jvms.resolve("jdk"), "25");
    script(tools.resolve("mvn"), MAVEN + "echo meanwhile >app/src/main/java/App.java\n");
    launch();
    script(tools.resolve("mvn"), MAVEN);
    launch();
    launch();
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void aFailedBuildSaysWhyAndIsTriedAgain() throws Exception {
    jdk(jvms.resolve("jdk"), "25");
    Files.writeString(home.resolve("broken"), "");
    for (int i = 1; i <= 2; i++) {
      Run ran = launch("audit");
      assertThat(ran.code()).isEqualTo(1);
      assertThat(ran.out()).isEmpty();
      assertThat(ran.err()).contains("the build failed", "[ERROR] the source is broken", ".log");
      assertThat(builds()).isEqualTo(i);
    }
    Files.delete(home.resolve("broken"));
    assertThat(jdkOf(launch("audit"))).isEqualTo("jdk jdk");
    assertThat(builds()).isEqualTo(3);
  }

  @Test
  void aProgramThatRunsKeepsWhatItRunsFromWhileOthersBuild() throws Exception {
    assumeThat(tools.resolve("flock")).as("flock, which not every system has").exists();
    jdk(jvms.resolve("jdk"), "25");
    Path jar = jarOf(launch());
    Path wait = Files.writeString(folder.resolve("wait"), "");
    Process running =
        launcher(
                Map.of("PLAYED_WAIT", wait.toString()),
                home.resolve("senoscope").toString(),
                "serve")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      while (running.isAlive() && !Files.exists(folder.resolve("wait.started"))) {
        Thread.sleep(10);
      }
      for (int i = 0; i < 3; i++) {
        assertThat(jarOf(launchChanged(i))).isNotEqualTo(jar).isRegularFile();
      }
      assertThat(jar).isRegularFile();
    } finally {
      Files.delete(wait);
      running.waitFor();
    }
    launchChanged(4);
    assertThat(jar).doesNotExist();
  }

  private Run launchChanged(int how) throws Exception {
    Files.writeString(home.resolve("app/src/main/java/App.java"), "changed " + how);
    return launch("audit");
  }

  @Test
  void twoStartsAtOnceBuildOnce() throws Exception {
    assumeThat(tools.resolve("flock")).as("flock, which not every system has").exists();
    jdk(jvms.resolve("jdk"), "25");
    List<Run> ran =
        Stream.of("audit", "split", "predict")
            .parallel()
            .map(
                verb -> {
                  try {
                    return launch(verb);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                })
            .toList();
    assertThat(ran).allMatch(each -> each.code() == 0);
    assertThat(builds()).isEqualTo(1);
  }
}
