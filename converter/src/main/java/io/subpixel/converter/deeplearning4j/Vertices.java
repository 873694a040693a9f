package io.subpixel.converter.deeplearning4j;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
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
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Vertices of a computation graph that are no layers. */
final class Vertices {
  private Vertices() {}

  private static SDVariable[] variables(Scope scope) {
    return scope.inputs().stream().map(Value::variable).toArray(SDVariable[]::new);
  }

  /** Steps that count in any input; all of them if an input has no mask. */
  private static Optional<Mask> any(Scope scope) {
    return scope.inputs().stream()
        .map(Value::mask)
        .reduce((one, other) -> one.flatMap(a -> other.map(a::or)))
        .orElse(Optional.empty());
  }

  private static Value concat(int axis, Scope scope) {
    if (scope.inputs().size() == 1) {
      return scope.input();
    }
    long size = 0;
    for (Value input : scope.inputs()) {
      size = Value.sum(size, input.size(axis));
    }
    return scope.input().with(scope.graph().concat(axis, variables(scope)), axis, size);
  }

  /** {@code concat}. */
  static final class Merge implements VertexTranslator<MergeVertex> {
    @Override
    public Optional<long[]> takes(MergeVertex vertex, Optional<long[]> next) {
      return next.map(
          shape -> {
            long[] part = shape.clone();
            int axis = vertex.getMergeAxis();
            part[axis < 0 ? axis + part.length : axis] = Value.UNKNOWN;
            return part;
          });
    }

    @Override
    public Value translate(MergeVertex vertex, Scope scope) {
      int axis = vertex.getMergeAxis();
      return concat(axis < 0 ? axis + scope.input().rank() : axis, scope);
    }

    @Override
    public Optional<Mask> mask(MergeVertex vertex, Scope scope) {
      return any(scope);
    }
  }

  /** Arithmetic, with broadcasting. */
  static final class ElementWise implements VertexTranslator<ElementWiseVertex> {
    @Override
    public Optional<long[]> takes(ElementWiseVertex vertex, Optional<long[]> next) {
      return next;
    }

    @Override
    public Value translate(ElementWiseVertex vertex, Scope scope) {
      SDVariable[] variables = variables(scope);
      SDVariable y = variables[0];
      for (int i = 1; i < variables.length; i++) {
        y =
            switch (vertex.getOp()) {
              case Add, Average -> y.add(variables[i]);
              case Subtract -> y.sub(variables[i]);
              case Product -> y.mul(variables[i]);
              case Max -> scope.graph().max(y, variables[i]);
            };
      }
      if (vertex.getOp() == ElementWiseVertex.Op.Average && variables.length > 1) {
        y = y.div(variables.length);
      }
      return scope.input().with(y, broadcast(scope.inputs()));
    }

    @Override
    public Optional<Mask> mask(ElementWiseVertex vertex, Scope scope) {
      return any(scope);
    }

    private static long[] broadcast(List<Value> values) {
      long[] shape = values.get(0).shape();
      for (Value value : values) {
        if (value.rank() != shape.length) {
          throw new Unsupported("inputs of different ranks", "reshape one of them");
        }
        for (int axis = 0; axis < shape.length; axis++) {
          // A size that isn't one wins over one that may turn out to be one.
          shape[axis] =
              Math.abs(shape[axis]) == 1 ? pick(shape[axis], value.size(axis)) : shape[axis];
        }
      }
      return shape;
    }

    private static long pick(long ours, long theirs) {
      return ours == 1 || theirs > 1 ? theirs : ours;
    }
  }

  /** From one channel to another, both included. */
  static final class Subset implements VertexTranslator<SubsetVertex> {
    @Override
    public Value translate(SubsetVertex vertex, Scope scope) {
      int from = vertex.getFrom();
      int to = vertex.getTo() + 1;
      return scope.input().with(scope.between(scope.input(), 1, from, to), 1, to - from);
    }
  }

  /** Examples after examples. */
  static final class Stack implements VertexTranslator<StackVertex> {
    @Override
    public Optional<long[]> takes(StackVertex vertex, Optional<long[]> next) {
      return next;
    }

    @Override
    public Value translate(StackVertex vertex, Scope scope) {
      boolean unequal =
          scope.input().rank() == 3
              && scope.inputs().stream().mapToLong(input -> input.size(2)).distinct().count() > 1;
      if (unequal) {
        throw new Unsupported("a stack of sequences of different lengths", "pad them before");
      }
      return concat(0, scope);
    }

    private static Unsupported unmasked() {
      return new Unsupported("a stack of which only some have a mask", "give all inputs masks");
    }

    @Override
    public Optional<Mask> mask(StackVertex vertex, Scope scope) {
      if (scope.inputs().stream().noneMatch(input -> input.mask().isPresent())) {
        return Optional.empty();
      }
      SDVariable[] all =
          scope.inputs().stream()
              .map(input -> input.mask().orElseThrow(Stack::unmasked).steps())
              .toArray(SDVariable[]::new);
      return Optional.of(new Mask(scope.graph().concat(0, all), false));
    }
  }

