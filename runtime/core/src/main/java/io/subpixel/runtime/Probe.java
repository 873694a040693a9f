package io.subpixel.runtime;

import ai.onnxruntime.OrtException;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Plane;
import io.subpixel.runtime.ModelTraits.Origin;
import io.subpixel.runtime.ProbeRuns.FailedException;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds the traits of a model without a card, by upscaling small pictures. The sizes determine the
 * scale. The value range is that in which the result, shrunk again, is most like the input. {@link
 * ReceptiveFieldProbe} finds the receptive radius.
 */
final class Probe {
  /** Multiples that sides may be restricted to, tried in this order. */
  private static final int[] MULTIPLES = {1, 2, 3, 4, 8, 16, 32, 64};

  private static final int MIN_SIDE = 40;

  /** A smaller fixed size is a number of channels. */
  private static final int MIN_FIXED_SIDE = 8;

  private static final int MAX_SIDE = 4096;

  /** The maximum that a card may state. */
  static final int MAX_RADIUS = 1024;

  /** The maximum share of the input's variance that a super-resolution result may lose. */
  private static final double MAX_LOST = 0.25;

  /** The maximum change in brightness of a result, as a share of the value range. */
  private static final double MAX_BRIGHTER = 0.1;

  /** In the range that a model was trained for, less than this is lost. */
  private static final double LITTLE_LOST = 1e-3;

  /** An unusual range must lose less than this share of what the usual one loses. */
  private static final double CLEARLY_LESS = 0.25;

  private static final String SOME_TIMES_LARGER = "both sides larger by the same integer scale";

  private final String where;
  private final ModelPorts ports;
  private final ProbeRuns runs;
  private final NetworkOptions given;

  /** The form of input that a model accepts, and its scale. */
  private record Form(
      TensorLayout layout, int channels, int multiple, int width, int height, int scale) {}

  private record Candidate(TensorLayout layout, int channels) {}

  private Probe(String where, ModelPorts ports, ProbeRuns runs, NetworkOptions given) {
    this.where = where;
    this.ports = ports;
    this.runs = runs;
    this.given = given;
  }

  /**
   * Finds the traits of a model that aren't given.
   *
   * @throws InvalidInputException if it isn't a super-resolution model, with the reason
   */
  static ModelTraits traits(Model model, Session session, Bounds bounds, NetworkOptions given)
      throws OrtException, InvalidInputException {
    ModelPorts ports = ModelPorts.of(model.where(), session);
    ProbeRuns runs = new ProbeRuns(session, ports, bounds);
    return new Probe(model.where(), ports, runs, given).traits(model.name());
  }

  /** Creates a card from probed traits. */
  static ModelCard card(ModelTraits traits) {
    return new ModelCard(
        traits.name(),
        traits.scale(),
        traits.colour(),
        traits.channels(),
        List.of(0.0, 1.0),
        traits.receptiveRadius().orElse(MAX_RADIUS),
        0,
        0,
        "unknown",
        null,
        List.of(),
        "unknown",
        null,
        Map.of());
  }

  private ModelTraits traits(String name) throws InvalidInputException {
    Map<String, Origin> origins = new HashMap<>();
    Form form = form();
    origins.put("layout", isStated(form.layout, form.channels) ? Origin.FILE : Origin.PROBED);
    origins.put("scale", origin(given.scale().isPresent()));
    if (given.scale().orElse(form.scale) != form.scale) {
      throw refusal("scale " + given.scale().getAsInt() + " as given", "scale " + form.scale);
    }
    Colour colour = given.colour().orElse(form.channels == 1 ? Colour.Y : Colour.RGB);
    // Pixels can't tell one range of luma from the other.
    Origin ofLuma = colour == Colour.RGB ? Origin.PROBED : Origin.ASSUMED;
    origins.put("colour", given.colour().isPresent() ? Origin.GIVEN : ofLuma);
    ValueRange range = range(form);
    origins.put("valueRange", origin(given.valueRange().isPresent()));
    ReceptiveFieldProbe.Extent extent;
    try {
      extent =
          new ReceptiveFieldProbe(runs, ports, form.layout, form.channels, form.scale, range)
              .find(form.multiple, given.receptiveRadius());
    } catch (FailedException e) {
      throw refusal("a model that takes images of any size", e.getMessage());
    }
    origins.put("receptiveRadius", origin(given.receptiveRadius().isPresent()));
    origins.put("multiple", Origin.PROBED);
    return new ModelTraits(
        name,
        form.scale,
        colour,
        form.layout,
        ports.element(),
        range,
        extent.radius(),
        extent.multiple(),
        ports.fixedWidth(form.layout),
        ports.fixedHeight(form.layout),
        ports.input().name(),
        ports.output().name(),
        ports.element() == ElementType.UINT8
            && form.layout == TensorLayout.NHWC
            && colour == Colour.RGB,
        origins);
  }

