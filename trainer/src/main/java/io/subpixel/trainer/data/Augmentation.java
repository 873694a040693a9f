package io.subpixel.trainer.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.subpixel.pictures.InvalidInputException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A change of half of the patches, of LR and HR alike, beside mirroring and turning, which all
 * patches get (Yoo et al., arXiv 2004.00448).
 *
 * @since 0.1
 */
public enum Augmentation {
  /** R, G and B in another order; a grey image stays. */
  CHANNELS,
  /** The mean of two patches, with random weights (Zhang et al., arXiv 1710.09412). */
  MIXUP,
  /** A rectangle comes from another patch (Yun et al., arXiv 1905.04899). */
  CUTMIX;

  /** The name in options, such as {@code mixup}. */
  @JsonValue
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  @JsonCreator
  static Augmentation of(String id) throws InvalidInputException {
    return Arrays.stream(values())
        .filter(kind -> kind.id().equals(id))
        .findFirst()
        .orElseThrow(() -> unknown(id));
  }

  /**
   * Parses some, joined by a plus, such as {@code channels+mixup}.
   *
   * @throws InvalidInputException if the text isn't some of them, each once
   */
  public static Set<Augmentation> parse(String ids) throws InvalidInputException {
    Set<Augmentation> all = EnumSet.noneOf(Augmentation.class);
    for (String id : ids.split("\\+", -1)) {
      if (!all.add(of(id))) {
        throw unknown(ids);
      }
    }
    return all;
  }

  private static InvalidInputException unknown(String id) {
    String known = Arrays.stream(values()).map(Augmentation::id).collect(Collectors.joining(", "));
    return new InvalidInputException(
        "augmentation",
        "some of " + known + ", each once, such as channels+mixup",
        id.isEmpty() ? "nothing" : id);
  }
}
