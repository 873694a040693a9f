package io.subpixel.zoo.degradation;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.resampling.MatlabBicubic;
import io.subpixel.zoo.degradation.Step.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How an LR picture is made from an HR one: a sequence of steps that blur, shrink and degrade it.
 * Its id, used in cards and options, joins the ids of the steps by plus signs:
 *
 * <ul>
 *   <li>{@code bicubic-uint8-clamp}, {@code bicubic-double-mirror}: {@link MatlabBicubic}, first
 *   <li>{@code gaussian-decimate}, {@code gaussian-decimate:sigma=0.8}: a gaussian blur and scipy's
 *       decimation, sigma 1 HR pixel by default, first
 *   <li>{@code shrink}, {@code shrink:area/bicubic}: to LR's size with a kernel drawn from these
 *   <li>{@code resize:area/lanczos,0.2..0.8}: to a size between those of LR (0) and HR (1)
 *   <li>{@code blur:gaussian/anisotropic,0.1..0.8}: sigma in LR pixels
 *   <li>{@code noise:5}, {@code noise:colour/grey/soft/bayer,1..10}: gaussian, with that standard
 *       deviation in units of 0..255; {@code shot:0.05}: photon noise, variance per unit
 *   <li>{@code sharpen:0.2..1,0.5..1.5}: an unsharp mask, amount and sigma
 *   <li>{@code jpeg:60}, {@code jpeg:30..95,420/444,shifted}: JPEG compression of that quality, 1
 *       to 100
 *   <li>{@code webp:30..90}: lossy WebP compression
 *   <li>{@code h264:20..40}, {@code vp9:20..50}, {@code av1:20..50}, {@code mpeg4:2..10}:
 *       compression as a frame of a clip
 *   <li>{@code STEP@0.3}: a step applied with that probability; {@code [A+B]}: several as one;
 *       {@code shuffle[A+B]}: in a random order; {@code one[A+B]}: one of them
 * </ul>
 *
 * <p>A name of {@link #presets()} stands for its steps. If the result isn't of LR's size, it is
 * resized by bicubic. Alpha is resized but never degraded. Immutable.
 *
 * @since 0.1
 */
public final class Degradation {
  /** The usual degradation of the literature: MATLAB's bicubic, rounded between the axes. */
  public static final Degradation DEFAULT = new Degradation(List.of(Shrinking.Bicubic.UINT8_CLAMP));

  /** The maximum length of an id, which also bounds nesting. */
  private static final int MAX_LENGTH = 2000;

  private static final Shrink LAST = new Shrink(Choice.of(Resize.Kind.BICUBIC));

  private final List<Step> steps;

  /** The number of leading steps that are deterministic and yield LR's size, or of all steps. */
  private final int fixed;

  private final boolean shrinksFirst;
  private final String id;

  private Degradation(List<Step> steps) {
    this.steps = List.copyOf(steps);
    this.id = Group.joined(steps);
    int kept = 0;
    boolean small = false;
    int i = 0;
    for (; i < steps.size() && !steps.get(i).isRandom(); i++) {
      small = isSmallAfter(steps.get(i), small);
      kept = small ? i + 1 : kept;
    }
    boolean all = i == steps.size();
    fixed = all ? i : kept;
    shrinksFirst = all || kept > 0;
  }

  private static boolean isSmallAfter(Step step, boolean before) {
    if (step instanceof Shrinking || step instanceof Shrink) {
      return true;
    } else if (step instanceof Group group) {
      return before && group.steps().stream().allMatch(inner -> isSmallAfter(inner, true));
    }
    return before && !(step instanceof Resize);
  }

  /** Returns the names of presets. */
  public static List<String> presets() {
    return Stream.of(Preset.values()).map(Preset::id).collect(Collectors.toList());
  }

  /**
   * Parses an id or a preset's name.
   *
   * @throws InvalidInputException if it is neither: one line that names the wrong step
   */
  public static Degradation parse(String id) throws InvalidInputException {
    @Nullable Preset preset = Preset.find(id);
    if (id.length() > MAX_LENGTH) {
      String received = id.length() + " characters";
      throw invalid(received, new IllegalArgumentException("more than " + MAX_LENGTH));
    }
    try {
      return new Degradation(Steps.parse(preset == null ? id : preset.steps()));
    } catch (IllegalArgumentException e) {
      throw invalid(id.isEmpty() ? "nothing" : id + " (" + e.getMessage() + ")", e);
    }
  }

  private static InvalidInputException invalid(String received, Throwable cause) {
    return new InvalidInputException(
        "degradation",
        "bicubic-uint8-clamp, bicubic-double-mirror or gaussian-decimate[:sigma=S] (S at most "
            + ((int) GaussianDecimate.MAX_SIGMA + "), one of " + String.join(", ", presets()))
            + ", or steps such as shrink+noise:SIGMA (at most 255)+jpeg:QUALITY (1 to 100)",
        received,
        cause);
  }

  /**
   * Returns the name for cards and options, with all steps spelt out; {@link #parse} reads it back.
   */
  public String id() {
    return id;
  }

  /** Returns the name of the preset with these steps, or else the id. */
  public String label() {
    for (Preset preset : Preset.values()) {
      if (preset.steps().equals(id)) {
        return preset.id();
      }
    }
    return id;
  }

  /** Returns whether the LR picture depends on the seed. */
  public boolean isRandom() {
    return steps.stream().anyMatch(Step::isRandom);
  }

  /**
   * Returns whether it encodes clips. Starting an encoder takes most of the time of a small clip,
   * so patches should share a larger one.
   */
  public boolean encodesClips() {
    return steps.stream().anyMatch(Step::encodesClips);
  }

  /** Returns whether {@link #fixedPart} yields a picture of LR's size; otherwise it returns HR. */
  public boolean shrinksFirst() {
    return shrinksFirst;
  }

  /**
   * Makes the LR picture of {@code hr}: applies {@link #fixedPart} and then {@link #randomPart}.
   *
   * @param scale 2, 3 or 4
   * @param seed the random seed; equal seeds give equal pictures
   * @throws IllegalArgumentException unless both sides of {@code hr} are multiples of {@code scale}
   */
  public Picture apply(Picture hr, int scale, long seed) {
    return randomPart(fixedPart(hr, scale), scale, seed);
  }

  /**
   * Applies the deterministic steps before the first random one, so the result can be cached: all
   * steps of a deterministic degradation, none if shrinking itself is random.
   */
  public Picture fixedPart(Picture hr, int scale) {
    if (scale < 1 || hr.width() % scale != 0 || hr.height() % scale != 0) {
      throw new IllegalArgumentException(
          "downscale: expected sides divisible by " + scale + ", received " + hr);
    }
    if (fixed == 0) {
      return hr;
    }
    Target target = new Target(hr.width() / scale, hr.height() / scale, scale);
    Picture lr = hr;
    int next = 0;
    if (steps.get(0) instanceof Shrinking whole) {
      lr = whole.apply(hr, scale);
      next = 1;
    }
    return fixed == next ? lr : run(steps.subList(next, fixed), lr, target, new Random(0));
  }

  /**
   * Applies the steps from the first random one on.
   *
   * @param picture a result of {@link #fixedPart}, or a part of one
   */
  public Picture randomPart(Picture picture, int scale, long seed) {
    if (fixed == steps.size()) {
      return picture;
    }
    int shrunk = shrinksFirst ? 1 : scale;
    Target target = new Target(picture.width() / shrunk, picture.height() / shrunk, scale);
    return run(steps.subList(fixed, steps.size()), picture, target, new Random(mixed(seed)));
  }

  private static Picture run(List<Step> steps, Picture from, Target target, Random random) {
    Planes planes = new Group(Group.Order.STATED, steps).apply(Planes.of(from), target, random);
    Picture colours = LAST.apply(planes, target, random).toPicture();
    if (!from.hasAlpha()) {
      return colours;
    }
    Plane[] channels = new Plane[from.channels()];
    Arrays.setAll(channels, c -> c < colours.channels() ? colours.channel(c) : null);
    Picture alpha = Picture.ofChannels(from.channel(from.channels() - 1));
    channels[channels.length - 1] =
        (alpha.width() == target.width()
                ? alpha
                : MatlabBicubic.UINT8_CLAMP.downscale(alpha, target.scale()))
            .channel(0);
    return Picture.ofChannels(channels);
  }

  /** Mixes a seed with SplitMix64's finalizer, as {@link Random} starts alike for close seeds. */
  private static long mixed(long seed) {
    long z = seed + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Degradation that && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  /** Returns the id. */
  @Override
  public String toString() {
    return id;
  }
}
