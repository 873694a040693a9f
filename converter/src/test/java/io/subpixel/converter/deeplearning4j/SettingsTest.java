package io.subpixel.converter.deeplearning4j;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.operators.UnsupportedModelException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;

/** Whether what fails is the configuration's fault or the translator's. */
final class SettingsTest {
  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new DenseLayer.Builder().nOut(3).build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(8, 8, 2))
                .build());
    network.init();
    return network;
  }

  private static Layer layer(MultiLayerNetwork network, int index) {
    return network.getLayerWiseConfigurations().getConf(index).getLayer();
  }

  private static Arguments of(
      String message, Consumer<ConvolutionLayer> images, Consumer<DenseLayer> rows) {
    return Arguments.of(message, images, rows);
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        of("no stride", layer -> layer.setStride(null), layer -> {}),
        of("no convolutionMode", layer -> layer.setConvolutionMode(null), layer -> {}),
        of("its stride", layer -> layer.setStride(new int[] {1, 0}), layer -> {}),
        of("its dilation", layer -> layer.setDilation(new int[] {1}), layer -> {}),
        of("its padding", layer -> layer.setPadding(new int[] {0, -1}), layer -> {}),
        of("no activation function", layer -> {}, layer -> layer.setActivationFn(null)));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void namesASettingThatIsMissingOrWrong(
      String message, Consumer<ConvolutionLayer> images, Consumer<DenseLayer> rows) {
    MultiLayerNetwork network = network();
    images.accept((ConvolutionLayer) layer(network, 0));
    rows.accept((DenseLayer) layer(network, 1));
    assertThatThrownBy(() -> Deeplearning4jNetwork.of(network).toSameDiff())
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(message);
  }

  /** What fails in its definition: a dense layer's, in the package of the translators. */
  private record Failing(Supplier<SDVariable> failure) implements Definition {
    @Override
    public Class<?> type() {
      return DenseLayer.class;
    }

    @Override
    public SDVariable define(
        Object configuration,
        SameDiff graph,
        List<SDVariable> inputs,
        Map<String, SDVariable> coefficients) {
      return failure.get();
    }
  }

  private static Deeplearning4jNetwork failing(Supplier<SDVariable> failure) {
    return Deeplearning4jNetwork.of(network()).withDefinitions(List.of(new Failing(failure)));
  }

  @Test
  void whatSameDiffRefusesIsTheConfigurationsFault() {
    Deeplearning4jNetwork read = failing(() -> SameDiff.create().concat(0));
    assertThatThrownBy(read::toSameDiff)
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("layer1 (DenseLayer): settings that are missing or contradict");
  }

  @Test
  void whatFailsInATranslatorIsABug() {
    Deeplearning4jNetwork read = failing(() -> List.<SDVariable>of().get(0));
    assertThatThrownBy(read::toSameDiff)
        .isInstanceOf(BrokenTranslatorException.class)
        .hasMessage("layer1 (DenseLayer): its translator has a bug")
        .hasCauseInstanceOf(IndexOutOfBoundsException.class);
  }
}
