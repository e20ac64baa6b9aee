package org.senoscope.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.senoscope.foreign.Activation;
import org.senoscope.foreign.ImportModel;
import org.senoscope.foreign.ImportedModel;
import org.senoscope.foreign.InputSize;
import org.senoscope.foreign.ReadOptions;
import org.senoscope.foreign.Scale;
import org.senoscope.foreign.formats.ModelFiles;
import org.senoscope.image.steps.Resize;
import org.senoscope.model.TensorLayout;
import org.senoscope.report.ModelCard;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code senoscope bundle}: what can be done to model bundles. */
@Command(
    name = "bundle",
    description = "Make a model bundle of a network that another program trained.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = BundleCommand.Import.class)
final class BundleCommand implements Callable<Integer> {
  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Name a command: import");
  }

  /** {@code senoscope bundle import MODEL --labels A,B,C --scale 0..1 --out DIR}. */
  @Command(
      name = "import",
      description = {
        "Make a bundle of an ONNX or Keras file (.onnx, .keras, .h5).",
        "No code in the file is run. Its training images are not known, so no evaluation of it is"
            + " called leak-free."
      },
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "  senoscope bundle import cnn.keras --labels benign,malignant --scale 0..1 --out models/cnn",
        "  senoscope bundle import net.onnx --labels normal,benign,malignant --input 224x224x3 \\",
        "      --scale imagenet --out models/net",
        "",
        "A TensorFlow SavedModel becomes an ONNX file by",
        "  python -m tf2onnx.convert --saved-model DIR --output model.onnx --opset 17"
      })
  static final class Import implements Callable<Integer> {
    /**
     * A folder of this name holds a version of the model that the folder around it is named for.
     */
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    @Mixin private Output output;

    @Parameters(index = "0", paramLabel = "MODEL", description = "The file.")
    private Path model;

    @Option(
        names = "--labels",
        required = true,
        split = ",",
        paramLabel = "LABEL",
        description =
            "In the order of the network's outputs; for one sigmoid first that of 0, then of 1.")
    private List<String> labels = new ArrayList<>();

    @Option(
        names = "--input",
        paramLabel = "SIZE",
        description = "HEIGHTxWIDTHxCHANNELS, where the file leaves it open.")
    private @Nullable String input;

    @Option(
        names = "--scale",
        required = true,
        paramLabel = "RANGE",
        description =
            "What black and white became in training: 0..1, 0..255, -1..1, or imagenet. A Rescaling"
                + " layer in the network takes 0..255.")
    private String scale = "";

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The new bundle.")
    private Path out;

    @Option(
        names = "--task",
        paramLabel = "NAME",
        description =
            "What the labels are of, as in a data set: pathology, cancer, … Told from the labels by"
                + " default.")
    private @Nullable String task;

    @Option(
        names = "--fit",
        paramLabel = "FIT",
        description =
            "How images came to their size in training: stretch (default, as Keras does), pad or"
                + " crop.")
    private Resize.Fit fit = Resize.Fit.STRETCH;

    @Option(
        names = "--layout",
        paramLabel = "ORDER",
        description = "ONNX: nhwc or nchw, where the shapes do not tell.")
    private @Nullable TensorLayout layout;

    @Option(
        names = "--activation",
        paramLabel = "KIND",
        description = "ONNX: softmax, sigmoid or logits, where the last node does not tell.")
    private @Nullable Activation activation;

    @Option(
        names = "--output",
        paramLabel = "NAME",
        description = "ONNX: the output that answers, of several.")
    private @Nullable String chosen;

    @Option(
        names = "--name",
        paramLabel = "NAME",
        description =
            "Of the model; the folder's name by default. A folder NAME/1 is version 1 of NAME.")
    private @Nullable String name;

    @Option(
        names = "--model-version",
        paramLabel = "VERSION",
        description = "1 by default, or the folder's where that is a number.")
    private @Nullable String version;

    @Option(
        names = "--license",
        paramLabel = "FILE",
        description = "What the weights may be used for; else the bundle says that nobody said it.")
    private @Nullable Path license;

    @Override
    public Integer call() throws IOException {
      ImportedModel imported =
          new ImportModel(ModelFiles::read, ModelCard::imported)
              .run(
                  new ImportModel.Request(
                      model,
                      new ReadOptions(
                          Optional.ofNullable(input).map(InputSize::parse),
                          Optional.ofNullable(layout),
                          Optional.ofNullable(activation),
                          Optional.ofNullable(chosen),
                          Scale.parse(scale)),
                      Optional.ofNullable(task),
                      labels,
                      fit,
                      name == null ? nameOf(out) : name,
                      version == null ? versionOf(out) : version,
                      Optional.ofNullable(license),
                      out));
      output.result(imported.toJson(), imported.toText());
      return 0;
    }

    /** That of the folder, where it is one of {@code NAME/1}, {@code NAME/2} and so on. */
    private static String versionOf(Path folder) {
      String last = lastOf(folder);
      return NUMBER.matcher(last).matches() ? last : "1";
    }

    /** The folder's name, or that of its versions' folder, in letters that a model's may have. */
    private static String nameOf(Path folder) {
      Path around = folder.toAbsolutePath().normalize().getParent();
      String last = lastOf(folder);
      if (around != null && NUMBER.matcher(last).matches()) {
        last = lastOf(around);
      }
      String plain =
          last.toLowerCase(Locale.ROOT)
              .replaceAll("[^a-z0-9._-]+", "-")
              .replaceAll("^[^a-z0-9]+", "");
      return plain.isEmpty() ? "imported" : plain.substring(0, Math.min(64, plain.length()));
    }

    private static String lastOf(Path folder) {
      return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    }
  }
}
