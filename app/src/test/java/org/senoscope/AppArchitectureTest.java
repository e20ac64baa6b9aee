package org.senoscope;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.cli.Main;

/** Who may use whom in {@code app}: the table of docs/architecture.md, held against the classes. */
class AppArchitectureTest {
  private static final int FEWEST_CLASSES = 50;
  private static final String CLI = "org.senoscope.cli..";
  private static final String SERVER = "org.senoscope.server..";

  /** Whose types only the server may see. */
  private static final String[] HTTP = {"io.javalin..", "org.eclipse.jetty..", "jakarta.servlet.."};

  /** Whose types only the command line may see. */
  private static final String[] TERMINAL = {"picocli..", "me.tongfei.progressbar.."};

  /** Of libtorch and ONNX Runtime. */
  private static final String[] ENGINES = {"org.bytedeco..", "ai.onnxruntime.."};

  /** This module's own classes: those beside the entry of the program, and no test's. */
  private static final JavaClasses CLASSES = new ClassFileImporter().importPath(ownClasses());

  private static Path ownClasses() {
    try {
      return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The classes lie at a place without a path", e);
    }
  }

  @Test
  void thereAreClassesToHoldAgainstTheTable() {
    assertThat(CLASSES.size()).isGreaterThan(FEWEST_CLASSES);
    Set<String> features = new TreeSet<>();
    CLASSES.forEach(type -> features.add(type.getPackageName().split("\\.", 4)[2]));
    assertThat(features).containsExactly("cli", "growth", "packaging", "server");
  }

  /** Else a rule would hold for want of anything to forbid. */
  @Test
  void theTypesThatAreKeptApartAreUsedAtAll() {
    assertThat(users(SERVER, HTTP)).hasSizeGreaterThan(5);
    assertThat(users(CLI, TERMINAL)).hasSizeGreaterThan(5);
  }

  private static Set<String> users(String from, String[] packages) {
    return CLASSES.stream()
        .filter(JavaClass.Predicates.resideInAPackage(from))
        .filter(
            type ->
                type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(
                        dependency ->
                            JavaClass.Predicates.resideInAnyPackage(packages)
                                .test(dependency.getTargetClass())))
        .map(JavaClass::getName)
        .collect(Collectors.toSet());
  }

  @Test
  void onlyTheServerSeesHttp() {
    noClasses()
        .that()
        .resideOutsideOfPackage(SERVER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(HTTP)
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandLineReadsArgumentsAndDrawsBars() {
    noClasses()
        .that()
        .resideOutsideOfPackage(CLI)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(TERMINAL)
        .check(CLASSES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"out", "err"})
  void onlyTheCommandLinePrints(String stream) {
    noClasses()
        .that()
        .resideOutsideOfPackage(CLI)
        .should()
        .accessField(System.class, stream)
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandLineShowsStackTracesOrEndsTheProcess() {
    noClasses()
        .that()
        .resideOutsideOfPackage(CLI)
        .should()
        .callMethod(Throwable.class, "printStackTrace")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(CLASSES);
  }

  @Test
  void nobodySeesAnEngine() {
    noClasses().should().dependOnClassesThat().resideInAnyPackage(ENGINES).check(CLASSES);
  }

  @Test
  void theServerAndThePackagesMakerDoNotKnowTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage(CLI)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(CLI)
        .check(CLASSES);
  }

  @Test
  void ofTheServerThePackagesMakerSeesWhereModelsLieAlone() {
    noClasses()
        .that()
        .resideInAPackage("org.senoscope.packaging..")
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAPackage(SERVER)
                .and(JavaClass.Predicates.resideOutsideOfPackage("org.senoscope.server.models..")))
        .check(CLASSES);
  }

  /** Verbs are measured as users run them, so nothing of them is called. */
  @Test
  void whoMeasuresGrowthMakesImagesAndDrawsPlotsAlone() {
    noClasses()
        .that()
        .resideInAPackage("org.senoscope.growth..")
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAPackage("org.senoscope..")
                .and(
                    JavaClass.Predicates.resideOutsideOfPackages(
                        "org.senoscope.growth..",
                        "org.senoscope.image.codec..",
                        "org.senoscope.report.plots..",
                        "org.senoscope.work..",
                        "org.senoscope.files..",
                        "org.senoscope.provenance..")))
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("org.senoscope.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void everyPackageSaysWhatItIsFor() {
    Set<String> packages = new TreeSet<>();
    Set<String> described = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      packages.add(type.getPackageName());
      if (type.getSimpleName().equals("package-info") && type.isAnnotatedWith(NullMarked.class)) {
        described.add(type.getPackageName());
      }
    }
    assertThat(described).isEqualTo(packages);
  }
}
