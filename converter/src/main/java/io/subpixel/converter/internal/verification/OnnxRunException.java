package io.subpixel.converter.internal.verification;

import java.util.regex.Pattern;

/**
 * ONNX Runtime refuses a model or an input. The message is what it says, without its own places.
 */
public final class OnnxRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final Pattern CODE = Pattern.compile("Error code - ORT_\\w+ - message: ");
  private static final Pattern NODE =
      Pattern.compile(
          "Non-zero status code returned while running (\\w+) node\\. Name:'([^']*)' "
              + "Status Message: ");

  /** A file of its sources, and the function there. */
  private static final Pattern PLACE =
      Pattern.compile("/?[\\w/.]+\\.(?:cc|h):\\d+(?: [^:]*?(?:::[^:]*?)*\\([^)]*\\)(?: const)?)? ");

  private static final int LONGEST = 160;

  /** Its words. Native code would divide by zero. */
  private static final String SMALLER_THAN_A_KERNEL = "Invalid input shape";

  /** What it says when it was told to end. */
  private static final String ENDED = "terminate flag";

  OnnxRunException(Throwable cause) {
    super(brief(String.valueOf(cause.getMessage())), cause);
  }

  /** Whether an input is smaller than a kernel. */
  boolean isTooSmall() {
    return said().contains(SMALLER_THAN_A_KERNEL);
  }

  /** Whether it took longer than it might. */
  boolean isTooLong() {
    return said().contains(ENDED);
  }

  private String said() {
    return String.valueOf(getCause() == null ? getMessage() : getCause().getMessage());
  }

  private static String brief(String said) {
    String line = said.lines().findFirst().orElse("");
    line = CODE.matcher(line).replaceFirst("");
    line = NODE.matcher(line).replaceFirst("$1 '$2': ");
    line = PLACE.matcher(line).replaceAll("").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST).strip() + "...";
  }
}
