package io.subpixel.conformance.benchmark.jmh;

import io.subpixel.conformance.benchmark.UpscalingBenchmark;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.codec.WriteOptions.Compression;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.file.PictureWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Encodes a colour picture as PNG, beside the JDK's ImageIO. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@SuppressWarnings("NullAway.Init") // JMH calls load first
public class PngWriting {
  /** The picture's file; empty for a drawn picture of 960x540. */
  @Param("")
  public String file;

  private Picture picture;
  private BufferedImage image;
  private final Counter counter = new Counter();

  /** Counts bytes, so that the sizes can be compared too. */
  private static final class Counter extends OutputStream {
    long bytes;

    @Override
    public void write(int value) {
      bytes++;
    }

    @Override
    public void write(byte[] values, int from, int count) {
      bytes += count;
    }
  }

  /** Reads or draws the picture. */
  @Setup
  public void load() throws IOException {
    picture = file.isEmpty() ? UpscalingBenchmark.picture() : PictureFiles.read(Path.of(file));
    Rows rows = Rows.of(picture);
    image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          rgb = rgb << 8 | rows.at(y, x, picture.isColour() ? c : 0);
        }
        image.setRGB(x, y, rgb);
      }
    }
  }

  /** {@link Compression#FAST}. */
  @Benchmark
  public long fast() throws IOException {
    return write(Compression.FAST);
  }

  /** {@link Compression#SMALL}. */
  @Benchmark
  public long small() throws IOException {
    return write(Compression.SMALL);
  }

  /** {@code ImageIO.write}. */
  @Benchmark
  public long imageIo() throws IOException {
    counter.bytes = 0;
    ImageIO.write(image, "png", counter);
    return counter.bytes;
  }

  private long write(Compression compression) throws IOException {
    counter.bytes = 0;
    WriteOptions options = WriteOptions.DEFAULTS.withCompression(compression);
    PictureLayout layout = PictureLayout.of(picture);
    try (PictureWriter writer =
        PictureWriter.create(
            counter, "nowhere", PictureFormat.PNG, layout, Metadata.NONE, options)) {
      writer.write(Rows.of(picture), 0, picture.height());
      writer.commit();
    }
    return counter.bytes;
  }

  /** Prints the size of the last file. */
  @TearDown
  public void size() {
    System.out.printf("%d bytes, %.3f of the samples%n", counter.bytes, ratio());
  }

  private double ratio() {
    return (double) counter.bytes / picture.samples().length;
  }
}
