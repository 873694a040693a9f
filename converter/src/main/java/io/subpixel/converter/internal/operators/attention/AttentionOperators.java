package io.subpixel.converter.internal.operators.attention;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import java.util.List;

/**
 * Attention, spelled out: SameDiff's sequences are {@code [N,features,steps]}, or {@code
 * [N,heads,features,steps]}, and its weights {@code [...,keys,queries]} sum to 1 over the keys.
 */
public final class AttentionOperators {
  private static final OnnxOperator[] EMITS = {
    OnnxOperator.SOFTMAX,
    OnnxOperator.MAT_MUL,
    OnnxOperator.DIV,
    OnnxOperator.MUL,
    OnnxOperator.SQRT,
    OnnxOperator.SUB,
    OnnxOperator.ADD
  };

  /** What a key that is masked loses, as SameDiff has it. */
  private static final double MASKED = 1e9;

  private static final int MASK = 3;
  private static final int MASK_OF_HEADS = 7;

  private AttentionOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        .add("dot_product_attention", AttentionOperators::single, EMITS)
        .add("multi_head_dot_product_attention", AttentionOperators::multiHead, EMITS);
  }

  private static void single(Emission e) {
    e.out(attend(e, e.in(0), e.in(1), e.in(2), MASK));
  }

  /** Weights of each head are {@code [heads,projected,features]}, those of the result a matrix. */
  private static void multiHead(Emission e) {
    List<Value> attended =
        attend(e, project(e, 0, 3), project(e, 1, 4), project(e, 2, 5), MASK_OF_HEADS);
    Value joined = e.reshape(e.transpose(attended.get(0), 0, 3, 1, 2), 0, 0, -1);
    e.out(e.transpose(e.matmul(joined, e.in(6)), 0, 2, 1), attended.get(1));
  }

  private static Value project(Emission e, int sequence, int weights) {
    return e.matmul(e.unsqueeze(e.in(weights), 0), e.unsqueeze(e.in(sequence), 1));
  }

  /** The result and the weights. */
  private static List<Value> attend(Emission e, Value q, Value k, Value v, int mask) {
    int rank = k.rank();
    Value scores = e.matmul(e.moveAxis(k, rank - 2, rank - 1), q);
    if (e.node().integer(0, 0) != 0) {
      Value features = e.cast(e.squeeze(e.sizeOf(k, -2), 0), scores.type());
      scores = e.div(scores, e.sqrt(features));
    }
    if (e.has(mask)) {
      Value kept = e.cast(e.in(mask), scores.type());
      Value column = rank == 4 ? e.unsqueeze(kept, 1, 3) : e.unsqueeze(kept, 2);
      scores = e.add(scores, e.mul(e.sub(column, 1), MASKED));
    }
    Value weights = e.softmax(scores, -2);
    return List.of(e.matmul(v, weights), weights);
  }
}
