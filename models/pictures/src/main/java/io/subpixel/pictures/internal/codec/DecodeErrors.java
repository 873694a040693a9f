package io.subpixel.pictures.internal.codec;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.channels.ClosedByInterruptException;

/** Turns what decoders fail with into one-line errors. */
public final class DecodeErrors {
  /** A longer side isn't a picture's; tables for each row or column of the result wouldn't fit. */
  private static final int MAX_SIDE = 10_000_000;

  private DecodeErrors() {}

  /** A step of reading. */
  public interface Step<T> {
    T run() throws IOException;
  }

  /** A step without a result. */
  public interface Action {
    void run() throws IOException;
  }

  /** As {@link #guarded}, without a result. */
  public static void run(String where, Action action) throws IOException {
    guarded(
        where,
        () -> {
          action.run();
          return where;
        });
  }

  /**
   * Runs a step of reading.
   *
   * @throws InvalidInputException if it throws an IOException or runs out of memory; a
   *     RuntimeException is a bug of ours and is passed on
   */
  public static <T> T guarded(String where, Step<T> step) throws IOException {
    try {
      return step.run();
    } catch (InvalidInputException | InterruptedIOException | UnavailableException e) {
      throw e;
    } catch (ClosedByInterruptException e) {
      throw new InterruptedIOException(where + ": interrupted");
    } catch (IOException e) {
      boolean cut = e instanceof EOFException || e.getCause() instanceof EOFException;
      throw new InvalidInputException(
          where, "a whole image", cut ? "one that is cut short" : broken(e), e);
    } catch (OutOfMemoryError e) {
      throw new InvalidInputException(
          where, "an image that fits into memory", "one that takes more than " + memory(), e);
    }
  }

  /**
   * Runs a decoder of another library.
   *
   * @throws IOException if the library rejects the file, be it with a RuntimeException
   */
  public static <T> T ofLibrary(Step<T> step) throws IOException {
    try {
      return step.run();
    } catch (UncheckedIOException e) {
      // Thrown by our own callback.
      throw e.getCause();
    } catch (RuntimeException e) {
      throw new LibraryException(e);
    }
  }

  /** A failure of another library, whose message is for programmers. */
  private static final class LibraryException extends IOException {
    private static final long serialVersionUID = 1L;

    LibraryException(RuntimeException cause) {
      super(cause);
    }
  }

  /**
   * Keeps messages of our decoders and the system, but not those of libraries, which are for
   * programmers.
   */
  private static String broken(IOException e) {
    boolean forUsers = e.getClass().equals(IOException.class) && e.getMessage() != null;
    return forUsers ? "a broken one (" + e.getMessage() + ")" : "a broken one";
  }

  /** Rejects a picture that needs more heap than there is. */
  public static void requireMemory(long bytes, String where) throws InvalidInputException {
    if (bytes > Runtime.getRuntime().maxMemory() / 10 * 8) {
      throw new InvalidInputException(
          where,
          "an image that fits into memory",
          "one of " + (bytes >> 20) + " MB that can't be read in parts, more than " + memory());
    }
  }

  /** Rejects a header that promises more than the following bytes can hold. */
  public static void requireContent(long needed, long held, String where)
      throws InvalidInputException {
    if (needed > held) {
      throw cut(where);
    }
  }

  public static InvalidInputException cut(String where) {
    return new InvalidInputException(where, "a whole image", "one that is cut short");
  }

  public static InvalidInputException animated(String where, String frames) {
    return new InvalidInputException(where, "an image of one frame", frames);
  }

  public static void requirePixels(long width, long height, long maxPixels, String where)
      throws InvalidInputException {
    if (width < 1 || height < 1) {
      throw new InvalidInputException(where, "sides of at least 1", width + "x" + height);
    }
    // The product of the sides may exceed 64 bits.
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
    return "the " + (Runtime.getRuntime().maxMemory() >> 20) + " MB available";
  }
}
