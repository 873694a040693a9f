package io.subpixel.pictures.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Directory;
import com.drew.metadata.MetadataException;
import com.drew.metadata.bmp.BmpHeaderDirectory;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.ExifThumbnailDirectory;
import com.drew.metadata.icc.IccDirectory;
import com.drew.metadata.iptc.IptcDirectory;
import com.drew.metadata.jfif.JfifDirectory;
import com.drew.metadata.jpeg.JpegCommentDirectory;
import com.drew.metadata.png.PngDirectory;
import com.drew.metadata.xmp.XmpDirectory;
import com.luciad.imageio.webp.WebPImageReaderSpi;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureCodec;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.internal.codec.JdkCodecs;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.FileImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.NodeList;

/**
 * From every format into every other: what is kept, as ImageIO, libwebp and metadata-extractor see
 * it. docs/picture-files.md has the table.
 */
class KeptTest {
  private static final int WIDTH = 20;
  private static final int HEIGHT = 14;

  @TempDir private Path folder;

  /** What was there after a picture went from one format into another. */
  private record Kept(
      PictureFormat from,
      PictureFormat to,
      PictureLayout layout,
      boolean samples,
      boolean profile,
      boolean exif,
      boolean xmp,
      boolean iptc,
      boolean comment,
      boolean density) {
    String row() {
      return "| %s | %s | %s | %d | %s | %s | %s | %s | %s | %s | %s |"
          .formatted(
              from,
              to,
              samples ? "all" : "close",
              layout.depth(),
              word(layout.hasAlpha()),
              word(profile),
              word(exif),
              word(xmp),
              word(iptc),
              word(comment),
              word(density));
    }

    private static String word(boolean kept) {
      return kept ? "yes" : "-";
    }
  }

  @Test
  void theTableInTheDocsIsCorrect() throws Exception {
    List<String> table = new ArrayList<>();
    table.add(
        "| from | to | samples | bits | alpha | ICC | Exif | XMP | IPTC | comment | density |");
    table.add("|---|---|---|---|---|---|---|---|---|---|---|");
    // Those that need FFmpeg are held by tests beside their codecs.
    List<PictureFormat> formats =
        ServiceLoader.load(PictureCodec.class).stream()
            .map(codec -> codec.get().format())
            .sorted()
            .toList();
    for (PictureFormat from : formats) {
      for (PictureFormat to : formats) {
        if (to.isWritten()) {
          table.add(kept(from, to).row());
        }
      }
    }
    Path made = Path.of("target", "kept.md");
    Files.createDirectories(made.toAbsolutePath().getParent());
    Files.write(made, table);
    Path root = Path.of("").toAbsolutePath();
    Path page = root.resolve("../../docs/picture-files.md");
    assertThat(Files.readString(page)).contains(String.join("\n", table));
  }

  private Kept kept(PictureFormat from, PictureFormat to) throws Exception {
    Path original = original(from);
    Path result = folder.resolve(from.ending() + "." + to.ending());
    PictureLayout layout;
    Rows written;
    boolean had;
    try (PictureReader reader = PictureReader.open(original, PictureReader.MAX_PIXELS)) {
      assertThat(reader.format()).isEqualTo(from);
      Rows read = new Rows(reader.layout().height(), reader.layout());
      reader.read(read, 0, read.count());
      had = reader.metadata().exif() != null;
      layout = holding(to, reader.layout());
      written = asLayout(read, layout);
      try (PictureWriter writer =
          PictureWriter.create(result, to, layout, reader.metadata(), WriteOptions.DEFAULTS)) {
        writer.write(written, 0, written.count());
        writer.commit();
      }
    }
    double difference = difference(written, result, to);
    boolean lossy = to == PictureFormat.JPEG || to == PictureFormat.WEBP;
    assertThat(difference).as(from + " to " + to).isLessThan(lossy ? 12 : 0.001);
    com.drew.metadata.Metadata metadata = metadata(result, to);
    return new Kept(
        from,
        to,
        layout,
        difference == 0,
        hasProfile(metadata),
        had && hasExif(metadata, layout),
        metadata.getFirstDirectoryOfType(XmpDirectory.class) != null
            && isCalledOurs(metadata.getFirstDirectoryOfType(XmpDirectory.class)),
        hasKeyword(metadata) || (to == PictureFormat.PNG && hasRawIptc(result)),
        hasComment(metadata),
        Math.abs(density(metadata) - 300) < 0.1);
  }

