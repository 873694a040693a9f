package io.subpixel.converter.deeplearning4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.SpaceToBatchLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.enums.DataFormat;

/** Blocks of pixels as channels or as examples. */
final class Spaces {
  private Spaces() {}

  private static long over(long size, long divisor) {
    return size == Value.UNKNOWN ? size : size / divisor;
  }

  /** {@code space_to_depth}. */
  static final class ToDepth implements LayerTranslator<SpaceToDepthLayer> {
    @Override
    public Optional<long[]> takes(SpaceToDepthLayer layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 4));
    }

    @Override
    public Value translate(SpaceToDepthLayer layer, Scope scope) {
      int block = layer.getBlockSize();
      boolean channelsLast = layer.getDataFormat() == CNN2DFormat.NHWC;
      SDVariable y =
          scope
              .graph()
              .cnn()
              .spaceToDepth(scope.x(), block, channelsLast ? DataFormat.NHWC : DataFormat.NCHW);
      long[] shape = scope.input().shape();
      int channels = channelsLast ? 3 : 1;
      int first = channelsLast ? 1 : 2;
      shape[channels] = Value.product(shape[channels], (long) block * block);
      shape[first] = over(shape[first], block);
      shape[first + 1] = over(shape[first + 1], block);
      return scope.input().with(y, shape);
    }
  }

  /**
   * Every pixel of a block as an example of its own: padding, then a slice for each place in the
   * block. SameDiff's own operator takes square blocks only and loses half of the padding.
   */
  static final class ToBatch implements LayerTranslator<SpaceToBatchLayer> {
    @Override
    public Optional<long[]> takes(SpaceToBatchLayer layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 4));
    }

    @Override
    public Value translate(SpaceToBatchLayer layer, Scope scope) {
      int first = layer.getFormat() == CNN2DFormat.NHWC ? 1 : 2;
      int[] blocks = layer.getBlocks();
      int[][] padding = layer.getPadding();
      int[][] sides = new int[2][];
      for (int i = 0; i < 2; i++) {
        sides[i] = new int[] {first + i, padding[i][0], padding[i][1]};
      }
      Value padded = Borders.padded(scope.input(), sides, scope);
      List<SDVariable> slices = new ArrayList<>();
      for (int row = 0; row < blocks[0]; row++) {
        for (int column = 0; column < blocks[1]; column++) {
          slices.add(strided(padded.variable(), first, row, column, blocks, scope));
        }
      }
      long[] shape = padded.shape();
      shape[0] = Value.product(shape[0], slices.size());
      for (int i = 0; i < 2; i++) {
        shape[first + i] = over(shape[first + i], blocks[i]);
      }
      SDVariable batch = scope.graph().concat(0, slices.toArray(new SDVariable[0]));
      return scope.input().with(batch, shape);
    }

    private static SDVariable strided(
        SDVariable x, int first, int row, int column, int[] blocks, Scope scope) {
      long[] begin = new long[4];
      long[] strides = Sizes.repeat(1, 4);
      begin[first] = row;
      begin[first + 1] = column;
      strides[first] = blocks[0];
      strides[first + 1] = blocks[1];
      return scope.graph().stridedSlice(x, begin, new long[4], strides, 0, 0b1111, 0, 0, 0);
    }
  }
}