  private static Origin origin(boolean isGiven) {
    return isGiven ? Origin.GIVEN : Origin.PROBED;
  }

  /** Tries layouts, channels and sizes until a result is larger by an integer scale. */
  private Form form() throws InvalidInputException {
    List<Candidate> candidates = candidates();
    for (Candidate candidate : candidates) {
      requireProportion(candidate);
    }
    String failure = "none that runs";
    for (int multiple : MULTIPLES) {
      for (Candidate candidate : candidates) {
        int width = ports.fixedWidth(candidate.layout).orElse(side(multiple, 0));
        int height = ports.fixedHeight(candidate.layout).orElse(side(multiple, 1));
        if (width > MAX_SIDE || height > MAX_SIDE) {
          throw refusal("sides of at most " + MAX_SIDE, ports.input().toString());
        }
        try {
          Plane[] lr = drawn(candidate.channels, width, height, ValueRange.UNIT);
          int scale = scale(lr[0], runs.run(candidate.layout, lr)[0]);
          return new Form(candidate.layout, candidate.channels, multiple, width, height, scale);
        } catch (FailedException e) {
          if (e.isHopeless()) {
            throw refusal(SOME_TIMES_LARGER, e.getMessage());
          } else if (candidate.equals(candidates.get(0))) {
            failure = e.getMessage();
          }
        }
      }
    }
    throw refusal(SOME_TIMES_LARGER, failure);
  }

  /**
   * Rejects a disproportionate result on a single pixel, as that of a whole picture would fill
   * memory.
   */
  private void requireProportion(Candidate candidate) throws InvalidInputException {
    try {
      runs.run(candidate.layout, drawn(candidate.channels, 1, 1, ValueRange.UNIT));
    } catch (FailedException e) {
      if (e.isHopeless()) {
        throw refusal(SOME_TIMES_LARGER, e.getMessage());
      }
    }
  }

  private List<Candidate> candidates() throws InvalidInputException {
    List<Candidate> stated = new ArrayList<>();
    List<Candidate> possible = new ArrayList<>();
    for (TensorLayout layout : TensorLayout.values()) {
      for (int channels : new int[] {Colour.RGB.channels(), Colour.Y.channels()}) {
        boolean wanted = given.colour().map(Colour::channels).orElse(channels) == channels;
        if (wanted
            && ports.input().allows(layout.channelAxis(), channels)
            && ports.fixedWidth(layout).orElse(MIN_SIDE) >= MIN_FIXED_SIDE
            && ports.fixedHeight(layout).orElse(MIN_SIDE) >= MIN_FIXED_SIDE) {
          (isStated(layout, channels) ? stated : possible).add(new Candidate(layout, channels));
        }
      }
    }
    List<Candidate> candidates = stated.isEmpty() ? possible : stated;
    if (candidates.isEmpty()) {
      throw new InvalidInputException(
          where + ": " + ports.input().name(),
          given.colour().map(colour -> colour.channels() + "").orElse("1 or 3") + " channels",
          ports.input().toString());
    }
    return candidates;
  }

  private boolean isStated(TensorLayout layout, int channels) {
    return ports.input().shape().get(layout.channelAxis()) == channels;
  }

  /** Returns a multiple of {@code multiple}, but of few other numbers. */
  private static int side(int multiple, int which) {
    int factor = Math.max(1, (MIN_SIDE + multiple - 1) / multiple);
    int found = -1;
    while (true) {
      if (factor % 2 != 0 && (factor % 3 != 0 || factor == 3)) {
        found++;
        if (found == which) {
          return factor * multiple;
        }
      }
      factor++;
    }
  }

