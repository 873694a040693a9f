package io.subpixel.runtime.batch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.testing.JvmWithoutFonts;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ComparisonSheetTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void withoutFontsThePicturesStandAlone(@TempDir Path folder) throws Exception {
    assertThat(JvmWithoutFonts.run(folder, Drawing.class)).isEqualTo("664x352");
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
