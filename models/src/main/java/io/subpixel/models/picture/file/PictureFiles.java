package io.subpixel.models.picture.file;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import io.subpixel.models.AtomicFile;
import io.subpixel.models.InvalidInputException;
import io.subpixel.models.picture.Picture;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.FileImageOutputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads PNG, JPEG, BMP, TIFF (its first page) and WebP, writes PNG, JPEG and BMP; 8 bits a sample.
 */
public final class PictureFiles {
  /** Pictures of more pixels are refused by their header, before anything is decoded. */
  public static final long MAX_PIXELS = 256L << 20;

  private static final Set<String> WRITTEN = Set.of("png", "jpg", "jpeg", "bmp");
  private static final Set<String> READ =
      Set.of("png", "jpg", "jpeg", "bmp", "tif", "tiff", "webp");
  private static final String FORMATS = "PNG, JPEG, BMP, TIFF, WebP";

  /** Made here: whether a plugin is found by itself depends on class loaders and on packaging. */
  private static final ImageReaderSpi WEBP = new WebPImageReaderSpi();

  static final int MAX_JPEG_SIDE = 65500;
  private static final float JPEG_QUALITY = 0.95f;

  private PictureFiles() {}

  /** Whether a file's name ends like a picture's that can be read. */
  public static boolean isPicture(Path file) {
    return READ.contains(ending(file));
  }

  /** Whether a file's name ends like a picture's that can be written. */
  public static boolean isWritable(Path file) {
    return WRITTEN.contains(ending(file));
  }

  /**
   * The picture files of a folder and of those below it, by path, in the order of their names.
   * Links are followed, hidden files left out.
   *
   * @throws InvalidInputException if it is no folder, can't be read or holds no picture
   */
  public static List<Path> list(Path folder) throws IOException {
    return list(folder, Integer.MAX_VALUE);
  }

