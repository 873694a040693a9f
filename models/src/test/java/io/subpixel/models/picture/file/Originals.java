package io.subpixel.models.picture.file;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;

/** Files with everything that travels with a picture, put together by the specifications. */
final class Originals {
  static final String XMP =
      "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF"
          + " xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description"
          + " xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:CreatorTool='Originals'"
          + " xmlns:tiff='http://ns.adobe.com/tiff/1.0/' tiff:Orientation='6'/>"
          + "</rdf:RDF></x:xmpmeta>";

  /** A keyword of IPTC. */
  private static final byte[] IPTC = ascii("\34\2\31\0\7Harbour");

  private Originals() {}

  /** sRGB's or grey's profile, too long for one segment of JPEG. */
  static byte[] profile(boolean colour) {
    ICC_Profile profile = ICC_Profile.getInstance(colour ? ColorSpace.CS_sRGB : ColorSpace.CS_GRAY);
    byte[] data = Arrays.copyOf(profile.getData(), 150_000);
    ByteBuffer.wrap(data).putInt(0, data.length);
    return data;
  }

  /** Waves that lossy formats keep to a few levels, with low bits of their own. */
  static Rows rows(PictureLayout layout) {
    Rows rows = new Rows(layout.height(), layout);
    for (int i = 0; i < layout.height() * rows.rowLength(); i++) {
      int x = i / layout.channels() % layout.width();
      int y = i / rows.rowLength();
      double wave = 0.3 * Math.sin(x / 9.0 + i % layout.channels()) * Math.cos(y / 14.0);
      if (layout.depth() == 8) {
        rows.bytes()[i] = (byte) ((int) (128 + 255 * wave) ^ (i & 1));
      } else {
        rows.shorts()[i] = (short) ((int) (32768 + 65535 * wave) ^ (i * 101 & 255));
      }
    }
    return rows;
  }

  static byte[] exif(PictureLayout layout, int orientation) {
    return ExifStream.of(ByteOrder.BIG_ENDIAN, orientation, layout.width(), layout.height());
  }

  static byte[] png(PictureLayout layout, int orientation) {
    int[] types = {Png.GREY, Png.GREY_ALPHA, Png.RGB, Png.RGB_ALPHA};
    ByteBuffer density = ByteBuffer.allocate(9).putInt(11811).putInt(11811).put((byte) 1);
    return new Png(layout.width(), layout.height(), layout.depth(), types[layout.channels() - 1])
        .chunk("gAMA", ByteBuffer.allocate(4).putInt(45455).array())
        .chunk("iCCP", join(ascii("a name\0\0"), deflated(profile(layout.isColour()))))
        .chunk("pHYs", density.array())
        .chunk("eXIf", exif(layout, orientation))
        .chunk("iTXt", join(ascii("XML:com.adobe.xmp\0\0\0\0\0"), ascii(XMP)))
        .chunk("tEXt", ascii("Comment\0made by a test"))
        .pixels(
            layout.width() * layout.channels() * layout.depth() / 8,
            bytes(rows(layout), ByteOrder.BIG_ENDIAN));
  }

  static byte[] tiff(PictureLayout layout, int orientation) {
    boolean colour = layout.isColour();
    Tiff tiff =
        new Tiff(layout.width(), layout.height(), layout.depth(), layout.channels(), colour ? 2 : 1)
            .field(274, orientation)
            .data(270, 2, ascii(ExifStream.DESCRIPTION + "\0"))
            .data(282, 5, ratio(300))
            .data(283, 5, ratio(300))
            .field(296, 2)
            .data(700, 1, ascii(XMP))
            .data(33723, 7, IPTC)
            .data(34675, 7, profile(colour));
    if (layout.hasAlpha()) {
      tiff.field(Tiff.EXTRA_SAMPLES, 2);
    }
    return tiff.pixels(bytes(rows(layout), ByteOrder.LITTLE_ENDIAN));
  }

