package io.subpixel.trainer.training;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.subpixel.pictures.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * How the learning rate falls while training goes on.
 *
 * <ul>
 *   <li>{@code cosine}: to a hundredth along half a cosine (after Loshchilov and Hutter, arXiv
 *       1608.03983)
 *   <li>{@code constant}: not at all
 *   <li>{@code step:FACTOR@PART,PART...}: times FACTOR when each PART of the way, 0..1, is done
 * </ul>
 */
public final class Schedule {
  private static final double LAST = 0.01;
  private static final String EXPECTED =
      "cosine, constant or step:FACTOR@PART,PART..., such as step:0.1@0.5,0.8";

  private final String id;
  private final double factor;
  private final List<Double> parts;

  private Schedule(String id, double factor, List<Double> parts) {
    this.id = id;
    this.factor = factor;
    this.parts = List.copyOf(parts);
  }

  /**
   * Reads a schedule.
   *
   * @throws InvalidInputException if it is none of the above
   */
  @JsonCreator
  public static Schedule parse(String id) throws InvalidInputException {
    if (id.equals("cosine") || id.equals("constant")) {
      return new Schedule(id, 1, List.of());
    }
    int at = id.indexOf('@');
    if (!id.startsWith("step:") || at < 0) {
      throw wrong(id);
    }
    try {
      double factor = Double.parseDouble(id.substring("step:".length(), at));
      List<Double> parts = new ArrayList<>();
      for (String part : id.substring(at + 1).split(",", -1)) {
        parts.add(Double.parseDouble(part));
      }
      if (!(factor > 0 && factor < 1) || parts.stream().anyMatch(p -> !(p > 0 && p < 1))) {
        throw wrong(id);
      }
      return new Schedule(id, factor, parts);
    } catch (NumberFormatException e) {
      throw wrong(id);
    }
  }

  /**
   * What the first learning rate is multiplied with.
   *
   * @param done how much of the way is behind, 0..1
   */
  public double at(double done) {
    if (id.equals("cosine")) {
      double cosine = 0.5 * (1 + Math.cos(Math.PI * Math.min(Math.max(done, 0), 1)));
      return LAST + (1 - LAST) * cosine;
    }
    double result = 1;
    for (double part : parts) {
      if (done >= part) {
        result *= factor;
      }
    }
    return result;
  }

  @JsonValue
  @Override
  public String toString() {
    return id;
  }

  private static InvalidInputException wrong(String id) {
    return new InvalidInputException("schedule", EXPECTED, id);
  }
}
