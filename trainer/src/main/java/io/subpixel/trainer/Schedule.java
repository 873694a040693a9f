package io.subpixel.trainer;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.subpixel.pictures.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * The course of the learning rate over a training.
 *
 * <ul>
 *   <li>{@code cosine}: to a hundredth along half a cosine (after Loshchilov and Hutter, arXiv
 *       1608.03983)
 *   <li>{@code constant}: not at all
 *   <li>{@code step:FACTOR@PART,PART...}: times FACTOR when each PART of the way, 0..1, is done
 * </ul>
 *
 * @since 0.1
 */
public final class Schedule {
  /** Falls to a hundredth along half a cosine. */
  public static final Schedule COSINE = new Schedule("cosine", 1, List.of());

  /** Doesn't fall. */
  public static final Schedule CONSTANT = new Schedule("constant", 1, List.of());

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
   * Parses a schedule.
   *
   * @throws InvalidInputException if the text is none of the above
   */
  @JsonCreator
  public static Schedule parse(String id) throws InvalidInputException {
    if (id.equals(COSINE.id)) {
      return COSINE;
    } else if (id.equals(CONSTANT.id)) {
      return CONSTANT;
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
   * Returns the factor on the first learning rate.
   *
   * @param done the part of the training that is done, 0..1
   */
  public double at(double done) {
    if (id.equals(COSINE.id)) {
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

  /** Compares the ids. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Schedule schedule && id.equals(schedule.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
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
