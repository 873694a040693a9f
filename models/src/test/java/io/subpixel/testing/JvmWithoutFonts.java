package io.subpixel.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a class of the tests as on a Linux machine that has no fonts. */
public final class JvmWithoutFonts {
  private JvmWithoutFonts() {}

  /**
   * Runs a class in a JVM of its own.
   *
   * @param folder gets the configuration of fonts
   * @return what it printed
   * @throws IllegalStateException if it failed; the message has what it printed
   */
  public static String run(Path folder, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    Path none = Files.writeString(folder.resolve("fonts.conf"), "<fontconfig/>");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.awt.headless=true");
    // Some builds of Java ask this file for fonts, others fontconfig.
    command.add("-Dsun.awt.fontconfig=" + folder.resolve("none"));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("FONTCONFIG_FILE", none.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new IllegalStateException(main.getName() + " ended with " + status + ": " + output);
    }
    return output;
  }
}
