package org.senoscope;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may use whom: the table of docs/architecture.md, held against the classes. */
class ArchitectureTest {
  private static final String ROOT = "org.senoscope.";
  private static final int FEWEST_CLASSES = 120;

  /** Open to every package. */
  private static final Set<String> OPEN = Set.of("study", "work", "files", "provenance");

  /** What each package may use beside the open ones. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("study", Set.of()),
          Map.entry("work", Set.of()),
          Map.entry("files", Set.of()),
          Map.entry("provenance", Set.of()),
          Map.entry("image", Set.of()),
          Map.entry("safetensors", Set.of()),
          Map.entry("npy", Set.of()),
          Map.entry("calibration", Set.of()),
          Map.entry("refusal", Set.of("image", "safetensors")),
          Map.entry("onnx", Set.of("safetensors")),
          Map.entry("dataset", Set.of("image", "npy")),
          Map.entry("split", Set.of("dataset")),
          Map.entry("arrays", Set.of("dataset", "split", "image", "npy")),
          Map.entry("nn", Set.of("safetensors", "onnx")),
          Map.entry("model", Set.of("image", "safetensors", "onnx", "calibration", "refusal")),
          Map.entry(
              "explain", Set.of("image", "model", "onnx", "safetensors", "dataset", "evaluate")),
          Map.entry("foreign", Set.of("image", "model", "onnx", "safetensors")),
          Map.entry(
              "evaluate", Set.of("dataset", "split", "image", "model", "calibration", "refusal")),
          Map.entry(
              "quantise",
              Set.of("dataset", "split", "image", "model", "onnx", "evaluate", "refusal")),
          Map.entry(
              "train",
              Set.of(
                  "dataset",
                  "split",
                  "image",
                  "nn",
                  "onnx",
                  "safetensors",
                  "model",
                  "evaluate",
                  "calibration",
                  "refusal")),
          Map.entry("claims", Set.of("dataset", "split", "image", "model", "evaluate", "train")),
          Map.entry(
              "report",
              Set.of(
                  "train",
                  "evaluate",
                  "explain",
                  "dataset",
                  "split",
                  "model",
                  "image",
                  "calibration",
                  "refusal")));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.senoscope");

  @Test
  void thereAreClassesToHoldAgainstTheTable() {
    assertThat(CLASSES.size()).isGreaterThan(FEWEST_CLASSES);
    Set<String> found = new TreeSet<>();
    CLASSES.forEach(type -> found.add(feature(type)));
    assertThat(found).isSubsetOf(MAY_USE.keySet()).hasSizeGreaterThan(10);
  }

  @Test
  void everyPackageUsesOnlyItsNeighbours() {
    Map<String, Set<String>> forbidden = new TreeMap<>();
    for (JavaClass type : CLASSES) {
      String own = feature(type);
      for (var dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass();
        if (!target.getPackageName().startsWith(ROOT)) {
          continue;
        }
        String other = feature(target);
        if (!other.equals(own)
            && !OPEN.contains(other)
            && !MAY_USE.getOrDefault(own, Set.of()).contains(other)) {
          forbidden
              .computeIfAbsent(own + " → " + other, _ -> new TreeSet<>())
              .add(type.getName() + " → " + target.getName());
        }
      }
    }
    assertThat(forbidden).isEmpty();
  }

  @Test
  void featuresFormNoCycle() {
    slices().matching("org.senoscope.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void enginesStayWhereTheyBelong() {
    noClasses()
        .that()
        .resideOutsideOfPackages("org.senoscope.nn..", "org.senoscope.train..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage("org.senoscope.model..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnxruntime..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage("org.senoscope.foreign.keras..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.jhdf..")
        .check(CLASSES);
  }

  @Test
  void nobodyHerePrints() {
    for (String stream : List.of("out", "err")) {
      noClasses().should().accessField(System.class, stream).check(CLASSES);
    }
  }

  private static String feature(JavaClass type) {
    String rest = type.getPackageName().substring(ROOT.length());
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }
}
