package io.subpixel.runtime.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.subpixel.models.picture.PictureLayout;
import io.subpixel.runtime.Upscaler;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How outcomes are told: as a line for people, and as an object for programs.
 *
 * @param model the model's name
 * @param device where it runs
 */
record Results(String model, String device) {
  /** Sides in pixels. */
  record Size(int width, int height) {
    static Size of(PictureLayout layout) {
      return new Size(layout.width(), layout.height());
    }

    @Override
    public String toString() {
      return width + "x" + height;
    }
  }

  /** Times; reading, the network and writing overlap. */
  record Milliseconds(double read, double network, double write, double total) {
    static Milliseconds of(Upscaler.Work work, Duration total) {
      return new Milliseconds(
          millis(work.read()), millis(work.network()), millis(work.write()), millis(total));
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "read %.0f ms, network %.0f ms, write %.0f ms, total %.0f ms",
          read,
          network,
          write,
          total);
    }
  }

  /** A time in milliseconds, to the microsecond. */
  static double millis(Duration duration) {
    return Math.round(duration.toNanos() / 1e3) / 1e3;
  }

  /** A picture that is written, or would be. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Written(
      String input,
      String output,
      @Nullable String comparison,
      Size lr,
      Size sr,
      @Nullable Milliseconds milliseconds,
      @Nullable Integer tiles,
      String model,
      String device,
      @Nullable Boolean dryRun) {}

  /** A picture that was there. */
  record Left(String input, String output, boolean skipped) {}

  /** A picture that can't be upscaled. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Failure(String input, @Nullable String output, String error) {}

  /** For programs. */
  Object json(Outcome outcome) {
    Plan.Job job = outcome.job();
    String input = job.input().toString();
    String output = job.where();
    String comparison = job.comparison() == null ? null : job.comparison().toString();
    if (outcome instanceof Outcome.Done done) {
      Milliseconds times = Milliseconds.of(done.work(), done.total());
      Size lr = Size.of(done.lr());
      Size sr = Size.of(done.sr());
      int tiles = done.work().tiles();
      return new Written(input, output, comparison, lr, sr, times, tiles, model, device, null);
    } else if (outcome instanceof Outcome.Planned planned) {
      Size lr = Size.of(planned.lr());
      Size sr = Size.of(planned.sr());
      return new Written(input, output, comparison, lr, sr, null, null, model, device, true);
    } else if (outcome instanceof Outcome.Failed failed) {
      return new Failure(input, output, failed.message());
    }
    return new Left(input, output, true);
  }

  /** For people. */
  String text(Outcome outcome) {
    Plan.Job job = outcome.job();
    String names = job.input() + " -> " + job.where() + ": ";
    if (outcome instanceof Outcome.Done done) {
      String times = Milliseconds.of(done.work(), done.total()).toString();
      return names + sizes(done.lr(), done.sr()) + " on " + device + "; " + times;
    } else if (outcome instanceof Outcome.Planned planned) {
      return names + sizes(planned.lr(), planned.sr()) + " on " + device + ", not yet";
    } else if (outcome instanceof Outcome.Failed failed) {
      return failed.message();
    }
    return names + "there already";
  }

  private String sizes(PictureLayout lr, PictureLayout sr) {
    return Size.of(lr) + " to " + Size.of(sr) + " by " + model;
  }
}
