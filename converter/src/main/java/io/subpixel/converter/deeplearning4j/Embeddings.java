package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/** Rows of a table, chosen by whole numbers that come as the network's floating point type. */
final class Embeddings {
  private Embeddings() {}

  /** {@code [N,1]} to {@code [N,nOut]}. */
  static final class One implements LayerTranslator<EmbeddingLayer> {
    @Override
    public Optional<long[]> takes(EmbeddingLayer layer, Optional<long[]> next) {
      return LayerTranslator.shape(Value.UNKNOWN, 1);
    }

    @Override
    public Value translate(EmbeddingLayer layer, Scope scope) {
      SDVariable flat = scope.graph().reshape(scope.x(), -1);
      Value rows =
          scope
              .input()
              .with(rows(flat, scope), new long[] {scope.input().size(0), layer.getNOut()});
      return scope.maskedRows(
          Activations.apply(layer.getActivationFn(), rows, Activations.LAST, scope));
    }
  }

  /** {@code [N,T]} or {@code [N,1,T]} to {@code [N,nOut,T]} or {@code [N,T,nOut]}. */
  static final class Sequence implements LayerTranslator<EmbeddingSequenceLayer> {
    @Override
    public Optional<long[]> takes(EmbeddingSequenceLayer layer, Optional<long[]> next) {
      return LayerTranslator.shape(
          Value.UNKNOWN, layer.isInferInputLength() ? Value.UNKNOWN : layer.getInputLength());
    }

    @Override
    public Value translate(EmbeddingSequenceLayer layer, Scope scope) {
      Value input = scope.input();
      SDVariable indices = scope.x();
      if (input.rank() == 3) {
        indices = scope.graph().squeeze(indices, 1);
      }
      long steps = input.size(input.rank() - 1);
      Value sequence =
          input.with(rows(indices, scope), new long[] {input.size(0), steps, layer.getNOut()});
      if (layer.getOutputFormat() == RNNFormat.NCW) {
        sequence = scope.permute(sequence, 0, 2, 1);
      }
      Value made = Activations.apply(layer.getActivationFn(), sequence, Activations.LAST, scope);
      boolean channelsLast = layer.getOutputFormat() == RNNFormat.NWC;
      return scope.mask().isPresent()
          ? made.with(made.variable().mul(scope.mask().get().along(channelsLast)))
          : made;
    }
  }

  private static SDVariable rows(SDVariable indices, Scope scope) {
    SDVariable table = scope.weight(DefaultParamInitializer.WEIGHT_KEY);
    SDVariable rows = scope.graph().gather(table, indices.castTo(DataType.INT32), 0);
    return scope.has(DefaultParamInitializer.BIAS_KEY)
        ? rows.add(scope.vector(DefaultParamInitializer.BIAS_KEY))
        : rows;
  }
}
