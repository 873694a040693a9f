package io.subpixel.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.ExportReport.Port;
import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.internal.source.Network;
import io.subpixel.converter.source.NetworkFile;
import io.subpixel.converter.source.UnknownNameException;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import onnx.Onnx;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.DataFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

final class EspcnExportTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"2,1", "3,1", "4,1", "2,3", "3,3"})
  void aSavedNetworkComputesTheSame(int scale, int channels) throws Exception {
    SameDiff trained = Networks.espcn(scale, channels);
    Path saved = folder.resolve("model.fb");
    trained.save(saved.toFile(), true);
    Path out = folder.resolve("model.onnx");

    ExportReport report =
        OnnxExport.export(NetworkFile.read(saved).sameDiff(), ExportOptions.DEFAULT, out);

    assertThat(report.verified()).isTrue();
    assertThat(report.nodes()).hasSize(6).allMatch(ExportReport.NodeReport::accurate);
    assertThat(report.trials()).hasSize(6).allMatch(trial -> trial.ran());
    Referee.assertSame(
        trained, out, "lr", Networks.values(1, 2, channels, 7, 11), "sr", /* tolerance= */ 5e-6);
  }

  @Test
  void onlyWhatTheOutputNeedsIsInTheFile() throws Exception {
    Path out = folder.resolve("model.onnx");
    SameDiff network = Networks.espcn(2, 1);
    network.math().tanh("unneeded", network.getVariable("relu"));

    OnnxExport.export(network, ExportOptions.DEFAULT, out);

    OnnxFile file = OnnxFile.read(out);
    assertThat(file.operators())
        .containsExactly("Conv", "Relu", "Conv", "Relu", "Conv", "DepthToSpace");
    assertThat(file.inputs()).containsExactly(Map.entry("lr", "[N,1,H,W]"));
    assertThat(file.outputs()).containsExactly(Map.entry("sr", "[N,1,x2H,x2W]"));
    assertThat(file.parameters()).isEqualTo(25 * 8 + 8 + 9 * 8 * 6 + 6 + 9 * 6 * 4 + 4);
  }

  @Test
  void weightsAreStoredInOnnxLayout() throws Exception {
    Path out = folder.resolve("model.onnx");
    OnnxExport.export(Networks.espcn(2, 3), ExportOptions.DEFAULT, out);

    Onnx.GraphProto graph = Onnx.ModelProto.parseFrom(Files.readAllBytes(out)).getGraph();

    assertThat(graph.getInitializer(0).getDimsList()).containsExactly(8L, 3L, 5L, 5L);
    assertThat(graph.getNode(0).getAttributeList())
        .anySatisfy(
            attribute -> {
              assertThat(attribute.getName()).isEqualTo("pads");
              assertThat(attribute.getIntsList()).containsExactly(2L, 2L, 2L, 2L);
            });
    assertThat(graph.getNode(5).getAttributeList())
        .anySatisfy(
            attribute -> {
              assertThat(attribute.getName()).isEqualTo("mode");
              assertThat(attribute.getS().toStringUtf8()).isEqualTo("DCR");
            });
  }

  @ParameterizedTest
  @CsvSource({"13,7", "14,7", "15,8", "17,8", "18,8", "19,9", "20,9", "21,10", "22,10", "23,11"})
  void everyOpsetComesWithItsFileFormat(int opset, int irVersion) throws Exception {
    Path out = folder.resolve("model.onnx");
    SameDiff network = Networks.espcn(2, 1);

    OnnxExport.export(network, ExportOptions.DEFAULT.withOpset(opset), out);

    assertThat(OnnxFile.read(out).opset()).isEqualTo(opset);
    assertThat(OnnxFile.read(out).irVersion()).isEqualTo(irVersion);
    assertThat(OnnxFile.read(out).producer()).isEqualTo("subpixel");
    Referee.assertSame(
        network, out, "lr", Networks.values(1, 1, 1, 5, 4), "sr", /* tolerance= */ 1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 24})
  void otherOpsetsAreRefused(int opset) {
    assertThatThrownBy(() -> ExportOptions.DEFAULT.withOpset(opset))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("opset: expected 13 to 23, received " + opset);
  }

  @Test
  void theCardTravelsInTheFile() throws Exception {
    Path out = folder.resolve("model.onnx");
    ModelCard card = Networks.card(2, Colour.RGB);

    OnnxExport.export(Networks.espcn(2, 3), ExportOptions.DEFAULT.withCard(card), out);

    String json = OnnxFile.read(out).metadata().getOrDefault("subpixel.card", "");
    assertThat(ModelCard.fromJson(json, "metadata")).isEqualTo(card);
  }

  @Test
  void aCardThatContradictsTheNetworkIsRefused() {
    Path out = folder.resolve("model.onnx");
    SameDiff network = Networks.espcn(2, 1);

    assertThatThrownBy(
            () ->
                OnnxExport.export(
                    network, ExportOptions.DEFAULT.withCard(Networks.card(3, Colour.Y)), out))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("scale");
    assertThatThrownBy(
            () ->
                OnnxExport.export(
                    network, ExportOptions.DEFAULT.withCard(Networks.card(2, Colour.RGB)), out))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("channels");
    assertThat(out).doesNotExist();
  }

  @Test
  void theCardFixesUnknownChannels() throws Exception {
    Path out = folder.resolve("model.onnx");
    SameDiff network = SameDiff.create();
    SDVariable lr = network.placeHolder("lr", DataType.FLOAT, -1, -1, -1, -1);
    SDVariable w = network.var("w", Networks.values(1, 3, 3, 3, 12));
    SDVariable x = network.cnn().conv2d(lr, w, Networks.same(3));
    network.cnn().depthToSpace(x, 2, DataFormat.NCHW).rename("sr");

    OnnxExport.export(network, ExportOptions.DEFAULT.withCard(Networks.card(2, Colour.RGB)), out);

    assertThat(OnnxFile.read(out).inputs()).containsExactly(Map.entry("lr", "[N,3,H,W]"));
    Referee.assertSame(
        network, out, "lr", Networks.values(1, 1, 3, 5, 4), "sr", /* tolerance= */ 1e-6);
  }

  @Test
  void whatIsAddedSharesItsBatch() throws Exception {
    Path out = folder.resolve("model.onnx");
    SameDiff network = SameDiff.create();
    SDVariable a = network.placeHolder("a", DataType.FLOAT, -1, 3);
    SDVariable b = network.placeHolder("b", DataType.FLOAT, -1, 3);
    a.add("sum", b);

    ExportReport report = OnnxExport.export(network, ExportOptions.DEFAULT, out);

    assertThat(report.inputs())
        .containsExactly(new Port("a", "FLOAT", "[N,3]"), new Port("b", "FLOAT", "[N,3]"));
    assertThat(report.outputs()).containsExactly(new Port("sum", "FLOAT", "[N,3]"));
    INDArray left = Networks.values(1, 4, 3);
    INDArray right = Networks.values(2, 4, 3);
    Referee.assertOutput(
        out, Map.of("a", left, "b", right), "sum", left.add(right), /* tolerance= */ 0);
  }

  @Test
  void intermediateValuesCanBeOutputs() throws Exception {
    Path out = folder.resolve("model.onnx");
    SameDiff network = Networks.espcn(2, 1);

    OnnxExport.export(network, ExportOptions.DEFAULT.withOutputs(List.of("relu_1", "relu")), out);

    assertThat(OnnxFile.read(out).outputs().keySet()).containsExactly("relu_1", "relu");
    INDArray fed = Networks.values(1, 1, 1, 6, 5);
    Referee.assertSame(network, out, "lr", fed, "relu", /* tolerance= */ 1e-6);
    Referee.assertSame(network, out, "lr", fed, "relu_1", /* tolerance= */ 1e-6);
  }

  @Test
  void aVariableCanBeAnInput() throws Exception {
    Path out = folder.resolve("model.onnx");
    SameDiff network = Networks.espcn(2, 1);
    INDArray stored = network.getVariable("w0").getArr().dup();

    ExportReport report =
        OnnxExport.export(network, ExportOptions.DEFAULT.withInputs(List.of("lr", "w0")), out);

    assertThat(report.inputs())
        .containsExactly(
            new Port("lr", "FLOAT", "[N,1,H,W]"), new Port("w0", "FLOAT", "[5,5,1,8]"));
    assertThat(network.getVariable("w0").getArr()).isEqualTo(stored);
    INDArray fed = Networks.values(1, 1, 1, 6, 5);
    INDArray other = Networks.values(77, 5, 5, 1, 8);
    network.getVariable("w0").setArray(other);
    INDArray expected = Networks.run(network, "lr", fed, "sr");
    Referee.assertOutput(
        out, Map.of("lr", fed, "w0", other), "sr", expected, /* tolerance= */ 1e-6);
  }

  @Test
  void weightsThatAreComputedAreFolded() throws Exception {
    Path out = folder.resolve("model.onnx");
    SameDiff network = SameDiff.create();
    SDVariable lr = network.placeHolder("lr", DataType.FLOAT, -1, 2, -1, -1);
    SDVariable wide = network.var("wide", Networks.values(1, 18, 16));
    SDVariable narrow = network.var("narrow", Networks.values(2, 16, 4));
    SDVariable weights = wide.mmul(narrow).reshape(3, 3, 2, 4);
    network.cnn().conv2d(lr, weights, Networks.same(3)).rename("sr");

    ExportReport report = OnnxExport.export(network, ExportOptions.DEFAULT, out);

    assertThat(OnnxFile.read(out).operators()).containsExactly("Conv");
    assertThat(report.folded()).hasSize(2);
    Referee.assertSame(
        network, out, "lr", Networks.values(1, 1, 2, 6, 5), "sr", /* tolerance= */ 1e-6);
  }

  @Test
  void whatDependsOnNoInputIsStored() throws Exception {
    Path out = folder.resolve("model.onnx");
    SameDiff network = Networks.espcn(2, 1);
    network.math().tanh("constant", network.getVariable("w0"));

    OnnxExport.export(network, ExportOptions.DEFAULT.withOutputs(List.of("sr", "constant")), out);

    assertThat(OnnxFile.read(out).outputs()).containsEntry("constant", "[5,5,1,8]");
    Referee.assertSame(
        network, out, "lr", Networks.values(1, 1, 1, 6, 5), "constant", /* tolerance= */ 0);
  }

  @Test
  void unknownNamesAreRefusedWithThePossibleOnes() {
    SameDiff network = Networks.espcn(2, 1);

    assertThatThrownBy(() -> Network.select(network, List.of(), List.of("nope")))
        .isInstanceOfSatisfying(
            UnknownNameException.class,
            e -> {
              assertThat(e.name()).isEqualTo("nope");
              assertThat(e.possible()).contains("sr", "relu", "loss").doesNotContain("lr", "w0");
            });
    assertThatThrownBy(() -> Network.select(network, List.of("relu"), List.of()))
        .isInstanceOfSatisfying(
            UnknownNameException.class,
            e -> assertThat(e.possible()).contains("lr", "w0").doesNotContain("relu"));
    assertThatThrownBy(() -> Network.select(network, List.of("w0"), List.of()))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageContaining("without the needed lr");
    assertThatThrownBy(() -> Network.select(network, List.of("lr", "hr"), List.of()))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageContaining("hr, which no output needs");
  }

  @Test
  void withoutSrTheOutputsAreWhatNothingReadsAndIsNoLoss() {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, 3);
    SDVariable y = network.math().tanh("y", x);
    network.nn().sigmoid("z", x);
    y.mean("cost").markAsLoss();
    network.math().tanh("t", y);

    assertThat(Network.select(network, List.of(), List.of()).outputs()).containsExactly("t", "z");
  }
}
