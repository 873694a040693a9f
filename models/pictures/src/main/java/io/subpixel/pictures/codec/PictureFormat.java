package io.subpixel.pictures.codec;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The formats of picture files.
 *
 * @since 0.1
 */
public enum PictureFormat {
  /** Portable Network Graphics: 8 and 16 bits, alpha, lossless. */
  PNG("PNG", 16, true, true, "png"),
  /** JPEG: 8 bits, lossy. */
  JPEG("JPEG", 8, false, true, "jpg", "jpeg", "jpe", "jfif", "jif", "jfi", "pjpeg", "pjp"),
  /** Windows bitmap: 8 bits, alpha. */
  BMP("BMP", 8, true, true, "bmp", "dib"),
  /** GIF of one frame: read only. */
  GIF("GIF", 8, true, false, "gif"),
  /** TIFF of one page: 8 and 16 bits, alpha, lossless. */
  TIFF("TIFF", 16, true, true, "tif", "tiff", "btf", "tf8"),
  /** WebP: 8 bits, alpha, lossy or lossless; always in colour. */
  WEBP("WebP", 8, true, true, "webp"),
  /** Netpbm's PBM, PGM, PPM and PAM: 8 and 16 bits, alpha, no metadata. */
  PNM("PNM", 16, true, true, "pnm", "pgm", "ppm", "pam", "pbm"),
  /** HEIC, as phones save photographs: 8 to 12 bits, alpha; read only, by {@code runtime/video}. */
  HEIC("HEIC", 16, true, false, "heic", "heif", "hif"),
  /** AVIF: 8 to 12 bits, alpha, lossy or lossless; by {@code runtime/video}. */
  AVIF("AVIF", 16, true, true, "avif"),
  /** JPEG 2000: 1 to 16 bits, alpha; read only, by {@code runtime/video}. */
  JPEG_2000("JPEG 2000", 16, true, false, "jp2", "j2k", "j2c", "jpf", "jpx"),
  /** OpenEXR: linear light, as sRGB of 16 bits, alpha; read only, by {@code runtime/video}. */
  OPEN_EXR("OpenEXR", 16, true, false, "exr");

  private final String title;
  private final int maxDepth;
  private final boolean alpha;
  private final boolean written;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> endings;

  PictureFormat(String title, int maxDepth, boolean alpha, boolean written, String... endings) {
    this.title = title;
    this.maxDepth = maxDepth;
    this.alpha = alpha;
    this.written = written;
    this.endings = List.of(endings);
  }

  /** Returns the format that matches the ending of a file's name. */
  public static Optional<PictureFormat> ofName(Path file) {
    String ending = endingOf(file);
    for (PictureFormat format : values()) {
      if (format.endings.contains(ending)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** Returns what follows the last dot of a name, in lower case; empty if there is none. */
  public static String endingOf(Path file) {
    Path name = file.getFileName();
    String text = name == null ? "" : name.toString();
    int dot = text.lastIndexOf('.');
    return dot < 0 ? "" : text.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /** Returns whether files of it can be written. */
  public boolean isWritten() {
    return written;
  }

  /** Returns whether a picture may have alpha. */
  public boolean holdsAlpha() {
    return alpha;
  }

  /** The most bits that a sample may have: 8 or 16. */
  public int maxDepth() {
    return maxDepth;
  }

  /** The usual ending of names, without the dot, such as {@code jpg}. */
  public String ending() {
    return endings.get(0);
  }

  /** Returns the name as people write it, such as {@code WebP}. */
  @Override
  public String toString() {
    return title;
  }
}