  /** As above, down to a depth: of 1, the folder's own files alone. */
  public static List<Path> list(Path folder, int depth) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          folder.toString(),
          "a folder of pictures",
          Files.exists(folder) ? "a file" : "no such folder");
    }
    try (Stream<Path> files = Files.walk(folder, depth, FileVisitOption.FOLLOW_LINKS)) {
      List<Path> pictures =
          files
              .filter(PictureFiles::isPicture)
              .filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
              .filter(Files::isRegularFile)
              .sorted()
              .collect(Collectors.toList());
      if (pictures.isEmpty()) {
        throw new InvalidInputException(
            folder.toString(), "a folder of pictures (" + FORMATS + ")", "none in it");
      }
      return pictures;
    } catch (UncheckedIOException e) {
      boolean loop = e.getCause() instanceof FileSystemLoopException;
      throw new InvalidInputException(
          folder.toString(),
          "a folder of pictures",
          loop ? "a link in it that leads back" : "one that can't be read (" + e.getMessage() + ")",
          e);
    }
  }

  /**
   * Reads a picture by its content, whatever its name. Palettes become RGB, or grey if all their
   * colours are; samples of other depths become 8 bits.
   *
   * @throws InvalidInputException if the file is absent, no picture of a known format, broken, cut
   *     short or of more than {@link #MAX_PIXELS} pixels
   * @throws IOException if it can't be read
   */
  public static Picture read(Path file) throws IOException {
    String where = file.toString();
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          where, "a picture", Files.exists(file) ? "a folder" : "no such file");
    }
    if (!Files.isReadable(file)) {
      throw new InvalidInputException(where, "a picture", "a file without permission to read");
    }
    try (ImageInputStream in = new EndGuard(file)) {
      ImageReader reader = readerOf(in);
      if (reader == null) {
        throw new InvalidInputException(where, "a picture (" + FORMATS + ")", describe(file));
      }
      try {
        return read(reader, in, where);
      } finally {
        reader.dispose();
      }
    }
  }

  private static @Nullable ImageReader readerOf(ImageInputStream in) throws IOException {
    if (isWebp(in)) {
      return WEBP.createReaderInstance();
    }
    // ImageIO knows more formats; one of them takes any file for its own that starts with zeros.
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      for (String name : reader.getOriginatingProvider().getFormatNames()) {
        if (READ.contains(name)) {
          return reader;
        }
      }
      reader.dispose();
    }
    return null;
  }

  /** ImageIO reads some CMYK files too, but without their profile: the colours are wrong. */
  private static boolean isGreyOrRgb(ImageReader reader) throws IOException {
    Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
    while (types.hasNext()) {
      ImageTypeSpecifier type = types.next();
      if (type == null || !Images.canBePicture(type)) {
        continue;
      }
      int space = type.getColorModel().getColorSpace().getType();
      if (space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB) {
        return true;
      }
    }
    return false;
  }

  private static void requireNotTooLarge(int width, int height, String where)
      throws InvalidInputException {
    long pixels = (long) width * height;
    if (pixels > MAX_PIXELS) {
      throw new InvalidInputException(
          where, "at most " + MAX_PIXELS + " pixels", pixels + " (" + width + "x" + height + ")");
    }
  }

  /** The plugin fails on files of some bytes, rather than to say no, and leaves its place. */
  private static boolean isWebp(ImageInputStream in) throws IOException {
    long start = in.getStreamPosition();
    try {
      return WEBP.canDecodeInput(in);
    } catch (EOFException e) {
      return false;
    } finally {
      in.seek(start);
    }
  }

  /** Its decoder takes what is missing for zeros; the length is in the header. */
  private static boolean isCutWebp(ImageInputStream in) throws IOException {
    in.mark();
    try {
      in.seek(4);
      in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
      return in.readUnsignedInt() + 8 > in.length();
    } finally {
      in.reset();
    }
  }

  private static Picture read(ImageReader reader, ImageInputStream in, String where)
      throws IOException {
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    try {
      reader.setInput(in, true, true);
      requireNotTooLarge(reader.getWidth(0), reader.getHeight(0), where);
      // A tile may claim to be larger than the picture, and is decoded whole.
      requireNotTooLarge(reader.getTileWidth(0), reader.getTileHeight(0), where);
      if (!isGreyOrRgb(reader)) {
        throw new InvalidInputException(
            where,
            "a picture in RGB or grey of at most 16 bits",
            "another colour space, such as CMYK, or other samples");
      }
      if (reader.getOriginatingProvider() == WEBP && isCutWebp(in)) {
        throw new InvalidInputException(where, "a whole picture", "one that is cut short");
      }
      BufferedImage image = reader.read(0);
      // The JPEG reader fills a file that was cut short with grey and only warns.
      for (String warning : warnings) {
        if (warning.contains("remature") || warning.contains("EOI")) {
          throw new InvalidInputException(where, "a whole picture", "one that is cut short");
        }
      }
      return Images.toPicture(image);
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException e) {
      boolean cut = e instanceof EOFException || e.getCause() instanceof EOFException;
      throw new InvalidInputException(
          where,
          "a whole picture",
          cut ? "one that is cut short" : "a broken one (" + e.getMessage() + ")",
          e);
    } catch (RuntimeException e) {
      // ImageIO's readers answer malformed files with whatever their parsing runs into.
      throw new InvalidInputException(where, "a whole picture", "a broken one (" + e + ")", e);
    } catch (OutOfMemoryError e) {
      throw new InvalidInputException(
          where,
          "a picture that fits into memory",
          "one that takes more than the "
              + (Runtime.getRuntime().maxMemory() >> 20)
              + " MB there are",
          e);
    }
  }

  /**
   * Writes a picture in the format of the file's name: PNG, JPEG (quality 0.95) or BMP. Either the
   * whole file is there afterwards, or none.
   *
   * @throws InvalidInputException if the name ends otherwise, the format can't hold the picture, or
   *     the place can't be written to
   */
  public static void write(Path file, Picture picture) throws IOException {
    String ending = ending(file);
    if (!WRITTEN.contains(ending)) {
      throw new InvalidInputException(
          file.toString(), "a name that ends in .png, .jpg or .bmp", "." + ending);
    }
    if (picture.hasAlpha() && !ending.equals("png")) {
      throw new InvalidInputException(
          file.toString(), "a format that holds alpha (PNG)", "." + ending);
    }
    if (ending.startsWith("jp") && Math.max(picture.width(), picture.height()) > MAX_JPEG_SIDE) {
      throw new InvalidInputException(
          file.toString(), "sides of at most " + MAX_JPEG_SIDE + " for JPEG", picture.toString());
    }
    AtomicFile.write(file, temporary -> writeTo(temporary, ending, picture));
  }

  /** The bytes of a PNG file of a picture. */
  public static byte[] png(Picture picture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      write(out, "png", picture, JPEG_QUALITY);
    }
    return bytes.toByteArray();
  }

  private static void writeTo(Path file, String ending, Picture picture) throws IOException {
    try (ImageOutputStream out = new FileImageOutputStream(Files.createFile(file).toFile())) {
      write(out, ending, picture, JPEG_QUALITY);
    }
  }

  /** Writes a picture; {@code quality}, 0..1, is for JPEG. */
  static void write(ImageOutputStream out, String ending, Picture picture, float quality)
      throws IOException {
    BufferedImage image = Images.of(picture);
    ImageWriter writer =
        ImageIO.getImageWriters(ImageTypeSpecifier.createFromRenderedImage(image), ending).next();
    try {
      writer.setOutput(out);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      if (ending.startsWith("jp")) {
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(quality);
      }
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
  }

  private static String ending(Path file) {
    Path name = file.getFileName();
    String text = name == null ? "" : name.toString();
    int dot = text.lastIndexOf('.');
    return dot < 0 ? "" : text.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  private static String describe(Path file) throws IOException {
    long size = Files.size(file);
    return size == 0 ? "an empty file" : "something else (" + size + " bytes)";
  }
}
