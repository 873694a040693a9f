package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TilingTest {
  private static final int WHOLE = 4096;

  static Stream<String> models() {
    return Pretrained.names().stream();
  }

  private static Upscaler open(String model, int tile, int threads) throws IOException {
    return Upscaler.builder().model(model).device(Device.CPU).tile(tile).threads(threads).open();
  }

  @ParameterizedTest
  @MethodSource("models")
  void tilesGiveTheBytesOfTheWhole(String model) throws IOException {
    int[][] sizes = {{1, 1}, {1, 90}, {90, 1}, {101, 67}, {173, 139}};
    for (int[] size : sizes) {
      Picture lr =
          size[0] * size[1] < 100
              ? Pictures.random(size[0], size[1], 3, 1)
              : Pictures.drawn(size[0], size[1]);
      Plane[] planes = Pretrained.card(model).colour().planes(lr);
      Picture whole;
      Plane[] wholePlanes;
      try (Upscaler upscaler = open(model, WHOLE, 1)) {
        whole = upscaler.upscale(lr);
        wholePlanes = upscaler.upscale(planes);
      }
      for (int tile : new int[] {1, 64, 90}) {
        try (Upscaler upscaler = open(model, tile, 2)) {
          assertThat(upscaler.upscale(lr)).as(tile + " of " + lr).isEqualTo(whole);
          Plane[] tiled = upscaler.upscale(planes);
          for (int c = 0; c < tiled.length; c++) {
            assertThat(largestDifference(tiled[c], wholePlanes[c]))
                .as(tile + " of " + lr)
                .isLessThanOrEqualTo(1e-5);
          }
        }
      }
    }
  }

  private static double largestDifference(Plane a, Plane b) {
    double largest = 0;
    for (int i = 0; i < a.values().length; i++) {
      largest = Math.max(largest, Math.abs((double) a.values()[i] - b.values()[i]));
    }
    return largest;
  }

  /** Gives a picture's rows, and takes another's. */
  private static final class InMemory implements RowSource, RowSink {
    private final PictureLayout layout;
    private final Rows rows;
    private int at;
    private int maxConcurrent;

    InMemory(PictureLayout layout, Rows rows) {
      this.layout = layout;
      this.rows = rows;
    }

    @Override
    public PictureLayout layout() {
      return layout;
    }

    @Override
    public void read(Rows into, int from, int count) {
      rows.copyTo(at, into, from, count);
      moveOn(count);
    }

    @Override
    public void write(Rows from, int first, int count) {
      from.copyTo(first, rows, at, count);
      moveOn(count);
    }

    private void moveOn(int count) {
      at += count;
      maxConcurrent = Math.max(maxConcurrent, count);
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @CsvSource({"1,Y", "2,Y", "3,Y", "4,Y", "1,RGB", "3,RGB", "4,RGB"})
  void bandsGiveTheBytesOfTheWhole(int channels, Colour colour) throws IOException {
    byte[] model = new TinyModel(2, colour).onnx();
    Picture lr = Pictures.random(61, 203, channels, 5);
    // Some of its alpha hides what lies below.
    if (lr.hasAlpha()) {
      for (int i = channels - 1; i < lr.samples().length; i += channels) {
        lr.samples()[i] = i % 7 < 4 ? 0 : lr.samples()[i];
      }
    }
    for (int tile : new int[] {1, 24, 50, 1000}) {
      try (Upscaler upscaler =
          Upscaler.builder().model(model).device(Device.CPU).tile(tile).open()) {
        Picture whole = upscaler.upscale(lr);
        Picture bands = new Picture(122, 406, channels, new byte[122 * 406 * channels]);
        InMemory source = new InMemory(PictureLayout.of(lr), Rows.of(lr));
        InMemory sink = new InMemory(PictureLayout.of(bands), Rows.of(bands));
        Upscaler.Work work = upscaler.upscale(source, sink);
        assertThat(bands).as("tile " + tile).isEqualTo(whole);
        assertThat(source.at).isEqualTo(203);
        assertThat(work.tiles()).isGreaterThanOrEqualTo(tile == 1000 ? 1 : 203 / 50);
        if (tile <= 50) {
          assertThat(source.maxConcurrent).isLessThan(80);
          assertThat(sink.maxConcurrent).isLessThan(120);
        }
      }
    }
  }

  @Test
  void sixteenBitsStaySixteenBits() throws IOException {
    PictureLayout layout = new PictureLayout(40, 30, 3, 16);
    Rows lr = new Rows(30, layout);
    for (int i = 0; i < lr.shorts().length; i++) {
      lr.shorts()[i] = (short) (i * 7919);
    }
    // One step of 8 bits, which the tiny model adds, is 257 of 16.
    try (Upscaler upscaler =
        Upscaler.builder().model(new TinyModel(2, Colour.RGB).onnx()).device(Device.CPU).open()) {
      PictureLayout large = upscaler.upscaled(layout);
      Rows sr = new Rows(60, large);
      upscaler.upscale(new InMemory(layout, lr), new InMemory(large, sr));
      PictureLayout coarse = large.withDepth(8);
      Rows eight = new Rows(60, coarse);
      upscaler.upscale(new InMemory(layout, lr), new InMemory(coarse, eight));
      int[] seen = new int[2];
      for (int y = 0; y < 60; y++) {
        for (int x = 0; x < 80; x++) {
          for (int c = 0; c < 3; c++) {
            assertThat(Math.abs(sr.at(y, x, c) / 257.0 - eight.at(y, x, c))).isLessThan(0.51);
            seen[sr.at(y, x, c) % 257 == 0 ? 0 : 1]++;
          }
        }
      }
      assertThat(seen[1]).isGreaterThan(1000);
    }
  }

  @Test
  void aSinkOfAnotherSizeIsRefused() throws IOException {
    PictureLayout layout = new PictureLayout(4, 3, 1, 8);
    PictureLayout wrong = new PictureLayout(8, 7, 1, 8);
    try (Upscaler upscaler = open(Pretrained.DEFAULT, 64, 1)) {
      assertThatThrownBy(
              () ->
                  upscaler.upscale(
                      new InMemory(layout, new Rows(3, layout)),
                      new InMemory(wrong, new Rows(7, wrong))))
          .hasMessage("sink: expected 8x6x1 of 8 bits, received 8x7x1 of 8 bits");
    }
  }

  @Test
  void aFailureOfTheSinkComesBackAndNothingIsLeftRunning() throws IOException {
    PictureLayout layout = new PictureLayout(300, 400, 3, 8);
    try (Upscaler upscaler = open("sesr-m5-x2", 64, 2)) {
      PictureLayout large = upscaler.upscaled(layout);
      RowSink full =
          new RowSink() {
            @Override
            public PictureLayout layout() {
              return large;
            }

            @Override
            public void write(Rows from, int at, int count) throws IOException {
              throw new IOException("no space left");
            }

            @Override
            public void close() {}
          };
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(
                () -> upscaler.upscale(new InMemory(layout, new Rows(400, layout)), full))
            .hasMessage("no space left");
      }
    }
  }

  @Test
  void anExecutorThatIsBusyOrShutDownLeavesTheWorkToTheCaller() throws IOException {
    Picture lr = Pictures.drawn(200, 150);
    Picture expected;
    try (Upscaler upscaler = open("sesr-m5-x2", WHOLE, 1)) {
      expected = upscaler.upscale(lr);
    }
    List<java.util.concurrent.Executor> idle =
        List.of(
            task -> {},
            task -> {
              throw new java.util.concurrent.RejectedExecutionException();
            });
    for (java.util.concurrent.Executor executor : idle) {
      try (Upscaler upscaler =
          Upscaler.builder().model("sesr-m5-x2").tile(64).executor(executor).open()) {
        assertThat(upscaler.upscale(lr)).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void noShippedModelTakesMoreMemoryThanItsWorkSuggests(String name) throws IOException {
    OnnxNetwork network =
        OnnxNetwork.open(Model.pretrained(name), Device.CPU, NetworkOptions.DEFAULT).network();
    try (network) {
      assertThat(network.measuredBytesPerLrPixel())
          .isPositive()
          .isLessThanOrEqualTo(Footprint.ofPlain(network.card()));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aLargeRunHoldsNoMoreThanASmallOneSuggests(String name) throws Exception {
    OnnxNetwork network =
        OnnxNetwork.open(Model.pretrained(name), Device.CPU, NetworkOptions.DEFAULT).network();
    int pixels = 256 * 192;
    Model model = Model.pretrained(name);
    try (network) {
      Matcher held =
          Pattern.compile("\"mem_arena_held\" : \"(\\d+)\"")
              .matcher(
                  Footprint.profile(
                          model, network.traits(), Device.CPU, NetworkOptions.DEFAULT, 256, 192)
                      .toString());
      assertThat(held.results().mapToLong(event -> Long.parseLong(event.group(1))).max().orElse(0))
          .isBetween((long) pixels, pixels * network.measuredBytesPerLrPixel());
    }
  }

  @Test
  void tilesKeepToTheBoundAndGrowWithIt() throws IOException {
    PictureLayout lr = new PictureLayout(6000, 4000, 3, 8);
    for (int workers : new int[] {1, 2, 7}) {
      // One that nobody knows, so that what it takes is measured.
      Model stranger = new Model("model", Pretrained.onnx("sesr-m5-x2"), null);
      try (OnnxNetwork network =
          OnnxNetwork.open(stranger, Device.CPU, NetworkOptions.DEFAULT).network()) {
        long radius = network.traits().receptiveRadius().orElseThrow();
        double before = 0;
        for (long bytes = MemoryPlan.MIN_BYTES; bytes <= 1L << 32; bytes *= 2) {
          Settings settings =
              new Settings(Device.CPU, workers, null, bytes, 0, NetworkOptions.DEFAULT);
          TileGrid grid = new MemoryPlan(network, settings, () -> 1).gridInMemory(lr);
          int width = grid.columns().get(0).length();
          int height = grid.rows().get(0).length();
          int pixels = width * height;
          assertThat((long) workers * pixels * network.bytesPerLrPixel())
              .isLessThanOrEqualTo(bytes / 2);
          double kept = (width - 2.0 * radius) * (height - 2.0 * radius) / pixels;
          assertThat(kept).as(pixels + " of " + bytes).isGreaterThanOrEqualTo(before);
          before = kept;
        }
      }
    }
  }

  @Test
  void tooLittleMemoryIsReported() throws IOException {
    PictureLayout wide = new PictureLayout(4_000_000, 1000, 3, 16);
    try (Upscaler upscaler =
        Upscaler.builder().model("sesr-m5-x2").memory(MemoryPlan.MIN_BYTES).open()) {
      RowSource source =
          new RowSource() {
            @Override
            public PictureLayout layout() {
              return wide;
            }

            @Override
            public void read(Rows into, int at, int count) {
              throw new AssertionError("nothing may be read");
            }

            @Override
            public void close() {}
          };
      RowSink sink = new InMemory(upscaler.upscaled(wide), new Rows(1, wide));
      assertThatThrownBy(() -> upscaler.upscale(source, sink))
          .isInstanceOf(UnavailableException.class)
          .hasMessageStartingWith("memory: expected at least ");
    }
  }
}
