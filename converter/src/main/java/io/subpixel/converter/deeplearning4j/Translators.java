package io.subpixel.converter.deeplearning4j;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.Pooling1D;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SpaceToBatchLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.Upsampling3D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPadding3DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping3D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnn3DPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.preprocessors.KerasFlattenRnnPreprocessor;
import org.deeplearning4j.preprocessors.PermutePreprocessor;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;

/**
 * Which translator translates which configuration of Deeplearning4j. A class has the translator
 * that was added for exactly it, as a subclass may do something else; only those that define
 * themselves through SameDiff are taken with their subclasses.
 */
final class Translators {
  private final Map<Class<?>, LayerEntry<?>> layers = new LinkedHashMap<>();
  private final Map<Class<?>, VertexEntry<?>> vertices = new LinkedHashMap<>();
  private final Map<Class<?>, PreprocessorEntry<?>> preprocessors = new LinkedHashMap<>();

  /** By class name: Jackson keeps the classes of the first class path that it saw. */
  private final Map<String, Definition> definitions = new LinkedHashMap<>();

  private Translators() {}

  /** All of these, and what is defined beside them; a definition counts before a translator. */
  Translators with(Collection<Definition> more) {
    Translators all = standard();
    all.definitions.putAll(definitions);
    more.forEach(definition -> all.definitions.put(definition.type().getName(), definition));
    return all;
  }

  /** What was defined for exactly the class of a configuration. */
  Optional<Definition> definition(Object configuration) {
    return Optional.ofNullable(definitions.get(configuration.getClass().getName()));
  }

