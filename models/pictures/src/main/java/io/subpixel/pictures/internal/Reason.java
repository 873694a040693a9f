package io.subpixel.pictures.internal;

import io.subpixel.pictures.UnavailableException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;

/** Explains a failure to users, as Java's own messages are for programmers. */
public final class Reason {
  private static final Pattern FULL =
      Pattern.compile("no space left on device|not enough space on the disk|disk full");
  private static final Pattern LIMITED = Pattern.compile("file too large|disk quota exceeded");
  private static final Pattern GONE = Pattern.compile("broken pipe|pipe (has been|is being) .*");

  /** Class names, records printed as such, and messages of the JVM itself. */
  private static final Pattern OF_JAVA =
      Pattern.compile(
          "\\b(java|javax|jdk|sun|com|org|ai|io)\\.[a-z]\\w*\\.|(Exception|Error)\\b|\\w\\[\\w+="
              + "|Cannot invoke|out of bounds|[Ff]or input string|\\bnull\\b");

  private static final String BUG = "a bug in Subpixel";

  private Reason() {}

  /** Returns what was received instead of success, such as {@code no permission}. */
  public static String of(Throwable failure) {
    boolean isWrapped =
        failure instanceof UncheckedIOException
            || failure instanceof ExecutionException
            || failure instanceof CompletionException;
    if (isWrapped && failure.getCause() != null) {
      return of(failure.getCause());
    }
    Optional<String> ofDisk = ofDisk(failure);
    if (ofDisk.isPresent()) {
      return ofDisk.get();
    } else if (failure instanceof NoSuchFileException) {
      return "no such file";
    } else if (failure instanceof AccessDeniedException) {
      return "no permission";
    } else if (failure instanceof FileAlreadyExistsException) {
      return "a file that is there already";
    } else if (failure instanceof NotDirectoryException) {
      return "a file";
    } else if (failure instanceof DirectoryNotEmptyException) {
      return "a folder that isn't empty";
    } else if (failure instanceof FileSystemLoopException) {
      return "a link that leads back";
    } else if (failure instanceof EOFException) {
      return "one that is cut short";
    } else if (failure instanceof CharacterCodingException) {
      return "bytes that aren't UTF-8";
    } else if (failure instanceof InterruptedIOException
        || failure instanceof ClosedChannelException) {
      return "an interruption";
    } else if (failure instanceof IOException) {
      return plain(failure, "a failure of the system");
    } else if (failure instanceof LinkageError) {
      return plain(failure, "a library that can't be loaded");
    } else if (failure instanceof OutOfMemoryError) {
      return "a need for more than the "
          + (Runtime.getRuntime().maxMemory() >> 20)
          + " MB of heap (-Xmx)";
    }
    // These may carry messages of ours.
    boolean isSaid =
        failure instanceof UnavailableException
            || failure instanceof IllegalStateException
            || failure instanceof IllegalArgumentException;
    return isSaid ? plain(failure, BUG) : BUG;
  }

  /** Returns whether a failure is a bug in our own code. */
  public static boolean isBug(Throwable failure) {
    return of(failure).equals(BUG);
  }

  /** Returns a message for a bug that tells the user how to report it. */
  public static String ofBug(Throwable bug) {
    StackTraceElement[] trace = bug.getStackTrace();
    String place = trace.length == 0 ? "an unknown place" : trace[0].toString();
    return "internal error: "
        + (bug.getClass().getSimpleName() + " at " + place)
        + "; this is a bug in Subpixel: please report it with the output of --verbose";
  }

  /** Names a full disk or a similar limit; empty if the failure has another cause. */
  public static Optional<String> ofDisk(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      String said = String.valueOf(at.getMessage()).toLowerCase(Locale.ROOT);
      if (at instanceof IOException && FULL.matcher(said).find()) {
        return Optional.of("a full disk");
      } else if (at instanceof IOException && LIMITED.matcher(said).find()) {
        return Optional.of("a limit of the system on files");
      }
    }
    return Optional.empty();
  }

  private static String plain(Throwable failure, String otherwise) {
    String said = failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
    if (said == null || said.isBlank() || OF_JAVA.matcher(said).find()) {
      return otherwise;
    } else if (GONE.matcher(said.toLowerCase(Locale.ROOT)).find()) {
      return "a pipe whose reader has gone";
    }
    return OneLine.of(said);
  }
}
