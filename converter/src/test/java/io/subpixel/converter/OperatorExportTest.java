package io.subpixel.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedModelException;
import io.subpixel.converter.operators.UnsupportedModelException.Problem;
import io.subpixel.converter.operators.standard.StandardOperators;
import io.subpixel.converter.source.NetworkFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.DataFormat;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

final class OperatorExportTest {
  private static final int IN = 3;
  private static final int OUT = 5;

  @TempDir Path folder;

  /** Sizes along the two axes, given as {@code height,width}. */
  private record Convolution(
      String name,
      PaddingMode mode,
      List<Integer> kernel,
      List<Integer> stride,
      List<Integer> padding,
      List<Integer> dilation) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Arguments> convolutions() {
    List<Convolution> kinds =
        List.of(
            kind("same", PaddingMode.SAME, 3, 3, 1, 1, 0, 0, 1, 1),
            kind("same, oblong", PaddingMode.SAME, 1, 5, 1, 1, 0, 0, 1, 1),
            kind("same, even kernel", PaddingMode.SAME, 4, 2, 1, 1, 0, 0, 1, 1),
            kind("same, dilated", PaddingMode.SAME, 3, 3, 1, 1, 0, 0, 2, 3),
            kind("same, strided", PaddingMode.SAME, 3, 3, 2, 2, 0, 0, 1, 1),
            kind("same, strided by 3 and 1", PaddingMode.SAME, 4, 3, 3, 1, 0, 0, 1, 1),
            kind("valid", PaddingMode.VALID, 3, 3, 1, 1, 0, 0, 1, 1),
            kind("valid, padded unevenly", PaddingMode.VALID, 3, 5, 1, 1, 1, 2, 1, 1),
            kind("valid, strided, padded", PaddingMode.VALID, 3, 3, 2, 3, 1, 0, 1, 1),
            kind("valid, dilated, padded", PaddingMode.VALID, 3, 3, 1, 2, 2, 1, 2, 3));
    return kinds.stream()
        .flatMap(
            kind ->
                Stream.of("NCHW", "NHWC")
                    .flatMap(
                        layout ->
                            Stream.of(WeightsFormat.values())
                                .map(format -> Arguments.of(kind, layout, format))));
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void conv2d(Convolution kind, String layout, WeightsFormat format) throws Exception {
    boolean channelsLast = layout.equals("NHWC");
    SameDiff network = SameDiff.create();
    SDVariable x =
        channelsLast
            ? network.placeHolder("x", DataType.FLOAT, -1, -1, -1, IN)
            : network.placeHolder("x", DataType.FLOAT, -1, IN, -1, -1);
    SDVariable weights = network.var("w", weights(kind, format));
    Conv2DConfig config =
        Conv2DConfig.builder()
            .kH(kind.kernel.get(0))
            .kW(kind.kernel.get(1))
            .sH(kind.stride.get(0))
            .sW(kind.stride.get(1))
            .pH(kind.padding.get(0))
            .pW(kind.padding.get(1))
            .dH(kind.dilation.get(0))
            .dW(kind.dilation.get(1))
            .paddingMode(kind.mode)
            .dataFormat(layout)
            .weightsFormat(format)
            .build();
    SDVariable bias = network.var("b", Networks.values(2, OUT));
    SDVariable biased = network.cnn().conv2d("biased", x, weights, bias, config);
    network.cnn().conv2d("plain", x, weights, config);
    SameDiff loaded = reload(network);
    Path out = folder.resolve("model.onnx");

    ExportReport report = OnnxExport.export(loaded, ExportOptions.DEFAULT, out);

    assertThat(report.trials()).filteredOn(trial -> trial.ran()).hasSizeGreaterThan(1);
    for (long[] size : new long[][] {{2, 11, 12}, {1, 14, 13}, {1, 15, 16}}) {
      long[] sizes =
          channelsLast
              ? new long[] {size[0], size[1], size[2], IN}
              : new long[] {size[0], IN, size[1], size[2]};
      Referee.assertSame(
          network, out, "x", Networks.values(3, sizes), biased.name(), /* tolerance= */ 5e-6);
      Referee.assertSame(
          network, out, "x", Networks.values(3, sizes), "plain", /* tolerance= */ 5e-6);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "-3", "3", "-1"})
  void concat(int axis) throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, IN, -1, -1);
    network.concat("joined", axis, x, x.mul(2), x.add(1));
    Path out = folder.resolve("model.onnx");

    OnnxExport.export(reload(network), ExportOptions.DEFAULT, out);

