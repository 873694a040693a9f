package io.subpixel.pictures.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import org.junit.jupiter.api.Test;

class HiddenColoursTest {
  /** A white square on hidden black. */
  private static Picture sticker(int side) {
    byte[] samples = new byte[side * side * 4];
    for (int y = side / 4; y < side * 3 / 4; y++) {
      for (int x = side / 4; x < side * 3 / 4; x++) {
        for (int c = 0; c < 4; c++) {
          samples[(y * side + x) * 4 + c] = -1;
        }
      }
    }
    return new Picture(side, side, 4, samples);
  }

  @Test
  void hiddenPixelsTakeNeighbouringColours() {
    Picture picture = sticker(40);
    Rows replaced = HiddenColours.replaced(Rows.of(picture), 40, 3);
    for (int y = 0; y < 40; y++) {
      for (int x = 0; x < 40; x++) {
        int distance = Math.max(Math.max(10 - x, x - 29), Math.max(Math.max(10 - y, y - 29), 0));
        int expected = distance <= HiddenColours.layers(3) ? 255 : 0;
        assertThat(replaced.at(y, x, 1)).as(x + ", " + y).isEqualTo(expected);
        assertThat(replaced.at(y, x, 3)).isEqualTo(picture.at(x, y, 3));
      }
    }
    assertThat(picture).isEqualTo(sticker(40));
  }

  @Test
  void aBandGivesTheResultOfTheWhole() {
    Picture picture = sticker(60);
    for (int i = 0; i < picture.samples().length; i++) {
      picture.samples()[i] = (byte) (i % 4 == 3 ? picture.samples()[i] : i * 31 % 251);
    }
    int layers = HiddenColours.layers(2);
    Rows whole = HiddenColours.replaced(Rows.of(picture), 60, 2);
    Rows band = new Rows(10 + 2 * layers, PictureLayout.of(picture));
    Rows.of(picture).copyTo(8 - layers, band, 0, band.count());
    Rows replaced = HiddenColours.replaced(band, band.count(), 2);
    for (int y = 8; y < 18; y++) {
      for (int x = 0; x < 60; x++) {
        for (int c = 0; c < 4; c++) {
          assertThat(replaced.at(y - 8 + layers, x, c)).isEqualTo(whole.at(y, x, c));
        }
      }
    }
  }

  @Test
  void rowsStayUnchangedIfNothingOrEverythingIsHidden() {
    for (Picture picture :
        new Picture[] {
          new Picture(5, 4, 3, new byte[60]),
          new Picture(5, 4, 4, new byte[80]),
          new Picture(5, 4, 1, new byte[20])
        }) {
      Rows rows = Rows.of(picture);
      assertThat(HiddenColours.replaced(rows, 4, 3)).isSameAs(rows);
    }
  }
}
