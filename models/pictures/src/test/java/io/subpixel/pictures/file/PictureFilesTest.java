package io.subpixel.pictures.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.Drawings;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.pictures.internal.files.Listing;
import io.subpixel.pictures.internal.files.PicturePattern;
import io.subpixel.pictures.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing, reading back, and finding pictures. */
class PictureFilesTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"a.png, 1", "a.png, 2", "a.png, 3", "a.PNG, 4", "a.bmp, 1", "a.bmp, 3"})
  void whatIsWrittenIsReadBackUnchanged(String name, int channels) throws IOException {
    for (int width : new int[] {1, 7, 256}) {
      Picture picture = Drawings.everyValue(width, 5, channels);
      Path file = folder.resolve(name);
      PictureFiles.write(file, picture);
      assertThat(PictureFiles.read(file)).isEqualTo(picture);
    }
  }

  @ParameterizedTest
  @CsvSource({"a.jpg, 1", "a.jpeg, 3", "a.JPG, 3"})
  void jpegIsCloseToWhatWasWritten(String name, int channels) throws IOException {
    Picture picture = Drawings.smooth(64, 48, channels);
    Path file = folder.resolve(name);
    PictureFiles.write(file, picture);
    Picture read = PictureFiles.read(file);
    assertThat(read).hasToString(picture.toString());
    assertThat(Metrics.psnr(picture, read, 0)).isGreaterThan(38);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.png", "a.jpg", "a.bmp"})
  void coloursKeepTheirOrder(String name) throws IOException {
    int[][] colours = {{200, 30, 60}, {30, 200, 60}, {60, 30, 200}, {250, 240, 5}};
    for (int[] colour : colours) {
      byte[] samples = new byte[16 * 16 * 3];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (byte) colour[i % 3];
      }
      Path file = folder.resolve(name);
      PictureFiles.write(file, new Picture(16, 16, 3, samples));
      Picture read = PictureFiles.read(file);
      for (int c = 0; c < 3; c++) {
        assertThat(read.at(8, 8, c)).isBetween(colour[c] - 3, colour[c] + 3);
      }
    }
  }

  @Test
  void theContentCountsNotTheName() throws IOException {
    Picture picture = Drawings.everyValue(9, 9, 3);
    PictureFiles.write(folder.resolve("a.png"), picture);
    Path renamed = Files.move(folder.resolve("a.png"), folder.resolve("a.jpg"));
    assertThat(PictureFiles.read(renamed)).isEqualTo(picture);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.gif", "a.svg", "a", "a.", ".png.txt", "png"})
  void anotherEndingIsRefused(String name) {
    assertThatThrownBy(() -> PictureFiles.write(folder.resolve(name), Drawings.everyValue(2, 2, 3)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "expected a name that ends in .png, .jpg, .bmp, .tif, .webp or .pnm, received .");
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({"a.jpg, 2", "a.jpg, 4"})
  void alphaIsNeverDroppedSilently(String name, int channels) {
    Path file = folder.resolve(name);
    assertThatThrownBy(() -> PictureFiles.write(file, Drawings.everyValue(2, 2, channels)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(
            file + ": expected a format that holds alpha (PNG, BMP, TIFF, WebP, PNM), received ");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aSideThatJpegCantHoldIsRefused() throws IOException {
    Path file = folder.resolve("a.jpg");
    assertThatThrownBy(() -> PictureFiles.write(file, Drawings.smooth(65_501, 1, 1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": expected sides of at most 65500 for JPEG, received 65501x1");
    PictureFiles.write(file, Drawings.smooth(65_500, 1, 1));
    assertThat(PictureFiles.read(file)).hasToString("65500x1x1");
  }

  @Test
  void anExistingFileIsReplacedAndFoldersAreCreated() throws IOException {
    Path file = folder.resolve("a/b.png");
    PictureFiles.write(file, Drawings.everyValue(8, 8, 3));
    PictureFiles.write(file, Drawings.everyValue(4, 4, 1));
    assertThat(PictureFiles.read(file)).hasToString("4x4x1");
    assertThat(folder.resolve("a").toFile().list()).containsExactly("b.png");
  }

  @Test
  void listsRecursivelyInOrder() throws IOException {
    for (String name : List.of("b.png", "a/z.JPG", "a/b/c.jpeg", "c.bmp", "B.png")) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.resolveSibling("."));
      Files.createFile(file);
    }
    Files.createFile(folder.resolve("notes.txt"));
    Files.createFile(folder.resolve(".1.part.png"));
    Files.createDirectory(folder.resolve("folder.png"));
    assertThat(PictureFiles.list(folder).stream().map(file -> folder.relativize(file).toString()))
        .containsExactly("B.png", "a/b/c.jpeg", "a/z.JPG", "b.png", "c.bmp");
  }

  @Test
  void listsTheTargetsOfLinks() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Files.createFile(real.resolve("a.png"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    assertThat(PictureFiles.list(link)).containsExactly(link.resolve("a.png"));
    assertThat(PictureFiles.list(folder)).hasSize(2);
  }

  @Test
  void aLinkInACircleIsRefused() throws IOException {
    Files.createFile(folder.resolve("a.png"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    assertThatThrownBy(() -> PictureFiles.list(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(link + ": expected a file or folder, received a link that leads back");
    Files.delete(link);
  }

  @Test
  void aListingReportsBrokenLinksAndCountsOtherFiles() throws IOException {
    Path picture = Files.createFile(folder.resolve("a.png"));
    Path circle = Files.createSymbolicLink(folder.resolve("circle"), folder);
    Path dangling = Files.createSymbolicLink(folder.resolve("b.png"), Path.of("absent.png"));
    Path first = Files.createSymbolicLink(folder.resolve("c.png"), folder.resolve("d.png"));
    Path second = Files.createSymbolicLink(folder.resolve("d.png"), first);
    for (String name : List.of("a.svg", "b.SVG", "c.txt", "README", ".hidden")) {
      Files.createFile(folder.resolve(name));
    }
    Listing listing = PictureFiles.listing(folder, Integer.MAX_VALUE, file -> false);
    assertThat(listing.files()).containsExactly(picture);
    assertThat(listing.othersInWords()).isEqualTo("4 files (2 .svg, 1 without an ending, 1 .txt)");
    String expected = ": expected a file or folder, received a link ";
    assertThat(listing.failures())
        .extracting(Throwable::getMessage)
        .containsExactlyInAnyOrder(
            circle + expected + "that leads back",
            dangling + expected + "to nothing",
            first + expected + "to nothing",
            second + expected + "to nothing");
    assertThat(new PicturePattern(folder.resolve("*.svg")).base()).isEqualTo(folder);
    assertThatThrownBy(() -> new PicturePattern(folder.resolve("*.{svg,SVG}")).files())
        .hasMessageEndingWith("received none that do, but 2 files (2 .svg)");
    Files.delete(circle);
    assertThat(PictureFiles.list(folder)).containsExactly(picture);
  }

  @Test
  void aFolderWithoutPicturesIsRefused() throws IOException {
    Path file = folder.resolve("notes.txt");
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> PictureFiles.list(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            folder
                + ": expected a folder of images (PNG, JPEG, BMP, GIF, TIFF, WebP, PNM), received none in it");
    assertThatThrownBy(() -> PictureFiles.list(Files.createFile(file)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": expected a folder of images, received a file");
    assertThatThrownBy(() -> PictureFiles.list(missing))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(missing + ": expected a folder of images, received no such folder");
  }

  @Test
  void knowsPicturesByTheirEnding() {
    assertThat(List.of("a.png", "a.b.Jpg", "x/a.JPEG", "a.bmp", "a.tif", "a.TIFF", "a.WebP"))
        .allMatch(name -> PictureFiles.isPicture(Path.of(name)));
    assertThat(List.of("a.svg", "png", "a.png.txt", "", "/"))
        .noneMatch(name -> PictureFiles.isPicture(Path.of(name)));
  }

  @Test
  void bytesOfPngAreThoseOfAFile() throws IOException {
    Picture picture = TestCard.draw(20, 10, 1);
    Path file = Files.write(folder.resolve("bytes.png"), PictureFiles.png(picture));
    assertThat(PictureFiles.read(file)).isEqualTo(picture);
  }
}
