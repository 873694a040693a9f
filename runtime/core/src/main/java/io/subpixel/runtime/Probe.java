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
 * Finds the traits of a model without a card, by what becomes of small pictures. The sizes tell the
 * scale. Of the value ranges, the one is taken in which the result, shrunk again, is like the
 * input; {@link ReceptiveFieldProbe} finds the receptive radius.
 */
final class Probe {
  /** What sides may have to be multiples of, where they aren't free; tried in this order. */
  private static final int[] MULTIPLES = {1, 2, 3, 4, 8, 16, 32, 64};

  private static final int MIN_SIDE = 40;

  /** What is fixed and less than this is a number of channels. */
  private static final int MIN_FIXED_SIDE = 8;

  private static final int MAX_SIDE = 4096;

  /** The most that a card may state. */
  static final int MAX_RADIUS = 1024;

  /** The share of the input's variance that is lost in the result, of what is no picture of it. */
  private static final double MAX_LOST = 0.25;

  /** How much brighter or darker a result may be, as a share of the value range. */
  private static final double MAX_BRIGHTER = 0.1;

  /** Less than this is lost in the range that a model was trained for. */
  private static final double LITTLE_LOST = 1e-3;

  /** How much less must be lost for another range than the usual one. */
  private static final double CLEARLY_LESS = 0.25;

  private static final String SOME_TIMES_LARGER = "both sides some whole times larger";

  private final String where;
  private final ModelPorts ports;
  private final ProbeRuns trials;
  private final NetworkOptions given;

  /** How a model wants its pictures, and what their sizes become. */
  private record Form(
      TensorLayout layout, int channels, int multiple, int width, int height, int scale) {}

  private record Candidate(TensorLayout layout, int channels) {}

  private Probe(String where, ModelPorts ports, ProbeRuns trials, NetworkOptions given) {
    this.where = where;
    this.ports = ports;
    this.trials = trials;
    this.given = given;
  }

  /**
   * The traits of a model, as far as nobody gives them.
   *
   * @throws InvalidInputException if it is no super-resolution model, with the reason
   */
  static ModelTraits traits(Model model, Session session, Bounds bounds, NetworkOptions given)
      throws OrtException, InvalidInputException {
    ModelPorts ports = ModelPorts.of(model.where(), session.info());
    ProbeRuns trials = new ProbeRuns(session, ports, bounds);
    return new Probe(model.where(), ports, trials, given).traits(model.name());
  }

  /** A card of what was probed. */
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
    // Nothing in the pixels tells one range of luma from the other.
    Origin ofLuma = colour == Colour.RGB ? Origin.PROBED : Origin.ASSUMED;
    origins.put("colour", given.colour().isPresent() ? Origin.GIVEN : ofLuma);
    ValueRange range = range(form);
    origins.put("valueRange", origin(given.valueRange().isPresent()));
    ReceptiveFieldProbe.Extent extent;
    try {
      extent =
          new ReceptiveFieldProbe(trials, ports, form.layout, form.channels, form.scale, range)
              .find(form.multiple, given.receptiveRadius());
    } catch (FailedException e) {
      throw refusal("a model that takes pictures of any size", e.getMessage());
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

  /** Tries layouts, channels and sizes until a result is the picture some whole times larger. */
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
          int scale = scale(lr[0], trials.run(candidate.layout, lr)[0]);
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

  /** Of a pixel, a result out of all proportion is small enough; that of a picture fills memory. */
  private void requireProportion(Candidate candidate) throws InvalidInputException {
    try {
      trials.run(candidate.layout, drawn(candidate.channels, 1, 1, ValueRange.UNIT));
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

  /** A multiple of {@code multiple}, but of little else. */
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
          "a result that is like the input",
          String.format(Locale.ROOT, "one that differs by %.0f %% of its variance", 100 * lost));
    }
  }

  /**
   * How much of a picture's variance is lost when its result is shrunk again, 0 for nothing. That
   * all of it gets a little brighter is no loss: measured so, it would speak for large ranges.
   */
  private double lost(Form form, ValueRange range) throws InvalidInputException {
    Plane[] lr = drawn(form.channels, form.width, form.height, range);
    Plane[] sr;
    try {
      sr = trials.run(form.layout, lr);
    } catch (FailedException e) {
      throw refusal("a picture", e.getMessage());
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
   * Waves and a disc, nearly grey: a network that cleans pictures takes strong colours for damage,
   * and what it mends looks lost.
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
