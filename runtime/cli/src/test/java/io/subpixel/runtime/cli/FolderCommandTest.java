package io.subpixel.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.runtime.testing.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What folders of real life hold besides pictures. */
class FolderCommandTest {
  @TempDir private Path folder;
  private Workspace work;

  @BeforeEach
  void prepare() throws IOException {
    work = Workspace.in(folder);
  }

  @Test
  void brokenLinksAreReportedOneByOne() throws IOException {
    Path picture = work.picture("deeper/a.png");
    Path circle = Files.createSymbolicLink(work.in().resolve("circle"), work.in());
    Path dangling = Files.createSymbolicLink(work.in().resolve("b.png"), Path.of("absent.png"));
    CommandOutput output = work.upscale(work.in(), "-o", work.out());
    assertThat(output.status()).isEqualTo(1);
    assertThat(output.err())
        .containsExactlyInAnyOrder(
            "runtime: " + circle + ": expected a file or folder, received a link that leads back",
            "runtime: " + dangling + ": expected a file or folder, received a link to nothing");
    work.assertUpscaled(picture, "deeper/a.png");
    assertThat(work.written()).containsExactly("deeper/a.png");
  }

  @Test
  void skippedFilesAreCounted() throws IOException {
    work.picture("a.png");
    for (String name : new String[] {"a.svg", "b.svg", "notes.TXT", "README", ".hidden"}) {
      Files.createFile(work.in().resolve(name));
    }
    CommandOutput output = work.upscaled(work.in(), "-o", work.out());
    assertThat(output.err())
        .containsExactly(
            "runtime: " + work.in() + ": skipped 4 files (2 .svg, 1 without an ending, 1 .txt)");
    assertThat(work.upscaled(work.in(), "-o", work.out(), "--quiet").err()).isEmpty();
    Path pattern = work.in().resolve("*.{svg,png}");
    assertThat(work.upscaled(pattern, "-o", work.out()).err())
        .containsExactly("runtime: " + pattern + ": skipped 2 files (2 .svg)");
    Files.delete(work.in().resolve("a.png"));
    assertThat(work.upscale(work.in(), "-o", work.out()).err().get(0))
        .endsWith("received none in it, but 4 files (2 .svg, 1 without an ending, 1 .txt)");
  }

  private Path misnamed(String name, int channels) throws IOException {
    return Files.write(
        work.in().resolve(name), PictureFiles.png(Pictures.random(7, 5, channels, 1)));
  }

  private PictureFormat written(String name) throws IOException {
    try (PictureReader reader = PictureReader.open(work.out().resolve(name), 1000)) {
      return reader.format();
    }
  }

  @Test
  void aPngNamedJpegIsWrittenAsJpegOrReported() throws IOException {
    misnamed("plain.jpg", 3);
    Path alpha = misnamed("alpha.jpg", 4);
    CommandOutput output = work.upscale(work.in(), "-o", work.out());
    assertThat(output.status()).isEqualTo(1);
    assertThat(output.err())
        .containsExactly(
            "runtime: "
                + alpha
                + ": expected a name that ends in .png, as the content is, the format png or"
                + " a background, received PNG with alpha, which JPEG can't hold");
    assertThat(work.written()).containsExactly("plain.jpg");
    assertThat(written("plain.jpg")).isEqualTo(PictureFormat.JPEG);

    work.upscaled(work.in(), "-o", work.out(), "--format", "png");
    assertThat(written("alpha.png")).isEqualTo(PictureFormat.PNG);
    work.upscaled(alpha, "-o", work.out() + "/", "--background", "white");
    assertThat(written("alpha.jpg")).isEqualTo(PictureFormat.JPEG);
  }

  @Test
  void severalPicturesNeedAFolder() throws IOException {
    work.picture("a.png");
    work.picture("b.png");
    for (String name : new String[] {"x.mp4", "x.png", "x.pdf"}) {
      work.refused(
          "--out: expected a folder for more than one image",
          work.in().resolve("*.png"),
          "-o",
          folder.resolve(name));
      assertThat(folder.resolve(name)).doesNotExist();
    }
    work.upscaled(work.in().resolve("*.png"), "-o", folder.resolve("x.mp4") + "/");
    assertThat(folder.resolve("x.mp4").toFile().list()).containsExactlyInAnyOrder("a.png", "b.png");
  }
}
