package io.subpixel.conformance.networks;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a line says of any network, without the names and sizes of this one. */
final class RefusalReason {
  private static final int LENGTH = 160;
  private static final Pattern BEFORE =
      Pattern.compile("^converter: (\\S*/(network\\.(fb|zip)|model\\.onnx)(/\\S+)?: )?");
  private static final Pattern PARTS =
      Pattern.compile("\\d+ parts? of the network can't be exported: (.*)");
  private static final Pattern NODE = Pattern.compile("^\\S+ (?=\\()");
  private static final Pattern VALUES = Pattern.compile(" \\([^()]*\\[[^()]*\\)");
  private static final Pattern SIZES = Pattern.compile("\\{[^}]*}|\\[[^\\]]*]");
  private static final Pattern LIST = Pattern.compile("[^ :]+(, [^ ,:]+)+(?=, received)");
  private static final Pattern NUMBER = Pattern.compile("\\b\\d+(\\.\\d+)?(E-?\\d+)?\\b");

  private RefusalReason() {}

  /** One or, where a line lists parts of a network, one for each kind of part. */
  static List<String> of(String line) {
    String said = BEFORE.matcher(line.lines().findFirst().orElse("")).replaceFirst("");
    Matcher parts = PARTS.matcher(said);
    Stream<String> reasons =
        parts.matches() ? Arrays.stream(parts.group(1).split("; ")) : Stream.of(said);
    return reasons.map(RefusalReason::general).distinct().toList();
  }

  private static String general(String said) {
    String reason = NODE.matcher(said).replaceFirst("");
    reason = VALUES.matcher(reason).replaceAll("");
    reason = SIZES.matcher(reason).replaceAll("[..]");
    reason = LIST.matcher(reason).replaceAll("..");
    reason = NUMBER.matcher(reason).replaceAll("#");
    return reason.length() > LENGTH ? reason.substring(0, LENGTH) + "..." : reason;
  }
}
