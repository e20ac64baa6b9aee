package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;

/**
 * The commands of docs/data.md, typed as they stand there, on small made sets that are laid out as
 * it says.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DataDocumentTest {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern COMMAND =
      Pattern.compile(
          "^ {4}(\\./senoscope import \\S+ ([^ /]+)(?:.*\\\\\\R)*.*)$", Pattern.MULTILINE);

  /** What each command must bring: images, patients, labels. */
  private static final Map<String, String> WANTED =
      Map.of(
          "busi", "{images: 3, patients: 0, pathology: {normal: 1, benign: 1, malignant: 1}}",
          "mini-mias", "{images: 2, patients: 1, pathology: {normal: 1, benign: 1}}",
          "mammogram-folders", "{images: 3, patients: 2, cancer: {'0': 2, '1': 1}}",
          "bus-bra", "{images: 2, patients: 1, pathology: {benign: 1, malignant: 1}}",
          "cbis-ddsm-mass", "{images: 2, patients: 2, pathology: {benign: 1, malignant: 1}}",
          "breastmnist",
              "{images: 624, patients: 0, class: {malignant: 168, normal-or-benign: 456}}",
          "bus-uclm-part",
              "{images: 3, patients: 2, pathology: {normal: 1, benign: 1, malignant: 1}}");

  private Path sets;

  /** A command and the set it imports. */
  record Command(String text, String set) {
    @Override
    public String toString() {
      return set;
    }
  }

  static List<Command> commands() throws IOException {
    return COMMAND
        .matcher(Files.readString(CHECKOUT.resolve("docs").resolve("data.md")))
        .results()
        .map(found -> new Command(found.group(1), found.group(2)))
        .toList();
  }

  @BeforeAll
  void makeSets(@TempDir Path folder) throws IOException {
    sets = folder;
    for (String name :
        List.of("normal/normal (1)", "benign/benign (1)", "malignant/malignant (1)")) {
      image("busi/Dataset_BUSI_with_GT/" + name + ".png", 0.5f);
      image("busi/Dataset_BUSI_with_GT/" + name + "_mask.png", name.startsWith("n") ? 0 : 1);
    }
    image("mini-mias/all-mias/mdb001.png", 0.5f);
    image("mini-mias/all-mias/mdb002.png", 0.5f);
    text("mini-mias/all-mias/Info.txt", "Prose.\nmdb001 G CIRC B 9 9 3\nmdb002 G NORM\n");
    image("mammogram-folders/0/105_1232990271_png.rf.1.png", 0.5f);
    image("mammogram-folders/0/105_1934323665_png.rf.2.png", 0.5f);
    image("mammogram-folders/1/7_1_png.rf.3.png", 0.5f);
    for (String id : List.of("0001-l", "0001-r")) {
      image("bus-bra/Images/bus_" + id + ".png", 0.5f);
      image("bus-bra/Masks/mask_" + id + ".png", 1);
    }
    text(
        "bus-bra/bus_data.csv",
        """
        ID,Case,Histology,Pathology,BIRADS,Device,Width,Height,Side,BBOX
        bus_0001-l,1,cyst,benign,4,GE,20,20,left,"[1,2,3,4]"
        bus_0001-r,1,carcinoma,malignant,4,GE,20,20,right,"[1,2,3,4]"
        """);
    image("cbis-ddsm-mass/benign/00015_LEFT_CC.png", 0.5f);
    image("cbis-ddsm-mass/malignant/00001_RIGHT_MLO.png", 0.5f);
    text(
        "cbis-ddsm-mass/cases.csv",
        """
        image,patient,laterality,view,pathology,density,boxes_xywh_512
        benign/00015_LEFT_CC.png,P_00015,left,CC,benign,1,
        malignant/00001_RIGHT_MLO.png,P_00001,RIGHT,MLO,malignant,4,1 2 3 4;5 6 7 8
        """);
    Files.createDirectories(sets.resolve("breastmnist"));
    Files.copy(
        CHECKOUT.resolve("samples/breastmnist/breastmnist_trainval.npz"),
        sets.resolve("breastmnist/breastmnist.npz"));
    image("bus-uclm-part/normal/ALWI_000.png", 0.5f);
    image("bus-uclm-part/benign/ALWI_001.png", 0.5f);
    image("bus-uclm-part/malignant/ANAT_000.png", 0.5f);
  }

  /** Writes an image of one grey. */
  private void image(String name, float grey) throws IOException {
    Path file = sets.resolve(name);
    Files.createDirectories(file.getParent());
    float[] pixels = new float[20 * 20];
    java.util.Arrays.fill(pixels, grey);
    ImageFiles.writePng(new GreyImage(20, 20, pixels), file);
  }

  private void text(String name, String text) throws IOException {
    Files.writeString(sets.resolve(name), text);
  }

  @Test
  void thereIsACommandForEachSet() throws IOException {
    assertThat(commands().stream().map(Command::set))
        .containsExactlyInAnyOrderElementsOf(WANTED.keySet());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void whatIsTypedAsItStandsThereImportsTheSet(Command command, @TempDir Path folder)
      throws Exception {
    Run.launcher(folder.resolve("senoscope"), "--json", "--quiet");
    ProcessBuilder typed =
        new ProcessBuilder("bash", "-c", command.text()).directory(folder.toFile());
    typed.environment().put("SENOSCOPE_DATA", sets.toString());

    Run ran = Run.process(typed);

    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode json = ran.json();
    assertThat(json.path("rejected")).isEmpty();
    JsonNode wanted = Json.parseYaml(WANTED.get(command.set()), "what is wanted");
    wanted
        .properties()
        .forEach(
            each ->
                assertThat(
                        json.has(each.getKey())
                            ? json.get(each.getKey())
                            : json.path("labels").path(each.getKey()))
                    .as(each.getKey())
                    .isEqualTo(each.getValue()));
    assertThat(folder.resolve(json.path("dataset").asText()).resolve("manifest.csv")).exists();
  }
}
