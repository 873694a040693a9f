package io.subpixel.pictures.codec;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What accompanies a picture's samples, in a form that all file formats share. Immutable: arrays
 * are copied on the way in and out.
 *
 * @since 0.1
 */
public final class Metadata {
  /** No metadata. */
  public static final Metadata NONE =
      new Metadata(null, null, null, null, null, List.of(), List.of());

  private static final Set<String> COLOUR_CHUNKS =
      Set.of("gAMA", "cHRM", "sRGB", "cICP", "mDCV", "cLLI");

  private final byte @Nullable [] iccProfile;
  private final byte @Nullable [] exif;
  private final byte @Nullable [] xmp;
  private final @Nullable Density density;
  private final byte @Nullable [] photoshop;
  private final List<byte[]> comments;
  private final List<PngChunk> pngChunks;

  private Metadata(
      byte @Nullable [] iccProfile,
      byte @Nullable [] exif,
      byte @Nullable [] xmp,
      @Nullable Density density,
      byte @Nullable [] photoshop,
      List<byte[]> comments,
      List<PngChunk> pngChunks) {
    this.iccProfile = iccProfile;
    this.exif = exif;
    this.xmp = xmp;
    this.density = density;
    this.photoshop = photoshop;
    this.comments = comments;
    this.pngChunks = pngChunks;
  }

  /**
   * The resolution of the picture when printed.
   *
   * @param x pixels per inch along a row
   * @param y pixels per inch along a column
   */
  public record Density(double x, double y) {
    /** Converts pixels per metre, the unit of PNG and BMP. */
    public static Density ofMetre(double x, double y) {
      return new Density(perInch(x), perInch(y));
    }

    /** Restores a whole number of pixels per inch that PNG rounded to pixels per metre. */
    private static double perInch(double pixels) {
      double inch = pixels * 0.0254;
      return Math.abs(inch - Math.rint(inch)) < 0.0128 ? Math.rint(inch) : inch;
    }

    /** Returns whether a file can hold both numbers. */
    public boolean isSane() {
      return x > 0.01 && x < 1e6 && y > 0.01 && y < 1e6;
    }

    public int perMetreX() {
      return (int) Math.rint(x / 0.0254);
    }

    public int perMetreY() {
      return (int) Math.rint(y / 0.0254);
    }

    public Density transposed() {
      return new Density(y, x);
    }
  }

  /** A chunk that only PNG knows, such as text or gamma: its type and its data. */
  public static final class PngChunk {
    private final String type;
    private final byte[] data;

    public PngChunk(String type, byte[] data) {
      this.type = type;
      this.data = data;
    }

    public String type() {
      return type;
    }

    public byte[] data() {
      return data;
    }
  }

  /** The ICC profile of the samples. */
  public byte @Nullable [] iccProfile() {
    return copy(iccProfile);
  }

  /** Returns Exif: a TIFF stream, without the marker that JPEG puts before it. */
  public byte @Nullable [] exif() {
    return copy(exif);
  }

  /** An XMP packet. */
  public byte @Nullable [] xmp() {
    return copy(xmp);
  }

  /** Returns the pixels per inch. */
  public @Nullable Density density() {
    return density;
  }

  /**
   * Returns Photoshop's image resources, including IPTC, without the marker that JPEG puts before
   * them.
   */
  public byte @Nullable [] photoshop() {
    return photoshop;
  }

  /** Returns the comments of a JPEG, in an unknown charset. */
  public List<byte[]> comments() {
    return comments;
  }

  public List<PngChunk> pngChunks() {
    return pngChunks;
  }

  /** Returns a copy with another ICC profile, or none. */
  public Metadata withIccProfile(byte @Nullable [] other) {
    return new Metadata(copy(other), exif, xmp, density, photoshop, comments, pngChunks);
  }

  /** Returns a copy with another Exif, or none. */
  public Metadata withExif(byte @Nullable [] other) {
    return new Metadata(iccProfile, copy(other), xmp, density, photoshop, comments, pngChunks);
  }

  /** Returns a copy with another XMP packet, or none. */
  public Metadata withXmp(byte @Nullable [] other) {
    return new Metadata(iccProfile, exif, copy(other), density, photoshop, comments, pngChunks);
  }

  /** Returns a copy with another density, or none. */
  public Metadata withDensity(@Nullable Density other) {
    return new Metadata(iccProfile, exif, xmp, other, photoshop, comments, pngChunks);
  }

  public Metadata withPhotoshop(byte @Nullable [] other) {
    return new Metadata(iccProfile, exif, xmp, density, other, comments, pngChunks);
  }

  public Metadata withComments(List<byte[]> others) {
    return new Metadata(iccProfile, exif, xmp, density, photoshop, List.copyOf(others), pngChunks);
  }

  public Metadata withPngChunks(List<PngChunk> others) {
    return new Metadata(iccProfile, exif, xmp, density, photoshop, comments, List.copyOf(others));
  }

  /** Returns a copy with only what colours depend on: the profile, and PNG's own description. */
  public Metadata ofColours() {
    return NONE.withIccProfile(iccProfile)
        .withPngChunks(
            pngChunks.stream().filter(each -> COLOUR_CHUNKS.contains(each.type())).toList());
  }

  private static byte @Nullable [] copy(byte @Nullable [] bytes) {
    return bytes == null ? null : bytes.clone();
  }
}