  static byte[] jpeg(PictureLayout layout, int orientation) throws IOException {
    BufferedImage image =
        new BufferedImage(
            layout.width(),
            layout.height(),
            layout.isColour() ? BufferedImage.TYPE_3BYTE_BGR : BufferedImage.TYPE_BYTE_GRAY);
    Rows rows = rows(layout);
    for (int y = 0; y < layout.height(); y++) {
      for (int x = 0; x < layout.width(); x++) {
        for (int c = 0; c < layout.channels(); c++) {
          image.getRaster().setSample(x, y, c, rows.at(y, x, c));
        }
      }
    }
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", plain);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] file = plain.toByteArray();
    out.write(file, 0, 2);
    segment(out, 0xe0, ascii("JFIF\0\1\2\1\1\54\1\54\0\0"));
    segment(out, 0xe1, join(ascii("Exif\0\0"), exif(layout, orientation)));
    segment(out, 0xe1, join(ascii("http://ns.adobe.com/xap/1.0/\0"), ascii(XMP)));
    byte[] profile = profile(layout.isColour());
    for (int part = 0; part < 3; part++) {
      byte[] data = Arrays.copyOfRange(profile, 50_000 * part, 50_000 * (part + 1));
      segment(out, 0xe2, join(ascii("ICC_PROFILE\0" + (char) (part + 1) + "\3"), data));
    }
    byte[] resolution = ascii("8BIM\3\355\0\0\0\0\0\20\1\54\0\0\0\1\0\1\1\54\0\0\0\1\0\1");
    byte[] iptc = ascii("8BIM\4\4\0\0\0\0\0\14");
    segment(out, 0xed, join(ascii("Photoshop 3.0\0"), join(resolution, join(iptc, IPTC))));
    segment(out, 0xfe, ascii("made by a test"));
    out.write(file, 20, file.length - 20);
    return out.toByteArray();
  }

  /** Of 9x7 pixels with alpha. */
  static byte[] webp(int orientation) {
    byte[] plain = Base64.getDecoder().decode(WebpTest.LOSSLESS_ALPHA);
    PictureLayout layout = new PictureLayout(9, 7, 4, 8);
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    riff(chunks, "VP8X", new byte[] {0x3c, 0, 0, 0, 8, 0, 0, 6, 0, 0});
    riff(chunks, "ICCP", profile(true));
    chunks.write(plain, 12, plain.length - 12);
    riff(chunks, "EXIF", exif(layout, orientation));
    riff(chunks, "XMP ", ascii(XMP));
    ByteBuffer file = ByteBuffer.allocate(12 + chunks.size()).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(4 + chunks.size()).put(ascii("WEBP"));
    return file.put(chunks.toByteArray()).array();
  }

  static byte[] bmp(PictureLayout layout) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BufferedImage image =
        new BufferedImage(layout.width(), layout.height(), BufferedImage.TYPE_3BYTE_BGR);
    Rows rows = rows(layout);
    for (int y = 0; y < layout.height(); y++) {
      for (int x = 0; x < layout.width(); x++) {
        image
            .getRaster()
            .setPixel(x, y, new int[] {rows.at(y, x, 0), rows.at(y, x, 1), rows.at(y, x, 2)});
      }
    }
    ImageIO.write(image, "bmp", out);
    byte[] file = out.toByteArray();
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(38, 11811).putInt(42, 11811);
    return file;
  }

  /** PAM. */
  static byte[] pam(PictureLayout layout) {
    String header =
        "P7\n# made by a test\nWIDTH %d\nHEIGHT %d\nDEPTH %d\nMAXVAL %d\nTUPLTYPE X\nENDHDR\n"
            .formatted(
                layout.width(),
                layout.height(),
                layout.channels(),
                layout.depth() == 8 ? 255 : 65535);
    return join(ascii(header), bytes(rows(layout), ByteOrder.BIG_ENDIAN));
  }

  /** Rows as a file holds them. */
  static byte[] bytes(Rows rows, ByteOrder order) {
    if (rows.depth() == 8) {
      return rows.bytes();
    }
    ByteBuffer bytes = ByteBuffer.allocate(2 * rows.shorts().length).order(order);
    bytes.asShortBuffer().put(rows.shorts());
    return bytes.array();
  }

  private static byte[] ratio(int value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(value).putInt(1).array();
  }

  private static void segment(ByteArrayOutputStream out, int marker, byte[] data) {
    out.write(0xff);
    out.write(marker);
    out.write((data.length + 2) >> 8);
    out.write(data.length + 2);
    out.writeBytes(data);
  }

  static void riff(ByteArrayOutputStream out, String type, byte[] data) {
    ByteBuffer head = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(head.put(ascii(type)).putInt(data.length).array());
    out.writeBytes(data);
    if (data.length % 2 != 0) {
      out.write(0);
    }
  }

  static byte[] deflated(byte[] data) {
    Deflater deflater = new Deflater();
    deflater.setInput(data);
    deflater.finish();
    byte[] out = new byte[data.length + 64];
    int n = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, n);
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
