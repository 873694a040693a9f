package io.subpixel.models.picture.file;

import io.subpixel.models.picture.PictureLayout;
import io.subpixel.models.picture.Rows;
import io.subpixel.models.picture.file.Metadata.Density;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** BMP of 8 bits with a palette of greys, or of 24 bits; the last row comes first. */
final class BmpEncoder implements Encoder {
  private static final int GREYS = 256;

  private final FileChannel out;
  private final PictureLayout layout;
  private final int rowBytes;
  private final int start;
  private int done;

  BmpEncoder(FileChannel out, PictureLayout layout, Metadata metadata) throws IOException {
    this.out = out;
    this.layout = layout;
    rowBytes = Math.toIntExact(((long) layout.width() * layout.channels() + 3) / 4 * 4);
    int greys = layout.isColour() ? 0 : GREYS;
    start = BmpFile.FILE_HEADER + BmpFile.INFO_HEADER + 4 * greys;
    long size = start + (long) rowBytes * layout.height();
    ByteBuffer header = ByteBuffer.allocate(start).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 'B').put((byte) 'M').putInt((int) size).putInt(0).putInt(start);
    header.putInt(BmpFile.INFO_HEADER).putInt(layout.width()).putInt(layout.height());
    header.putShort((short) 1).putShort((short) (8 * layout.channels())).putInt(0);
    header.putInt((int) (size - start));
    Density density = metadata.density();
    header.putInt(density == null ? 0 : density.perMetreX());
    header.putInt(density == null ? 0 : density.perMetreY());
    header.putInt(greys).putInt(0);
    for (int grey = 0; grey < greys; grey++) {
      header.putInt(0x010101 * grey);
    }
    writeAll(header.flip(), 0);
  }

  @Override
  public void write(Rows from, int at, int count) throws IOException {
    ByteBuffer row = ByteBuffer.allocate(rowBytes);
    byte[] target = row.array();
    int length = from.rowLength();
    for (int i = 0; i < count; i++) {
      int source = (at + i) * length;
      if (layout.isColour()) {
        for (int k = 0; k < length; k += 3) {
          target[k] = from.bytes()[source + k + 2];
          target[k + 1] = from.bytes()[source + k + 1];
          target[k + 2] = from.bytes()[source + k];
        }
      } else {
        System.arraycopy(from.bytes(), source, target, 0, length);
      }
      done++;
      writeAll(row.clear(), start + (long) rowBytes * (layout.height() - done));
    }
  }

  private void writeAll(ByteBuffer bytes, long at) throws IOException {
    long to = at;
    while (bytes.hasRemaining()) {
      to += out.write(bytes, to);
    }
  }

  @Override
  public void finish() {}

  @Override
  public void close() {}
}
