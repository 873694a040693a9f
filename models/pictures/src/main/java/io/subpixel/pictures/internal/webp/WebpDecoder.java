package io.subpixel.pictures.internal.webp;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.GuardedInput;
import io.subpixel.pictures.internal.codec.Samples;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/** Decodes WebP with libwebp, as a whole when its first row is requested. */
final class WebpDecoder implements PictureDecoder {
  private final PictureLayout layout;
  private final Metadata metadata;
  private byte @Nullable [] file;
  private int @Nullable [] pixels;
  private int next;

  /**
   * @param layout what its header says
   * @param file a container with only the picture
   */
  WebpDecoder(PictureLayout layout, Metadata metadata, byte[] file) {
    this.layout = layout;
    this.metadata = metadata;
    this.file = file;
  }

  @Override
  public PictureLayout layout() {
    return layout;
  }

  @Override
  public Metadata metadata() {
    return metadata;
  }

  @Override
  public void read(Rows into, int at, int count) throws IOException {
    byte[] encoded = file;
    if (encoded != null) {
      pixels = decoded(encoded);
      file = null;
    }
    int[] argb = pixels;
    if (argb == null) {
      throw new IOException("libwebp can't decode its data");
    }
    byte[] samples = into.bytes();
    int to = at * into.rowLength();
    int end = (next + count) * layout.width();
    for (int i = next * layout.width(); i < end; i++) {
      int pixel = argb[i];
      samples[to++] = (byte) (pixel >> 16);
      samples[to++] = (byte) (pixel >> 8);
      samples[to++] = (byte) pixel;
      if (layout.hasAlpha()) {
        samples[to++] = (byte) (pixel >> 24);
      }
    }
    next += count;
  }

  private int[] decoded(byte[] encoded) throws IOException {
    Libwebp.require();
    ImageReader reader = new WebPImageReaderSpi().createReaderInstance();
    BufferedImage image;
    try (GuardedInput in = new GuardedInput(encoded)) {
      reader.setInput(in, true, true);
      image = DecodeErrors.ofLibrary(() -> reader.read(0));
    } catch (IOException e) {
      throw new IOException("libwebp can't decode its data", e);
    } finally {
      reader.dispose();
    }
    if (!Samples.layout(image, "picture").equals(layout)) {
      throw new IOException("its data doesn't match its header");
    }
    return ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
  }

  @Override
  public void close() {
    file = null;
    pixels = null;
  }
}
