package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.subpixel.pictures.Plane;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.Pretrained;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolyphaseTest {
  @ParameterizedTest
  @CsvSource({
    "espcn-x2, 64, 48",
    "espcn-x2, 65, 47",
    "sesr-m1-k3-x2, 64, 47",
    "sesr-m1-k3-x2, 65, 48",
    "sesr-m5-x2, 1, 1",
    "sesr-m5-x2, 2, 1",
    "sesr-m5-x2, 3, 5",
    "sesr-m5-x2, 301, 203",
    "sesr-m11-x2, 33, 18",
    "sesr-tiny-x2, 31, 30"
  })
  void computesTheSameToTheBit(String name, int width, int height) throws OrtException {
    Plane[] expected = run(Pretrained.onnx(name), Optional.empty(), lr(1, width, height));
    assertSame(phased(name, lr(1, width, height)), expected);
  }

  @Test
  void computesEachPictureOfABatch() throws OrtException {
    Plane[] expected = run(Pretrained.onnx("sesr-m1-k3-x2"), Optional.empty(), lr(3, 21, 14));
    assertSame(phased("sesr-m1-k3-x2", lr(3, 21, 14)), expected);
  }

  @ParameterizedTest
  @CsvSource({
    "sesr-m1-k3-x2, 65, 47, 0",
    "sesr-m1-k3-x2, 65, 47, 23",
    "sesr-m1-k3-x2, 64, 48, 22",
    "espcn-x2, 1, 1, 0",
    "espcn-x2, 2, 301, 0",
    "espcn-x2, 301, 3, 0",
    "espcn-x2, 71, 49, 31",
    "sesr-m5-x3, 65, 47, 31",
    "sesr-m5-x4, 33, 46, 31"
  })
  void upscalesAsTheFileDoes(String name, int width, int height, int tile) throws Exception {
    Plane[] lr = lr(1, width, height);
    Upscaler.Builder builder = Upscaler.builder().model(name).device(Device.CPU);
    try (Upscaler upscaler = (tile == 0 ? builder : builder.tile(tile)).open()) {
      assertSame(upscaler.upscale(lr), run(Pretrained.onnx(name), Optional.empty(), lr));
    }
  }

  @Test
  void addsLrInTheModelsRange() throws Exception {
    String name = "sesr-m1-k3-x2";
    Plane[] lr = lr(1, 65, 47);
    Plane[] expected = run(Pretrained.onnx(name), Optional.empty(), map(lr, v -> v * 2 + -1));
    try (Upscaler upscaler =
        Upscaler.builder().model(name).device(Device.CPU).valueRange(ValueRange.SIGNED).open()) {
      assertSame(upscaler.upscale(lr), map(expected, v -> (v - -1) / 2));
    }
  }

  @Test
  void isProbedAsTheFileIs() throws Exception {
    String name = "sesr-m1-k3-x2";
    Plane[] lr = lr(1, 65, 47);
    try (Upscaler upscaler =
        Upscaler.builder().model(withoutCard(name)).device(Device.CPU).open()) {
      ModelTraits traits = upscaler.traits();
      assertThat(traits.origins()).containsEntry("scale", ModelTraits.Origin.PROBED);
      assertThat(traits.scale()).isEqualTo(2);
      assertThat(traits.colour()).isEqualTo(Colour.Y);
      assertThat(traits.multiple()).isEqualTo(1);
      assertThat(traits.receptiveRadius()).hasValue(Pretrained.card(name).receptiveRadius());
      assertSame(upscaler.upscale(lr), run(Pretrained.onnx(name), Optional.empty(), lr));
    }
  }

  @Test
  void readsAnyPartOfARow() {
    int width = 13;
    int height = 5;
    long[] shape = Subpixels.shape(width, height);
    FloatBuffer planes = FloatBuffer.allocate((int) (shape[1] * shape[2] * shape[3]));
    for (int i = 0; i < planes.capacity(); i++) {
      planes.put(i, i);
    }
    Subpixels subpixels =
        new Subpixels(
            new Subpixels.Ending(true),
            width,
            height,
            FloatBuffer.wrap(lr(1, width, height)[0].values()),
            planes);
    Plane whole = subpixels.plane();
    assertThat(whole.width()).isEqualTo(2 * width);
    assertThat(whole.height()).isEqualTo(2 * height);
    for (int y = 0; y < whole.height(); y++) {
      for (int x = 0; x < whole.width(); x++) {
        for (int n = 1; n <= whole.width() - x; n++) {
          float[] part = new float[n];
          subpixels.getRow(y, x, n, part);
          int at = y * whole.width() + x;
          assertThat(part).isEqualTo(Arrays.copyOfRange(whole.values(), at, at + n));
        }
      }
    }
  }

  @Test
  void theLastConvolutionHasAChannelForEachOfSixteenPixels() {
    OnnxGraph graph = graph(Polyphase.of(Pretrained.onnx("sesr-m5-x2")).orElseThrow().onnx());
    OnnxGraph before = graph(Pretrained.onnx("sesr-m5-x2"));
    assertThat(before.weights().values()).anyMatch(w -> w.shape().equals(List.of(4L, 16L, 5L, 5L)));
    OnnxGraph.Node last =
        graph.nodes().stream()
            .filter(node -> node.integers("strides", 2, 1).contains(2L))
            .findFirst()
            .orElseThrow();
    assertThat(graph.weights())
        .extractingByKey(last.input(1))
        .extracting(OnnxGraph.Weights::shape)
        .isEqualTo(List.of(16L, 16L, 6L, 6L));
    assertThat(graph.nodes()).last().isEqualTo(last);
    assertThat(last.outputs()).containsExactly("sr");
  }

  @ParameterizedTest
  @ValueSource(strings = {"photo-x2", "drawing-x2", "sesr-m5-rgb-x2", "sesr-m5-x3", "espcn-x4"})
  void leavesNetworksWithOtherChannels(String name) {
    assertThat(Polyphase.of(Pretrained.onnx(name))).isEmpty();
  }

  @Test
  void leavesFilesThatAreCutShort() {
    byte[] onnx = Pretrained.onnx("sesr-m1-k3-x2");
    for (int length = 0; length < onnx.length; length += 1 + length % 7) {
      byte[] cut = Arrays.copyOf(onnx, length);
      Optional<Polyphase> phased = Polyphase.of(cut);
      // What follows the graph, such as the card, may be missing as a whole.
      if (phased.isPresent()) {
        assertThat(phased.get().onnx().length - length)
            .as("%d of %d bytes", length, onnx.length)
            .isEqualTo(Polyphase.of(onnx).orElseThrow().onnx().length - onnx.length);
      }
    }
  }

  @Test
  void survivesBytesThatChangeAnywhere() {
    byte[] onnx = Pretrained.onnx("sesr-m1-k3-x2");
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = onnx.clone();
      for (int n = 0; n <= i % 3; n++) {
        changed[random.nextInt(i % 2 == 0 ? changed.length : 2000)] = (byte) random.nextInt();
      }
      assertThat(Polyphase.of(changed)).isNotNull();
    }
  }

  private static OnnxGraph graph(byte[] onnx) {
    OnnxGraph[] graph = new OnnxGraph[1];
    Protobuf.read(
        ByteBuffer.wrap(onnx),
        (field, type, value, part) -> {
          if (field == 7) {
            graph[0] = OnnxGraph.read(part);
          }
        });
    return graph[0];
  }

  private static byte[] withoutCard(String name) {
    ProtobufWriter model = new ProtobufWriter();
    Protobuf.read(
        ByteBuffer.wrap(Pretrained.onnx(name)),
        (field, type, value, part) -> {
          if (field != 14) {
            model.copy(field, type, value, part);
          }
        });
    return model.toByteArray();
  }

  private static Plane[] lr(int count, int width, int height) {
    Random random = new Random(3);
    return Stream.generate(() -> new Plane(width, height))
        .limit(count)
        .map(plane -> map(plane, v -> random.nextFloat()))
        .toArray(Plane[]::new);
  }

  private interface OfFloat {
    float apply(float value);
  }

  private static Plane map(Plane plane, OfFloat change) {
    Plane changed = new Plane(plane.width(), plane.height());
    for (int i = 0; i < plane.values().length; i++) {
      changed.values()[i] = change.apply(plane.values()[i]);
    }
    return changed;
  }

  private static Plane[] map(Plane[] planes, OfFloat change) {
    return Arrays.stream(planes).map(plane -> map(plane, change)).toArray(Plane[]::new);
  }

  private static Plane[] phased(String name, Plane... lr) throws OrtException {
    Polyphase phased = Polyphase.of(Pretrained.onnx(name)).orElseThrow();
    return run(phased.onnx(), Optional.of(phased.ending()), lr);
  }

  /** Runs a model on a batch of pictures, and does what is left to do, if anything. */
  private static Plane[] run(byte[] onnx, Optional<Subpixels.Ending> ending, Plane... lr)
      throws OrtException {
    int width = lr[0].width();
    int height = lr[0].height();
    FloatBuffer values = FloatBuffer.allocate(lr.length * width * height);
    Arrays.stream(lr).forEach(plane -> values.put(plane.values()));
    try (OrtSession.SessionOptions options =
            OnnxRuntime.options(Device.CPU, NetworkOptions.DEFAULT);
        OrtSession session = OnnxRuntime.environment().createSession(onnx, options);
        OnnxTensor input =
            OnnxTensor.createTensor(
                OnnxRuntime.environment(),
                values.flip(),
                new long[] {lr.length, 1, height, width});
        OrtSession.Result result = session.run(Map.of("lr", input))) {
      OnnxTensor sr = (OnnxTensor) result.get(0);
      long[] shape = sr.getInfo().getShape();
      assertThat(shape[0]).isEqualTo(lr.length);
      FloatBuffer all = sr.getFloatBuffer();
      Plane[] planes = new Plane[lr.length];
      for (int i = 0; i < planes.length; i++) {
        int n = all.capacity() / planes.length;
        FloatBuffer one = all.slice(i * n, n);
        FloatBuffer its = FloatBuffer.wrap(lr[i].values());
        planes[i] =
            ending
                .map(left -> new Subpixels(left, width, height, its, one).plane())
                .orElseGet(() -> plane((int) shape[3], (int) shape[2], one));
      }
      return planes;
    }
  }

  private static void assertSame(Plane[] received, Plane[] expected) {
    assertThat(received).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(received[i].width()).isEqualTo(expected[i].width());
      assertThat(received[i].values()).isEqualTo(expected[i].values());
    }
  }

  private static Plane plane(int width, int height, FloatBuffer values) {
    Plane plane = new Plane(width, height);
    values.get(plane.values());
    return plane;
  }
}
