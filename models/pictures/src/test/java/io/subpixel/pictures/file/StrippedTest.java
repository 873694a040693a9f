package io.subpixel.pictures.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.Metadata.Density;
import io.subpixel.pictures.codec.Metadata.PngChunk;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.WriteOptions;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files without metadata, except for what their colours depend on. */
class StrippedTest {
  private static final String SECRET = "a name that nobody should see";

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"PNG", "JPEG", "TIFF", "WEBP"})
  void onlyTheProfileStays(PictureFormat format) throws IOException {
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] text = ("Author\0" + SECRET).getBytes(StandardCharsets.ISO_8859_1);
    Metadata metadata =
        Metadata.NONE
            .withIccProfile(profile)
            .withXmp(("<x:xmpmeta>" + SECRET + "</x:xmpmeta>").getBytes(StandardCharsets.UTF_8))
            .withDensity(new Density(300, 300))
            .withComments(List.of(text))
            .withPngChunks(List.of(new PngChunk("tEXt", text)));
    Path kept = write(format, metadata, WriteOptions.DEFAULTS);
    Path stripped = write(format, metadata, WriteOptions.DEFAULTS.withStripped(true));
    assertThat(content(kept)).contains(SECRET);
    assertThat(content(stripped)).doesNotContain(SECRET);
    try (PictureReader reader = PictureReader.open(stripped, 64)) {
      assertThat(reader.metadata().iccProfile()).isEqualTo(profile);
      assertThat(reader.metadata().xmp()).isNull();
      assertThat(reader.metadata().density()).isNull();
    }
  }

  private static String content(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  private Path write(PictureFormat format, Metadata metadata, WriteOptions options)
      throws IOException {
    Path file = folder.resolve(options.stripped() + "." + format.ending());
    PictureLayout layout = new PictureLayout(8, 8, 3, 8);
    try (PictureWriter writer = PictureWriter.create(file, format, layout, metadata, options)) {
      writer.write(new Rows(8, layout), 0, 8);
      writer.commit();
    }
    return file;
  }
}