  /** One of equal parts of the examples. */
  static final class Unstack implements VertexTranslator<UnstackVertex> {
    @Override
    public Optional<long[]> takes(UnstackVertex vertex, Optional<long[]> next) {
      return next;
    }

    @Override
    public Value translate(UnstackVertex vertex, Scope scope) {
      int parts = vertex.getStackSize();
      SDVariable part = scope.graph().split(scope.x(), parts, 0)[vertex.getFrom()];
      long examples = scope.input().size(0);
      return scope.input().with(part, 0, examples == Value.UNKNOWN ? examples : examples / parts);
    }

    @Override
    public Optional<Mask> mask(UnstackVertex vertex, Scope scope) {
      return scope
          .mask()
          .map(
              mask ->
                  new Mask(
                      scope.graph().split(mask.steps(), vertex.getStackSize(), 0)[vertex.getFrom()],
                      mask.isForced()));
    }
  }

  /** Times a number. */
  static final class Scale implements VertexTranslator<ScaleVertex> {
    @Override
    public Optional<long[]> takes(ScaleVertex vertex, Optional<long[]> next) {
      return next;
    }

    @Override
    public Value translate(ScaleVertex vertex, Scope scope) {
      return scope.input().with(scope.x().mul(vertex.getScaleFactor()));
    }
  }

  /** Plus a number. */
  static final class Shift implements VertexTranslator<ShiftVertex> {
    @Override
    public Optional<long[]> takes(ShiftVertex vertex, Optional<long[]> next) {
      return next;
    }

    @Override
    public Value translate(ShiftVertex vertex, Scope scope) {
      return scope.input().with(scope.x().add(vertex.getShiftFactor()));
    }
  }

  /** The Euclidean distance of each example in two inputs, as {@code [N,1]}. */
  static final class Distance implements VertexTranslator<L2Vertex> {
    @Override
    public Value translate(L2Vertex vertex, Scope scope) {
      SDVariable difference = scope.x().sub(scope.inputs().get(1).variable());
      int[] axes = IntStream.range(1, scope.input().rank()).toArray();
      SDVariable sums = difference.mul(difference).sum(false, axes);
      SDVariable distances = scope.graph().math().sqrt(sums);
      return scope
          .input()
          .with(scope.graph().expandDims(distances, 1), new long[] {scope.input().size(0), 1});
    }
  }

  /** Each example over its Euclidean norm. */
  static final class Normalize implements VertexTranslator<L2NormalizeVertex> {
    @Override
    public Optional<long[]> takes(L2NormalizeVertex vertex, Optional<long[]> next) {
      return next;
    }

    @Override
    public Value translate(L2NormalizeVertex vertex, Scope scope) {
      int rank = scope.input().rank();
      int[] all = IntStream.range(1, rank).toArray();
      int[] chosen = vertex.getDimension();
      if (chosen != null && chosen.length > 0 && !Arrays.equals(chosen, all)) {
        throw new Unsupported(
            "a norm over " + Arrays.toString(chosen) + " of rank " + rank,
            "take the norm of whole examples");
      }
      SDVariable x = scope.x();
      SDVariable norm = scope.graph().math().sqrt(x.mul(x).sum(true, all));
      SDVariable atLeast = scope.graph().max(norm, scope.constant("eps", vertex.getEps()));
      return scope.input().with(x.div(atLeast));
    }
  }

  /** {@code reshape}. */
  static final class Reshape implements VertexTranslator<ReshapeVertex> {
    @Override
    public Optional<Refusal> check(ReshapeVertex vertex) {
      return vertex.getReshapeOrder() == 'c'
          ? Optional.empty()
          : Optional.of(
              new Refusal("reshaping in order " + vertex.getReshapeOrder(), "use order c"));
    }

    @Override
    public Value translate(ReshapeVertex vertex, Scope scope) {
      if (scope.mask().isPresent()) {
        throw new Unsupported("a mask through a reshape", "export it without masks");
      }
      long[] shape = IntStream.of(vertex.getNewShape()).asLongStream().toArray();
      return scope.input().with(scope.graph().reshape(scope.x(), shape), shape);
    }
  }

