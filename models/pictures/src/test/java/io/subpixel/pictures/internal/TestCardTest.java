package io.subpixel.pictures.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TestCardTest {
  @Test
  void equalSeedsDrawEqualPictures() {
    assertThat(TestCard.draw(40, 30, 1))
        .isEqualTo(TestCard.draw(40, 30, 1))
        .isNotEqualTo(TestCard.draw(40, 30, 2));
  }

  @Test
  void isInColourAndOfManyShades() {
    Picture card = TestCard.draw(64, 48, 3);
    assertThat(card.channels()).isEqualTo(3);
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < 48; y++) {
      for (int x = 0; x < 64; x++) {
        colours.add(card.at(x, y, 0) << 16 | card.at(x, y, 1) << 8 | card.at(x, y, 2));
      }
    }
    assertThat(colours).hasSizeGreaterThan(500);
  }

  @Test
  void drawsASinglePixel() {
    assertThat(TestCard.draw(1, 1, 1).width()).isEqualTo(1);
  }
}
