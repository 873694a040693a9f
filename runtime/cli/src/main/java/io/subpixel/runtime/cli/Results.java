package io.subpixel.runtime.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.runtime.Choice;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.batch.BatchInput;
import io.subpixel.runtime.batch.BatchPlan;
import io.subpixel.runtime.batch.Outcome;
import io.subpixel.zoo.internal.condition.Condition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Formats outcomes, as a line of text and as an object for JSON. */
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

  /** A picture that was written, or would be. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Written(
      String input,
      @Nullable Integer page,
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

  /** The estimated degradation of a picture, if the model was chosen by it. */
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

  /** Returns the strength of the model, if it has any. */
  static @Nullable Double strength(Upscaler.Chosen chosen) {
    OptionalDouble strength = chosen.upscaler().strength();
    return strength.isPresent() ? strength.getAsDouble() : null;
  }

  /** Names the model that upscaled a picture, and why. */
  static String by(Upscaler.Chosen chosen) {
    String name = chosen.upscaler().traits().name();
    Double strength = strength(chosen);
    return chosen
        .choice()
        .map(Choice::toString)
        .orElse(strength == null ? name : name + " at strength " + strength);
  }

  /** An output that existed already. */
  record Left(String input, String output, boolean skipped) {}

  /** A picture that can't be upscaled. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Failure(String input, @Nullable String output, String error) {}

  /** Formats an outcome as an object for JSON. */
  static Object json(Outcome outcome) {
    BatchPlan.Job job = outcome.job();
    String input =
        job.input() instanceof BatchInput.File file
            ? file.file().toString()
            : job.input().toString();
    String output = job.where();
    if (outcome instanceof Outcome.Done done) {
      Milliseconds times = Milliseconds.of(done.work(), done.total());
      Size lr = Size.of(done.lr());
      Size sr = Size.of(done.sr());
      int tiles = done.work().tiles();
      return written(job, input, lr, sr, times, tiles, done.chosen(), null);
    } else if (outcome instanceof Outcome.Planned planned) {
      Size lr = Size.of(planned.lr());
      Size sr = Size.of(planned.sr());
      return written(job, input, lr, sr, null, null, planned.chosen(), true);
    } else if (outcome instanceof Outcome.Failed failed) {
      return new Failure(input, output, failed.message());
    }
    return new Left(input, output, true);
  }

  private static Written written(
      BatchPlan.Job job,
      String input,
      Size lr,
      Size sr,
      @Nullable Milliseconds times,
      @Nullable Integer tiles,
      Upscaler.Chosen chosen,
      @Nullable Boolean dryRun) {
    int page = job.input() instanceof BatchInput.File file ? file.page() : 0;
    return new Written(
        input,
        page == 0 ? null : page,
        job.where(),
        job.comparison().map(Path::toString).orElse(null),
        lr,
        sr,
        times,
        tiles,
        chosen.upscaler().traits().name(),
        strength(chosen),
        Found.of(chosen.choice()),
        chosen.upscaler().device().toString(),
        dryRun);
  }

  /** Formats an outcome as a line of text. */
  static String text(Outcome outcome) {
    BatchPlan.Job job = outcome.job();
    String names = job.input() + " -> " + job.where() + ": ";
    if (outcome instanceof Outcome.Done done) {
      String times = Milliseconds.of(done.work(), done.total()).toString();
      return names + sizes(done.lr(), done.sr(), done.chosen()) + "; " + times;
    } else if (outcome instanceof Outcome.Planned planned) {
      return names
          + sizes(planned.lr(), planned.sr(), planned.chosen())
          + ", not written (dry run)";
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
