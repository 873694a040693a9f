package io.subpixel.conformance.benchmark.jmh;

import io.subpixel.conformance.benchmark.UpscalingBenchmark;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.internal.PixelPath;
import io.subpixel.zoo.internal.PixelPath.Band;
import io.subpixel.zoo.internal.PixelPath.Part;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** The work around a x2 network on a picture of 960x540, on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls draw first
public class AroundTheNetwork {
  private static final int SCALE = 2;
  private static final float GREY = 0.5f;

  /** What goes through the network: luma, or colour. */
  @Param({"Y", "RGB"})
  public Colour colour;

  private Band lr;
  private Band sr;
  private Part whole;
  private PixelPath path;

  /** Draws the picture. */
  @Setup
  public void draw() {
    Picture picture = UpscalingBenchmark.picture();
    lr = new Band(Rows.of(picture), 0);
    whole = new Part(0, 0, picture.width(), picture.height());
    path = new PixelPath(colour, SCALE, PictureLayout.of(picture), 8);
    sr = new Band(new Rows(path.result().height(), path.result()), 0);
  }

  /** From samples to what the network reads. */
  @Benchmark
  public void conversion(Blackhole network) {
    path.read(lr, whole, (y, c, values, n) -> network.consume(values));
  }

  /** From the network's output, and chroma by bicubic, to samples. */
  @Benchmark
  public Rows chromaAndPacking() {
    path.write(lr, whole, (y, x, n, c, values) -> Arrays.fill(values, 0, n, GREY), whole, sr);
    return sr.rows();
  }
}