  private static int scale(Plane lr, Plane sr) throws FailedException {
    int scale = sr.width() / lr.width();
    if (sr.width() % lr.width() != 0
        || scale < 1
        || scale > ModelCard.MAX_SCALE
        || sr.width() != lr.width() * scale
        || sr.height() != lr.height() * scale) {
      throw new FailedException(
          sr.width() + "x" + sr.height() + " of " + lr.width() + "x" + lr.height() + " pixels");
    }
    return scale;
  }

  private ValueRange range(Form form) throws InvalidInputException {
    if (given.valueRange().isPresent()) {
      return given.valueRange().get();
    }
    if (ports.element() == ElementType.UINT8) {
      requireLikeness(lost(form, ValueRange.BYTES));
      return ValueRange.BYTES;
    }
    ValueRange best = ValueRange.UNIT;
    double least = lost(form, best);
    if (least > LITTLE_LOST) {
      double most = least * CLEARLY_LESS;
      for (ValueRange range : List.of(ValueRange.SIGNED, ValueRange.BYTES)) {
        double lost = lost(form, range);
        if (lost < Math.min(least, most)) {
          best = range;
          least = lost;
        }
      }
    }
    requireLikeness(least);
    return best;
  }

  private void requireLikeness(double lost) throws InvalidInputException {
    if (lost > MAX_LOST) {
      throw refusal(
          "a result similar to the input",
          String.format(Locale.ROOT, "one that differs by %.0f %% of its variance", 100 * lost));
    }
  }

  /**
   * Returns the share of a picture's variance that is lost when its result is shrunk again, 0 for
   * none. A uniform change in brightness doesn't count, as it would favour large ranges.
   */
  private double lost(Form form, ValueRange range) throws InvalidInputException {
    Plane[] lr = drawn(form.channels, form.width, form.height, range);
    Plane[] sr;
    try {
      sr = runs.run(form.layout, lr);
    } catch (FailedException e) {
      throw refusal("an image", e.getMessage());
    }
    double error = 0;
    double variance = 0;
    int pixels = form.width * form.height;
    for (int channel = 0; channel < lr.length; channel++) {
      float[] values = lr[channel].values();
      Plane result = sr[channel];
      double[] differences = new double[pixels];
      double[] wanted = new double[pixels];
      for (int i = 0; i < pixels; i++) {
        wanted[i] = values[i];
        differences[i] = shrunk(result, i % form.width, i / form.width, form.scale) - values[i];
      }
      double brighter = mean(differences);
      double tooBright = Math.max(0, Math.abs(brighter) - MAX_BRIGHTER * range.span());
      error += squares(differences, brighter) + pixels * tooBright * tooBright;
      variance += squares(wanted, mean(wanted));
    }
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error / variance;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  private static double squares(double[] values, double mean) {
    return Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
  }

  private static double shrunk(Plane sr, int x, int y, int scale) {
    double sum = 0;
    for (int dy = 0; dy < scale; dy++) {
      for (int dx = 0; dx < scale; dx++) {
        sum += sr.at(x * scale + dx, y * scale + dy);
      }
    }
    return sum / (scale * scale);
  }

  /**
   * Draws nearly grey waves and a disc. A network that cleans pictures would take strong colours
   * for damage, and its correction would look like loss.
   */
  private static Plane[] drawn(int channels, int width, int height, ValueRange range) {
    Plane[] planes = new Plane[channels];
    for (int c = 0; c < channels; c++) {
      planes[c] = new Plane(width, height);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double common = Math.sin(2 * Math.PI * x / 21);
          double own = Math.sin(2 * Math.PI * x / (17 + 4 * c));
          double waves = (0.9 * common + 0.1 * own) * Math.cos(2 * Math.PI * y / 23);
          double fromCentre = Math.hypot(x - width / 2.0, y - height / 2.0);
          double disc = 1 / (1 + Math.exp(fromCentre - Math.min(width, height) / 3.0));
          double value = 0.3 + 0.2 * waves + 0.4 * disc;
          planes[c].values()[y * width + x] = (float) (value * range.span() + range.black());
        }
      }
    }
    return planes;
  }

  private InvalidInputException refusal(String expected, String received) {
    return new InvalidInputException(where, "a super-resolution model: " + expected, received);
  }
}
