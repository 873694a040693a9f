package io.subpixel.zoo.degradation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Reduces a picture to few colours, as GIF and PNG with a palette store it, {@code palette:COLOURS}
 * or {@code palette:COLOURS,DITHER}. Colours are chosen by median cut (Heckbert, SIGGRAPH 1982).
 *
 * @param colours 2 to 256, drawn on a logarithmic scale and rounded
 * @param dither how values between the colours are shown
 */
record Palette(Range colours, Choice<Dither> dither) implements Step {
  static final String NAME = "palette";
  private static final Choice<Dither> USUAL = Choice.ofAll(Dither.class);
  private static final int SAMPLES = 256;

  /** Of Bayer's 4x4 matrix, in the order in which dots appear. */
  private static final int[] BAYER = {0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5};

  /** Ways to show values between two colours. */
  enum Dither {
    /** The nearest colour. */
    PLAIN,
    /** Errors go to the next pixels (Floyd and Steinberg 1976). */
    DIFFUSED,
    /** A threshold for each place of a grid of 4x4 (Bayer 1973). */
    ORDERED
  }

  Palette {
    colours.within(2, SAMPLES);
  }

  @Override
  public String id() {
    return NAME + ":" + colours + (dither.equals(USUAL) ? "" : "," + dither);
  }

  @Override
  public boolean isRandom() {
    return !colours.isFixed() || !dither.isFixed();
  }

  @Override
  public Planes apply(Planes picture, Target target, Random random) {
    Range exponents = new Range(Math.log(colours.min()), Math.log(colours.max()));
    int count = (int) Math.round(Math.exp(exponents.draw(random)));
    Dither drawn = dither.draw(random);
    Planes rounded = picture.rounded();
    List<Colour> palette = medianCut(rounded, count);
    Map<Integer, Colour> nearest = new HashMap<>();
    int channels = picture.channels();
    int width = picture.width();
    float[][] wanted = new float[channels][];
    for (int c = 0; c < channels; c++) {
      wanted[c] = rounded.channel(c).clone();
    }
    double reach = drawn == Dither.ORDERED ? step(palette, channels) : 0;
    float[][] result = new float[channels][wanted[0].length];
    for (int i = 0; i < wanted[0].length; i++) {
      int x = i % width;
      int y = i / width;
      double threshold = reach * ((BAYER[4 * (y % 4) + x % 4] + 0.5) / BAYER.length - 0.5);
      int key = 0;
      for (int c = 0; c < channels; c++) {
        // Clipped, or the errors of colours outside the palette's would add up without end.
        wanted[c][i] = Math.max(0, Math.min(SAMPLES - 1, wanted[c][i]));
        key |= clip(Math.round(wanted[c][i] + threshold)) << (8 * c);
      }
      Colour chosen = nearest.computeIfAbsent(key, at -> nearest(palette, at, channels));
      for (int c = 0; c < channels; c++) {
        result[c][i] = chosen.value(c);
        if (drawn == Dither.DIFFUSED) {
          diffuse(wanted[c], i, width, wanted[c][i] - chosen.value(c));
        }
      }
    }
    return new Planes(width, picture.height(), result);
  }

  /** How far the palette's colours lie from the next ones, along each channel, on average. */
  private static double step(List<Colour> palette, int channels) {
    double sum = 0;
    for (Colour colour : palette) {
      int least = 0;
      for (Colour other : palette) {
        int distance = distance(colour, other, channels);
        least = distance > 0 && (least == 0 || distance < least) ? distance : least;
      }
      sum += Math.sqrt((double) least / channels);
    }
    return sum / palette.size();
  }

  /** The sum of squared differences. */
  private static int distance(Colour a, Colour b, int channels) {
    int sum = 0;
    for (int c = 0; c < channels; c++) {
      int difference = a.value(c) - b.value(c);
      sum += difference * difference;
    }
    return sum;
  }

