package io.subpixel.runtime.batch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ComparisonSheetTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void withoutFontsThePicturesStandAlone(@TempDir Path folder) throws Exception {
    Path none = Files.writeString(folder.resolve("fonts.conf"), "<fontconfig/>");
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            // Some builds of Java ask this file for fonts, others fontconfig.
            "-Dsun.awt.fontconfig=" + folder.resolve("none"),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Drawing.class.getName());
    command.environment().put("FONTCONFIG_FILE", none.toString());
    Process process = command.redirectErrorStream(true).start();
    assertThat(process.getInputStream().readAllBytes())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("664x352");
    assertThat(process.waitFor()).isZero();
  }

  /** Prints the size of a sheet of two pictures. */
  static final class Drawing {
    private Drawing() {}

    public static void main(String[] args) {
      Picture picture = Picture.ofChannels(new Plane(320, 320));
      Picture sheet = ComparisonSheet.ofFrames(picture, picture, "sesr-m11-x2");
      System.out.print(sheet.width() + "x" + sheet.height());
    }
  }
}
