package io.subpixel.pictures.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class FontsTest {
  @Test
  void aMachineWithoutFontsHasNone(@TempDir Path folder) throws Exception {
    Path none = Files.writeString(folder.resolve("fonts.conf"), "<fontconfig/>");
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            // Some builds of Java ask this file for fonts, others fontconfig.
            "-Dsun.awt.fontconfig=" + folder.resolve("none"),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Asking.class.getName());
    command.environment().put("FONTCONFIG_FILE", none.toString());
    Process process = command.redirectErrorStream(true).start();
    assertThat(process.getInputStream().readAllBytes())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("false");
    assertThat(process.waitFor()).isZero();
  }

  /** Prints whether there are fonts. */
  static final class Asking {
    private Asking() {}

    public static void main(String[] args) {
      System.out.print(Fonts.areThere());
    }
  }
}