  /** Everything that can be translated. To add a layer, write its translator and add a line. */
  @SuppressWarnings("deprecation") // Files hold the older layers too.
  static Translators standard() {
    Translators all = new Translators();
    return all
        // Dense
        .layer(DenseLayer.class, new Dense())
        .layer(OutputLayer.class, new Dense())
        .layer(CenterLossOutputLayer.class, new Dense())
        .layer(AutoEncoder.class, new Dense())
        .layer(VariationalAutoencoder.class, new VariationalEncoder())
        .layer(ElementWiseMultiplicationLayer.class, new ElementWiseMultiplication())
        .layer(OCNNOutputLayer.class, new OneClass())
        .layer(EmbeddingLayer.class, new Embeddings.One())
        .layer(EmbeddingSequenceLayer.class, new Embeddings.Sequence())
        // Convolution
        .layer(ConvolutionLayer.class, new Convolutions.TwoD())
        .layer(Convolution2D.class, new Convolutions.TwoD())
        .layer(Convolution1DLayer.class, new Convolutions.OneD())
        .layer(Convolution1D.class, new Convolutions.OneD())
        .layer(Convolution3D.class, new Convolutions.ThreeD())
        .layer(Deconvolution2D.class, new Deconvolutions.TwoD())
        .layer(Deconvolution3D.class, new Deconvolutions.ThreeD())
        .layer(DepthwiseConvolution2D.class, new Convolutions.Depthwise())
        .layer(SeparableConvolution2D.class, new Convolutions.Separable())
        // Pooling
        .layer(SubsamplingLayer.class, new Poolings.TwoD())
        .layer(Pooling2D.class, new Poolings.TwoD())
        .layer(Subsampling1DLayer.class, new Poolings.OneD())
        .layer(Pooling1D.class, new Poolings.OneD())
        .layer(Subsampling3DLayer.class, new Poolings.ThreeD())
        .layer(GlobalPoolingLayer.class, new Poolings.Global())
        // Normalization
        .layer(BatchNormalization.class, new Normalizations.Batch())
        .layer(LocalResponseNormalization.class, new Normalizations.LocalResponse())
        // Recurrent
        .layer(LSTM.class, new Recurrent.Lstm())
        .layer(GravesLSTM.class, new Recurrent.Lstm())
        .layer(GravesBidirectionalLSTM.class, new Recurrent.GravesBidirectional())
        .layer(SimpleRnn.class, new Recurrent.Simple())
        .layer(RnnOutputLayer.class, new Recurrent.Output())
        // Activations and losses
        .layer(ActivationLayer.class, new Activations.Only())
        .layer(PReLULayer.class, new Activations.Parametric())
        .layer(LossLayer.class, new Losses.Plain())
        .layer(RnnLossLayer.class, new Losses.Steps())
        .layer(CnnLossLayer.class, new Losses.Pixels())
        .layer(Cnn3DLossLayer.class, new Losses.Voxels())
        .layer(Yolo2OutputLayer.class, new Yolo())
        // Shape
        .layer(Upsampling1D.class, new Upsamplings.OneD())
        .layer(Upsampling2D.class, new Upsamplings.TwoD())
        .layer(Upsampling3D.class, new Upsamplings.ThreeD())
        .layer(ZeroPadding1DLayer.class, new Borders.Pad1D())
        .layer(ZeroPaddingLayer.class, new Borders.Pad2D())
        .layer(ZeroPadding3DLayer.class, new Borders.Pad3D())
        .layer(Cropping1D.class, new Borders.Crop1D())
        .layer(Cropping2D.class, new Borders.Crop2D())
        .layer(Cropping3D.class, new Borders.Crop3D())
        .layer(SpaceToDepthLayer.class, new Spaces.ToDepth())
        .layer(SpaceToBatchLayer.class, new Spaces.ToBatch())
        .layer(RepeatVector.class, new Repeat())
        .layer(MaskLayer.class, new Masking())
        // Nothing at inference
        .layer(DropoutLayer.class, new Identity())
        // Around another layer
        .layer(Bidirectional.class, new Wrappers.BothWays(all))
        .layer(LastTimeStep.class, new Wrappers.LastStep(all))
        .layer(MaskZeroLayer.class, new Wrappers.MaskFromInput(all))
        .layer(TimeDistributed.class, new Wrappers.EachStep(all))
        .layer(FrozenLayer.class, new Wrappers.Frozen(all))
        .layer(FrozenLayerWithBackprop.class, new Wrappers.FrozenWithBackprop(all))
        // Defined through SameDiff
        .layers(SameDiffLayer.class, new Defined.AsLayer())
        // Vertices
        .vertex(MergeVertex.class, new Vertices.Merge())
        .vertex(ElementWiseVertex.class, new Vertices.ElementWise())
        .vertex(SubsetVertex.class, new Vertices.Subset())
        .vertex(StackVertex.class, new Vertices.Stack())
        .vertex(UnstackVertex.class, new Vertices.Unstack())
        .vertex(ScaleVertex.class, new Vertices.Scale())
        .vertex(ShiftVertex.class, new Vertices.Shift())
        .vertex(L2Vertex.class, new Vertices.Distance())
        .vertex(L2NormalizeVertex.class, new Vertices.Normalize())
        .vertex(ReshapeVertex.class, new Vertices.Reshape())
        .vertex(PoolHelperVertex.class, new Vertices.PoolHelper())
        .vertex(LastTimeStepVertex.class, new Vertices.LastStep())
        .vertex(DuplicateToTimeSeriesVertex.class, new Vertices.EveryStep())
        .vertex(ReverseTimeSeriesVertex.class, new Vertices.Reverse())
        .vertex(PreprocessorVertex.class, new Vertices.Preprocessor(all))
        .vertex(FrozenVertex.class, new Vertices.Frozen(all))
        .vertices(SameDiffVertex.class, new Defined.AsVertex())
        // Preprocessors
        .preprocessor(CnnToFeedForwardPreProcessor.class, new Preprocessors.PixelsToFlat())
        .preprocessor(FeedForwardToCnnPreProcessor.class, new Preprocessors.FlatToPixels())
        .preprocessor(Cnn3DToFeedForwardPreProcessor.class, new Preprocessors.VoxelsToFlat())
        .preprocessor(FeedForwardToCnn3DPreProcessor.class, new Preprocessors.FlatToVoxels())
        .preprocessor(RnnToFeedForwardPreProcessor.class, new Preprocessors.StepsToFlat())
        .preprocessor(FeedForwardToRnnPreProcessor.class, new Preprocessors.FlatToSteps())
        .preprocessor(RnnToCnnPreProcessor.class, new Preprocessors.StepsToPixels())
        .preprocessor(CnnToRnnPreProcessor.class, new Preprocessors.PixelsToSteps())
        .preprocessor(ReshapePreprocessor.class, new Preprocessors.Reshape())
        .preprocessor(PermutePreprocessor.class, new Preprocessors.Permute())
        .preprocessor(KerasFlattenRnnPreprocessor.class, new Preprocessors.FlattenSteps())
        .preprocessor(ComposableInputPreProcessor.class, new Preprocessors.Several(all));
  }

  private <L extends Layer> Translators layer(
      Class<L> type, LayerTranslator<? super L> translator) {
    return add(layers, type, new LayerEntry<>(type, translator, false));
  }

  private <L extends Layer> Translators layers(
      Class<L> type, LayerTranslator<? super L> translator) {
    return add(layers, type, new LayerEntry<>(type, translator, true));
  }

