package io.subpixel.runtime;

import io.subpixel.zoo.internal.condition.Condition;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The model that a picture gets, and why.
 *
 * @param model its name, one of {@link io.subpixel.zoo.Pretrained#names()}
 * @param strength how much it corrects, 0..1, if the model has strength
 * @param condition what the picture has been through
 * @since 0.1
 */
public record Choice(String model, OptionalDouble strength, Condition condition) {
  /** Such as {@code photo-x2 (JPEG about 60, noise 3.1)}. */
  @Override
  public String toString() {
    String at =
        strength.isPresent()
            ? String.format(Locale.ROOT, " at strength %s", strength.getAsDouble())
            : "";
    return model + at + " (" + condition + ")";
  }
}
