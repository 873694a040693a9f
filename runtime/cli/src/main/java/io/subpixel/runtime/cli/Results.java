package io.subpixel.runtime.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.subpixel.zoo.internal.condition.Condition;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.runtime.Choice;
import io.subpixel.runtime.Upscaler;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** How outcomes are told: as a line for people, and as an object for programs. */
final class Results {
  private Results() {}

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
      @Nullable Double strength,
      @Nullable Found condition,
      String device,
      @Nullable Boolean dryRun) {}

  /** What a picture has been through, where the model was chosen by it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Found(
      @Nullable Integer jpegQuality, double noise, double blocks, @Nullable Double sharpness) {
    static @Nullable Found of(Optional<Choice> choice) {
      return choice.map(chosen -> of(chosen.condition())).orElse(null);
    }

    private static Found of(Condition condition) {
      double sharpness = condition.sharpness();
      return new Found(
          condition.jpegQuality().isPresent() ? condition.jpegQuality().getAsInt() : null,
          thousandths(condition.noise()),
          thousandths(condition.blocks()),
          Double.isNaN(sharpness) ? null : thousandths(sharpness));
    }

    private static double thousandths(double value) {
      return Math.round(value * 1e3) / 1e3;
    }
  }

  /** The strength that was chosen, if the model has any. */
  static @Nullable Double strength(Optional<Choice> choice) {
    return choice
        .map(Choice::strength)
        .filter(OptionalDouble::isPresent)
        .map(OptionalDouble::getAsDouble)
        .orElse(null);
  }

  /** What upscaled a picture, and why. */
  static String by(Upscaler.Chosen chosen) {
    return chosen.choice().map(Choice::toString).orElse(chosen.upscaler().traits().name());
  }

  /** A picture that was there. */
  record Left(String input, String output, boolean skipped) {}

  /** A picture that can't be upscaled. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Failure(String input, @Nullable String output, String error) {}

  /** For programs. */
  static Object json(Outcome outcome) {
    Plan.Job job = outcome.job();
    String input = job.input().toString();
    String output = job.where();
    String comparison = job.comparison() == null ? null : job.comparison().toString();
    if (outcome instanceof Outcome.Done done) {
      Milliseconds times = Milliseconds.of(done.work(), done.total());
      Size lr = Size.of(done.lr());
      Size sr = Size.of(done.sr());
      int tiles = done.work().tiles();
      return written(input, output, comparison, lr, sr, times, tiles, done.chosen(), null);
    } else if (outcome instanceof Outcome.Planned planned) {
      Size lr = Size.of(planned.lr());
      Size sr = Size.of(planned.sr());
      return written(input, output, comparison, lr, sr, null, null, planned.chosen(), true);
    } else if (outcome instanceof Outcome.Failed failed) {
      return new Failure(input, output, failed.message());
    }
    return new Left(input, output, true);
  }

  private static Written written(
      String input,
      String output,
      @Nullable String comparison,
      Size lr,
      Size sr,
      @Nullable Milliseconds times,
      @Nullable Integer tiles,
      Upscaler.Chosen chosen,
      @Nullable Boolean dryRun) {
    return new Written(
        input,
        output,
        comparison,
        lr,
        sr,
        times,
        tiles,
        chosen.upscaler().traits().name(),
        strength(chosen.choice()),
        Found.of(chosen.choice()),
        chosen.upscaler().device().toString(),
        dryRun);
  }

  /** For people. */
  static String text(Outcome outcome) {
    Plan.Job job = outcome.job();
    String names = job.input() + " -> " + job.where() + ": ";
    if (outcome instanceof Outcome.Done done) {
      String times = Milliseconds.of(done.work(), done.total()).toString();
      return names + sizes(done.lr(), done.sr(), done.chosen()) + "; " + times;
    } else if (outcome instanceof Outcome.Planned planned) {
      return names + sizes(planned.lr(), planned.sr(), planned.chosen()) + ", not yet";
    } else if (outcome instanceof Outcome.Failed failed) {
      return failed.message();
    }
    return names + "there already";
  }

  private static String sizes(PictureLayout lr, PictureLayout sr, Upscaler.Chosen chosen) {
    String device = chosen.upscaler().device().toString();
    return Size.of(lr) + " to " + Size.of(sr) + " by " + by(chosen) + " on " + device;
  }
}
