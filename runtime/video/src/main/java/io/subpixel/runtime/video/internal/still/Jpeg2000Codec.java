package io.subpixel.runtime.video.internal.still;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureCodec;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureEncoder;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.codec.WriteOptions;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;

/** JPEG 2000, as JP2 or as a bare codestream: read through FFmpeg's decoder. */
public final class Jpeg2000Codec implements PictureCodec {
  private static final byte[] JP2 = {0, 0, 0, 12, 'j', 'P', ' ', ' ', 13, 10, (byte) 0x87, 10};
  private static final byte[] CODESTREAM = {(byte) 0xff, 0x4f, (byte) 0xff, 0x51};

  @Override
  public PictureFormat format() {
    return PictureFormat.JPEG_2000;
  }

  @Override
  public boolean recognises(byte[] start) {
    return startsWith(start, JP2) || startsWith(start, CODESTREAM);
  }

  /** Whether bytes begin with others. */
  static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }

  @Override
  public PictureDecoder open(PictureSource source, long maxPixels) throws IOException {
    return Jpeg2000Decoder.open(source, Jpeg2000File.read(source, maxPixels));
  }

  @Override
  public PictureEncoder create(
      SeekableByteChannel out,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options,
      String where) {
    throw new UnsupportedOperationException("JPEG 2000 isn't written");
  }
}
