package io.subpixel.trainer.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {
  private static final Quality SET5 = new Quality("Set5", 36.5, 0.95, 32.1, 0.9, 33.6, 0.93);
  private static final Quality ODD =
      new Quality("a,\"b\n", Double.POSITIVE_INFINITY, 1, 30.2, 0.8, 31.25, 0.85);
  private static final List<Epoch> HISTORY =
      List.of(
          new Epoch(1, 100, 20.5, 1e-3, Double.NaN, 80, 0.5, List.of()),
          new Epoch(2, 400, 50.25, 9.87654321e-4, 1.23456e-3, 160, 0.125, List.of(SET5, ODD)));

  @TempDir Path folder;

  @Test
  void readsBackWhatItWrote() throws IOException {
    History.write(folder, HISTORY);
    assertThat(History.read(folder.resolve("history.json"))).isEqualTo(HISTORY);
    History.write(folder, List.of());
    assertThat(History.read(folder.resolve("history.json"))).isEmpty();
  }

  @Test
  void csvAgreesWithJson() throws IOException {
    History.write(folder, HISTORY);
    List<String> lines = Files.readAllLines(folder.resolve("history.csv"));
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .isEqualTo(
            "epoch,steps,seconds,learning_rate,loss,samples_per_second,wait_share,"
                + "Set5_psnr,Set5_ssim,Set5_bilinear_psnr,Set5_bicubic_psnr,"
                + "a__b__psnr,a__b__ssim,a__b__bilinear_psnr,a__b__bicubic_psnr");
    assertThat(lines.get(1).split(",", -1)).hasSize(15).endsWith("", "", "", "", "", "", "", "");
    assertThat(lines.get(1).split(",", -1)[4]).isEqualTo("NaN");
    Epoch read = History.read(folder.resolve("history.json")).get(1);
    double[] cells =
        List.of(lines.get(2).split(",", -1)).stream().mapToDouble(Double::parseDouble).toArray();
    Quality second = read.validation().get(1);
    double[] stated = {
      read.epoch(),
      read.steps(),
      read.seconds(),
      read.learningRate(),
      read.loss(),
      read.samplesPerSecond(),
      read.waitShare(),
      SET5.psnr(),
      SET5.ssim(),
      SET5.bilinearPsnr(),
      SET5.bicubicPsnr(),
      second.psnr(),
      second.ssim(),
      second.bilinearPsnr(),
      second.bicubicPsnr()
    };
    assertThat(cells).hasSameSizeAs(stated);
    for (int i = 0; i < cells.length; i++) {
      assertThat(cells[i] / stated[i]).as("column %d", i).matches(r -> !(Math.abs(r - 1) > 1e-2));
    }
    assertThat(cells[11]).isInfinite();
  }

  @Test
  void setsWhoseNamesAreEqualInTheTableKeepTheirColumns() throws IOException {
    Quality one = new Quality("a b", 1, 1, 1, 1, 1, 1);
    Quality two = new Quality("a,b", 2, 1, 1, 1, 1, 1);
    History.write(folder, List.of(new Epoch(1, 1, 1, 1, 1, 1, 0, List.of(one, two))));
    assertThat(Files.readString(folder.resolve("history.csv"))).contains("a_b_psnr", "a_b-2_psnr");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{}", "null", "[null]", "[{\"epoch\": 1}]", "[{\"epoch\": \"x\"}]", "[] []"})
  void refusesOtherJsonInOneLine(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("history.json"), json);
    assertThatThrownBy(() -> History.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll("history.json", "expected a history")
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
  }

  @Test
  void termsOfTheLossHaveColumns() throws IOException {
    Epoch first = new Epoch(1, 10, 1, 1e-3, 0.5, 80, 0, List.of());
    Epoch second =
        new Epoch(
            2,
            20,
            2,
            1e-3,
            0.4,
            Map.of("adversarial", 0.75, "discriminator", 0.625),
            80,
            0,
            List.of());
    History.write(folder, List.of(first, second));
    List<String> lines = Files.readAllLines(folder.resolve("history.csv"));
    assertThat(lines.get(0)).contains("loss_adversarial", "loss_discriminator");
    assertThat(lines.get(1)).endsWith(",,");
    assertThat(lines.get(2)).contains("7.500000e-01", "6.250000e-01");
    assertThat(History.read(folder.resolve("history.json"))).containsExactly(first, second);
  }

  /** As earlier versions wrote them. */
  @Test
  void aHistoryWithoutTermsIsRead() throws IOException {
    Epoch epoch = new Epoch(1, 10, 1, 1e-3, 0.5, 80, 0, List.of());
    History.write(folder, List.of(epoch));
    Path json = folder.resolve("history.json");
    String text = Files.readString(json);
    String older = text.replaceAll("\"losses\"\\s*:\\s*\\{\\s*},", "");
    assertThat(older).isNotEqualTo(text);
    Files.writeString(json, older);
    assertThat(History.read(json)).containsExactly(epoch);
  }

  @Test
  void anAbsentHistoryIsOneLine() {
    assertThatThrownBy(() -> History.read(folder.resolve("none.json")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no such file");
  }

  @Test
  void theBestIsTheFirstSetsGreatestPsnr() {
    assertThat(
            History.best(List.of(epoch(1, 30), epoch(2, 32), epoch(3, 32), epoch(4, Double.NaN))))
        .hasValueSatisfying(best -> assertThat(best.epoch()).isEqualTo(2));
    assertThat(History.best(List.of(HISTORY.get(0)))).isEmpty();
  }

  /** 100 steps at 80 samples/s take as long as 200 at 160: by hand with a batch of one. */
  @Test
  void totalsCountEpochsByTheirTime() {
    Totals totals =
        Totals.of(
            List.of(
                new Epoch(1, 100, 2, 1, 1, 80, 0.5, List.of()),
                new Epoch(2, 300, 5, 1, 1, 160, 0.1, List.of())));
    assertThat(totals.waitShare()).isCloseTo(0.3, within(1e-12));
    assertThat(totals.steps()).isEqualTo(300);
    assertThat(totals.time()).isEqualTo(Duration.ofSeconds(5));
    assertThat(totals.samplesPerSecond()).isCloseTo(120, within(1e-9));
  }

  private static Epoch epoch(int number, double psnr) {
    Quality first = new Quality("a", psnr, 1, 1, 1, 1, 1);
    Quality other = new Quality("b", 100 - number, 1, 1, 1, 1, 1);
    return new Epoch(number, number, 1, 1, 1, 1, 0, List.of(first, other));
  }
}