  private static boolean hasKeyword(com.drew.metadata.Metadata metadata) {
    return metadata.getDirectoriesOfType(IptcDirectory.class).stream()
        .anyMatch(iptc -> List.of("Harbour").equals(iptc.getKeywords()));
  }

  /** IPTC in PNG is a text, of hexadecimal digits. */
  private static boolean hasRawIptc(Path png) throws IOException {
    ImageReader reader = JdkCodecs.reader("png");
    try (FileImageInputStream in = new FileImageInputStream(png.toFile())) {
      reader.setInput(in);
      IIOMetadataNode tree =
          (IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_png_1.0");
      NodeList texts = tree.getElementsByTagName("zTXtEntry");
      for (int i = 0; i < texts.getLength(); i++) {
        IIOMetadataNode text = (IIOMetadataNode) texts.item(i);
        if (text.getAttribute("keyword").equals("Raw profile type iptc")) {
          String digits = text.getAttribute("text").replace("\n", "");
          return digits.contains(
              HexFormat.of().formatHex("Harbour".getBytes(StandardCharsets.UTF_8)));
        }
      }
      return false;
    } finally {
      reader.dispose();
    }
  }

  private static boolean hasComment(com.drew.metadata.Metadata metadata) {
    String comment = "made by a test";
    JpegCommentDirectory jpeg = metadata.getFirstDirectoryOfType(JpegCommentDirectory.class);
    return (jpeg != null && comment.equals(jpeg.getString(JpegCommentDirectory.TAG_COMMENT)))
        || metadata.getDirectoriesOfType(PngDirectory.class).stream()
            .map(png -> png.getDescription(PngDirectory.TAG_TEXTUAL_DATA))
            .anyMatch(("Comment: " + comment)::equals);
  }

  private static boolean isCalledOurs(XmpDirectory xmp) {
    assertThat(xmp.getXmpProperties()).containsEntry("tiff:Orientation", "1");
    return "Originals".equals(xmp.getXmpProperties().get("xmp:CreatorTool"));
  }

  private Path original(PictureFormat format) throws IOException {
    PictureLayout best = new PictureLayout(WIDTH, HEIGHT, 4, 16);
    PictureLayout rgb = new PictureLayout(WIDTH, HEIGHT, 3, 8);
    byte[] bytes =
        switch (format) {
          case PNG -> Originals.png(best, 6);
          case JPEG -> Originals.jpeg(rgb, 6);
          case BMP -> Originals.bmp(rgb);
          case GIF -> HostilePicturesTest.gif();
          case TIFF -> Originals.tiff(best, 6);
          case WEBP -> Originals.webp(6);
          case PNM -> Originals.pam(best);
          default -> throw new IllegalArgumentException(format.toString());
        };
    return Files.write(folder.resolve("original." + format.ending()), bytes);
  }

  /** What of a layout a format can hold. */
  private static PictureLayout holding(PictureFormat format, PictureLayout layout) {
    int channels =
        layout.hasAlpha() && !format.holdsAlpha() ? layout.channels() - 1 : layout.channels();
    return new PictureLayout(
        layout.width(), layout.height(), channels, Math.min(layout.depth(), format.maxDepth()));
  }

  private static Rows asLayout(Rows rows, PictureLayout layout) {
    Rows other = new Rows(rows.count(), layout);
    for (int y = 0; y < rows.count(); y++) {
      for (int x = 0; x < layout.width(); x++) {
        for (int c = 0; c < layout.channels(); c++) {
          int value = rows.at(y, x, c);
          int at = (y * layout.width() + x) * layout.channels() + c;
          if (layout.depth() == 16) {
            other.shorts()[at] = (short) value;
          } else {
            other.bytes()[at] = (byte) (rows.depth() == 16 ? value >> 8 : value);
          }
        }
      }
    }
    return other;
  }

  /** The mean difference to what an independent reader finds. */
  private static double difference(Rows rows, Path file, PictureFormat format) throws IOException {
    int channels = rows.channels();
    double sum = 0;
    int[][] pixels = format == PictureFormat.PNM ? pnm(file, rows) : pixels(file, format, channels);
    for (int y = 0; y < rows.count(); y++) {
      for (int i = 0; i < rows.rowLength(); i++) {
        sum += Math.abs(pixels[y][i] - rows.at(y, i / channels, i % channels));
      }
    }
    return sum / rows.count() / rows.rowLength();
  }

  private static int[][] pixels(Path file, PictureFormat format, int channels) throws IOException {
    ImageReader reader =
        format == PictureFormat.WEBP
            ? new WebPImageReaderSpi().createReaderInstance()
            : JdkCodecs.reader(format.name());
    try (FileImageInputStream in = new FileImageInputStream(file.toFile())) {
      reader.setInput(in);
      if (format == PictureFormat.TIFF
          && reader.getRawImageType(0).getSampleModel().getSampleSize(0) == 16) {
        // The JDK's reader refuses differences of 16 bits.
        return byOurs(file);
      }
      BufferedImage image = reader.read(0);
      int bands = image.getRaster().getNumBands();
      assertThat(bands).isEqualTo(channels);
      int[][] rows = new int[image.getHeight()][];
      for (int y = 0; y < rows.length; y++) {
        rows[y] = image.getRaster().getPixels(0, y, image.getWidth(), 1, (int[]) null);
      }
      return rows;
    } finally {
      reader.dispose();
    }
  }

  private static int[][] byOurs(Path file) throws IOException {
    try (PictureReader reader = PictureReader.open(file, PictureReader.MAX_PIXELS)) {
      Rows rows = new Rows(reader.layout().height(), reader.layout());
      reader.read(rows, 0, rows.count());
      int[][] values = new int[rows.count()][rows.rowLength()];
      for (int y = 0; y < rows.count(); y++) {
        for (int i = 0; i < rows.rowLength(); i++) {
          values[y][i] = rows.at(y, i / rows.channels(), i % rows.channels());
        }
      }
      return values;
    }
  }

  /** The samples at the end of a file of Netpbm's. */
  private static int[][] pnm(Path file, Rows rows) throws IOException {
    int length = rows.rowLength();
    int size = rows.depth() / 8;
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.BIG_ENDIAN);
    bytes.position(bytes.limit() - rows.count() * length * size);
    int[][] values = new int[rows.count()][length];
    for (int[] row : values) {
      for (int i = 0; i < length; i++) {
        row[i] = size == 1 ? bytes.get() & 0xff : bytes.getShort() & 0xffff;
      }
    }
    return values;
  }

