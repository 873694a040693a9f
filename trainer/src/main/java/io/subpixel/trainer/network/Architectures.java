package io.subpixel.trainer.network;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The networks that can be chosen by name.
 *
 * @since 0.1
 */
public final class Architectures {
  private static final List<Architecture> ALL =
      List.of(
          Espcn.wide(),
          Espcn.paper(),
          Sesr.tiny(),
          Sesr.k3(1),
          Sesr.k3(2),
          Sesr.m(3),
          Sesr.m(5),
          Sesr.k3(7),
          Sesr.m(7),
          Sesr.m(11),
          Sesr.m(15),
          Sesr.compact(16, 6),
          Sesr.compact(32, 4),
          Sesr.compact(32, 6),
          Sesr.compact(64, 7));

  private Architectures() {}

  /** Returns the names of the usual networks; {@link #find} knows more of the same families. */
  public static List<String> names() {
    return ALL.stream().map(Architecture::name).collect(Collectors.toList());
  }

  /** Returns what a message expects as a network's name. */
  public static String expected() {
    return "one of "
        + names()
        + ", sesr-mM, sesr-mM-k3, sesr-cW-mM or sesr-cW-mM-k5 (M 1 to 32, W 4 to 64), or one of"
        + " these and -edges";
  }

  /**
   * Finds a network by its name: one of {@link #names}, or {@code sesr-mM}, {@code sesr-mM-k3},
   * {@code sesr-cW-mM} or {@code sesr-cW-mM-k5} with M blocks (1 to 32) of W channels (4 to 64),
   * also followed by {@code -edges} for blocks with edge branches.
   */
  public static Optional<Architecture> find(String name) {
    return ALL.stream().filter(a -> a.name().equals(name)).findFirst().or(() -> Sesr.parse(name));
  }
}
