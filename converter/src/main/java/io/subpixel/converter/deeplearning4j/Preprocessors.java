package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.RNNFormat;
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
 * What stands between layers of different kinds. Deeplearning4j orders the rows of a folded
 * sequence by step, then by example.
 */
final class Preprocessors {
  private Preprocessors() {}

  private static long known(long size) {
    return size > 0 ? size : Value.UNKNOWN;
  }

  /** {@code [N,C,H,W]} as rows. */
  static final class PixelsToFlat implements PreprocessorTranslator<CnnToFeedForwardPreProcessor> {
    @Override
    public Optional<long[]> takes(CnnToFeedForwardPreProcessor p, Optional<long[]> next) {
      long channels = known(p.getNumChannels());
      long height = known(p.getInputHeight());
      long width = known(p.getInputWidth());
      return p.getFormat() == CNN2DFormat.NHWC
          ? LayerTranslator.shape(Value.UNKNOWN, height, width, channels)
          : LayerTranslator.shape(Value.UNKNOWN, channels, height, width);
    }

    @Override
    public Value translate(CnnToFeedForwardPreProcessor p, Scope scope) {
      Value input = scope.input();
      if (input.rank() == 2) {
        return input;
      }
      long size = p.getNumChannels() * p.getInputHeight() * p.getInputWidth();
      return size > 0
          ? input.with(scope.graph().reshape(scope.x(), -1, size), new long[] {input.size(0), size})
          : scope.flatten(input);
    }
  }

  /** Rows as {@code [N,C,H,W]}, whatever format the network has. */
  static final class FlatToPixels implements PreprocessorTranslator<FeedForwardToCnnPreProcessor> {
    @Override
    public Optional<long[]> takes(FeedForwardToCnnPreProcessor p, Optional<long[]> next) {
      return LayerTranslator.shape(
          Value.UNKNOWN, p.getNumChannels() * p.getInputHeight() * p.getInputWidth());
    }

    @Override
    public Value translate(FeedForwardToCnnPreProcessor p, Scope scope) {
      Value input = scope.input();
      if (input.rank() == 4) {
        return input;
      }
      return rows(input, scope, p.getNumChannels(), p.getInputHeight(), p.getInputWidth());
    }
  }

  private static Value rows(Value input, Scope scope, long... example) {
    long[] target = new long[example.length + 1];
    target[0] = -1;
    System.arraycopy(example, 0, target, 1, example.length);
    long[] shape = target.clone();
    shape[0] = input.size(0);
    return input.with(scope.graph().reshape(input.variable(), target), shape);
  }

  /** {@code [N,C,D,H,W]} as rows. */
  static final class VoxelsToFlat
      implements PreprocessorTranslator<Cnn3DToFeedForwardPreProcessor> {
    @Override
    public Optional<long[]> takes(Cnn3DToFeedForwardPreProcessor p, Optional<long[]> next) {
      long channels = known(p.getNumChannels());
      long depth = known(p.getInputDepth());
      long height = known(p.getInputHeight());
      long width = known(p.getInputWidth());
      return p.isNCDHW()
          ? LayerTranslator.shape(Value.UNKNOWN, channels, depth, height, width)
          : LayerTranslator.shape(Value.UNKNOWN, depth, height, width, channels);
    }

    @Override
    public Value translate(Cnn3DToFeedForwardPreProcessor p, Scope scope) {
      return scope.input().rank() == 2 ? scope.input() : scope.flatten(scope.input());
    }
  }

  /** Rows as {@code [N,C,D,H,W]} or {@code [N,D,H,W,C]}. */
  static final class FlatToVoxels
      implements PreprocessorTranslator<FeedForwardToCnn3DPreProcessor> {
    @Override
    public Optional<long[]> takes(FeedForwardToCnn3DPreProcessor p, Optional<long[]> next) {
      return LayerTranslator.shape(
          Value.UNKNOWN,
          (long) p.getNumChannels() * p.getInputDepth() * p.getInputHeight() * p.getInputWidth());
    }

    @Override
    public Value translate(FeedForwardToCnn3DPreProcessor p, Scope scope) {
      if (scope.input().rank() == 5) {
        return scope.input();
      }
      long channels = p.getNumChannels();
      long depth = p.getInputDepth();
      long height = p.getInputHeight();
      long width = p.getInputWidth();
      return p.isNCDHW()
          ? rows(scope.input(), scope, channels, depth, height, width)
          : rows(scope.input(), scope, depth, height, width, channels);
    }
  }

  private static Value steps(Value sequence, RNNFormat format, Scope scope) {
    return format == RNNFormat.NWC
        ? scope.permute(sequence, 1, 0, 2)
        : scope.permute(sequence, 2, 0, 1);
  }

  private static Value sequence(Value steps, RNNFormat format, Scope scope) {
    return format == RNNFormat.NWC ? scope.permute(steps, 1, 0, 2) : scope.permute(steps, 1, 2, 0);
  }

  /** A sequence as rows. */
  static final class StepsToFlat implements PreprocessorTranslator<RnnToFeedForwardPreProcessor> {
    @Override
    public Optional<long[]> takes(RnnToFeedForwardPreProcessor p, Optional<long[]> next) {
      return next.filter(rows -> rows.length == 2)
          .map(rows -> Convolutions.images(rows[1], 1, p.getRnnDataFormat() == RNNFormat.NWC));
    }

