package io.subpixel.models.picture.file;

import io.subpixel.models.picture.PictureLayout;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** Opens GIF (GIF89a) of one frame; the JDK's reader decodes. */
final class GifFile {
  private static final int HEADER = 13;
  private static final int IMAGE = 0x2c;
  private static final int EXTENSION = 0x21;

  private GifFile() {}

  /** Where the frame lies on the canvas. */
  private record Frame(int x, int y, int width, int height) {}

  static Decoder open(Path path, String where, long maxPixels) throws IOException {
    int width;
    int height;
    Frame frame;
    try (EndGuard in = new EndGuard(path)) {
      in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
      in.seek(6);
      width = in.readUnsignedShort();
      height = in.readUnsignedShort();
      frame = frame(in, where);
    }
    Faults.requirePixels(width, height, maxPixels, where);
    Faults.requirePixels(frame.width, frame.height, maxPixels, where);
    Faults.requireMemory((long) width * height * 4 + (long) frame.width * frame.height, where);
    boolean covers = frame.x == 0 && frame.y == 0 && frame.width == width && frame.height == height;
    PictureLayout layout =
        covers ? layout(path, frame, where) : new PictureLayout(width, height, 4, 8);
    return new WholeDecoder(
        layout, Metadata.NONE, () -> covers ? load(path) : onCanvas(load(path), frame, layout));
  }

  private static PictureLayout layout(Path path, Frame frame, String where) throws IOException {
    ImageReader reader = Jdk.reader("gif");
    try (EndGuard in = new EndGuard(path)) {
      reader.setInput(in, true, true);
      ImageTypeSpecifier type = reader.getImageTypes(0).next();
      return Samples.layout(
          type.getColorModel(), type.getSampleModel(), frame.width, frame.height, where);
    } finally {
      reader.dispose();
    }
  }

  private static BufferedImage load(Path path) throws IOException {
    ImageReader reader = Jdk.reader("gif");
    try (EndGuard in = new EndGuard(path)) {
      reader.setInput(in, true, true);
      return reader.read(0);
    } finally {
      reader.dispose();
    }
  }

  /** What the frame doesn't cover is clear. */
  private static BufferedImage onCanvas(BufferedImage image, Frame frame, PictureLayout layout) {
    BufferedImage canvas =
        new BufferedImage(layout.width(), layout.height(), BufferedImage.TYPE_4BYTE_ABGR);
    Graphics2D graphics = canvas.createGraphics();
    graphics.drawImage(image, frame.x, frame.y, null);
    graphics.dispose();
    return canvas;
  }

  /** The only frame; whether there are more is seen by its end alone. */
  private static Frame frame(ImageInputStream in, String where) throws IOException {
    in.seek(10);
    in.seek(HEADER + palette(in.readUnsignedByte()));
    Frame frame = null;
    while (true) {
      int block = in.read();
      if (block == EXTENSION) {
        in.readUnsignedByte();
      } else if (block == IMAGE) {
        if (frame != null) {
          throw Faults.animated(where, "an animation");
        }
        frame =
            new Frame(
                in.readUnsignedShort(),
                in.readUnsignedShort(),
                in.readUnsignedShort(),
                in.readUnsignedShort());
        int flags = in.readUnsignedByte();
        in.seek(in.getStreamPosition() + palette(flags) + 1);
      } else {
        return whole(frame, where);
      }
      for (int size = in.read(); size > 0; size = in.read()) {
        in.seek(in.getStreamPosition() + size);
      }
    }
  }

  private static Frame whole(@Nullable Frame frame, String where) throws IOException {
    if (frame == null) {
      throw Faults.cut(where);
    }
    return frame;
  }

  private static int palette(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }
}
