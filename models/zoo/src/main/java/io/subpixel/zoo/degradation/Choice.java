package io.subpixel.zoo.degradation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Kinds of which one is drawn with equal probability: {@code area/bicubic}. Ids contain a
 * constant's {@code toString} in lower case.
 *
 * @param kinds at least one, each once
 */
record Choice<T extends Enum<T>>(List<T> kinds) {
  private static final String OR = "/";

  Choice {
    kinds = List.copyOf(kinds);
  }

  /** Chooses among all constants of an enum. */
  static <T extends Enum<T>> Choice<T> ofAll(Class<T> type) {
    return new Choice<>(Arrays.asList(type.getEnumConstants()));
  }

  /** Always chooses one constant. */
  static <T extends Enum<T>> Choice<T> of(T kind) {
    return new Choice<>(List.of(kind));
  }

  /**
   * Parses a choice.
   *
   * @throws IllegalArgumentException if a kind is unknown or comes twice
   */
  static <T extends Enum<T>> Choice<T> parse(String text, Class<T> type) {
    List<T> kinds = new ArrayList<>();
    for (String name : text.split(OR, -1)) {
      T kind = null;
      for (T known : type.getEnumConstants()) {
        kind = id(known).equals(name) ? known : kind;
      }
      if (kind == null || kinds.contains(kind)) {
        throw new IllegalArgumentException(
            text + ": expected some of " + ofAll(type) + ", received " + name);
      }
      kinds.add(kind);
    }
    return new Choice<>(kinds);
  }

  boolean isFixed() {
    return kinds.size() == 1;
  }

  T draw(Random random) {
    return isFixed() ? kinds.get(0) : kinds.get(random.nextInt(kinds.size()));
  }

  /** Returns the text that {@link #parse} reads. */
  @Override
  public String toString() {
    return kinds.stream().map(Choice::id).collect(Collectors.joining(OR));
  }

  private static String id(Enum<?> kind) {
    return kind.toString().toLowerCase(Locale.ROOT);
  }
}