  private static com.drew.metadata.Metadata metadata(Path file, PictureFormat format)
      throws IOException, ImageProcessingException {
    return format == PictureFormat.PNM
        ? new com.drew.metadata.Metadata()
        : ImageMetadataReader.readMetadata(file.toFile());
  }

  private static boolean hasProfile(com.drew.metadata.Metadata metadata) throws MetadataException {
    IccDirectory icc = metadata.getFirstDirectoryOfType(IccDirectory.class);
    return icc != null && icc.getInt(IccDirectory.TAG_PROFILE_BYTE_COUNT) == 150_000;
  }

  private static boolean hasExif(com.drew.metadata.Metadata metadata, PictureLayout layout)
      throws MetadataException {
    ExifIFD0Directory first = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
    if (first == null || !first.containsTag(ExifIFD0Directory.TAG_IMAGE_DESCRIPTION)) {
      return false;
    }
    assertThat(first.getString(ExifIFD0Directory.TAG_IMAGE_DESCRIPTION))
        .isEqualTo(ExifStream.DESCRIPTION);
    assertThat(first.getInt(ExifIFD0Directory.TAG_ORIENTATION)).isEqualTo(1);
    assertThat(metadata.getFirstDirectoryOfType(ExifThumbnailDirectory.class)).isNull();
    ExifSubIFDDirectory detail = metadata.getFirstDirectoryOfType(ExifSubIFDDirectory.class);
    if (detail != null) {
      assertThat(detail.getRational(ExifSubIFDDirectory.TAG_EXPOSURE_TIME).doubleValue())
          .isEqualTo(1 / 250.0);
      assertThat(detail.getInt(ExifSubIFDDirectory.TAG_EXIF_IMAGE_WIDTH)).isEqualTo(layout.width());
      assertThat(detail.getInt(ExifSubIFDDirectory.TAG_EXIF_IMAGE_HEIGHT))
          .isEqualTo(layout.height());
      assertThat(detail.getByteArray(ExifSubIFDDirectory.TAG_MAKERNOTE))
          .isEqualTo(ExifStream.MAKER_NOTE);
    }
    return true;
  }

