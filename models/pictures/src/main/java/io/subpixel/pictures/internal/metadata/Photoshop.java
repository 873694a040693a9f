package io.subpixel.pictures.internal.metadata;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Edits Photoshop's image resources, one of which is IPTC (Adobe Photoshop File Formats). */
public final class Photoshop {
  private static final int SIGNATURE = 0x3842494d;
  private static final int IPTC = 0x404;
  private static final int OLD_THUMBNAIL = 0x409;
  private static final int THUMBNAIL = 0x40c;
  private static final int HEAD = 12;

  private Photoshop() {}

  /** Returns a copy without a thumbnail. Malformed resources stay unchanged. */
  public static byte[] withoutThumbnail(byte[] resources) {
    return part(resources, id -> id != OLD_THUMBNAIL && id != THUMBNAIL, false);
  }

  /** Returns the IPTC of resources, or null. */
  public static byte @Nullable [] iptc(byte[] resources) {
    byte[] iptc = part(resources, id -> id == IPTC, true);
    return iptc.length == 0 ? null : iptc;
  }

  /** Wraps IPTC in resources. */
  public static byte[] ofIptc(byte[] iptc) {
    int padded = iptc.length + iptc.length % 2;
    ByteBuffer block = ByteBuffer.allocate(HEAD + padded);
    block.putInt(SIGNATURE).putShort((short) IPTC).putShort((short) 0).putInt(iptc.length);
    return block.put(iptc).array();
  }

  /** Returns the selected blocks, or only their data. */
  private static byte[] part(byte[] resources, IntPredicate wanted, boolean dataAlone) {
    ByteBuffer in = ByteBuffer.wrap(resources);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (in.remaining() >= HEAD) {
      int start = in.position();
      int id = in.getShort(start + 4) & 0xffff;
      int name = in.get(start + 6) & 0xff;
      // The name starts with its length; name and data are padded to even lengths.
      int data = start + 6 + (name + 2) / 2 * 2 + 4;
      if (in.getInt(start) != SIGNATURE || data > resources.length) {
        break;
      }
      long size = in.getInt(data - 4) & 0xffffffffL;
      if (size > resources.length - data) {
        break;
      }
      int end = (int) Math.min(resources.length, data + size + size % 2);
      if (wanted.test(id)) {
        out.write(resources, dataAlone ? data : start, dataAlone ? (int) size : end - start);
      }
      in.position(end);
    }
    if (!dataAlone) {
      out.write(resources, in.position(), in.remaining());
    }
    return out.toByteArray();
  }

  /**
   * Encodes resources as ImageMagick does in PNG's text: hexadecimal, with a name and the length.
   */
  public static byte[] asText(byte[] resources) {
    StringBuilder text = new StringBuilder("\niptc\n%8d\n".formatted(resources.length));
    for (int i = 0; i < resources.length; i++) {
      text.append("%02x".formatted(resources[i])).append(i % 36 == 35 ? "\n" : "");
    }
    return text.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
  }
}
