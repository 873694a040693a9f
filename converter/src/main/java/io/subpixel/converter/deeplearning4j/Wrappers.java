package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.params.BidirectionalParamInitializer;
import org.deeplearning4j.util.TimeSeriesUtils;
import org.nd4j.autodiff.samediff.SDVariable;

/** Layers around another layer. */
final class Wrappers {
  private Wrappers() {}

  /**
   * A wrapper.
   *
   * @param <L> the wrapper's configuration
   */
  private abstract static class Around<L extends Layer> implements LayerTranslator<L> {
    private final Translators translators;

    Around(Translators translators) {
      this.translators = translators;
    }

    abstract Layer inner(L layer);

    @Override
    public Optional<long[]> takes(L layer, Optional<long[]> next) {
      Layer inner = inner(layer);
      return translators.layer(inner).takes(inner, next);
    }

    @Override
    public Optional<Refusal> check(L layer) {
      Layer inner = inner(layer);
      return translators.layer(inner).check(inner);
    }

    @Override
    public Optional<Mask> mask(L layer, Scope scope) {
      Layer inner = inner(layer);
      return translators.layer(inner).mask(inner, scope);
    }

    @Override
    public Value translate(L layer, Scope scope) {
      return scope.translate(inner(layer));
    }
  }

  /** Frozen for training, which says nothing of inference. */
  static final class Frozen extends Around<FrozenLayer> {
    Frozen(Translators translators) {
      super(translators);
    }

    @Override
    Layer inner(FrozenLayer layer) {
      return layer.getLayer();
    }
  }

  /** As above. */
  static final class FrozenWithBackprop extends Around<FrozenLayerWithBackprop> {
    FrozenWithBackprop(Translators translators) {
      super(translators);
    }

    @Override
    Layer inner(FrozenLayerWithBackprop layer) {
      return layer.getUnderlying();
    }
  }

  /** The last step that a recurrent layer gives. */
  static final class LastStep extends Around<LastTimeStep> {
    LastStep(Translators translators) {
      super(translators);
    }

    @Override
    Layer inner(LastTimeStep layer) {
      return layer.getUnderlying();
    }

    @Override
    public Optional<Mask> mask(LastTimeStep layer, Scope scope) {
      return Optional.empty();
    }

    @Override
    public Value translate(LastTimeStep layer, Scope scope) {
      // A mask that is computed from the input counts before one that is given.
      Optional<Mask> mask =
          layer.getUnderlying() instanceof MaskZeroLayer zero
              ? Optional.of(MaskFromInput.counted(zero, scope))
              : scope.mask().map(Mask::forced);
      Value sequence = super.translate(layer, scope.masked(mask));
      int time =
          TimeSeriesUtils.getFormatFromRnnLayer(layer.getUnderlying()) == RNNFormat.NWC ? 1 : 2;
      // Read backwards, the last step is the first.
      Value last = scope.at(sequence, time, scope.backwards() ? 0 : -1);
      return mask.isEmpty()
          ? last
          : picked(
              sequence, scope.backwards() ? mask.get().first() : mask.get().last(), time, last);
    }

    private static Value picked(Value sequence, Mask one, int time, Value like) {
      return like.with(sequence.variable().mul(one.along(time == 1)).sum(time));
    }
  }

  /** Leaves out the steps at which all features have one value. */
  static final class MaskFromInput extends Around<MaskZeroLayer> {
    MaskFromInput(Translators translators) {
      super(translators);
    }

    @Override
    Layer inner(MaskZeroLayer layer) {
      return layer.getUnderlying();
    }

    @Override
    public Optional<Mask> mask(MaskZeroLayer layer, Scope scope) {
      return Optional.empty();
    }

    @Override
    public Value translate(MaskZeroLayer layer, Scope scope) {
      return super.translate(layer, scope.masked(Optional.of(counted(layer, scope))));
    }

    static Mask counted(MaskZeroLayer layer, Scope scope) {
      // Deeplearning4j doesn't look for the format inside further wrappers.
      boolean channelsLast =
          layer.getUnderlying() instanceof BaseRecurrentLayer recurrent
              && Recurrent.isChannelsLast(recurrent);
      SDVariable x = channelsLast ? scope.graph().permute(scope.x(), 0, 2, 1) : scope.x();
      SDVariable differs = x.neq(layer.getMaskingValue()).castTo(scope.dataType());
      return new Mask(differs.max(true, 1), true);
    }
  }

  /** The same layer twice, one of them backwards. */
  static final class BothWays extends Around<Bidirectional> {
    BothWays(Translators translators) {
      super(translators);
    }

    @Override
    Layer inner(Bidirectional layer) {
      return layer.getFwd();
    }

    @Override
    public Value translate(Bidirectional layer, Scope scope) {
      Value forwards =
          scope.part(BidirectionalParamInitializer.FORWARD_PREFIX, false).translate(layer.getFwd());
      Value backwards =
          scope.part(BidirectionalParamInitializer.BACKWARD_PREFIX, true).translate(layer.getBwd());
      SDVariable one = forwards.variable();
      SDVariable other = backwards.variable();
      return switch (layer.getMode()) {
        case ADD -> forwards.with(one.add(other));
        case MUL -> forwards.with(one.mul(other));
        case AVERAGE -> forwards.with(one.add(other).mul(0.5));
        case CONCAT -> {
          boolean last = layer.getRNNDataFormat() == RNNFormat.NWC && forwards.rank() == 3;
          int axis = last ? 2 : 1;
          yield forwards.with(
              scope.graph().concat(axis, one, other),
              axis,
              Value.sum(forwards.size(axis), backwards.size(axis)));
        }
      };
    }
  }

  /** A layer over rows at each step of {@code [N,C,T]} or {@code [N,T,C]}. */
  static final class EachStep extends Around<TimeDistributed> {
    EachStep(Translators translators) {
      super(translators);
    }

    @Override
    Layer inner(TimeDistributed layer) {
      return layer.getUnderlying();
    }

    @Override
    public Optional<long[]> takes(TimeDistributed layer, Optional<long[]> next) {
      return super.takes(layer, Optional.empty())
          .filter(rows -> rows.length == 2)
          .map(rows -> Convolutions.images(rows[1], 1, isChannelsLast(layer)));
    }

    private static boolean isChannelsLast(TimeDistributed layer) {
      return layer.getRnnDataFormat() != RNNFormat.NCW;
    }

    @Override
    public Value translate(TimeDistributed layer, Scope scope) {
      Value input = scope.input();
      if (input.rank() != 3) {
        throw new Unsupported("time distributed rank " + input.rank(), "give it a sequence");
      }
      boolean last = isChannelsLast(layer);
      Value steps = last ? scope.permute(input, 1, 0, 2) : scope.permute(input, 2, 0, 1);
      Value rows = super.translate(layer, scope.with(scope.fold(steps, steps.size(2))));
      if (rows.rank() != 2) {
        throw new Unsupported("a time distributed layer that gives no rows", "use a dense layer");
      }
      Value unfolded = scope.unfold(rows, rows.size(1));
      Value sequence = last ? scope.permute(unfolded, 1, 0, 2) : scope.permute(unfolded, 1, 2, 0);
      return sequence.folded(input.steps());
    }
  }
}