  private static void diffuse(float[] values, int at, int width, float error) {
    int x = at % width;
    if (x + 1 < width) {
      values[at + 1] += error * 7 / 16;
    }
    if (at + width < values.length) {
      values[at + width] += error * 5 / 16;
      if (x > 0) {
        values[at + width - 1] += error * 3 / 16;
      }
      if (x + 1 < width) {
        values[at + width + 1] += error / 16;
      }
    }
  }

  private static int clip(long value) {
    return (int) Math.max(0, Math.min(SAMPLES - 1, value));
  }

  private static Colour nearest(List<Colour> palette, int packed, int channels) {
    Colour wanted = new Colour(packed, 1);
    Colour best = palette.get(0);
    int least = Integer.MAX_VALUE;
    for (Colour colour : palette) {
      int distance = distance(wanted, colour, channels);
      if (distance < least) {
        least = distance;
        best = colour;
      }
    }
    return best;
  }

  /** Halves the box of colours that spreads most, again and again. */
  private static List<Colour> medianCut(Planes picture, int most) {
    int channels = picture.channels();
    Map<Integer, Integer> pixels = new TreeMap<>();
    for (int i = 0; i < picture.channel(0).length; i++) {
      int packed = 0;
      for (int c = 0; c < channels; c++) {
        packed |= (int) picture.channel(c)[i] << (8 * c);
      }
      pixels.merge(packed, 1, Integer::sum);
    }
    List<Colour> all = new ArrayList<>();
    pixels.forEach((packed, count) -> all.add(new Colour(packed, count)));
    List<Box> boxes = new ArrayList<>();
    boxes.add(new Box(all, channels));
    while (boxes.size() < most) {
      Box widest = boxes.get(0);
      for (Box box : boxes) {
        widest = box.spread() > widest.spread() ? box : widest;
      }
      if (widest.colours.size() == 1) {
        break;
      }
      boxes.remove(widest);
      boxes.addAll(widest.halves());
    }
    List<Colour> palette = new ArrayList<>();
    boxes.forEach(box -> palette.add(box.mean()));
    return palette;
  }

  /**
   * A colour and how many pixels have it.
   *
   * @param packed 8 bits a channel, the first one in the lowest
   */
  private record Colour(int packed, int pixels) {
    private int value(int channel) {
      return (packed >> (8 * channel)) & 0xff;
    }
  }

  /** Colours that become one. */
  private static final class Box {
    private final List<Colour> colours;
    private final int channels;
    private final double pixels;
    private final int axis;
    private final double spread;

    private Box(List<Colour> colours, int channels) {
      this.colours = colours;
      this.channels = channels;
      double count = 0;
      for (Colour colour : colours) {
        count += colour.pixels;
      }
      pixels = count;
      int widest = 0;
      double most = 0;
      for (int c = 0; c < channels; c++) {
        double mean = mean(c);
        double squares = 0;
        for (Colour colour : colours) {
          double difference = colour.value(c) - mean;
          squares += colour.pixels * difference * difference;
        }
        if (squares > most) {
          most = squares;
          widest = c;
        }
      }
      axis = widest;
      spread = most;
    }

    private double mean(int channel) {
      double sum = 0;
      for (Colour colour : colours) {
        sum += (double) colour.pixels * colour.value(channel);
      }
      return sum / pixels;
    }

    /** The sum of squared differences from the mean, of the channel that has most. */
    private double spread() {
      return spread;
    }

    private List<Box> halves() {
      List<Colour> sorted = new ArrayList<>(colours);
      sorted.sort(Comparator.comparingInt(colour -> colour.value(axis)));
      double before = 0;
      int cut = 0;
      do {
        before += sorted.get(cut++).pixels;
      } while (before < pixels / 2 && cut < sorted.size() - 1);
      return List.of(
          new Box(sorted.subList(0, cut), channels),
          new Box(sorted.subList(cut, sorted.size()), channels));
    }

    private Colour mean() {
      int packed = 0;
      for (int c = 0; c < channels; c++) {
        packed |= (int) Math.round(mean(c)) << (8 * c);
      }
      return new Colour(packed, 1);
    }
  }
}
