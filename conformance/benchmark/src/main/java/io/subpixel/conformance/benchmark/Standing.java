package io.subpixel.conformance.benchmark;

import io.subpixel.conformance.bare.BareNetwork;
import io.subpixel.conformance.matrix.Adapter;
import io.subpixel.conformance.matrix.Subject;
import io.subpixel.conformance.matrix.Subjects;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.runtime.Upscaler;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares all parties on the same models and picture: ONNX Runtime alone, the library, the
 * command, SameDiff and other runtimes; and times bicubic and the training step. Turns are
 * interleaved, and each time is set against the machine's peak.
 *
 * @param models names of shipped x2 luma models
 * @param runtimes runtimes other than ONNX Runtime in Java, by display name; the caller closes them
 * @param command the launcher {@code bin/runtime}; null to leave it out
 * @param rounds how many turns each party gets after one that doesn't count
 */
public record Standing(
    List<String> models, Map<String, Adapter> runtimes, @Nullable Path command, int rounds) {
  private static final int BATCH = 16;
  private static final int PATCH = 48;
  private static final int STEPS = 5;
  private static final String TRAINED = "espcn";
  private static final String PICTURE = "in.png";

  /** Copies the collections. */
  public Standing {
    models = List.copyOf(models);
    runtimes = new LinkedHashMap<>(runtimes);
  }

  /**
   * A party's figures.
   *
   * @param subject a model's name, {@code bicubic}, or the training of a network
   * @param party who did it
   * @param milliseconds the median of its turns
   * @param lower the first quartile
   * @param upper the third quartile
   * @param gflops 10^9 floating-point operations of the network a second; null where there is no
   *     network
   * @param share of the peak, 0..1; null likewise
   * @param ratio to the first party of the subject; null for that one itself
   */
  public record Row(
      String subject,
      String party,
      double milliseconds,
      double lower,
      double upper,
      @Nullable Double gflops,
      @Nullable Double share,
      @Nullable Double ratio) {
    private Row besides(double peak) {
      Double part = gflops == null ? null : gflops / peak;
      return new Row(subject, party, milliseconds, lower, upper, gflops, part, ratio);
    }

    /** Identifies the row, so that it can be compared with that of another run. */
    public String key() {
      return subject + ", " + party;
    }
  }

  /**
   * The result.
   *
   * @param machine facts that the figures depend on, by name
   * @param peak the machine's peak in GFLOP/s
   * @param rounds that each median is of
   * @param rows one for each party
   */
  public record Result(Map<String, String> machine, double peak, int rounds, List<Row> rows) {
    /** Copies the collections. */
    public Result {
      rows = List.copyOf(rows);
    }
  }

  /**
   * Times all of them.
   *
   * @param machine facts that the figures depend on, by name
   * @param progress called after each round
   */
  public Result run(Map<String, String> machine, Runnable progress) throws IOException {
    Peak limit = new Peak();
    double before = limit.gflops();
    Path folder = Files.createTempDirectory("subpixel-bench");
    List<Row> rows = new ArrayList<>();
    try {
      Picture picture = UpscalingBenchmark.picture();
      PictureFiles.write(folder.resolve(PICTURE), picture);
      for (String model : models) {
        try (Parties parties = new Parties(model, picture, folder)) {
          rows.addAll(parties.run(progress));
        }
      }
      rows.addAll(bicubic(picture, progress));
      rows.addAll(training(progress));
    } finally {
      Batch.delete(folder);
    }
    // Other load may have slowed either measurement.
    double peak = Math.max(before, limit.gflops());
    return new Result(machine, peak, rounds, rows.stream().map(row -> row.besides(peak)).toList());
  }

  private final class Parties implements AutoCloseable {
    private final String model;
    private final ModelCard card;
    private final BareNetwork bare;
    private final Upscaler upscaler;
    private final List<Adapter.Loaded<Plane[]>> loaded = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<Turns.Party> turns = new ArrayList<>();

    Parties(String model, Picture picture, Path folder) throws IOException {
      this.model = model;
      Subject subject = Subjects.make(model);
      card = subject.card();
      bare = new BareNetwork(model);
      bare.load(picture);
      upscaler = Upscaler.builder().model(model).open();
      for (int i = 0; i < UpscalingBenchmark.WARM_UP; i++) {
        upscaler.upscale(picture);
      }
      add("ONNX Runtime, network alone", Turns.of(bare::run));
      add("Upscaler, pixels to pixels", Turns.of(() -> upscaler.upscale(picture)));
      if (command != null) {
        add("bin/runtime upscale, file to file", Turns.of(() -> start(command, model, folder)));
      }
      Plane[] lr = card.colour().planes(picture);
      for (Map.Entry<String, Adapter> runtime : runtimes.entrySet()) {
        Adapter.Loaded<Plane[]> one = runtime.getValue().plain(subject);
        loaded.add(one);
        add(runtime.getKey() + ", network alone", () -> one.upscale(lr).milliseconds());
      }
    }

    private void add(String name, Turns.Party party) {
      names.add(name);
      turns.add(party);
    }

    List<Row> run(Runnable progress) throws IOException {
      List<List<Double>> times = Turns.take(rounds, turns, progress);
      double operations =
          2.0 * card.macsPerLrPixel() * UpscalingBenchmark.WIDTH * UpscalingBenchmark.HEIGHT;
      return rows(model, names, times, operations);
    }

    @Override
    public void close() {
      loaded.forEach(Adapter.Loaded::close);
      upscaler.close();
      bare.close();
    }
  }

  private static void start(Path command, String model, Path folder) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(command.toAbsolutePath().toString());
    line.addAll(List.of("upscale", folder.resolve(PICTURE).toString()));
    line.addAll(List.of("-o", folder.resolve("out.png").toString(), "--model", model));
    Start.start(line, folder);
  }

  private List<Row> bicubic(Picture picture, Runnable progress) throws IOException {
    Resampler resampler =
        Resampler.enlarging(
            picture.width(), picture.height(), UpscalingBenchmark.SCALE, Kernel.CUBIC);
    List<Turns.Party> parties = List.of(Turns.of(() -> resampler.apply(picture)));
    List<List<Double>> times = Turns.take(rounds, parties, progress);
    return rows("bicubic", List.of("pixels to pixels, one thread"), times, 0);
  }

  private List<Row> training(Runnable progress) throws IOException {
    Task task = new Task(Architectures.find(TRAINED).orElseThrow(), 2, BATCH, PATCH);
    double operations = task.operations(task.build().macsPerLrPixel());
    try (Contender subpixel = new SubpixelTraining(task);
        Contender fit = new SameDiffFit(task)) {
      List<Turns.Party> parties = List.of(() -> step(subpixel), () -> step(fit));
      List<String> names = List.of("TrainingStep", "SameDiff.fit");
      List<List<Double>> times = Turns.take(rounds, parties, progress);
      String subject = "training " + TRAINED + ", " + BATCH + " of " + PATCH + "x" + PATCH;
      return rows(subject, names, times, operations);
    }
  }

  private static double step(Contender contender) throws IOException {
    return Turns.median(contender.steps(STEPS).milliseconds());
  }

  private static List<Row> rows(
      String subject, List<String> names, List<List<Double>> times, double operations) {
    List<Row> rows = new ArrayList<>();
    double first = Turns.median(times.get(0));
    for (int i = 0; i < names.size(); i++) {
      double median = Turns.median(times.get(i));
      Double gflops = operations == 0 ? null : operations / median / 1e6;
      rows.add(
          new Row(
              subject,
              names.get(i),
              median,
              Turns.quantile(times.get(i), 0.25),
              Turns.quantile(times.get(i), 0.75),
              gflops,
              null,
              i == 0 ? null : median / first));
    }
    return rows;
  }
}
