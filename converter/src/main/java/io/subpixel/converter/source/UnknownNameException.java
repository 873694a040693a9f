package io.subpixel.converter.source;

import io.subpixel.pictures.internal.OneLine;
import java.util.List;

/**
 * Inputs or outputs were asked for that the network doesn't have, or that don't fit together.
 *
 * @since 0.1
 */
public final class UnknownNameException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final transient List<String> possible;

  /**
   * @param where what the name was meant for, such as {@code outputs}
   * @param name what was asked for
   * @param possible what could have been
   */
  public UnknownNameException(String where, String name, List<String> possible) {
    super(
        OneLine.of(
            where
                + ": expected "
                + (possible.isEmpty() ? "none" : "names out of " + String.join(", ", possible))
                + ", received "
                + name));
    this.name = name;
    this.possible = List.copyOf(possible);
  }

  /** What was asked for. */
  public String name() {
    return name;
  }

  /** What could have been. */
  public List<String> possible() {
    return possible;
  }
}
