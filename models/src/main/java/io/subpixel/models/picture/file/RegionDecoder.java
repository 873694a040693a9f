package io.subpixel.models.picture.file;

import io.subpixel.models.picture.PictureLayout;
import io.subpixel.models.picture.Rows;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** A file of which an ImageIO reader gives any rows alone: TIFF by strips or tiles, and BMP. */
final class RegionDecoder implements Decoder {
  private static final int BAND_BYTES = 4 << 20;

  private final ImageReader reader;
  private final ImageInputStream in;
  private final PictureLayout layout;
  private final Metadata metadata;
  private final int bandHeight;
  private @Nullable BufferedImage band;
  private int bandStart;
  private int next;

  /**
   * A decoder that closes the stream and the reader.
   *
   * @param step the rows that the file has together: fewer can't be decoded without the others
   */
  RegionDecoder(
      ImageReader reader,
      ImageInputStream in,
      Metadata metadata,
      int step,
      long maxPixels,
      String where)
      throws IOException {
    this.reader = reader;
    this.in = in;
    this.metadata = metadata;
    in.seek(0);
    reader.setInput(in, false, true);
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    Faults.requirePixels(width, height, maxPixels, where);
    // A tile may claim to be larger than the picture, and is decoded whole.
    Faults.requirePixels(reader.getTileWidth(0), reader.getTileHeight(0), maxPixels, where);
    ImageTypeSpecifier type = reader.getImageTypes(0).next();
    layout = Samples.layout(type.getColorModel(), type.getSampleModel(), width, height, where);
    long rowBytes = (long) width * layout.channels() * layout.depth() / 8;
    int steps = (int) Math.max(1, BAND_BYTES / rowBytes / step);
    bandHeight = (int) Math.min(height, (long) steps * step);
    Faults.requireMemory(bandHeight * rowBytes, where);
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
    for (int done = 0; done < count; ) {
      BufferedImage image = band(next);
      int rows = Math.min(count - done, bandStart + image.getHeight() - next);
      Samples.copy(image, next - bandStart, into, at + done, rows);
      done += rows;
      next += rows;
    }
  }

  private BufferedImage band(int row) throws IOException {
    BufferedImage image = band;
    if (image == null || row >= bandStart + image.getHeight()) {
      band = null;
      bandStart = row / bandHeight * bandHeight;
      int height = Math.min(bandHeight, layout.height() - bandStart);
      ImageReadParam parameters = reader.getDefaultReadParam();
      parameters.setSourceRegion(new Rectangle(0, bandStart, layout.width(), height));
      image = reader.read(0, parameters);
      band = image;
    }
    return image;
  }

  @Override
  public void close() throws IOException {
    reader.dispose();
    in.close();
  }
}
