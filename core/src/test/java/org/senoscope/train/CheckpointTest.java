package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.files.Json;
import org.senoscope.nn.Adam;
import org.senoscope.nn.Families;
import org.senoscope.nn.Net;
import org.senoscope.nn.Torch;
import org.senoscope.safetensors.SafetensorsFile;

class CheckpointTest {
  @TempDir private Path folder;

  private static Net net(long seed) {
    Families.Shape shape =
        new Families.Shape(1, 8, 8, List.of(new Families.Output("pathology", 2)));
    return new Net(Families.cnn(shape, List.of(4), 1, true, false, 0, List.of(), 0), seed);
  }

  private static Checkpoint.State state(int bestEpoch) {
    return new Checkpoint.State(3, 7, bestEpoch, .5, 1, 1, Json.object().arrayNode());
  }

  @Test
  void whatIsEqualIsLeftOutAndComesBack() throws IOException {
    Path file = Checkpoint.fileIn(folder);
    try (Net net = net(1);
        Adam adam = new Adam(net, false);
        Shadow average = new Shadow(net);
        Shadow best = new Shadow(net);
        Net other = net(2);
        Adam otherAdam = new Adam(other, false);
        Shadow otherAverage = new Shadow(other);
        Shadow otherBest = new Shadow(other)) {
      try (Checkpoint.Taken taken = Checkpoint.take(net, adam, average, best, state(2))) {
        taken.write(file);
      }
      assertThat(SafetensorsFile.open(file).tensors().keySet())
          .contains("values.BODY_DECAYED")
          .doesNotContain("average.BODY_DECAYED", "best.BODY_DECAYED");
      var _ = Checkpoint.read(file, other, otherAdam, otherAverage, otherBest);
      for (Net.Group group : Net.Group.values()) {
        float[] wanted = Torch.values(net.values(group));
        assertThat(Torch.values(other.values(group))).isEqualTo(wanted);
        assertThat(Torch.values(otherAverage.values(group))).isEqualTo(wanted);
        assertThat(Torch.values(otherBest.values(group))).isEqualTo(wanted);
      }
    }
  }

  @Test
  void whatIsWrittenIsTheNetAsItWasWhenTaken() throws IOException {
    Path file = Checkpoint.fileIn(folder);
    try (Net net = net(1);
        Adam adam = new Adam(net, false);
        Shadow average = new Shadow(net);
        Shadow best = new Shadow(net);
        Net other = net(2);
        Adam otherAdam = new Adam(other, false);
        Shadow otherAverage = new Shadow(other);
        Shadow otherBest = new Shadow(other);
        Saver saver = new Saver(folder)) {
      float[] wanted = Torch.values(net.values(Net.Group.BODY_DECAYED));
      Checkpoint.Taken taken = Checkpoint.take(net, adam, average, best, state(2));
      net.values(Net.Group.BODY_DECAYED).zero_();
      saver.save(taken);
      saver.await();
      assertThat(folder.resolve(LearningCurves.LOG)).isEmptyFile();
      var _ = Checkpoint.read(file, other, otherAdam, otherAverage, otherBest);
      assertThat(Torch.values(other.values(Net.Group.BODY_DECAYED))).isEqualTo(wanted);
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsAnErrorOfTheNextSaveOrTheEnd() throws IOException {
    try (Net net = net(1);
        Adam adam = new Adam(net, false);
        Shadow average = new Shadow(net);
        Shadow best = new Shadow(net)) {
      Path file = Files.writeString(folder.resolve("file"), "");
      Saver saver = new Saver(file);
      saver.save(Checkpoint.take(net, adam, average, best, state(2)));
      assertThatThrownBy(saver::await).isInstanceOf(IOException.class);
      saver.close();
    }
  }

  @Test
  void averageAndBestThatDifferAreKept() throws IOException {
    Path file = Checkpoint.fileIn(folder);
    try (Net net = net(1);
        Adam adam = new Adam(net, false);
        Net second = net(2);
        Shadow average = new Shadow(second);
        Net third = net(3);
        Shadow best = new Shadow(third);
        Net other = net(4);
        Adam otherAdam = new Adam(other, false);
        Shadow otherAverage = new Shadow(other);
        Shadow otherBest = new Shadow(other)) {
      try (Checkpoint.Taken taken = Checkpoint.take(net, adam, average, best, state(2))) {
        taken.write(file);
      }
      var _ = Checkpoint.read(file, other, otherAdam, otherAverage, otherBest);
      for (Net.Group group : Net.Group.values()) {
        assertThat(Torch.values(other.values(group))).isEqualTo(Torch.values(net.values(group)));
        assertThat(Torch.values(otherAverage.values(group)))
            .isEqualTo(Torch.values(second.values(group)));
        assertThat(Torch.values(otherBest.values(group)))
            .isEqualTo(Torch.values(third.values(group)));
      }
    }
  }
}
