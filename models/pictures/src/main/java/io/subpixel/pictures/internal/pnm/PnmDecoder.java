package io.subpixel.pictures.internal.pnm;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;

/**
 * Decodes Netpbm's formats as their manual pages define them: P1 to P6, and PAM (P7) of up to four
 * samples.
 */
final class PnmDecoder implements PictureDecoder {
  private static final int LONGEST_WORD = 64;

  private final String where;
  private final InputStream in;
  private final PictureLayout layout;
  private final boolean bitmap;
  private final boolean text;
  private final int greatest;
  private byte[] line = {};

  PnmDecoder(PictureSource source, long maxPixels) throws IOException {
    where = source.where();
    in = new BufferedInputStream(Channels.newInputStream(source.open()), 1 << 16);
    boolean opened = false;
    try {
      in.skipNBytes(1);
      int kind = in.read() - '0';
      bitmap = kind == 1 || kind == 4;
      text = kind <= 3;
      long[] header = kind == 7 ? pamHeader() : header(kind);
      greatest = (int) header[3];
      DecodeErrors.requirePixels(header[0], header[1], maxPixels, where);
      boolean isSane =
          header[0] >= 1
              && header[1] >= 1
              && header[2] >= 1
              && header[2] <= 4
              && header[3] >= 1
              && header[3] <= 0xffff;
      if (!isSane) {
        throw new InvalidInputException(
            where,
            "an image of 1 to 4 samples of at most 16 bits",
            header[0] + "x" + header[1] + "x" + header[2] + " of at most " + header[3]);
      }
      layout =
          new PictureLayout(
              (int) header[0], (int) header[1], (int) header[2], greatest > 0xff ? 16 : 8);
      long samples = layout.pixels() * layout.channels();
      long least = bitmap ? samples / 8 : text || greatest <= 0xff ? samples : 2 * samples;
      DecodeErrors.requireContent(least, source.size(), where);
      opened = true;
    } finally {
      if (!opened) {
        in.close();
      }
    }
  }

  /** Returns width, height, channels and the greatest value. */
  private long[] header(int kind) throws IOException {
    long width = number();
    long height = number();
    return new long[] {width, height, kind == 3 || kind == 6 ? 3 : 1, bitmap ? 1 : number()};
  }

  private long[] pamHeader() throws IOException {
    long[] values = new long[4];
    while (true) {
      String key = word();
      switch (key) {
        case "WIDTH" -> values[0] = number();
        case "HEIGHT" -> values[1] = number();
        case "DEPTH" -> values[2] = number();
        case "MAXVAL" -> values[3] = number();
        case "TUPLTYPE" -> word();
        case "ENDHDR" -> {
          return values;
        }
        default -> throw new InvalidInputException(where, "a PAM header", key);
      }
    }
  }

  private long number() throws IOException {
    String word = word();
    boolean isNumber = word.matches("[0-9]{1,10}");
    if (!isNumber || Long.parseLong(word) > Integer.MAX_VALUE) {
      throw new InvalidInputException(where, "a number of 31 bits", word);
    }
    return Long.parseLong(word);
  }

  /** Reads the next word and the white space after it, skipping comments. */
  private String word() throws IOException {
    StringBuilder word = new StringBuilder();
    while (true) {
      int c = in.read();
      if (c < 0 && word.length() > 0) {
        return word.toString();
      } else if (c < 0) {
        throw new EOFException();
      } else if (c == '#') {
        while (c >= 0 && c != '\n') {
          c = in.read();
        }
      } else if (c > ' ') {
        word.append((char) c);
        if (word.length() > LONGEST_WORD) {
          throw new InvalidInputException(where, "a word of PNM", "a longer one");
        }
        continue;
      }
      if (word.length() > 0) {
        return word.toString();
      }
    }
  }

  @Override
  public PictureLayout layout() {
    return layout;
  }

  @Override
  public Metadata metadata() {
    return Metadata.NONE;
  }

  @Override
  public void read(Rows into, int at, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      int to = (at + i) * into.rowLength();
      if (text) {
        readText(into, to);
      } else if (bitmap) {
        readBits(into.bytes(), to);
      } else {
        readSamples(into, to);
      }
    }
  }

  private void readText(Rows into, int to) throws IOException {
    for (int i = 0; i < into.rowLength(); i++) {
      put(into, to + i, bitmap ? 1 - digit() : number());
    }
  }

  /** Reads a bit of a bitmap; bits needn't be separated. */
  private int digit() throws IOException {
    while (true) {
      int c = in.read();
      if (c == '0' || c == '1') {
        return c - '0';
      } else if (c == '#') {
        while (c >= 0 && c != '\n') {
          c = in.read();
        }
      }
      if (c < 0) {
        throw new EOFException();
      } else if (c > ' ') {
        throw new InvalidInputException(where, "0 or 1", String.valueOf((char) c));
      }
    }
  }

  private void readBits(byte[] samples, int to) throws IOException {
    byte[] bits = line((layout.width() + 7) / 8);
    for (int x = 0; x < layout.width(); x++) {
      samples[to + x] = (byte) ((bits[x / 8] >> (7 - x % 8) & 1) == 0 ? 0xff : 0);
    }
  }

  private void readSamples(Rows into, int to) throws IOException {
    int n = into.rowLength();
    if (greatest == 0xff) {
      if (in.readNBytes(into.bytes(), to, n) < n) {
        throw new EOFException();
      }
      return;
    }
    boolean wide = greatest > 0xff;
    byte[] bytes = line(wide ? 2 * n : n);
    for (int i = 0; i < n; i++) {
      int value = wide ? (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff) : bytes[i] & 0xff;
      put(into, to + i, value);
    }
  }

  private byte[] line(int length) throws IOException {
    if (line.length != length) {
      line = new byte[length];
    }
    if (in.readNBytes(line, 0, length) < length) {
      throw new EOFException();
    }
    return line;
  }

  private void put(Rows into, int at, long value) throws IOException {
    if (value > greatest) {
      throw new InvalidInputException(
          where, "samples of at most " + greatest, String.valueOf(value));
    }
    long scaled = (value * into.greatest() + greatest / 2) / greatest;
    if (into.depth() == 8) {
      into.bytes()[at] = (byte) scaled;
    } else {
      into.shorts()[at] = (short) scaled;
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
