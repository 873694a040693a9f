package io.subpixel.conformance.networks;

import io.subpixel.conformance.networks.Attempt.Outcome;
import java.util.List;

/**
 * What became of one network.
 *
 * @param network name of its folder
 * @param source what the name begins with
 * @param standing the sum of it
 * @param reason why it isn't exported at once; empty if it is
 * @param rightUnverified whether a file that is written without the converter's own verification
 *     computes the right values, though the converter refuses to write it
 * @param attempts what was tried, the first without options
 */
public record NetworkResult(
    String network,
    String source,
    Standing standing,
    String reason,
    boolean rightUnverified,
    List<Attempt> attempts) {
  /** How it can stand. */
  public enum Standing {
    /** Exported at the first try, without options. */
    AT_ONCE("at once"),
    /** Exported when its sizes are given. */
    WITH_OPTION("with an option"),
    /** Not exported, with a reason. */
    REFUSED("refused"),
    /** Exported to something else. */
    WRONG("wrong"),
    /** The process ended. */
    CRASHED("crashed"),
    /** The process didn't end in time. */
    HUNG("hung"),
    /** Deeplearning4j itself can't import or run it; counts for nothing. */
    NOT_RUN("not run by Deeplearning4j"),
    /** What it is fed, or what comes out, can't be read; counts for nothing. */
    UNREADABLE("unreadable");

    private final String words;

    Standing(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }

    /** Whether the network is one that the converter has to export. */
    public boolean counts() {
      return this != NOT_RUN && this != UNREADABLE;
    }

    /** Whether the converter did what it must never do. */
    public boolean isFailure() {
      return this == WRONG || this == CRASHED || this == HUNG;
    }

    static Standing of(Outcome outcome) {
      return switch (outcome) {
        case RIGHT -> AT_ONCE;
        case REFUSED -> REFUSED;
        case WRONG -> WRONG;
        case CRASHED -> CRASHED;
        case HUNG -> HUNG;
      };
    }
  }

  /** Copies the list. */
  public NetworkResult {
    attempts = List.copyOf(attempts);
  }
}
