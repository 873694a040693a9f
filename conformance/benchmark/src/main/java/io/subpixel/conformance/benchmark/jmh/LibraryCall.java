package io.subpixel.conformance.benchmark.jmh;

import io.subpixel.conformance.bare.BareNetwork;
import io.subpixel.conformance.benchmark.UpscalingBenchmark;
import io.subpixel.pictures.Picture;
import io.subpixel.runtime.Upscaler;
import java.io.IOException;
import java.nio.FloatBuffer;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Upscales a picture in memory from 960x540 to 1920x1080, beside the network alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@SuppressWarnings("NullAway.Init") // JMH calls open first
public class LibraryCall {
  /** A shipped x2 model. */
  @Param({"espcn-x2", "sesr-m11-x2", "sesr-m5-x2", "sesr-tiny-x2"})
  public String model;

  private Picture lr;
  private Upscaler upscaler;
  private BareNetwork network;

  /** Opens the model twice. */
  @Setup
  public void open() throws IOException {
    lr = UpscalingBenchmark.picture();
    upscaler = Upscaler.builder().model(model).open();
    network = new BareNetwork(model);
    network.load(lr);
  }

  /** {@code OrtSession.run}. */
  @Benchmark
  public FloatBuffer networkAlone() {
    network.run();
    return network.result();
  }

  /** {@code Upscaler.upscale}. */
  @Benchmark
  public Picture upscaler() {
    return upscaler.upscale(lr);
  }

  /** Frees what was opened. */
  @TearDown
  public void close() {
    upscaler.close();
    network.close();
  }
}
