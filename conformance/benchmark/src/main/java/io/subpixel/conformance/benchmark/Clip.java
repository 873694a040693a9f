package io.subpixel.conformance.benchmark;

import io.subpixel.conformance.bare.BareNetwork;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Row;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Table;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.video.ClipFrame;
import io.subpixel.runtime.video.ClipFrames;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Reads, upscales and writes a clip, beside the time of the network alone on as many frames.
 *
 * @param clip what is upscaled
 * @param seconds how much of it, from its beginning
 * @param codecs names of the encoders, as {@link VideoUpscaler.Builder#codec} takes them; a preset
 *     may follow after a colon
 */
public record Clip(Path clip, double seconds, List<String> codecs) {
  /** The target for the whole, relative to the network alone. */
  private static final double MARK = 1.15;

  /** Copies the list. */
  public Clip {
    codecs = List.copyOf(codecs);
  }

  /**
   * Times it.
   *
   * @param models names of shipped luma models
   * @param rounds how many turns each party gets after one that doesn't count
   * @param progress called after each round
   * @throws InvalidInputException if the clip can't be upscaled
   */
  public Table run(List<String> models, int rounds, Runnable progress) throws IOException {
    Path folder = Files.createTempDirectory("subpixel-clip");
    List<Row> rows = new ArrayList<>();
    try (ClipFrames frames = ClipFrames.open(clip, 0, seconds)) {
      ClipFrame first = Objects.requireNonNull(frames.next());
      int count = 1;
      while (frames.next() != null) {
        count++;
      }
      for (String model : models) {
        rows.addAll(rows(model, first, count, folder, rounds, progress));
      }
      String title =
          "a frame of a clip of %dx%d, read, upscaled and written, of %d frames"
              .formatted(frames.width(), frames.height(), count);
      return new Table(title, rounds, rows, null);
    } finally {
      Batch.delete(folder);
    }
  }

  private List<Row> rows(
      String model, ClipFrame first, int count, Path folder, int rounds, Runnable progress)
      throws IOException {
    try (BareNetwork bare = new BareNetwork(model);
        Upscaler upscaler = Upscaler.builder().model(model).open()) {
      bare.load(first.luma());
      List<Turns.Party> parties = new ArrayList<>();
      parties.add(
          Turns.of(
              () -> {
                for (int i = 0; i < count; i++) {
                  bare.run();
                }
              }));
      List<Path> outputs = new ArrayList<>();
      for (String codec : codecs) {
        String[] named = codec.split(":", 2);
        VideoUpscaler.Builder builder =
            VideoUpscaler.builder(upscaler).codec(named[0]).range(0, seconds).dropUnfit();
        VideoUpscaler video = (named.length == 1 ? builder : builder.preset(named[1])).build();
        Path out = folder.resolve(outputs.size() + ".mkv");
        outputs.add(out);
        parties.add(Turns.of(() -> video.upscale(clip, out)));
      }
      List<Double> medians = Turns.medians(rounds, parties, progress);
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < medians.size(); i++) {
        double milliseconds = medians.get(i) / count;
        String speed = String.format(Locale.ROOT, "%.1f frames a second", 1000 / milliseconds);
        if (i > 0) {
          speed += ", " + Files.size(outputs.get(i - 1)) / count + " bytes a frame";
        }
        rows.add(
            new Row(
                model + (i == 0 ? ", network alone" : ", " + codecs.get(i - 1)),
                milliseconds,
                i == 0 ? null : medians.get(i) / medians.get(0),
                i == 0 ? null : MARK,
                speed));
      }
      return rows;
    }
  }
}
