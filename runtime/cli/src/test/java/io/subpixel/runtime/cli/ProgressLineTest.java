package io.subpixel.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.runtime.batch.BatchInput;
import io.subpixel.runtime.batch.BatchPlan;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final long SECOND = 1_000_000_000;

  private final StringWriter err = new StringWriter();
  private long now;

  private ProgressLine line(int pictures, boolean live) {
    return new ProgressLine(pictures, new PrintWriter(err), live, outcome -> {}, () -> now);
  }

  private static BatchPlan.Job job(String name) {
    return new BatchPlan.Job(
        new BatchInput.File(Path.of(name), Path.of(name)),
        new BatchPlan.Target.File(Path.of(name)),
        Optional.empty(),
        Optional.empty());
  }

  private String last() {
    String[] drawn = err.toString().split("\r\u001b\\[K", -1);
    return drawn[drawn.length - 1];
  }

  @Test
  void showsHowFarItIsAndWhatIsLeft() {
    ProgressLine line = line(4, true);
    line.started(job("a.png"), 2_000_000);
    now += 2 * SECOND;
    line.progressed(job("a.png"), 0.5);
    // One million of two and of three more pictures of two: seven left at half a million a second.
    assertThat(last()).isEqualTo("0/4  0.5 MP/s  0:14 left  a.png 50%");
    line.started(job("b.png"), 4_000_000);
    line.ended(job("a.png"));
    now += 2 * SECOND;
    line.progressed(job("b.png"), 0.25);
    // Three done after four seconds; three of b and two more of three on average are left.
    assertThat(last()).isEqualTo("1/4  0.8 MP/s  0:12 left  b.png 25%");
  }

  @Test
  void whatFailsOrIsSkippedCountsAsDone() {
    ProgressLine line = line(3, true);
    line.ended(job("broken.png"));
    now += SECOND;
    line.started(job("b.png"), 1_000_000);
    assertThat(last()).isEqualTo("1/3  0.0 MP/s  - left  b.png 0%");
  }

  @Test
  void redrawsSeldomAndClearsForOtherLines() {
    ProgressLine line = line(1, true);
    line.started(job("a.png"), 1_000_000);
    for (int i = 0; i < 100; i++) {
      now += SECOND / 100;
      line.progressed(job("a.png"), i / 100.0);
    }
    assertThat(err.toString().split("a.png", -1)).hasSize(6);
    line.clear();
    assertThat(last()).isEmpty();
  }

  @Test
  void aNameNeitherFillsTheLineNorActsOnTheTerminal() {
    ProgressLine line = line(1, true);
    String name = "x".repeat(300) + "\u001b[2J\n.png";
    line.started(job(name), 1_000_000);
    now += SECOND;
    line.progressed(job(name), 0.5);
    assertThat(last()).hasSizeLessThan(80).endsWith("x?[2J?.png 50%").doesNotContain("\n");
  }

  @Test
  void drawsNothingWhereThereIsNoTerminal() {
    ProgressLine line = line(1, false);
    line.started(job("a.png"), 1_000_000);
    now += SECOND;
    line.progressed(job("a.png"), 0.5);
    line.ended(job("a.png"));
    line.clear();
    assertThat(err.toString()).isEmpty();
  }
}
