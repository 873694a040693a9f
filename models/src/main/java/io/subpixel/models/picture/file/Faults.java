package io.subpixel.models.picture.file;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.math.BigInteger;
import java.nio.channels.ClosedByInterruptException;

/** What decoders run into, said in one line. */
final class Faults {
  /** Longer ones are no pictures; tables for each row or column of their result wouldn't fit. */
  private static final int MAX_SIDE = 10_000_000;

  private Faults() {}

  /** A step of reading. */
  interface Step<T> {
    T run() throws IOException;
  }

  /** A step that gives nothing back. */
  interface Action {
    void run() throws IOException;
  }

  /** As below. */
  static void run(String where, Action action) throws IOException {
    guarded(
        where,
        () -> {
          action.run();
          return where;
        });
  }

  /**
   * Runs a step.
   *
   * @throws InvalidInputException whatever the step answers a broken file with
   */
  static <T> T guarded(String where, Step<T> step) throws IOException {
    try {
      return step.run();
    } catch (InvalidInputException | InterruptedIOException | UnavailableException e) {
      throw e;
    } catch (ClosedByInterruptException e) {
      throw new InterruptedIOException(where + ": interrupted");
    } catch (IOException e) {
      boolean cut = e instanceof EOFException || e.getCause() instanceof EOFException;
      throw new InvalidInputException(
          where, "a whole picture", cut ? "one that is cut short" : broken(e), e);
    } catch (RuntimeException e) {
      // ImageIO's readers answer malformed files with whatever their parsing runs into.
      throw new InvalidInputException(where, "a whole picture", "a broken one", e);
    } catch (OutOfMemoryError e) {
      throw new InvalidInputException(
          where, "a picture that fits into memory", "one that takes more than " + memory(), e);
    }
  }

  /** The words of our decoders and of the system; libraries have others for programmers. */
  private static String broken(IOException e) {
    boolean forUsers = e.getClass().equals(IOException.class) && e.getMessage() != null;
    return forUsers ? "a broken one (" + e.getMessage() + ")" : "a broken one";
  }

  /** Refuses what would take more of the heap than there is. */
  static void requireMemory(long bytes, String where) throws InvalidInputException {
    if (bytes > Runtime.getRuntime().maxMemory() / 10 * 8) {
      throw new InvalidInputException(
          where,
          "a picture that fits into memory",
          "one of " + (bytes >> 20) + " MB that can't be read in parts, more than " + memory());
    }
  }

  /** Refuses a header that promises more than the bytes behind it can hold at best. */
  static void requireContent(long needed, long held, String where) throws InvalidInputException {
    if (needed > held) {
      throw cut(where);
    }
  }

  static InvalidInputException cut(String where) {
    return new InvalidInputException(where, "a whole picture", "one that is cut short");
  }

  static InvalidInputException animated(String where, String frames) {
    return new InvalidInputException(where, "a picture of one frame", frames);
  }

  static void requirePixels(long width, long height, long maxPixels, String where)
      throws InvalidInputException {
    if (width < 1 || height < 1) {
      throw new InvalidInputException(where, "sides of at least 1", width + "x" + height);
    }
    // Sides are of any size, their product may not fit into 64 bits.
    if (width > maxPixels / height) {
      throw new InvalidInputException(
          where,
          "at most " + maxPixels + " pixels",
          BigInteger.valueOf(width).multiply(BigInteger.valueOf(height))
              + (" (" + width + "x" + height + ")"));
    }
    if (Math.max(width, height) > MAX_SIDE) {
      throw new InvalidInputException(
          where, "sides of at most " + MAX_SIDE + " pixels", width + "x" + height);
    }
  }

  private static String memory() {
    return "the " + (Runtime.getRuntime().maxMemory() >> 20) + " MB there are";
  }
}
