package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;

/** Zeros where a step doesn't count; nothing without a mask. */
final class Masking implements LayerTranslator<MaskLayer> {
  @Override
  public Optional<long[]> takes(MaskLayer layer, Optional<long[]> next) {
    return next;
  }

  @Override
  public Value translate(MaskLayer layer, Scope scope) {
    Value input = scope.input();
    if (scope.mask().isEmpty() || input.rank() == 2) {
      return scope.maskedRows(input);
    } else if (input.rank() != 3) {
      throw new Unsupported("a mask of rank " + input.rank(), "mask a sequence or rows");
    }
    return input.with(scope.x().mul(scope.mask().get().steps()));
  }
}
