package io.subpixel.trainer;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.subpixel.pictures.InvalidInputException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The function that training minimises: a weighted sum of {@link LossTerm}s. Its id joins them by a
 * plus: {@code l1}, {@code l1+fft:0.05}; a weight of 1 isn't written.
 *
 * @param parts at least one, no term twice
 * @since 0.1
 */
public record Loss(List<Part> parts) {
  /**
   * A term and its weight.
   *
   * @param weight more than 0, at most 1000
   */
  public record Part(LossTerm term, double weight) {
    /** Checks the range. */
    public Part {
      if (!(weight > 0 && weight <= 1000)) {
        throw new IllegalArgumentException(
            "weight: expected more than 0, at most 1000, received " + weight);
      }
    }

    private String id() {
      return weight == 1
          ? term.id()
          : term.id() + ":" + BigDecimal.valueOf(weight).stripTrailingZeros().toPlainString();
    }
  }

  /** Checks the parts. */
  public Loss {
    parts = List.copyOf(parts);
    if (parts.isEmpty() || parts.stream().map(Part::term).distinct().count() < parts.size()) {
      throw new IllegalArgumentException("loss: expected terms, each once, received " + parts);
    }
  }

  /** Makes a loss of one term. */
  public static Loss of(LossTerm term) {
    return new Loss(List.of(new Part(term, 1)));
  }

  /**
   * Parses an id.
   *
   * @throws InvalidInputException if the text isn't the id of a loss
   */
  @JsonCreator
  public static Loss parse(String id) throws InvalidInputException {
    List<Part> parts = new ArrayList<>();
    try {
      // Runs of earlier versions have their one term in capitals.
      for (String part : id.toLowerCase(Locale.ROOT).split("\\+", -1)) {
        int colon = part.indexOf(':');
        String name = colon < 0 ? part : part.substring(0, colon);
        double weight = colon < 0 ? 1 : Double.parseDouble(part.substring(colon + 1));
        parts.add(new Part(term(name), weight));
      }
      return new Loss(parts);
    } catch (IllegalArgumentException e) {
      String terms =
          Arrays.stream(LossTerm.values()).map(LossTerm::id).collect(Collectors.joining(", "));
      throw new InvalidInputException(
          "loss",
          "some of " + terms + ", each once, such as l1+fft:0.05",
          id.isEmpty() ? "nothing" : id,
          e);
    }
  }

  private static LossTerm term(String name) {
    @Nullable LossTerm found = null;
    for (LossTerm term : LossTerm.values()) {
      found = term.id().equals(name) ? term : found;
    }
    if (found == null) {
      throw new IllegalArgumentException(name);
    }
    return found;
  }

  /** Whether a term is a part of this loss. */
  public boolean has(LossTerm term) {
    return parts.stream().anyMatch(part -> part.term() == term);
  }

  /** The loss as options and cards spell it, such as {@code l1+fft:0.05}. */
  @JsonValue
  public String id() {
    return parts.stream().map(Part::id).collect(Collectors.joining("+"));
  }

  @Override
  public String toString() {
    return id();
  }
}