  /** Without the first row and the first column, for networks that came from Caffe. */
  static final class PoolHelper implements VertexTranslator<PoolHelperVertex> {
    @Override
    public Optional<long[]> takes(PoolHelperVertex vertex, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 4));
    }

    @Override
    public Value translate(PoolHelperVertex vertex, Scope scope) {
      long[] shape = scope.input().shape();
      shape[2] = Value.sum(shape[2], -1);
      shape[3] = Value.sum(shape[3], -1);
      SDVariable rest =
          scope.slice(scope.input(), new int[] {2, 3}, new long[] {1, 1}, new long[2]);
      return scope.input().with(rest, shape);
    }
  }

  /** The last step of {@code [N,C,T]}. */
  static final class LastStep implements VertexTranslator<LastTimeStepVertex> {
    @Override
    public Optional<long[]> takes(LastTimeStepVertex vertex, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 3));
    }

    @Override
    public Value translate(LastTimeStepVertex vertex, Scope scope) {
      Value last = scope.at(scope.input(), 2, -1);
      return scope
          .maskOf(vertex.getMaskArrayInputName())
          .map(mask -> last.with(scope.x().mul(mask.last().steps()).sum(2)))
          .orElse(last);
    }

    @Override
    public Optional<Mask> mask(LastTimeStepVertex vertex, Scope scope) {
      return Optional.empty();
    }
  }

  /** {@code [N,C]} at every step that another input has. */
  static final class EveryStep implements VertexTranslator<DuplicateToTimeSeriesVertex> {
    @Override
    public Optional<long[]> takes(DuplicateToTimeSeriesVertex vertex, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 2));
    }

    @Override
    public Value translate(DuplicateToTimeSeriesVertex vertex, Scope scope) {
      Value sequence = scope.value(vertex.getInputName());
      Value step = Upsamplings.withAxis(scope.input(), 2, scope);
      long steps = sequence.size(2);
      SDVariable y =
          steps == Value.UNKNOWN
              // Broadcast against zeros of the right length.
              ? step.variable().add(scope.between(sequence, 1, 0, 1).mul(0))
              : scope.graph().tile(step.variable(), 1, 1, Math.toIntExact(steps));
      return step.with(y, 2, steps);
    }

    @Override
    public Optional<Mask> mask(DuplicateToTimeSeriesVertex vertex, Scope scope) {
      return scope.maskOf(vertex.getInputName());
    }
  }

  /** {@code [N,C,T]} from the last step to the first. */
  static final class Reverse implements VertexTranslator<ReverseTimeSeriesVertex> {
    @Override
    public Optional<long[]> takes(ReverseTimeSeriesVertex vertex, Optional<long[]> next) {
      return next;
    }

    @Override
    public Value translate(ReverseTimeSeriesVertex vertex, Scope scope) {
      return scope
          .maskOf(vertex.getMaskArrayInputName())
          .map(mask -> scope.input().with(scope.x().mmul(exchange(mask, scope))))
          .orElseGet(() -> scope.input().with(scope.graph().reverse(scope.x(), 2)));
    }

    /** {@code [N,T,T]}: from the first step that counts to the last one, and so on. */
    private static SDVariable exchange(Mask mask, Scope scope) {
      SameDiff graph = scope.graph();
      SDVariable to = mask.steps();
      SDVariable from = mask.along(true);
      SDVariable asFirst = graph.permute(graph.cumsum(to, false, false, 2), 0, 2, 1);
      SDVariable asLast = graph.cumsum(to, false, true, 2);
      return asFirst.eq(asLast).castTo(scope.dataType()).mul(from).mul(to);
    }
  }

  /** A preprocessor that stands alone. */
  static final class Preprocessor implements VertexTranslator<PreprocessorVertex> {
    private final Translators translators;

    Preprocessor(Translators translators) {
      this.translators = translators;
    }

    @Override
    public Optional<long[]> takes(PreprocessorVertex vertex, Optional<long[]> next) {
      InputPreProcessor preprocessor = vertex.getPreProcessor();
      return translators.preprocessor(preprocessor).takes(preprocessor, next);
    }

    @Override
    public Value translate(PreprocessorVertex vertex, Scope scope) {
      InputPreProcessor preprocessor = vertex.getPreProcessor();
      return translators.preprocessor(preprocessor).translate(preprocessor, scope);
    }
  }

  /** Frozen for training, which says nothing of inference. */
  static final class Frozen implements VertexTranslator<FrozenVertex> {
    private final Translators translators;

    Frozen(Translators translators) {
      this.translators = translators;
    }

    @Override
    public Optional<long[]> takes(FrozenVertex vertex, Optional<long[]> next) {
      return translators.vertex(vertex.getUnderlying()).takes(vertex.getUnderlying(), next);
    }

    @Override
    public Optional<Mask> mask(FrozenVertex vertex, Scope scope) {
      return translators.vertex(vertex.getUnderlying()).mask(vertex.getUnderlying(), scope);
    }

    @Override
    public Optional<Refusal> check(FrozenVertex vertex) {
      return translators.vertex(vertex.getUnderlying()).check(vertex.getUnderlying());
    }

    @Override
    public Value translate(FrozenVertex vertex, Scope scope) {
      return translators.vertex(vertex.getUnderlying()).translate(vertex.getUnderlying(), scope);
    }
  }
}
