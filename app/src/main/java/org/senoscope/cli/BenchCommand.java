package org.senoscope.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.senoscope.growth.Growth;
import org.senoscope.growth.GrowthRun;
import org.senoscope.growth.MadeSet;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code senoscope bench}: what is measured without a peer; {@code bench/run} has the peers. */
@Command(
    name = "bench",
    description = "Measure time and memory on this machine.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = BenchCommand.Scale.class)
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Name a command: scale");
  }

  /** {@code senoscope bench scale}. */
  @Command(
      name = "scale",
      description = {
        "Make data sets of growing size, import, audit, split and train a step of each, and show",
        "how time and memory grow, and whether the audit finds the copies that were planted."
      },
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "What is done is kept in --out: the same command goes on, also after kill -9. Of 100,000",
        "images the originals take 4 GB, and as much again and 5 GB more while they are measured.",
        "",
        "  senoscope bench scale --out scale",
        "  senoscope bench scale --out scale --images 1000,10000,100000"
      })
  static final class Scale implements Callable<Integer> {
    @Option(
        names = "--images",
        paramLabel = "N",
        split = ",",
        description = "The sizes, ascending. Default: ${DEFAULT-VALUE}",
        defaultValue = "1000,2000,4000,8000")
    private List<Integer> images = List.of();

    @Option(
        names = "--side",
        paramLabel = "PIXELS",
        defaultValue = "1024",
        description =
            "Rows and columns of an image: 64 to 256, or a multiple of 256. Default: ${DEFAULT-VALUE}")
    private int side;

    @Option(
        names = "--seed",
        paramLabel = "N",
        defaultValue = "1",
        description = "Of the images. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
        names = "--out",
        paramLabel = "DIR",
        required = true,
        description = "Takes the images, and growth.json and growth.svg.")
    private Path out;

    @Option(
        names = "--recipe",
        paramLabel = "RECIPE",
        description =
            "What is trained; left out, one step of EfficientNet-Lite0, 32 images of 224 × 224.")
    private @Nullable Path recipe;

    @Option(names = "--keep", description = "Keep data sets and runs once they are measured.")
    private boolean keep;

    @Mixin private Output output;

    @Override
    public Integer call() throws IOException {
      Growth growth =
          new GrowthRun(
                  Home.folder().resolve("senoscope"),
                  new MadeSet(seed, side),
                  out,
                  recipe == null ? GrowthRun.RECIPE : Home.recipe(recipe.toString()).text(),
                  keep,
                  output.progress())
              .run(images);
      output.result(growth.toJson(), growth.toText());
      return 0;
    }
  }
}