    boolean channels = axis == 1 || axis == -3;
    assertThat(OnnxFile.read(out).outputs().get("joined")).startsWith(channels ? "[N,9," : "[N,3,");
    Referee.assertSame(
        network, out, "x", Networks.values(3, 2, IN, 5, 4), "joined", /* tolerance= */ 0);
  }

  @Test
  void conv2dOfKnownSizeDeclaresTheSizeOfItsOutput() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, 1, IN, 11, 8);
    SDVariable w = network.var("w", Networks.values(1, 3, 3, IN, OUT));
    Conv2DConfig strided = Networks.same(3);
    strided.setSH(2);
    strided.setSW(3);
    network.cnn().conv2d("same", x, w, strided);
    Conv2DConfig valid = Networks.same(3);
    valid.setPaddingMode(PaddingMode.VALID);
    valid.setPH(1);
    network.cnn().conv2d("valid", x, w, valid);
    Path out = folder.resolve("model.onnx");

    OnnxExport.export(network, ExportOptions.DEFAULT, out);

    assertThat(OnnxFile.read(out).outputs())
        .containsOnly(Map.entry("same", "[1,5,6,3]"), Map.entry("valid", "[1,5,11,6]"));
    Referee.assertSame(
        network, out, "x", Networks.values(3, 1, IN, 11, 8), "same", /* tolerance= */ 5e-6);
  }

  @Test
  void aBiasOfTwoAxesBecomesOne() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, IN, -1, -1);
    SDVariable w = network.var("w", Networks.values(1, 3, 3, IN, OUT));
    SDVariable b = network.var("b", Networks.values(2, 1, OUT));
    network.cnn().conv2d("y", x, w, b, Networks.same(3));
    Path out = folder.resolve("model.onnx");

    OnnxExport.export(network, ExportOptions.DEFAULT, out);

    Referee.assertSame(
        network, out, "x", Networks.values(3, 1, IN, 6, 5), "y", /* tolerance= */ 5e-6);
  }

  @ParameterizedTest
  @CsvSource({"NCHW,2,3", "NHWC,2,3", "NCHW,3,2", "NHWC,3,2", "NCHW,4,1", "NHWC,4,1"})
  void depthToSpace(DataFormat layout, int block, int channels) throws Exception {
    boolean channelsLast = layout == DataFormat.NHWC;
    int deep = channels * block * block;
    SameDiff network = SameDiff.create();
    SDVariable x =
        channelsLast
            ? network.placeHolder("x", DataType.FLOAT, -1, -1, -1, deep)
            : network.placeHolder("x", DataType.FLOAT, -1, deep, -1, -1);
    network.cnn().depthToSpace("y", x, block, layout);
    Path out = folder.resolve("model.onnx");

    OnnxExport.export(reload(network), ExportOptions.DEFAULT, out);

    String declared =
        channelsLast
            ? "[N,x%dH,x%dW,%d]".formatted(block, block, channels)
            : "[N,%d,x%dH,x%dW]".formatted(channels, block, block);
    assertThat(OnnxFile.read(out).outputs()).containsExactly(Map.entry("y", declared));
    long[] sizes = channelsLast ? new long[] {2, 3, 5, deep} : new long[] {2, deep, 3, 5};
    Referee.assertSame(network, out, "x", Networks.values(3, sizes), "y", /* tolerance= */ 0);
  }

  private enum Elementwise {
    TANH(x -> x.getSameDiff().math().tanh(x)),
    SIGMOID(x -> x.getSameDiff().nn().sigmoid(x)),
    RELU(x -> x.getSameDiff().nn().relu(x, 0)),
    LEAKY_RELU(x -> x.getSameDiff().nn().leakyRelu(x, 0.2)),
    IDENTITY(x -> x.getSameDiff().identity(x)),
    ADD_SCALAR(x -> x.add(1.5)),
    SUB_SCALAR(x -> x.sub(1.5)),
    RSUB_SCALAR(x -> x.rsub(1.5)),
    MUL_SCALAR(x -> x.mul(1.5)),
    DIV_SCALAR(x -> x.div(1.5)),
    RDIV_SCALAR(x -> x.add(2).rdiv(1.5)),
    ADD(x -> x.add(stored(x, 1, 4, 1, 1))),
    SUBTRACT(x -> x.sub(stored(x, 4, 1, 1))),
    MULTIPLY(x -> x.mul(stored(x, 1, 1, 1, 1))),
    DIVIDE(x -> x.div(stored(x, 1, 4, 1, 1))),
    SUBTRACT_FROM_STORED(x -> stored(x, 1, 4, 1, 1).sub(x)),
    DIVIDE_BY_ITSELF_SQUARED(x -> x.div(x.mul(x).add(1)));

    @SuppressWarnings("ImmutableEnumChecker")
    private final UnaryOperator<SDVariable> build;

    Elementwise(UnaryOperator<SDVariable> build) {
      this.build = build;
    }

    private static SDVariable stored(SDVariable x, long... sizes) {
      return x.getSameDiff().var("stored", Networks.values(9, sizes).add(1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void elementwise(Elementwise operator) throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, 4, -1, -1);
    operator.build.apply(x).rename("y");
    Path out = folder.resolve("model.onnx");

    OnnxExport.export(reload(network), ExportOptions.DEFAULT, out);

    assertThat(OnnxFile.read(out).outputs()).containsExactly(Map.entry("y", "[N,4,H,W]"));
    Referee.assertSame(
        network, out, "x", Networks.values(3, 2, 4, 3, 5), "y", /* tolerance= */ 1e-6);
  }

  @Test
  void allUnsupportedOperatorsAreListedAtOnce() {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, IN, -1, -1);
    SDVariable w = network.placeHolder("w", DataType.FLOAT, -1, -1, 3, 4);
    Conv2DConfig kernelless = Networks.same(3);
    kernelless.setKH(0);
    SDVariable y = network.nn().elu("first", x);
    y = network.cnn().conv2d("second", y, w, kernelless);
    y = network.nn().relu("third", y, 0.5);
    network.math().cube("fourth", y);
    network.math().erf("unneeded", x);
    Path out = folder.resolve("model.onnx");
    List<ExportReport> reports = new ArrayList<>();
    OperatorRegistry standard = StandardOperators.registry();
    OperatorRegistry convolutions =
        OperatorRegistry.builder()
            .add("conv2d", standard.find("conv2d").orElseThrow().handler(), OnnxOperator.CONV)
            .build();

    assertThatThrownBy(
            () ->
                OnnxExport.export(
                    network,
                    ExportOptions.DEFAULT
                        .withOutputs(List.of("fourth"))
                        .withOperators(convolutions),
                    out,
                    reports::add))
        .isInstanceOfSatisfying(
            UnsupportedModelException.class,
            e -> {
              assertThat(e.problems())
                  .extracting(Problem::operator)
                  .containsExactly("elu", "conv2d", "relu", "cube");
              assertThat(e.problems()).allMatch(problem -> !problem.help().isBlank());
              assertThat(e)
                  .hasMessageContaining("a kernel of unknown size (first FLOAT[")
                  .hasMessageNotContaining("erf");
            });
    assertThat(reports.get(0).nodes()).hasSize(4).noneMatch(node -> node.converted());
    assertThat(out).doesNotExist();
  }

  @Test
  void keptAxesFromTheEndAreRefusedWhereSameDiffMiscountsThem() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, 2, 3, 4);
    x.sum("y", true, -1);
    x.sum("first", true, 2);
    x.sum("gone", false, -1);

    assertThat(OnnxExport.problems(network, ExportOptions.DEFAULT.withOutputs(List.of("y"))))
        .singleElement()
        .satisfies(p -> assertThat(p.reason()).contains("miscounts from the end"));
    assertThat(
            OnnxExport.problems(
                network, ExportOptions.DEFAULT.withOutputs(List.of("first", "gone"))))
        .isEmpty();
  }

  @Test
  void inputsWithoutAShapeAreScalarsWhereTheNetworkRunsThem() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT);
    network.math().tanh("y", x);
    Path out = folder.resolve("model.onnx");

    ExportReport report = OnnxExport.export(network, ExportOptions.DEFAULT, out);
    assertThat(OnnxFile.read(out).outputs()).containsExactly(Map.entry("y", "[]"));
    assertThat(report.notes())
        .containsExactly("x: no shape, exported as a scalar; --shape gives it another");
    assertThatThrownBy(
            () -> OnnxExport.export(network, ExportOptions.DEFAULT.withShape("z", 2), out))
        .hasMessageContaining("z");

    OnnxExport.export(network, ExportOptions.DEFAULT.withShape("x", -1, 3), out);
    assertThat(OnnxFile.read(out).outputs()).containsExactly(Map.entry("y", "[N,3]"));
    report = OnnxExport.export(network, ExportOptions.DEFAULT.withShape("x"), out);
    assertThat(OnnxFile.read(out).outputs()).containsExactly(Map.entry("y", "[]"));
    assertThat(report.notes()).isEmpty();
  }

  @Test
  void inputsThatCannotBeScalarsNeedAShape() {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT);
    x.mmul("y", network.var("w", Networks.values(1, 3, 4)));
    Path out = folder.resolve("model.onnx");

    assertThatThrownBy(() -> OnnxExport.export(network, ExportOptions.DEFAULT, out))
        .isInstanceOfSatisfying(
            UnsupportedModelException.class,
            e ->
                assertThat(e.problems().get(0))
                    .satisfies(problem -> assertThat(problem.where()).isEqualTo("x"))
                    .satisfies(problem -> assertThat(problem.reason()).isEqualTo("no shape")));
    assertThat(out).doesNotExist();
  }

  private SameDiff reload(SameDiff network) throws Exception {
    Path saved = folder.resolve("saved.fb");
    network.save(saved.toFile(), false);
    return NetworkFile.read(saved).sameDiff();
  }

  private static org.nd4j.linalg.api.ndarray.INDArray weights(
      Convolution kind, WeightsFormat format) {
    int height = kind.kernel.get(0);
    int width = kind.kernel.get(1);
    return switch (format) {
      case YXIO -> Networks.values(1, height, width, IN, OUT);
      case OIYX -> Networks.values(1, OUT, IN, height, width);
      case OYXI -> Networks.values(1, OUT, height, width, IN);
    };
  }

  private static Convolution kind(String name, PaddingMode mode, Integer... sizes) {
    List<Integer> all = List.of(sizes);
    return new Convolution(
        name, mode, all.subList(0, 2), all.subList(2, 4), all.subList(4, 6), all.subList(6, 8));
  }
}
