package io.subpixel.runtime.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The browser that this system opens addresses with. */
final class Browser {
  private Browser() {}

  /**
   * Opens an address, without waiting for it.
   *
   * @param failure receives one line if it can't be opened, maybe from another thread
   */
  static void open(String address, Consumer<String> failure) {
    open(System.getProperty("os.name"), System.getenv(), address, failure);
  }

  /** The same, on a system of this name with this environment. */
  static void open(
      String system, Map<String, String> environment, String address, Consumer<String> failure) {
    String name = system.toLowerCase(Locale.ROOT);
    boolean hasOwn = name.startsWith("windows") || name.startsWith("mac");
    // Without a display, xdg-open would start a browser in this terminal.
    if (!hasOwn
        && !environment.containsKey("DISPLAY")
        && !environment.containsKey("WAYLAND_DISPLAY")) {
      failure.accept("--open: expected a display, received none; open " + address);
      return;
    }
    List<String> command = new ArrayList<>();
    if (name.startsWith("windows")) {
      command.addAll(List.of("rundll32", "url.dll,FileProtocolHandler"));
    } else {
      command.add(name.startsWith("mac") ? "open" : "xdg-open");
    }
    command.add(address);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      CompletableFuture<Void> unused =
          process
              .onExit()
              .thenAccept(ended -> report(ended.exitValue(), command, address, failure));
    } catch (IOException e) {
      failure.accept(
          "--open: expected " + command.get(0) + ", received no such program; open " + address);
    }
  }

  private static void report(
      int status, List<String> command, String address, Consumer<String> failure) {
    if (status != 0) {
      failure.accept(
          "--open: expected a browser, received status "
              + status
              + " of "
              + command.get(0)
              + "; open "
              + address);
    }
  }
}
