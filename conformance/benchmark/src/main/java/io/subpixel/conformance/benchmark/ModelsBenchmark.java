package io.subpixel.conformance.benchmark;

import io.subpixel.conformance.matrix.Machine;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.internal.HrPictures;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.runtime.Upscaler;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What each model costs and gives: milliseconds on one core for a picture of 1920x1080, and the
 * mean PSNR on HR pictures. Bicubic is measured in the same way.
 */
public final class ModelsBenchmark {
  /** The size of the picture that is made for the time. */
  public static final int WIDTH = 1920;

  public static final int HEIGHT = 1080;

  /** What bicubic's rows are called. */
  static final String BICUBIC = "bicubic";

  private static final JsonMapper JSON = new JsonMapper();
  private static final long SEED = 5;

  private ModelsBenchmark() {}

  /**
   * A model's figures.
   *
   * @param model its name, or {@code bicubic}
   * @param scale between LR and HR
   * @param milliseconds the median of its turns
   * @param psnr the mean, dB
   * @param foreign whether it was trained for pictures degraded otherwise
   */
  public record Row(String model, int scale, double milliseconds, double psnr, boolean foreign) {}

  /**
   * The result.
   *
   * @param machine facts that the figures depend on, by name
   * @param data name of the folder of HR pictures
   * @param pictures how many it has
   * @param degradation how LR was made of them
   * @param rounds that each median is of
   * @param rows by scale, bicubic first
   */
  public record Result(
      Map<String, String> machine,
      String data,
      int pictures,
      String degradation,
      int rounds,
      List<Row> rows) {
    /**
     * Reads a result that was written as JSON.
     *
     * @throws InvalidInputException if the file is something else
     */
    public static Result read(Path file) throws IOException {
      @Nullable Result result;
      try {
        result = JSON.readValue(Files.readString(file), Result.class);
      } catch (NoSuchFileException e) {
        throw new InvalidInputException(file.toString(), "what --json wrote", "no such file");
      } catch (JacksonException | IllegalArgumentException e) {
        throw new InvalidInputException(file.toString(), "what --json wrote", "something else", e);
      }
      if (result == null || !result.isWhole()) {
        throw new InvalidInputException(file.toString(), "what --json wrote", "something else");
      }
      return result;
    }

    @SuppressWarnings("ConstantValue") // JSON may lack anything
    private boolean isWhole() {
      return data != null
          && degradation != null
          && rows != null
          && !rows.isEmpty()
          && rows.stream()
              .allMatch(
                  row ->
                      row != null
                          && row.model != null
                          && row.milliseconds > 0
                          && Double.isFinite(row.milliseconds)
                          && Double.isFinite(row.psnr));
    }

    /** One line of JSON. */
    public String toJson() {
      return JSON.writeValueAsString(this);
    }
  }

  /**
   * Measures models of some scales. All of a scale take turns.
   *
   * @param others models of others, of which those of a scale join its own
   * @param hr HR pictures: a folder of them, or one
   * @param rounds how many turns each gets after one that doesn't count
   * @param progress called after each round and each picture
   */
  public static Result run(
      List<Integer> scales,
      List<Path> others,
      Path hr,
      Degradation degradation,
      int rounds,
      Runnable progress)
      throws IOException {
    List<Path> pictures = HrPictures.files(hr);
    List<Row> rows = new ArrayList<>();
    for (int scale : scales) {
      try (Candidates candidates = new Candidates(scale, others)) {
        List<Double> times = candidates.times(rounds, progress);
        List<Double> psnr = candidates.psnr(pictures, degradation, progress);
        for (int i = 0; i < times.size(); i++) {
          String name = candidates.names.get(i);
          boolean foreign = candidates.isForeign(i, degradation.id());
          rows.add(new Row(name, scale, times.get(i), psnr.get(i), foreign));
        }
      }
    }
    return new Result(
        Machine.facts(),
        String.valueOf(hr.toAbsolutePath().normalize().getFileName()),
        pictures.size(),
        degradation.id(),
        rounds,
        rows);
  }

  /** Bicubic and all models of a scale. */
  private static final class Candidates implements AutoCloseable {
    private final int scale;
    private final List<String> names = new ArrayList<>(List.of(BICUBIC));
    private final List<Upscaler> models = new ArrayList<>();

    Candidates(int scale, List<Path> others) throws IOException {
      this.scale = scale;
      for (String name : Pretrained.names()) {
        ModelCard card = Pretrained.card(name);
        if (card.scale() == scale) {
          names.add(name);
          models.add(Upscaler.builder().model(name).threads(1).open());
        }
      }
      for (Path other : others) {
        Upscaler upscaler = Upscaler.builder().model(other).threads(1).open();
        if (upscaler.traits().scale() == scale) {
          names.add(upscaler.traits().name());
          models.add(upscaler);
        } else {
          upscaler.close();
        }
      }
    }

    /** Whether a model was trained for another degradation, or for one that it doesn't state. */
    boolean isForeign(int i, String degradation) {
      return i > 0 && !models.get(i - 1).card().degradation().equals(degradation);
    }

    List<Double> times(int rounds, Runnable progress) throws IOException {
      Picture lr = TestCard.draw(WIDTH / scale, HEIGHT / scale, SEED);
      List<Turns.Party> parties = new ArrayList<>();
      Resampler bicubic = Resampler.enlarging(lr.width(), lr.height(), scale, Kernel.CUBIC);
      parties.add(Turns.of(() -> bicubic.apply(lr)));
      models.forEach(model -> parties.add(Turns.of(() -> model.upscale(lr))));
      return Turns.medians(rounds, parties, progress);
    }

    List<Double> psnr(List<Path> pictures, Degradation degradation, Runnable progress)
        throws IOException {
      double[] sums = new double[names.size()];
      for (int i = 0; i < pictures.size(); i++) {
        Picture hr = HrPictures.read(pictures.get(i), scale);
        Picture lr = degradation.apply(hr, scale, i);
        Resampler bicubic = Resampler.enlarging(lr.width(), lr.height(), scale, Kernel.CUBIC);
        sums[0] += Metrics.psnr(hr, bicubic.apply(lr), scale);
        for (int k = 0; k < models.size(); k++) {
          sums[k + 1] += Metrics.psnr(hr, models.get(k).upscale(lr), scale);
        }
        progress.run();
      }
      List<Double> means = new ArrayList<>();
      for (double sum : sums) {
        means.add(sum / pictures.size());
      }
      return means;
    }

    @Override
    public void close() {
      models.forEach(Upscaler::close);
    }
  }
}
