package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.runtime.testing.GreedyModel;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models that take time, memory or files that aren't theirs. */
@Timeout(60)
class GreedyModelTest {
  private static final Duration SOON = Duration.ofSeconds(1);

  @TempDir private Path folder;

  private static Upscaler.Builder builder(byte[] onnx) {
    return Upscaler.builder().model(onnx).device(Device.CPU).threads(1);
  }

  private static Picture twiceAsLarge(Picture lr) {
    byte[] samples = new byte[4 * lr.width() * lr.height()];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) lr.at(i % (2 * lr.width()) / 2, i / (2 * lr.width()) / 2, 0);
    }
    return new Picture(2 * lr.width(), 2 * lr.height(), 1, samples);
  }

  private void assertUpscales(Upscaler.Builder builder) throws IOException {
    Picture lr = Pictures.random(9, 7, 1, 1);
    try (Upscaler upscaler = builder.open()) {
      assertThat(upscaler.upscale(lr)).isEqualTo(twiceAsLarge(lr));
    }
  }

  @Test
  void aShortLoopIsRun() throws IOException {
    assertUpscales(builder(GreedyModel.looping(3)));
    assertUpscales(builder(GreedyModel.loopingForGood(3)));
  }

  @Test
  void anEndlessLoopIsRefusedInTime() {
    assertThatThrownBy(() -> builder(GreedyModel.looping(Long.MAX_VALUE)).timeout(SOON).open())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "model: expected a super-resolution model: both sides larger by the same integer scale,"
                + " received nothing within 1.0 s on [1, 1, 1, 1]");
  }

  @Test
  void aLoopThatCantBeStoppedIsLeftBehind() {
    // Some ten seconds: the thread that is left must end before the tests do.
    assertThatThrownBy(() -> builder(GreedyModel.loopingForGood(10_000_000)).timeout(SOON).open())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("received nothing within 1.0 s on [1, 1, 1, 1]");
  }

  @Test
  void theTimeLimitAppliesToModelsWithACardToo() throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), GreedyModel.looping(Long.MAX_VALUE));
    Files.writeString(folder.resolve(ModelCard.FILE_NAME), TinyModel.card(2, Colour.Y).toJson());
    assertThatThrownBy(() -> Upscaler.builder().model(file).timeout(SOON).open())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("received nothing within 1.0 s on [1, 1, 6, 8]");
  }

  @Test
  void loadingEndsInTime() {
    assertThatThrownBy(() -> builder(GreedyModel.folding(60)).timeout(SOON).open())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "model: expected an ONNX model that can be loaded, received nothing within 1.0 s");
  }

  @Test
  void aRunThatHangsFailsAndTheNextOneIsRight() throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), GreedyModel.loopingOnLargePictures());
    Files.writeString(folder.resolve(ModelCard.FILE_NAME), TinyModel.card(2, Colour.Y).toJson());
    // So much memory that what a run takes isn't measured, which would hang before.
    Upscaler.Builder builder = Upscaler.builder().model(file).device(Device.CPU).memory(1L << 32);
    try (Upscaler upscaler = builder.timeout(SOON).open()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> upscaler.upscale(Pictures.random(1000, 8, 1, 1)))
          .withMessageMatching(
              "tiny-x2 on 1000x\\d pixels \\(cpu\\): expected a result,"
                  + " received nothing within 1.0 s");
      Picture lr = Pictures.random(9, 7, 1, 1);
      assertThat(upscaler.upscale(lr)).isEqualTo(twiceAsLarge(lr));
    }
  }

  @Test
  void disproportionateMemoryIsRejected() {
    assumeThat(Bounds.memory()).as("only Linux tells how much memory there is").isPositive();
    // 4 GB, which take a second or two to fill.
    assertThatThrownBy(() -> builder(GreedyModel.large(1L << 30)).open())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageMatching(
            "model: expected a super-resolution model: both sides larger by the same integer scale,"
                + " received one that takes more than 1024 MB of memory on \\[.*]");
  }

  @Test
  void weightsBesideTheModelAreRead() throws IOException {
    Files.write(folder.resolve("weights.bin"), new byte[12]);
    Path file =
        Files.write(folder.resolve("model.onnx"), GreedyModel.withWeightsIn("weights.bin", 4, 4));
    assertUpscales(Upscaler.builder().model(file).device(Device.CPU));
    Files.createDirectory(folder.resolve("data"));
    Files.write(folder.resolve("data/weights.bin"), new byte[12]);
    Files.write(file, GreedyModel.withWeightsIn("data/weights.bin", 0, 4));
    // So little that what a run takes is measured.
    assertUpscales(Upscaler.builder().model(file).device(Device.CPU).memory(1L << 26));
  }

  private String refusal(Path folder, String location, long offset, long length)
      throws IOException {
    Path file =
        Files.write(
            folder.resolve("model.onnx"), GreedyModel.withWeightsIn(location, offset, length));
    Upscaler.Builder builder = Upscaler.builder().model(file).device(Device.CPU);
    Throwable refusal =
        org.assertj.core.api.Assertions.catchThrowable(() -> builder.open().close());
    assertThat(refusal).isInstanceOf(InvalidInputException.class);
    String message = String.valueOf(refusal.getMessage());
    assertThat(message).startsWith(file + ": expected ").hasLineCount(1).hasSizeLessThan(500);
    return message.substring((file + ": expected ").length());
  }

  @Test
  void weightsOutsideTheFolderAreRejected() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Path secret = Files.write(folder.resolve("secret.bin"), new byte[4]);
    Files.createSymbolicLink(inner.resolve("link.bin"), secret);
    Files.createDirectories(inner.resolve("*/_ORT_MEM_ADDR_"));
    Files.write(inner.resolve("*/_ORT_MEM_ADDR_/*"), new byte[4]);
    for (String location :
        Arrays.asList(
            "../secret.bin",
            "x/../../secret.bin",
            "link.bin",
            secret.toString(),
            "*/_ORT_MEM_ADDR_/*",
            "..\\secret.bin")) {
      assertThat(refusal(inner, location, 0, 4))
          .isEqualTo("weights in files inside the model's folder, received " + location);
    }
    assertThat(refusal(inner, "", 0, 4)).endsWith("received a name that is empty");
    assertThat(refusal(inner, "absent.bin", 0, 4))
        .isEqualTo("its weights in absent.bin beside it, received no such file");
    assertThat(refusal(inner, "*", 0, 4)).contains("inside the model's folder");
  }

  @Test
  void weightsThatAreCutShortAreRefused() throws IOException {
    Files.write(folder.resolve("weights.bin"), new byte[6]);
    for (long[] place :
        new long[][] {{4, 4}, {0, 8}, {0, 2}, {-4, 4}, {1L << 40, 4}, {4, -4}, {0, 1L << 62}}) {
      assertThat(refusal(folder, "weights.bin", place[0], place[1])).contains("weight");
    }
  }

  @Test
  void aModelOfBytesReadsNoFile() {
    assertThatThrownBy(() -> builder(GreedyModel.withWeightsIn("pom.xml", 0, 4)).open())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "model: expected a model with its weights in it, or one that is read from its file,"
                + " received pom.xml");
  }
}
