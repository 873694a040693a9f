package io.subpixel.zoo.degradation;

import io.subpixel.zoo.degradation.JpegLoss.Chroma;
import io.subpixel.zoo.degradation.internal.ClipLoss;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses the steps of an id. */
final class Steps {
  private Steps() {}

  /**
   * Steps with a plus between them.
   *
   * @throws IllegalArgumentException if a step is wrong; the message says which, and why
   */
  static List<Step> parse(String text) {
    return steps(text, "step ", true);
  }

  /** A step that can't be parsed: the message says which one, and why. */
  private static final class WrongStepException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    WrongStepException(String message, IllegalArgumentException cause) {
      super(message, cause);
    }
  }

  /**
   * Parses steps with a plus between them.
   *
   * @param position what precedes the number of a step, such as {@code "step 2."} within brackets
   */
  private static List<Step> steps(String text, String position, boolean mayShrinkFirst) {
    List<Step> steps = new ArrayList<>();
    for (String part : split(text)) {
      String at = position + (steps.size() + 1);
      try {
        steps.add(step(part, mayShrinkFirst && steps.isEmpty(), at));
      } catch (IllegalArgumentException e) {
        throw e instanceof WrongStepException
            ? e
            : new WrongStepException(at + ", " + part + ": " + e.getMessage(), e);
      }
    }
    return steps;
  }

  /** Splits at each plus outside brackets. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '[' -> depth++;
        case ']' -> depth--;
        case '+' -> {
          if (depth == 0) {
            parts.add(text.substring(start, i));
            start = i + 1;
          }
        }
        default -> {}
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static Step step(String part, boolean first, String position) {
    int at = part.lastIndexOf(Chance.AT);
    if (at > part.lastIndexOf(']')) {
      return new Chance(
          certain(part.substring(0, at), false, position), Decimals.parse(part.substring(at + 1)));
    }
    return certain(part, first, position);
  }

  private static Step certain(String part, boolean first, String position) {
    if (part.endsWith("]")) {
      int open = part.indexOf('[');
      for (Group.Order order : Group.Order.values()) {
        if (open >= 0 && part.substring(0, open).equals(order.id())) {
          String inner = part.substring(open + 1, part.length() - 1);
          return new Group(order, steps(inner, position + ".", false));
        }
      }
      throw wrong(part);
    }
    @Nullable Shrinking shrinking = Shrinking.parse(part);
    if (shrinking != null) {
      if (!first) {
        throw new IllegalArgumentException("can only come first");
      }
      return shrinking;
    }
    int colon = part.indexOf(':');
    String name = colon < 0 ? part : part.substring(0, colon);
    String[] settings = colon < 0 ? new String[0] : part.substring(colon + 1).split(",", -1);
    return named(part, name, settings);
  }

  private static Step named(String part, String name, String[] settings) {
    int count = settings.length;
    for (Noise.Source source : Noise.Source.values()) {
      if (name.equals(source.id()) && count == 1) {
        return Noise.of(source, Range.parse(settings[0]));
      } else if (name.equals(source.id()) && count == 2) {
        return new Noise(
            source, Choice.parse(settings[0], Noise.Kind.class), Range.parse(settings[1]));
      }
    }
    for (ClipLoss.Format format : ClipLoss.Format.values()) {
      if (name.equals(format.id()) && count == 1) {
        return new Clip(format, Range.parse(settings[0]));
      }
    }
    if (name.equals(Jpeg.NAME) && count >= 1 && count <= 3) {
      return jpeg(settings);
    } else if (name.equals(Shrink.NAME) && count == 0) {
      return Shrink.ofAll();
    } else if (name.equals(Shrink.NAME) && count == 1) {
      return new Shrink(Choice.parse(settings[0], Resize.Kind.class));
    } else if (name.equals(Resize.NAME) && count == 2) {
      return new Resize(Choice.parse(settings[0], Resize.Kind.class), Range.parse(settings[1]));
    } else if (name.equals(Blur.NAME) && count == 2) {
      return new Blur(Choice.parse(settings[0], Blur.Kind.class), Range.parse(settings[1]));
    } else if (name.equals(Sharpen.NAME) && count == 2) {
      return new Sharpen(Range.parse(settings[0]), Range.parse(settings[1]));
    } else if (name.equals(Palette.NAME) && (count == 1 || count == 2)) {
      Choice<Palette.Dither> dither =
          count == 1
              ? Choice.ofAll(Palette.Dither.class)
              : Choice.parse(settings[1], Palette.Dither.class);
      return new Palette(Range.parse(settings[0]), dither);
    } else if (name.equals(Webp.NAME) && count == 1) {
      return new Webp(Range.parse(settings[0]));
    }
    throw wrong(part);
  }

  private static Step jpeg(String[] settings) {
    Range quality = Range.parse(settings[0]);
    Choice<Chroma> chroma = Choice.of(Chroma.HALF);
    boolean shifted = settings[settings.length - 1].equals(Jpeg.SHIFTED);
    int chromas = settings.length - 1 - (shifted ? 1 : 0);
    if (chromas > 1) {
      throw wrong(String.join(",", settings));
    } else if (chromas == 1) {
      chroma = Choice.parse(settings[1], Chroma.class);
    }
    return new Jpeg(quality, chroma, shifted);
  }

  private static IllegalArgumentException wrong(String part) {
    return new IllegalArgumentException(
        part.isEmpty()
            ? "nothing where a step belongs"
            : "unknown step, or wrong number of settings");
  }
}
