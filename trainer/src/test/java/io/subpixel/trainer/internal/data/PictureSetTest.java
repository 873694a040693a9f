package io.subpixel.trainer.internal.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names alone are looked at: the files are empty. */
class PictureSetTest {
  @TempDir Path folder;

  @BeforeEach
  void createFiles() throws IOException {
    for (String name : List.of("set/a.png", "set/b.jpg", "set/x/c.png", "set/x/y/d.png", "e.bmp")) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.resolveSibling("."));
      Files.createFile(file);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "set, set/a.png set/b.jpg set/x/c.png set/x/y/d.png, set",
    "set/*.png, set/a.png, set",
    "set/*, set/a.png set/b.jpg, set",
    "set/**/*.png, set/a.png set/x/c.png set/x/y/d.png, set",
    "set/*/*.png, set/x/c.png, set",
    "set/**/y/*, set/x/y/d.png, set",
    "'set/**/*.{jpg,bmp}', set/b.jpg, set",
    "se?/[ab].*, set/a.png set/b.jpg, ''",
    "e.bmp, e.bmp, e.bmp"
  })
  void aSourceIsAFolderAPatternOrAFile(String source, String files, String name)
      throws IOException {
    PictureSet set = PictureSet.of(List.of(folder.resolve(source)));
    assertThat(relative(set)).containsExactly(files.split(" ", -1));
    assertThat(set.names())
        .containsExactly(name.isEmpty() ? folder.getFileName().toString() : name);
  }

  @Test
  void aListNamesAFileALine() throws IOException {
    Path list = folder.resolve("set/list.txt");
    Files.writeString(
        list, "\ufeffx/c.png\r\n\r\n../e.bmp\n" + folder.resolve("set/a.png") + "\nx");
    PictureSet set = PictureSet.of(List.of(list));
    assertThat(set.files().stream().map(file -> file.normalize()))
        .containsExactly(
            folder.resolve("set/x/c.png"),
            folder.resolve("e.bmp"),
            folder.resolve("set/a.png"),
            folder.resolve("set/x/y/d.png"));
    assertThat(set.names()).containsExactly("list.txt");
  }

  @Test
  void severalSourcesTogetherHaveEachFileOnce() throws IOException {
    Files.createSymbolicLink(folder.resolve("link.png"), folder.resolve("set/a.png"));
    PictureSet set =
        PictureSet.of(
            Stream.of("set/x", "set", "set/**/*.png", "link.png", "e.bmp", "./e.bmp")
                .map(folder::resolve)
                .collect(Collectors.toList()));
    assertThat(relative(set))
        .containsExactly("set/x/c.png", "set/x/y/d.png", "set/a.png", "set/b.jpg", "e.bmp");
  }

  @Test
  void aFileWhoseNameLooksLikeAPatternIsTheFile() throws IOException {
    Path file = Files.createFile(folder.resolve("[1].png"));
    assertThat(PictureSet.of(List.of(file)).files()).containsExactly(file);
  }

  @ParameterizedTest
  @CsvSource({
    "nowhere, 'nowhere: expected a folder of images, received no such folder'",
    "set/*.gif, 'set/*.gif: expected a pattern that images match, received none that do'",
    "no/*.png, 'no: expected a folder of images, received no such folder'",
    "'set/{*.png', 'set/{*.png: expected a pattern such as dir/**/*.png, received'"
  })
  void refusesSourcesWithoutImages(String source, String message) {
    assertThatThrownBy(() -> PictureSet.of(List.of(folder.resolve(source))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(folder.resolve(message).toString())
        .message()
        .hasLineCount(1);
  }

  @Test
  void aListSaysWhichLineIsWrong() throws IOException {
    Path list = Files.writeString(folder.resolve("list.txt"), "e.bmp\nf.bmp\n");
    assertThatThrownBy(() -> PictureSet.of(List.of(list)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            list
                + ", line 2: expected an image, a video or a folder of them, received no such file:"
                + " f.bmp");
    Files.write(list, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertThatThrownBy(() -> PictureSet.of(List.of(list)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("aren't UTF-8");
    Files.writeString(list, "\n\n");
    assertThatThrownBy(() -> PictureSet.of(List.of(list)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("an empty one");
  }

  @Test
  void anEmptyFolderIsRefused() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> PictureSet.of(List.of(empty)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void theDigestFollowsTheContent() throws IOException {
    PictureSet set = PictureSet.of(List.of(folder));
    String before = set.sha256();
    assertThat(set.sha256()).isEqualTo(before).hasSize(64);
    PictureFiles.write(folder.resolve("set/a.png"), TestCard.draw(8, 8, 9));
    assertThat(set.sha256()).isNotEqualTo(before);
  }

  /** What the card of the shipped model states of its data. */
  @Test
  void theDigestOfTheTrainingSetsIsTheShippedModels() throws IOException {
    Path train = Path.of(System.getProperty("subpixel.data", ""), "train");
    assumeTrue(Files.isDirectory(train), () -> "no " + train);
    PictureSet set =
        PictureSet.of(
            Stream.of("T91", "General100", "BSDS200")
                .map(train::resolve)
                .collect(Collectors.toList()));
    assertThat(set.files()).hasSize(390);
    assertThat(set.names()).containsExactly("T91", "General100", "BSDS200");
    assertThat(set.sha256())
        .isEqualTo("4dbc01adc21f6b44112bfa3cd021f92712ff9ec9785845eeef8be446c953a0e1");
  }

  private List<String> relative(PictureSet set) {
    return set.files().stream()
        .map(file -> folder.relativize(file).toString())
        .collect(Collectors.toList());
  }
}
