package io.subpixel.pictures.internal.webp;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.GuardedInput;
import io.subpixel.pictures.internal.jpeg.JpegSegments;
import io.subpixel.pictures.internal.metadata.Exif;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens WebP (RFC 9649). Limits are enforced here, by the headers. libwebp receives a file with
 * only the picture; profile and metadata are handled here.
 */
final class WebpFile {
  /** Longest side. */
  static final int MAX_SIDE = 16383;

  private static final int MAX_METADATA = 32 << 20;
  private static final int MAX_BYTES = 1 << 30;

  /** Bytes per pixel: the binding's and libwebp's own. */
  private static final int BYTES_A_PIXEL = 4 + 4;

  private static final int CHUNK_HEADER = 8;

  private final String where;
  private final List<Span> picture = new ArrayList<>();
  private Metadata metadata = Metadata.NONE;
  private boolean alpha;
  private boolean extended;
  private int width;
  private int height;

  /** A chunk in the file, without its padding byte. */
  private record Span(long at, long length) {}

  private WebpFile(String where) {
    this.where = where;
  }

  static PictureDecoder open(PictureSource source, long maxPixels) throws IOException {
    String where = source.where();
    WebpFile file = new WebpFile(where);
    try (GuardedInput in = new GuardedInput(source)) {
      in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
      file.readChunks(in);
      if (file.width == 0 || file.height == 0) {
        throw DecodeErrors.cut(where);
      }
      DecodeErrors.requirePixels(file.width, file.height, maxPixels, where);
      PictureLayout layout = new PictureLayout(file.width, file.height, file.alpha ? 4 : 3, 8);
      return new WebpDecoder(layout, file.metadata, file.pictureAlone(in));
    }
  }

  private void readChunks(GuardedInput in) throws IOException {
    in.seek(4);
    long end = in.readUnsignedInt() + 8;
    DecodeErrors.requireContent(end, in.length(), where);
    long budget = MAX_METADATA;
    for (long at = Riff.HEADER; at + CHUNK_HEADER <= end; ) {
      in.seek(at);
      byte[] name = new byte[4];
      in.readFully(name);
      String type = new String(name, StandardCharsets.ISO_8859_1);
      long size = in.readUnsignedInt();
      Span chunk = new Span(at, CHUNK_HEADER + size);
      DecodeErrors.requireContent(at + chunk.length, end, where);
      at += chunk.length + size % 2;
      switch (type) {
        case "VP8X" -> takeExtended(chunk, data(in, Math.min(size, 10)));
        case "ALPH" -> {
          // Like libwebp, ignore what follows the picture.
          if (extended && width == 0) {
            picture.add(chunk);
            alpha = true;
          }
        }
        case "VP8 ", "VP8L" -> {
          if (width == 0) {
            picture.add(chunk);
            takeHeader(type, in, size);
          }
        }
        case "ANIM", "ANMF" -> throw DecodeErrors.animated(where, "an animation");
        case "ICCP", "EXIF", "XMP " -> {
          budget -= size;
          if (budget >= 0) {
            takeMetadata(type, data(in, size));
          }
        }
        default -> {}
      }
    }
  }

  private static byte[] data(GuardedInput in, long size) throws IOException {
    byte[] data = new byte[(int) size];
    in.readFully(data);
    return data;
  }

  private void takeExtended(Span chunk, byte[] data) throws IOException {
    if (data.length < 10) {
      throw DecodeErrors.cut(where);
    }
    if ((data[0] & Riff.ANIMATION) != 0) {
      throw DecodeErrors.animated(where, "an animation");
    }
    if (picture.isEmpty()) {
      picture.add(chunk);
      extended = true;
      alpha = (data[0] & Riff.ALPHA) != 0;
    }
  }

  /** Reads the header of a VP8 frame (RFC 6386, 9.1), or of a lossless picture (RFC 9649, 3.4). */
  private void takeHeader(String type, GuardedInput in, long size) throws IOException {
    boolean isLossless = type.equals("VP8L");
    DecodeErrors.requireContent(isLossless ? 5 : 10, size, where);
    boolean isKnown;
    if (isLossless) {
      boolean isSigned = in.readUnsignedByte() == 0x2f;
      int bits = in.readInt();
      isKnown = isSigned && bits >>> 29 == 0;
      width = (bits & 0x3fff) + 1;
      height = (bits >> 14 & 0x3fff) + 1;
      alpha = (bits >> 28 & 1) != 0;
    } else {
      boolean isKeyFrame = (in.readUnsignedByte() & 1) == 0;
      in.skipBytes(2);
      isKnown = isKeyFrame && in.readUnsignedByte() == 0x9d && in.readUnsignedShort() == 0x2a01;
      // The upper two bits of each side ask the viewer to scale, which no viewer does.
      width = in.readUnsignedShort() & 0x3fff;
      height = in.readUnsignedShort() & 0x3fff;
    }
    if (!isKnown || width == 0 || height == 0) {
      throw new IOException("its frame has no header");
    }
  }

  /** Returns a container with only the picture's chunks. */
  private byte[] pictureAlone(GuardedInput in) throws IOException {
    long length = Riff.HEADER;
    for (Span chunk : picture) {
      length += chunk.length + chunk.length % 2;
    }
    if (length > MAX_BYTES) {
      throw new InvalidInputException(
          where, "an image of at most " + MAX_BYTES + " bytes", length + " bytes");
    }
    // The binding makes a copy.
    DecodeErrors.requireMemory(2 * length + (long) width * height * BYTES_A_PIXEL, where);
    byte[] bytes = new byte[(int) length];
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(bytes.length - 8);
    file.put("WEBP".getBytes(StandardCharsets.US_ASCII));
    for (Span chunk : picture) {
      in.seek(chunk.at);
      in.readFully(bytes, file.position(), (int) chunk.length);
      file.position(file.position() + (int) (chunk.length + chunk.length % 2));
    }
    if (extended) {
      bytes[Riff.HEADER + CHUNK_HEADER] &= Riff.ALPHA;
    }
    return bytes;
  }

  private void takeMetadata(String type, byte[] data) {
    switch (type) {
      case "ICCP" -> metadata = metadata.withIccProfile(data);
      case "XMP " -> metadata = metadata.withXmp(data);
      default -> metadata = metadata.withExif(exif(data));
    }
  }

  /** Returns Exif without JPEG's marker, which some programs leave in front. */
  private static byte @Nullable [] exif(byte[] data) {
    int mark = JpegSegments.EXIF.length();
    boolean marked =
        data.length > mark
            && new String(data, 0, mark, StandardCharsets.ISO_8859_1).equals(JpegSegments.EXIF);
    byte[] exif = marked ? Arrays.copyOfRange(data, mark, data.length) : data;
    return Exif.isStream(exif) ? exif : null;
  }
}
