package io.subpixel.converter.internal.source;

import io.subpixel.converter.source.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A plain conditional or loop, put together from SameDiff's switches, merges and frames. */
public sealed interface Flow {
  /**
   * One of two branches is taken.
   *
   * @param predicate the variable that says whether it is the first
   */
  record Condition(String predicate, Branch yes, Branch no) implements Flow {}

  /**
   * What one branch computes.
   *
   * @param bound what a switch lets through, by the names that the branch reads it by
   * @param result the variable that comes out
   */
  record Branch(Map<String, String> bound, List<Node> nodes, String result) {
    /** Copies. */
    public Branch {
      bound = Map.copyOf(bound);
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * As long as a condition holds, checked before each round.
   *
   * @param frame the loop's name in SameDiff
   * @param variables what changes from round to round
   * @param constants what each round reads anew, by the names that it is read by
   * @param condition the variable that says whether there is another round
   * @param checks what the condition needs
   * @param rounds what one round needs
   */
  record Loop(
      String frame,
      List<Variable> variables,
      Map<String, String> constants,
      String condition,
      List<Node> checks,
      List<Node> rounds)
      implements Flow {
    /** Copies. */
    public Loop {
      variables = List.copyOf(variables);
      constants = Map.copyOf(constants);
      checks = List.copyOf(checks);
      rounds = List.copyOf(rounds);
    }
  }

  /**
   * A variable of a loop by the names that it has.
   *
   * @param initial before the first round
   * @param merged where the condition reads it
   * @param inside where a round reads it
   * @param next at the end of a round
   * @param exit after the last round, if anybody reads it
   */
  record Variable(
      String initial, String merged, Optional<String> inside, String next, Optional<String> exit) {}
}