    @Override
    public Value translate(RnnToFeedForwardPreProcessor p, Scope scope) {
      if (scope.input().rank() == 2) {
        return scope.input();
      }
      Value steps = steps(scope.input(), p.getRnnDataFormat(), scope);
      return scope.fold(steps, steps.size(2));
    }
  }

  /** Rows as a sequence. */
  static final class FlatToSteps implements PreprocessorTranslator<FeedForwardToRnnPreProcessor> {
    @Override
    public Optional<long[]> takes(FeedForwardToRnnPreProcessor p, Optional<long[]> next) {
      int channels = p.getRnnDataFormat() == RNNFormat.NWC ? 2 : 1;
      return next.filter(sequence -> sequence.length == 3)
          .flatMap(sequence -> LayerTranslator.shape(Value.UNKNOWN, sequence[channels]));
    }

    @Override
    public Value translate(FeedForwardToRnnPreProcessor p, Scope scope) {
      Value input = scope.input();
      return sequence(scope.unfold(input, input.size(1)), p.getRnnDataFormat(), scope);
    }
  }

  /** The steps of a sequence as images. */
  static final class StepsToPixels implements PreprocessorTranslator<RnnToCnnPreProcessor> {
    @Override
    public Optional<long[]> takes(RnnToCnnPreProcessor p, Optional<long[]> next) {
      long size = (long) p.getNumChannels() * p.getInputHeight() * p.getInputWidth();
      return Optional.of(Convolutions.images(size, 1, p.getRnnDataFormat() == RNNFormat.NWC));
    }

    @Override
    public Value translate(RnnToCnnPreProcessor p, Scope scope) {
      Value steps = steps(scope.input(), p.getRnnDataFormat(), scope);
      return scope.fold(steps, p.getNumChannels(), p.getInputHeight(), p.getInputWidth());
    }
  }

  /** Images as the steps of a sequence. */
  static final class PixelsToSteps implements PreprocessorTranslator<CnnToRnnPreProcessor> {
    @Override
    public Optional<long[]> takes(CnnToRnnPreProcessor p, Optional<long[]> next) {
      return LayerTranslator.shape(
          Value.UNKNOWN, p.getNumChannels(), p.getInputHeight(), p.getInputWidth());
    }

    @Override
    public Value translate(CnnToRnnPreProcessor p, Scope scope) {
      long size = p.getNumChannels() * p.getInputHeight() * p.getInputWidth();
      return sequence(scope.unfold(scope.input(), size), p.getRnnDataFormat(), scope);
    }
  }

  /** {@code reshape} of each example. */
  static final class Reshape implements PreprocessorTranslator<ReshapePreprocessor> {
    @Override
    public Optional<long[]> takes(ReshapePreprocessor p, Optional<long[]> next) {
      return Optional.of(withExamples(p.getInputShape(), p));
    }

    @Override
    public Value translate(ReshapePreprocessor p, Scope scope) {
      long[] shape = withExamples(p.getTargetShape(), p);
      long[] known = shape.clone();
      known[0] = scope.input().size(0);
      return scope.input().with(scope.graph().reshape(scope.x(), shape), known);
    }

    private static long[] withExamples(long[] sizes, ReshapePreprocessor p) {
      int offset = p.isHasMiniBatchDimension() ? 0 : 1;
      long[] shape = new long[sizes.length + offset];
      System.arraycopy(sizes, 0, shape, offset, sizes.length);
      shape[0] = -1;
      return shape;
    }
  }

  /** {@code permute}, of each example or of all. */
  static final class Permute implements PreprocessorTranslator<PermutePreprocessor> {
    @Override
    public Optional<long[]> takes(PermutePreprocessor p, Optional<long[]> next) {
      return next.map(shape -> Sizes.repeat(Value.UNKNOWN, shape.length));
    }

    @Override
    public Value translate(PermutePreprocessor p, Scope scope) {
      int[] indices = p.getPermutationIndices();
      int rank = scope.input().rank();
      if (indices.length == rank) {
        return scope.permute(scope.input(), indices);
      }
      int[] axes = new int[rank];
      System.arraycopy(indices, 0, axes, 1, indices.length);
      return scope.permute(scope.input(), axes);
    }
  }

  /** A sequence of known length as one row. */
  static final class FlattenSteps implements PreprocessorTranslator<KerasFlattenRnnPreprocessor> {
    @Override
    public Optional<long[]> takes(KerasFlattenRnnPreprocessor p, Optional<long[]> next) {
      return LayerTranslator.shape(Value.UNKNOWN, p.getDepth(), p.getTsLength());
    }

    @Override
    public Value translate(KerasFlattenRnnPreprocessor p, Scope scope) {
      return rows(scope.input(), scope, p.getDepth() * p.getTsLength());
    }
  }

  /** One after the other. */
  static final class Several implements PreprocessorTranslator<ComposableInputPreProcessor> {
    private final Translators translators;

    Several(Translators translators) {
      this.translators = translators;
    }

    @Override
    public Optional<long[]> takes(ComposableInputPreProcessor p, Optional<long[]> next) {
      Optional<long[]> shape = next;
      InputPreProcessor[] all = p.getInputPreProcessors();
      for (int i = all.length - 1; i >= 0; i--) {
        shape = translators.preprocessor(all[i]).takes(all[i], shape);
      }
      return shape;
    }

    @Override
    public Value translate(ComposableInputPreProcessor p, Scope scope) {
      Value value = scope.input();
      for (InputPreProcessor one : p.getInputPreProcessors()) {
        value = translators.preprocessor(one).translate(one, scope.with(value));
      }
      return value;
    }
  }
}
