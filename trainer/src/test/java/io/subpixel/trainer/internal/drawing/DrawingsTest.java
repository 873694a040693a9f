package io.subpixel.trainer.internal.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.pictures.Picture;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DrawingsTest {
  private static final int SIDE = 200;

  /** As many as there are kinds, six times over. */
  private static final int COUNT = 48;

  @BeforeEach
  void requireFonts() {
    assumeTrue(Drawings.hasFonts(), "this machine has no fonts");
  }

  @Test
  void equalSeedsGiveEqualPictures() {
    for (int i = 0; i < 8; i++) {
      assertThat(Drawings.draw(SIDE, 150, i, 5)).isEqualTo(Drawings.draw(SIDE, 150, i, 5));
    }
  }

  @Test
  void everyNumberAndSeedGivesAnother() {
    Set<Picture> all = new HashSet<>();
    for (int i = 0; i < COUNT; i++) {
      all.add(Drawings.draw(SIDE, SIDE, i, 1));
      all.add(Drawings.draw(SIDE, SIDE, i, 2));
    }
    assertThat(all).hasSize(2 * COUNT);
  }

  /** Drawings are flat areas and edges: photographs have few equal neighbours. */
  @Test
  void mostPixelsEqualTheirNeighbourAndYetThereAreEdges() {
    double equal = 0;
    double steep = 0;
    for (int i = 0; i < COUNT; i++) {
      byte[] samples = Drawings.draw(SIDE, SIDE, i, 3).samples();
      for (int at = 3; at < samples.length; at += 3) {
        int difference = 0;
        for (int c = 0; c < 3; c++) {
          difference += Math.abs((samples[at + c] & 0xff) - (samples[at + c - 3] & 0xff));
        }
        equal += difference == 0 ? 1 : 0;
        steep += difference > 96 ? 1 : 0;
      }
    }
    double pixels = (double) COUNT * SIDE * SIDE;
    assertThat(equal / pixels).isBetween(0.5, 0.95);
    assertThat(steep / pixels).isGreaterThan(0.02);
  }

  @Test
  void someDrawingsHaveHardEdges() {
    int hard = 0;
    for (int i = 0; i < 20 * COUNT; i += 8) {
      hard += colours(Drawings.draw(100, 100, i, 4)) < 12 ? 1 : 0;
    }
    // About a tenth, of which some have gradients; softened edges give dozens of colours.
    assertThat(hard).isBetween(3, 40);
  }

  private static int colours(Picture picture) {
    Set<Integer> found = new HashSet<>();
    byte[] samples = picture.samples();
    for (int i = 0; i < samples.length; i += 3) {
      found.add((samples[i] & 0xff) << 16 | (samples[i + 1] & 0xff) << 8 | (samples[i + 2] & 0xff));
    }
    return found.size();
  }
}
