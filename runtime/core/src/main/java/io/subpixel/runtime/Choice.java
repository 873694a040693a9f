package io.subpixel.runtime;

import io.subpixel.zoo.internal.condition.Condition;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The model chosen for a picture, and why.
 *
 * @param model its name, one of {@link io.subpixel.zoo.Pretrained#names()}
 * @param strength the strength, 0..1, if the model has it
 * @param condition the estimated degradation of the picture
 * @since 0.1
 */
public record Choice(String model, OptionalDouble strength, Condition condition) {
  /** Returns text such as {@code photo-x2 (JPEG about 60, noise 3.1)}. */
  @Override
  public String toString() {
    String at =
        strength.isPresent()
            ? String.format(Locale.ROOT, " at strength %s", strength.getAsDouble())
            : "";
    return model + at + " (" + condition + ")";
  }
}
