package io.subpixel.runtime;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.Pretrained;
import io.subpixel.zoo.internal.condition.Condition;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Chooses model and strength for a picture. Each sign of degradation suggests a strength, and the
 * greatest wins. Its bounds were fitted on degraded photographs, so that the clean and the photo
 * model reach the same PSNR at a strength of one half. The model for drawings isn't chosen: it
 * darkens thin grey lines.
 */
final class ChoicePolicy {
  /** Quantises strengths, so that few sessions serve all of them. */
  private static final int STEPS = 4;

  /** In units of 0..255. Below it, removing noise costs more textures than it gains. */
  private static final double LEAST_VISIBLE_NOISE = 1.5;

  private ChoicePolicy() {}

  /** Chooses for a picture of this condition at a scale. */
  static Choice choose(Condition condition, int scale) {
    double strength = Math.rint(STEPS * strength(condition)) / STEPS;
    Optional<String> photo = Pretrained.photoOfScale(scale);
    Optional<String> corrects =
        isOnlyCompressed(condition) ? Pretrained.webOfScale(scale).or(() -> photo) : photo;
    if (corrects.isPresent() && Pretrained.card(corrects.get()).hasStrength() && strength > 0) {
      return new Choice(corrects.get(), OptionalDouble.of(strength), condition);
    }
    // Among models without strength, choose the nearer one.
    boolean isSpoilt = corrects.isPresent() && strength >= 0.5;
    String model = isSpoilt ? corrects.get() : Pretrained.ofScale(scale);
    return new Choice(model, OptionalDouble.empty(), condition);
  }

  /**
   * A model that was trained without noise doesn't take fine textures for it. It keeps more of
   * them, and noise too.
   */
  private static boolean isOnlyCompressed(Condition condition) {
    return condition.noise() < LEAST_VISIBLE_NOISE && ofCodec(condition) >= ofBlur(condition);
  }

  /**
   * Chooses for a clip. Codecs leave blocks and take fine details, and the model for that needs a
   * quarter of the work; it keeps noise, so that a noisy clip gets the model of a photograph.
   */
  static Choice chooseForClip(Condition condition, int scale) {
    Optional<String> clip = Pretrained.clipOfScale(scale);
    double strength = strength(condition);
    return clip.isPresent() && strength >= 0.5 && ofNoise(condition) < strength
        ? new Choice(clip.get(), OptionalDouble.empty(), condition)
        : choose(condition, scale);
  }

  /**
   * Returns the model of a scale that has strength.
   *
   * @throws InvalidInputException if none has
   */
  static String withStrength(int scale) throws InvalidInputException {
    return Pretrained.photoOfScale(scale)
        .filter(name -> Pretrained.card(name).hasStrength())
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "strength", "a model of scale " + scale + " that has strength", "none"));
  }

  /** Returns how much there is to correct, 0..1. */
  static double strength(Condition condition) {
    return Math.max(ofCodec(condition), Math.max(ofNoise(condition), ofBlur(condition)));
  }

  private static double ofCodec(Condition condition) {
    // A JPEG's tables tell more than its blocks, unless those are from an earlier file.
    return condition.jpegQuality().isPresent()
        ? Math.max(
            between(98, 82, condition.jpegQuality().getAsInt()),
            between(0.2, 0.3, condition.blocks()))
        : between(0, 0.1, condition.blocks());
  }

  private static double ofBlur(Condition condition) {
    return between(0.40, 0.24, condition.sharpness());
  }

  private static double ofNoise(Condition condition) {
    return between(1, 3, condition.noise());
  }

  /** Interpolates from 0 at {@code none} and beyond to 1 at {@code all} and beyond; 0 for NaN. */
  private static double between(double none, double all, double value) {
    double part = (value - none) / (all - none);
    return part > 0 ? Math.min(part, 1) : 0;
  }
}
