package io.subpixel.pictures.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.testing.JvmWithoutFonts;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class FontsTest {
  @Test
  void aMachineWithoutFontsHasNone(@TempDir Path folder) throws Exception {
    assertThat(JvmWithoutFonts.run(folder, Asking.class)).isEqualTo("false");
  }

  /** Prints whether there are fonts. */
  static final class Asking {
    private Asking() {}

    public static void main(String[] args) {
      System.out.print(Fonts.areThere());
    }
  }
}
