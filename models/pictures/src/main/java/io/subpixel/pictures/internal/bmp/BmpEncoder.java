package io.subpixel.pictures.internal.bmp;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.Metadata.Density;
import io.subpixel.pictures.codec.PictureEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;

/**
 * Writes BMP of 8 bits with a grey palette, of 24 bits, or of 32 with alpha. The last row comes
 * first.
 */
final class BmpEncoder implements PictureEncoder {
  private static final int GREYS = 256;
  private static final int SRGB = 0x73524742;

  private final SeekableByteChannel out;
  private final PictureLayout layout;
  private final int pixelBytes;
  private final int rowBytes;
  private final int start;
  private int done;

  BmpEncoder(SeekableByteChannel out, PictureLayout layout, Metadata metadata) throws IOException {
    this.out = out;
    this.layout = layout;
    pixelBytes = layout.hasAlpha() ? 4 : layout.channels();
    rowBytes = Math.toIntExact(((long) layout.width() * pixelBytes + 3) / 4 * 4);
    int greys = pixelBytes == 1 ? GREYS : 0;
    int infoHeader = layout.hasAlpha() ? BmpDecoder.V4_HEADER : BmpDecoder.INFO_HEADER;
    start = BmpDecoder.FILE_HEADER + infoHeader + 4 * greys;
    long size = start + (long) rowBytes * layout.height();
    ByteBuffer header = ByteBuffer.allocate(start).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 'B').put((byte) 'M').putInt((int) size).putInt(0).putInt(start);
    header.putInt(infoHeader).putInt(layout.width()).putInt(layout.height());
    header.putShort((short) 1).putShort((short) (8 * pixelBytes));
    header.putInt(layout.hasAlpha() ? BmpDecoder.BITFIELDS : 0);
    header.putInt((int) (size - start));
    Density density = metadata.density();
    header.putInt(density == null ? 0 : density.perMetreX());
    header.putInt(density == null ? 0 : density.perMetreY());
    header.putInt(greys).putInt(0);
    if (layout.hasAlpha()) {
      header.putInt(0xff0000).putInt(0xff00).putInt(0xff).putInt(0xff000000).putInt(SRGB);
      header.position(start);
    }
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
      if (layout.hasAlpha()) {
        putAlpha(from.bytes(), source, target);
      } else if (layout.isColour()) {
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

  private void putAlpha(byte[] samples, int source, byte[] target) {
    int n = layout.channels();
    for (int x = 0; x < layout.width(); x++) {
      int pixel = source + n * x;
      target[4 * x] = samples[pixel + (n == 4 ? 2 : 0)];
      target[4 * x + 1] = samples[pixel + (n == 4 ? 1 : 0)];
      target[4 * x + 2] = samples[pixel];
      target[4 * x + 3] = samples[pixel + n - 1];
    }
  }

  private void writeAll(ByteBuffer bytes, long at) throws IOException {
    long to = at;
    while (bytes.hasRemaining()) {
      to += out.position(to).write(bytes);
    }
  }

  @Override
  public void finish() {}

  @Override
  public void close() {}
}
