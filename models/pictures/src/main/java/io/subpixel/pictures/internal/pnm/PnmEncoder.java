package io.subpixel.pictures.internal.pnm;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.PictureEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/** Encodes PGM and PPM in binary, or PAM if there is alpha. */
final class PnmEncoder implements PictureEncoder {
  private final WritableByteChannel out;

  PnmEncoder(WritableByteChannel out, PictureLayout layout) throws IOException {
    this.out = out;
    int greatest = layout.depth() == 8 ? 0xff : 0xffff;
    String header;
    if (layout.hasAlpha()) {
      header =
          "P7\nWIDTH %d\nHEIGHT %d\nDEPTH %d\nMAXVAL %d\nTUPLTYPE %s_ALPHA\nENDHDR\n"
              .formatted(
                  layout.width(),
                  layout.height(),
                  layout.channels(),
                  greatest,
                  layout.isColour() ? "RGB" : "GRAYSCALE");
    } else {
      header =
          "P%d\n%d %d\n%d\n"
              .formatted(layout.isColour() ? 6 : 5, layout.width(), layout.height(), greatest);
    }
    writeAll(ByteBuffer.wrap(header.getBytes(StandardCharsets.US_ASCII)));
  }

  @Override
  public void write(Rows from, int at, int count) throws IOException {
    int length = from.rowLength();
    if (from.depth() == 8) {
      writeAll(ByteBuffer.wrap(from.bytes(), at * length, count * length));
      return;
    }
    ByteBuffer row = ByteBuffer.allocate(2 * length);
    for (int i = 0; i < count; i++) {
      row.clear();
      row.asShortBuffer().put(from.shorts(), (at + i) * length, length);
      writeAll(row);
    }
  }

  private void writeAll(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  @Override
  public void finish() {}

  @Override
  public void close() {}
}
