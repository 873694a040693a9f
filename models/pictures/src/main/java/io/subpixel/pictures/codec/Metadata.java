package io.subpixel.pictures.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What travels with a picture beside its samples, as the containers share it. Immutable: arrays are
 * copied on their way in and out.
 *
 * @since 0.1
 */
public final class Metadata {
  /** Nothing. */
  public static final Metadata NONE =
      new Metadata(null, null, null, null, null, List.of(), List.of());

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
   * How close the pixels lie on paper.
   *
   * @param x pixels an inch along a row
   * @param y pixels an inch along a column
   */
  public record Density(double x, double y) {
    /** That of pixels a metre, such as PNG and BMP count. */
    public static Density ofMetre(double x, double y) {
      return new Density(perInch(x), perInch(y));
    }

    /** Whole numbers of pixels an inch survive PNG's whole numbers of pixels a metre. */
    private static double perInch(double pixels) {
      double inch = pixels * 0.0254;
      return Math.abs(inch - Math.rint(inch)) < 0.0128 ? Math.rint(inch) : inch;
    }

    /** Whether both are numbers that a file can hold. */
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

  /** Exif: a TIFF stream, without the mark that JPEG puts before it. */
  public byte @Nullable [] exif() {
    return copy(exif);
  }

  /** An XMP packet. */
  public byte @Nullable [] xmp() {
    return copy(xmp);
  }

  /** Pixels an inch. */
  public @Nullable Density density() {
    return density;
  }

  /** Photoshop's image resources, IPTC among them, without the mark that JPEG puts before them. */
  public byte @Nullable [] photoshop() {
    return photoshop;
  }

  /** Comments of JPEG, in a charset that isn't told. */
  public List<byte[]> comments() {
    return comments;
  }

  public List<PngChunk> pngChunks() {
    return pngChunks;
  }

  /** The same with another ICC profile, or none. */
  public Metadata withIccProfile(byte @Nullable [] other) {
    return new Metadata(copy(other), exif, xmp, density, photoshop, comments, pngChunks);
  }

  /** The same with another Exif, or none. */
  public Metadata withExif(byte @Nullable [] other) {
    return new Metadata(iccProfile, copy(other), xmp, density, photoshop, comments, pngChunks);
  }

  /** The same with another XMP packet, or none. */
  public Metadata withXmp(byte @Nullable [] other) {
    return new Metadata(iccProfile, exif, copy(other), density, photoshop, comments, pngChunks);
  }

  /** The same with another density, or none. */
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

  private static byte @Nullable [] copy(byte @Nullable [] bytes) {
    return bytes == null ? null : bytes.clone();
  }
}
