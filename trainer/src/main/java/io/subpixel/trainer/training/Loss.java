package io.subpixel.trainer.training;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.trainer.network.Network;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What training makes small: one or several {@link LossTerm}s, each with a weight. Its id joins
 * them by a plus: {@code l1}, {@code l1+fft:0.05}; a weight of 1 isn't written.
 *
 * @param parts at least one, no term twice
 */
public record Loss(List<Part> parts) {
  /** Name of the labels' placeholder. */
  static final String HR = "hr";

  /** Name of the loss. */
  static final String NAME = "loss";

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

  /** One term alone. */
  public static Loss of(LossTerm term) {
    return new Loss(List.of(new Part(term, 1)));
  }

  /**
   * Reads an id.
   *
   * @throws InvalidInputException if it is none
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

  /** What it is called in options and cards. */
  @JsonValue
  public String id() {
    return parts.stream().map(Part::id).collect(Collectors.joining("+"));
  }

  /**
   * Puts labels and loss at the end of a graph.
   *
   * @param shape of the labels, {@code [N,C,sH,sW]}
   */
  void add(SameDiff sd, long... shape) {
    SDVariable hr = sd.placeHolder(HR, DataType.FLOAT, shape);
    SDVariable sr = sd.getVariable(Network.SR);
    @Nullable SDVariable sum = null;
    for (Part part : parts) {
      SDVariable value = part.term().of(sd, hr, sr, shape);
      SDVariable weighted = part.weight() == 1 ? value : value.mul(part.weight());
      sum = sum == null ? weighted : sum.add(weighted);
    }
    if (sum != null) {
      sum.rename(NAME);
    }
    sd.setLossVariables(NAME);
  }

  @Override
  public String toString() {
    return id();
  }
}
