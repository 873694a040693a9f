package io.subpixel.pictures.internal.jpeg;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.Metadata.Density;
import io.subpixel.pictures.codec.PictureEncoder;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.internal.Reason;
import io.subpixel.pictures.internal.codec.JdkCodecs;
import io.subpixel.pictures.internal.codec.RowPipe;
import io.subpixel.pictures.internal.codec.RowRaster;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStreamImpl;
import org.jspecify.annotations.Nullable;

/**
 * Encodes baseline JPEG with the JDK's libjpeg, on its own thread, which takes rows from a pipe.
 */
final class JpegEncoder implements PictureEncoder {
  private static final int MAX_SEGMENT = 65533;
  private static final int ICC_PART = 65519;
  private static final int MAX_DENSITY = 65535;

  private final PictureLayout layout;
  private final RowPipe pipe;
  private final OutputStream out;
  private final Thread thread;
  private volatile @Nullable Throwable failure;

  JpegEncoder(
      SeekableByteChannel channel, PictureLayout layout, Metadata metadata, WriteOptions options)
      throws IOException {
    this.layout = layout;
    out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    pipe = new RowPipe(Math.multiplyExact(layout.width(), layout.channels()));
    out.write(head(metadata));
    thread = new Thread(() -> encode(options.quality() / 100f), "jpeg-writer");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Returns the segments before the tables: JFIF, Exif, XMP, profile, Photoshop's resources,
   * comments.
   */
  private static byte[] head(Metadata metadata) {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.write(0xff);
    head.write(JpegSegments.SOI);
    JpegSegments.segment(head, JpegSegments.APP0, jfif(metadata.density()));
    segment(head, JpegSegments.APP1, JpegSegments.EXIF, metadata.exif());
    segment(head, JpegSegments.APP1, JpegSegments.XMP, metadata.xmp());
    byte[] profile = metadata.iccProfile();
    if (profile != null) {
      int parts = (profile.length + ICC_PART - 1) / ICC_PART;
      for (int part = 0; part < parts && parts <= 255; part++) {
        int from = part * ICC_PART;
        int to = Math.min(profile.length, from + ICC_PART);
        String mark = JpegSegments.ICC + (char) (part + 1) + (char) parts;
        segment(head, JpegSegments.APP2, mark, Arrays.copyOfRange(profile, from, to));
      }
    }
    byte[] photoshop = metadata.photoshop();
    int most = MAX_SEGMENT - JpegSegments.PHOTOSHOP.length();
    for (int from = 0; photoshop != null && from < photoshop.length; from += most) {
      byte[] part = Arrays.copyOfRange(photoshop, from, Math.min(photoshop.length, from + most));
      segment(head, JpegSegments.APP13, JpegSegments.PHOTOSHOP, part);
    }
    for (byte[] comment : metadata.comments()) {
      segment(head, JpegSegments.COM, "", comment);
    }
    return head.toByteArray();
  }

  private static byte[] jfif(@Nullable Density density) {
    boolean holds = density != null && Math.max(density.x(), density.y()) <= MAX_DENSITY;
    ByteBuffer data = ByteBuffer.allocate(14);
    data.put(JpegSegments.JFIF.getBytes(StandardCharsets.ISO_8859_1)).putShort((short) 0x102);
    data.put((byte) (holds ? 1 : 0));
    data.putShort((short) (holds && density != null ? Math.rint(density.x()) : 1));
    data.putShort((short) (holds && density != null ? Math.rint(density.y()) : 1));
    return data.array();
  }

  private static void segment(
      ByteArrayOutputStream out, int marker, String mark, byte @Nullable [] data) {
    if (data == null || mark.length() + data.length > MAX_SEGMENT) {
      return;
    }
    byte[] marked =
        Arrays.copyOf(mark.getBytes(StandardCharsets.ISO_8859_1), mark.length() + data.length);
    System.arraycopy(data, 0, marked, mark.length(), data.length);
    JpegSegments.segment(out, marker, marked);
  }

  private void encode(float quality) {
    ImageWriter writer = JdkCodecs.writer("jpeg");
    try (Tail tail = new Tail()) {
      writer.setOutput(tail);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(quality);
      writer.write(null, new IIOImage(new Source().image(), null, null), parameters);
    } catch (UncheckedIOException e) {
      failure = e.getCause();
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    } finally {
      writer.dispose();
      pipe.stop();
    }
  }

  /** Takes what libjpeg writes, without its start of image and JFIF. */
  private final class Tail extends ImageOutputStreamImpl {
    private int skip = 2 + 2 + 2 + 14;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int skipped = Math.min(skip, length);
      skip -= skipped;
      out.write(bytes, offset + skipped, length - skipped);
      streamPos += length;
    }

    @Override
    public int read() throws IOException {
      throw new IOException("the encoder's output can't be read");
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return read();
    }
  }

  private final class Source extends RowRaster.Source {
    Source() {
      super(layout.width(), layout.height(), layout.channels());
    }

    @Override
    protected void row(int y, byte[] samples) {
      try {
        if (!pipe.take(samples, 0)) {
          throw new IllegalStateException("row " + y + " is missing");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void write(Rows from, int at, int count) throws IOException {
    try {
      for (int i = 0; i < count; i++) {
        pipe.put(from.bytes(), (at + i) * from.rowLength());
      }
    } catch (RowPipe.StoppedException e) {
      join();
      rethrow();
      throw new IOException("JPEG encoder: stopped before the last row", e);
    }
  }

  @Override
  public void finish() throws IOException {
    pipe.end(null);
    join();
    rethrow();
    out.flush();
  }

  private void rethrow() throws IOException {
    Throwable cause = failure;
    if (cause instanceof IOException e) {
      throw e;
    } else if (cause != null) {
      throw new IOException("JPEG encoder: " + Reason.of(cause), cause);
    }
  }

  private void join() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    pipe.stop();
    join();
  }
}
