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

/** OpenEXR: read through FFmpeg's decoder, from linear light to sRGB. */
public final class ExrCodec implements PictureCodec {
  private static final byte[] MAGIC = {0x76, 0x2f, 0x31, 0x01};

  @Override
  public PictureFormat format() {
    return PictureFormat.OPEN_EXR;
  }

  @Override
  public boolean recognises(byte[] start) {
    return Jpeg2000Codec.startsWith(start, MAGIC);
  }

  @Override
  public PictureDecoder open(PictureSource source, long maxPixels) throws IOException {
    return ExrDecoder.open(source, ExrFile.read(source, maxPixels));
  }

  @Override
  public PictureEncoder create(
      SeekableByteChannel out,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options,
      String where) {
    throw new UnsupportedOperationException("OpenEXR isn't written");
  }
}
