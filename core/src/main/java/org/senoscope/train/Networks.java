package org.senoscope.train;

import java.util.List;
import java.util.Optional;
import org.senoscope.model.InputDescription;
import org.senoscope.nn.Families;
import org.senoscope.nn.Network;
import org.senoscope.study.Task;

/** The network that a recipe names, for the labels of a data set. */
final class Networks {
  private Networks() {}

  /**
   * The network.
   *
   * @param masks whether it learns where lesions are, too
   * @throws IllegalArgumentException when the input is too small for it, or has not so many stages
   */
  static Network of(
      Recipe.NetworkChoice choice,
      InputDescription input,
      List<Task> tasks,
      Optional<Recipe.Masks> masks) {
    Network network = ofLabels(choice, input, tasks).withFrozen(choice.frozenStages());
    return masks.map(wanted -> network.withMask(wanted.width(), wanted.guides())).orElse(network);
  }

  private static Network ofLabels(
      Recipe.NetworkChoice choice, InputDescription input, List<Task> tasks) {
    Families.Shape shape =
        new Families.Shape(
            input.channels(),
            input.height(),
            input.width(),
            tasks.stream()
                .map(task -> new Families.Output(task.name(), choice.output().logits(task)))
                .toList());
    return switch (choice.family()) {
      case CNN ->
          Families.cnn(
              shape,
              choice.blocks(),
              choice.convolutions(),
              choice.batchNorm(),
              choice.activationFirst(),
              choice.blockDropout(),
              choice.dense(),
              choice.dropout());
      case RESNET18 -> Families.resnet18(shape, choice.dropout());
      case EFFICIENTNET_LITE0 ->
          Families.efficientNetLite0(shape, choice.dropout(), choice.dropPath());
    };
  }
}
