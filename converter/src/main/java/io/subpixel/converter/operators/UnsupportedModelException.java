package io.subpixel.converter.operators;

import io.subpixel.pictures.internal.OneLine;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A network has parts that can't be exported. It lists all of them.
 *
 * @since 0.1
 */
public final class UnsupportedModelException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * One part that can't be exported.
   *
   * @param where name of the operation or variable
   * @param operator SameDiff's name of its operator, or {@code variable}
   * @param reason what is not supported
   * @param help what would help
   */
  public record Problem(String where, String operator, String reason, String help) {
    @Override
    public String toString() {
      return where + " (" + operator + "): " + reason + ", " + help;
    }
  }

  /** With at least one problem. */
  public UnsupportedModelException(List<Problem> problems) {
    super(
        OneLine.of(
            problems.size()
                + (problems.size() == 1 ? " part" : " parts")
                + " of the network can't be exported: "
                + problems.stream().map(Problem::toString).collect(Collectors.joining("; "))));
    this.problems = List.copyOf(problems);
  }

  /** Every part that can't be exported, in the order of the graph. */
  public List<Problem> problems() {
    return problems;
  }
}
