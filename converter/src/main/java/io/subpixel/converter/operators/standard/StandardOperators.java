package io.subpixel.converter.operators.standard;

import io.subpixel.converter.internal.operators.activation.ActivationOperators;
import io.subpixel.converter.internal.operators.arithmetic.ArithmeticOperators;
import io.subpixel.converter.internal.operators.attention.AttentionOperators;
import io.subpixel.converter.internal.operators.comparison.BitOperators;
import io.subpixel.converter.internal.operators.comparison.ComparisonOperators;
import io.subpixel.converter.internal.operators.convolution.ConvolutionOperators;
import io.subpixel.converter.internal.operators.creation.CreationOperators;
import io.subpixel.converter.internal.operators.image.ImageOperators;
import io.subpixel.converter.internal.operators.indexing.IndexingOperators;
import io.subpixel.converter.internal.operators.linalg.LinalgOperators;
import io.subpixel.converter.internal.operators.loss.LossOperators;
import io.subpixel.converter.internal.operators.normalization.NormalizationOperators;
import io.subpixel.converter.internal.operators.pooling.PoolingOperators;
import io.subpixel.converter.internal.operators.recurrent.RecurrentOperators;
import io.subpixel.converter.internal.operators.reduction.ReductionOperators;
import io.subpixel.converter.internal.operators.refused.RefusedOperators;
import io.subpixel.converter.internal.operators.shape.ShapeOperators;
import io.subpixel.converter.operators.OperatorRegistry;

/**
 * The operators that the library exports by itself.
 *
 * @since 0.1
 */
public final class StandardOperators {
  private static final OperatorRegistry ALL = collect();

  private StandardOperators() {}

  /** Returns every operator that can be exported, family by family, and why the others can't. */
  public static OperatorRegistry registry() {
    return ALL;
  }

  private static OperatorRegistry collect() {
    OperatorRegistry.Builder builder = OperatorRegistry.builder();
    ArithmeticOperators.register(builder);
    ActivationOperators.register(builder);
    ComparisonOperators.register(builder);
    BitOperators.register(builder);
    ConvolutionOperators.register(builder);
    PoolingOperators.register(builder);
    ImageOperators.register(builder);
    ShapeOperators.register(builder);
    CreationOperators.register(builder);
    IndexingOperators.register(builder);
    ReductionOperators.register(builder);
    NormalizationOperators.register(builder);
    LossOperators.register(builder);
    LinalgOperators.register(builder);
    AttentionOperators.register(builder);
    RecurrentOperators.register(builder);
    RefusedOperators.register(builder);
    return builder.build();
  }
}