  private static double density(com.drew.metadata.Metadata metadata) throws MetadataException {
    for (Directory directory : metadata.getDirectories()) {
      if (directory instanceof JfifDirectory jfif) {
        return jfif.getResUnits() == 1 ? jfif.getResX() : 0;
      } else if (directory instanceof PngDirectory png
          && png.containsTag(PngDirectory.TAG_PIXELS_PER_UNIT_X)) {
        return png.getInt(PngDirectory.TAG_PIXELS_PER_UNIT_X) * 0.0254;
      } else if (directory instanceof BmpHeaderDirectory bmp) {
        return bmp.getInt(BmpHeaderDirectory.TAG_X_PIXELS_PER_METER) * 0.0254;
      }
    }
    ExifIFD0Directory exif = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
    return exif != null && exif.containsTag(ExifIFD0Directory.TAG_X_RESOLUTION)
        ? exif.getDouble(ExifIFD0Directory.TAG_X_RESOLUTION)
        : 0;
  }

  /** All bytes of them, not what a reader of metadata makes of them. */
  @ParameterizedTest
  @EnumSource(
      value = PictureFormat.class,
      names = {"PNG", "JPEG", "TIFF", "WEBP"})
  void profileAndXmpAreKeptByteForByte(PictureFormat format) throws IOException {
    for (int channels : new int[] {1, 3}) {
      PictureLayout layout = new PictureLayout(WIDTH, HEIGHT, channels, 8);
      byte[] profile = Originals.profile(channels == 3);
      byte[] xmp = Originals.XMP.replace("'6'", "'1'").getBytes(StandardCharsets.UTF_8);
      Metadata metadata = Metadata.NONE.withIccProfile(profile).withXmp(xmp);
      Path file = folder.resolve("kept." + format.ending().toLowerCase(Locale.ROOT));
      try (PictureWriter writer =
          PictureWriter.create(file, format, layout, metadata, WriteOptions.DEFAULTS)) {
        writer.write(Originals.rows(layout), 0, HEIGHT);
        writer.commit();
      }
      try (PictureReader reader = PictureReader.open(file, PictureReader.MAX_PIXELS)) {
        boolean fits = channels == 3 || format != PictureFormat.WEBP;
        assertThat(reader.metadata().iccProfile()).isEqualTo(fits ? profile : null);
        assertThat(reader.metadata().xmp()).isEqualTo(xmp);
      }
    }
  }

  @Test
  void pngOnlyChunksAreKeptFromPngToPng() throws Exception {
    Path result = folder.resolve("result.png");
    PictureLayout layout = new PictureLayout(WIDTH, HEIGHT, 3, 8);
    Path original = Files.write(folder.resolve("a.png"), Originals.png(layout, 1));
    try (PictureReader reader = PictureReader.open(original, PictureReader.MAX_PIXELS);
        PictureWriter writer =
            PictureWriter.create(
                result, PictureFormat.PNG, layout, reader.metadata(), WriteOptions.DEFAULTS)) {
      writer.write(Originals.rows(layout), 0, HEIGHT);
      writer.commit();
    }
    com.drew.metadata.Metadata metadata = ImageMetadataReader.readMetadata(result.toFile());
    assertThat(metadata.getDirectoriesOfType(PngDirectory.class))
        .anySatisfy(
            png -> assertThat(png.getDoubleObject(PngDirectory.TAG_GAMMA)).isEqualTo(0.45455))
        .anySatisfy(
            png ->
                assertThat(png.getDescription(PngDirectory.TAG_TEXTUAL_DATA))
                    .isEqualTo("Comment: made by a test"));
  }
}
