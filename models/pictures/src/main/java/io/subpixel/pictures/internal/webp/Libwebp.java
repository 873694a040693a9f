package io.subpixel.pictures.internal.webp;

import com.luciad.imageio.webp.WebPReadParam;
import io.subpixel.pictures.UnavailableException;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Loads libwebp from webp-imageio, when the first WebP is read or written. */
final class Libwebp {
  private static final String LIBRARY = "com.github.usefulness:webp-imageio";

  /** The property with the folder into which the binding unpacks its natives. */
  private static final String FOLDER = "com.luciad.imageio.webp.tmpdir";

  /** More than the unpacked size. */
  private static final long NATIVES_BYTES = 4 << 20;

  private static final @Nullable Fault FAULT = load();

  private Libwebp() {}

  private record Fault(String reason, Throwable cause) {}

  /**
   * Loads libwebp.
   *
   * @throws UnavailableException if that isn't possible on this machine
   */
  static void require() {
    if (FAULT != null) {
      throw new UnavailableException("WebP needs " + LIBRARY + ", " + FAULT.reason, FAULT.cause);
    }
  }

  private static @Nullable Fault load() {
    if (File.separatorChar == '\\') {
      // Windows locks the file of a loaded library; the binding removes it in a later process.
      return loadUnpacked(new File(System.getProperty("java.io.tmpdir")));
    }
    String chosen = System.getProperty(FOLDER);
    String parent = chosen == null ? System.getProperty("java.io.tmpdir") : chosen;
    Path folder;
    try {
      folder = Files.createTempDirectory(new File(parent).toPath(), "subpixel-libwebp-");
    } catch (IOException | IllegalArgumentException e) {
      return new Fault("whose natives can't be unpacked into the folder " + parent, e);
    }
    System.setProperty(FOLDER, folder.toString());
    try {
      return loadUnpacked(folder.toFile());
    } finally {
      if (chosen == null) {
        System.clearProperty(FOLDER);
      } else {
        System.setProperty(FOLDER, chosen);
      }
      remove(folder.toFile());
    }
  }

  private static @Nullable Fault loadUnpacked(File folder) {
    PrintStream err = System.err;
    System.setErr(new PrintStream(new OthersAlone(err), true));
    try {
      new WebPReadParam();
      return null;
    } catch (NoClassDefFoundError e) {
      return new Fault("which isn't on the class path", e);
    } catch (LinkageError e) {
      if (folder.getUsableSpace() < NATIVES_BYTES) {
        return new Fault("whose natives don't fit into the folder " + folder.getParent(), e);
      }
      String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
      return new Fault("whose natives can't be loaded on this machine (" + machine + ")", e);
    } finally {
      System.setErr(err);
    }
  }

  /**
   * Deletes the file of the loaded library, which isn't needed any more, so that a killed process
   * leaves none.
   */
  private static void remove(File folder) {
    File[] files = folder.listFiles();
    for (File file : files == null ? new File[0] : files) {
      file.delete();
    }
    folder.delete();
  }

  /** Hides the stack trace that the binding prints before throwing the same exception. */
  private static final class OthersAlone extends OutputStream {
    private final PrintStream err;
    private final Thread silent = Thread.currentThread();

    OthersAlone(PrintStream err) {
      this.err = err;
    }

    @Override
    public void write(int b) {
      if (Thread.currentThread() != silent) {
        err.write(b);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
      if (Thread.currentThread() != silent) {
        err.write(bytes, offset, count);
      }
    }

    @Override
    public void flush() {
      err.flush();
    }
  }
}
