package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.subpixel.zoo.Pretrained;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
    byte[] onnx = Pretrained.onnx(name);
    byte[] phased = Polyphase.of(onnx);
    assertThat(phased).isNotEqualTo(onnx);
    float[] expected = run(onnx, width, height);
    assertThat(expected).hasSize(4 * width * height);
    assertThat(run(phased, width, height)).isEqualTo(expected);
  }

  @Test
  void theLastConvolutionHasAChannelForEachOfSixteenPixels() {
    OnnxGraph graph = graph(Polyphase.of(Pretrained.onnx("sesr-m5-x2")));
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
    assertThat(graph.nodes()).noneMatch(node -> node.integers("blocksize", 1, 0).contains(2L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"photo-x2", "drawing-x2", "sesr-m5-rgb-x2", "sesr-m5-x3", "espcn-x4"})
  void leavesNetworksWithOtherChannels(String name) {
    byte[] onnx = Pretrained.onnx(name);
    assertThat(Polyphase.of(onnx)).isSameAs(onnx);
  }

  @Test
  void leavesFilesThatAreCutShort() {
    byte[] onnx = Pretrained.onnx("sesr-m1-k3-x2");
    for (int length = 0; length < onnx.length; length += 1 + length % 7) {
      byte[] cut = Arrays.copyOf(onnx, length);
      byte[] phased = Polyphase.of(cut);
      // What follows the graph, such as the card, may be missing as a whole.
      if (phased != cut) {
        assertThat(phased.length - length)
            .as("%d of %d bytes", length, onnx.length)
            .isEqualTo(Polyphase.of(onnx).length - onnx.length);
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

  private static float[] run(byte[] onnx, int width, int height) throws OrtException {
    float[] values = new float[width * height];
    Random random = new Random(3);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    try (OrtSession.SessionOptions options =
            OnnxRuntime.options(Device.CPU, NetworkOptions.DEFAULT);
        OrtSession session = OnnxRuntime.environment().createSession(onnx, options);
        OnnxTensor lr =
            OnnxTensor.createTensor(
                OnnxRuntime.environment(),
                FloatBuffer.wrap(values),
                new long[] {1, 1, height, width});
        OrtSession.Result result = session.run(Map.of("lr", lr))) {
      OnnxTensor sr = (OnnxTensor) result.get(0);
      assertThat(sr.getInfo().getShape()).containsExactly(1, 1, 2L * height, 2L * width);
      FloatBuffer buffer = sr.getFloatBuffer();
      float[] computed = new float[buffer.remaining()];
      buffer.get(computed);
      return computed;
    }
  }
}
