package io.subpixel.pictures.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HrPicturesTest {
  @TempDir Path folder;

  @Test
  void cropsAtRightAndBottomToAMultipleOfTheScale() throws IOException {
    Picture drawn = TestCard.draw(47, 35, 1);
    PictureFiles.write(folder.resolve("odd.png"), drawn);
    assertThat(HrPictures.read(folder.resolve("odd.png"), 4)).isEqualTo(drawn.crop(0, 0, 44, 32));
  }

  @Test
  void rejectsPicturesTooSmallToMeasure() throws IOException {
    Path small = folder.resolve("small.png");
    PictureFiles.write(small, TestCard.draw(31, 64, 1));
    assertThatThrownBy(() -> HrPictures.read(small, 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll("small.png", "at least 32x32", "31x64");
  }
}
