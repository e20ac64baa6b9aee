package org.senoscope.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.senoscope.provenance.Versions;
import org.senoscope.work.InputException;
import org.senoscope.work.Suggestions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/**
 * The entry of the command line. Exit codes: 0 done; 1 the work failed; 2 wrong usage or input,
 * with one clear line on standard error.
 */
@Command(
    name = "senoscope",
    description = "A breast-imaging workbench. Research use only: not a medical device.",
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
  /** Every verb by its name, in the order of the work. */
  static final List<String> VERBS =
      List.of(
          "import",
          "join",
          "audit",
          "split",
          "train",
          "evaluate",
          "compare",
          "explain",
          "predict",
          "serve",
          "demo",
          "export",
          "bundle",
          "steps",
          "arrays",
          "package",
          "recipes",
          "claims",
          "bench",
          "warm-up");

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Name a command");
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(execute(arguments));
  }

  /** Runs one command and returns its exit code. */
  static int execute(String... arguments) {
    if (arguments.length == 1 && arguments[0].equals("--version")) {
      System.out.println(Version.text()); // asked by scripts, so at once
      return 0;
    }
    return execute(commandLine(arguments), arguments);
  }

  static int execute(CommandLine command, String... arguments) {
    command
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::explainUsage)
        .setExecutionExceptionHandler(Main::explainFailure);
    try {
      return command.execute(arguments);
    } catch (Error fault) {
      // picocli handles exceptions alone; a full heap or a missing library is told as they are.
      return explainFailure(fault, command);
    }
  }

  /**
   * The command line, with the one verb that was named: reading the options of all of them by
   * reflection is half of a short start.
   */
  static CommandLine commandLine(String... arguments) {
    CommandLine line = new CommandLine(new Main());
    boolean named = arguments.length > 0 && VERBS.contains(arguments[0]);
    for (String verb : named ? List.of(arguments[0]) : VERBS) {
      line.addSubcommand(verb, command(verb));
    }
    return line;
  }

  private static Callable<Integer> command(String verb) {
    return switch (verb) {
      case "import" -> new ImportCommand();
      case "join" -> new JoinCommand();
      case "audit" -> new AuditCommand();
      case "split" -> new SplitCommand();
      case "train" -> new TrainCommand();
      case "evaluate" -> new EvaluateCommand();
      case "compare" -> new CompareCommand();
      case "explain" -> new ExplainCommand();
      case "predict" -> new PredictCommand();
      case "serve" -> new ServeCommand();
      case "demo" -> new DemoCommand();
      case "export" -> new ExportCommand();
      case "bundle" -> new BundleCommand();
      case "steps" -> new StepsCommand();
      case "arrays" -> new ArraysCommand();
      case "package" -> new PackageCommand();
      case "recipes" -> new RecipesCommand();
      case "claims" -> new ClaimsCommand();
      case "bench" -> new BenchCommand();
      case "warm-up" -> new WarmUpCommand();
      default -> throw new IllegalArgumentException("No verb " + verb);
    };
  }

  private static int explainUsage(CommandLine.ParameterException fault, String[] arguments) {
    CommandLine command = fault.getCommandLine();
    PrintWriter err = command.getErr();
    String meant = "";
    if (fault instanceof CommandLine.UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().getFirst();
      meant =
          Suggestions.near(first, first.startsWith("-") ? options(command) : verbs(command))
              .map(" (did you mean %s?)"::formatted)
              .orElse("");
    }
    err.println("senoscope: " + fault.getMessage() + meant);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return 2;
  }

  private static List<String> options(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .flatMap(option -> Arrays.stream(option.names()))
        .toList();
  }

  private static List<String> verbs(CommandLine command) {
    return command.getSubcommands().keySet().stream().sorted().toList();
  }

  private static int explainFailure(
      Exception fault, CommandLine command, CommandLine.ParseResult result) {
    if (fault instanceof InputException) {
      command.getErr().println("senoscope: " + fault.getMessage());
      return 2;
    }
    return explainFailure(fault, command);
  }

  private static int explainFailure(Throwable fault, CommandLine command) {
    PrintWriter err = command.getErr();
    String why =
        switch (fault) {
          case OutOfMemoryError _ ->
              "out of memory (%s): allow more with SENOSCOPE_JAVA_OPTS=-Xmx4g"
                  .formatted(fault.getMessage());
          case Error _ -> fault.toString();
          default -> fault.getMessage() == null ? fault.toString() : fault.getMessage();
        };
    err.println("senoscope: failed: " + why);
    if (System.getenv("SENOSCOPE_TRACE") != null) {
      fault.printStackTrace(err);
    } else {
      err.println("SENOSCOPE_TRACE=1 shows where.");
    }
    return 1;
  }

  /** The version, from the jar's own resource. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {text()};
    }

    static String text() {
      return "senoscope " + Versions.senoscope();
    }
  }
}