  private <V extends GraphVertex> Translators vertex(
      Class<V> type, VertexTranslator<? super V> translator) {
    return add(vertices, type, new VertexEntry<>(type, translator, false));
  }

  private <V extends GraphVertex> Translators vertices(
      Class<V> type, VertexTranslator<? super V> translator) {
    return add(vertices, type, new VertexEntry<>(type, translator, true));
  }

  private <P extends InputPreProcessor> Translators preprocessor(
      Class<P> type, PreprocessorTranslator<? super P> translator) {
    return add(preprocessors, type, new PreprocessorEntry<>(type, translator));
  }

  private <E> Translators add(Map<Class<?>, E> entries, Class<?> type, E entry) {
    if (entries.putIfAbsent(type, entry) != null) {
      throw new IllegalArgumentException(
          type.getName() + ": expected one translator, received a second");
    }
    return this;
  }

  /**
   * The translator of a layer.
   *
   * @throws Unsupported if there is none
   */
  LayerTranslator<Layer> layer(Layer layer) {
    Optional<Definition> own = definition(layer);
    return own.isPresent()
        ? new Defined.OwnLayer(own.get())
        : find(layers, layer, LayerEntry::takesSubclasses);
  }

  /**
   * The translator of a vertex.
   *
   * @throws Unsupported if there is none
   */
  VertexTranslator<GraphVertex> vertex(GraphVertex vertex) {
    Optional<Definition> own = definition(vertex);
    return own.isPresent()
        ? new Defined.OwnVertex(own.get())
        : find(vertices, vertex, VertexEntry::takesSubclasses);
  }

  /**
   * The translator of a preprocessor.
   *
   * @throws Unsupported if there is none
   */
  PreprocessorTranslator<InputPreProcessor> preprocessor(InputPreProcessor preprocessor) {
    return find(preprocessors, preprocessor, entry -> false);
  }

  private static <E> E find(
      Map<Class<?>, E> entries, Object configuration, Predicate<E> takesSubclasses) {
    E exact = entries.get(configuration.getClass());
    if (exact != null) {
      return exact;
    }
    for (Map.Entry<Class<?>, E> entry : entries.entrySet()) {
      if (takesSubclasses.test(entry.getValue()) && entry.getKey().isInstance(configuration)) {
        return entry.getValue();
      }
    }
    throw new Unsupported(
        "no translator for " + configuration.getClass().getName(),
        "put a Definition of it on the --class-path, or another layer in its place");
  }

  private record LayerEntry<L extends Layer>(
      Class<L> type, LayerTranslator<? super L> translator, boolean takesSubclasses)
      implements LayerTranslator<Layer> {
    @Override
    public Optional<long[]> takes(Layer layer, Optional<long[]> next) {
      return translator.takes(type.cast(layer), next);
    }

    @Override
    public Optional<Refusal> check(Layer layer) {
      return translator.check(type.cast(layer));
    }

    @Override
    public Value translate(Layer layer, Scope scope) {
      return translator.translate(type.cast(layer), scope);
    }

    @Override
    public Optional<Mask> mask(Layer layer, Scope scope) {
      return translator.mask(type.cast(layer), scope);
    }
  }

  private record VertexEntry<V extends GraphVertex>(
      Class<V> type, VertexTranslator<? super V> translator, boolean takesSubclasses)
      implements VertexTranslator<GraphVertex> {
    @Override
    public Optional<long[]> takes(GraphVertex vertex, Optional<long[]> next) {
      return translator.takes(type.cast(vertex), next);
    }

    @Override
    public Optional<Refusal> check(GraphVertex vertex) {
      return translator.check(type.cast(vertex));
    }

    @Override
    public Value translate(GraphVertex vertex, Scope scope) {
      return translator.translate(type.cast(vertex), scope);
    }

    @Override
    public Optional<Mask> mask(GraphVertex vertex, Scope scope) {
      return translator.mask(type.cast(vertex), scope);
    }
  }

  private record PreprocessorEntry<P extends InputPreProcessor>(
      Class<P> type, PreprocessorTranslator<? super P> translator)
      implements PreprocessorTranslator<InputPreProcessor> {
    @Override
    public Optional<long[]> takes(InputPreProcessor preprocessor, Optional<long[]> next) {
      return translator.takes(type.cast(preprocessor), next);
    }

    @Override
    public Value translate(InputPreProcessor preprocessor, Scope scope) {
      return translator.translate(type.cast(preprocessor), scope);
    }
  }
}
