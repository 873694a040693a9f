package io.subpixel.zoo.degradation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Several steps as one: {@code [A+B]} in order, {@code shuffle[A+B]} in random order, {@code
 * one[A+B]} only one of them.
 *
 * @param steps at least one
 */
record Group(Order order, List<Step> steps) implements Step {
  static final String BETWEEN = "+";

  /** Which steps are applied, and in which order. */
  enum Order {
    /** All, in the stated order. */
    STATED,
    /** All, in a random order. */
    SHUFFLE,
    /** One, each equally likely. */
    ONE;

    /** Returns the text before the bracket. */
    String id() {
      return this == STATED ? "" : name().toLowerCase(Locale.ROOT);
    }
  }

  Group {
    steps = List.copyOf(steps);
  }

  @Override
  public String id() {
    return order.id() + "[" + joined(steps) + "]";
  }

  static String joined(List<Step> steps) {
    return steps.stream().map(Step::id).collect(Collectors.joining(BETWEEN));
  }

  @Override
  public boolean isRandom() {
    return order != Order.STATED || steps.stream().anyMatch(Step::isRandom);
  }

  @Override
  public boolean encodesClips() {
    return steps.stream().anyMatch(Step::encodesClips);
  }

  @Override
  public Planes apply(Planes picture, Target target, Random random) {
    List<Step> taken = new ArrayList<>(steps);
    switch (order) {
      case STATED -> {}
      case SHUFFLE -> Collections.shuffle(taken, random);
      case ONE -> taken = List.of(steps.get(random.nextInt(steps.size())));
    }
    Planes result = picture;
    for (Step step : taken) {
      result = step.apply(result, target, random);
    }
    return result;
  }
}
