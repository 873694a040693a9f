package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.all;
import static io.subpixel.converter.operators.OperatorCase.between;
import static io.subpixel.converter.operators.OperatorCase.bools;
import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.ints;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.ops.SDBaseOps;
import org.nd4j.autodiff.samediff.ops.SDMath;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.indexaccum.custom.ArgAmax;
import org.nd4j.linalg.api.ops.impl.reduce.NormalizeMoments;
import org.nd4j.linalg.api.ops.impl.reduce.SufficientStatistics;
import org.nd4j.linalg.api.ops.impl.reduce.bool.All;
import org.nd4j.linalg.api.ops.impl.reduce.bool.Any;
import org.nd4j.linalg.api.ops.impl.reduce.bool.IsInf;
import org.nd4j.linalg.api.ops.impl.reduce.bool.IsNaN;
import org.nd4j.linalg.api.ops.impl.reduce.custom.LogSumExp;
import org.nd4j.linalg.api.ops.impl.reduce.floating.Mean;
import org.nd4j.linalg.api.ops.impl.reduce.same.Sum;
import org.nd4j.linalg.api.ops.impl.reduce3.Dot;
import org.nd4j.linalg.api.ops.impl.transforms.HistogramFixedWidth;
import org.nd4j.linalg.api.ops.impl.transforms.custom.InTopK;
import org.nd4j.linalg.api.ops.impl.transforms.custom.Unique;
import org.nd4j.linalg.api.ops.impl.transforms.custom.UniqueWithCounts;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Condition;
import org.nd4j.linalg.indexing.conditions.Conditions;

final class ReductionOperatorsTest extends OperatorContract {
  private static final INDArray X = floats(2, 3, 4);
  private static final INDArray SOME_ZEROS = ints(-2, 2, 3, 4).castTo(DataType.FLOAT);
  private static final List<int[]> AXES =
      List.of(new int[0], new int[] {1}, new int[] {-1}, new int[] {0, 2}, new int[] {0, 1, 2});

  @FunctionalInterface
  private interface Reduction {
    SDVariable of(SDVariable x, boolean keep, int... axes);
  }

  @Override
  public Stream<OperatorCase> cases() {
    List<OperatorCase> cases = new ArrayList<>();
    reductions().forEach((name, reduction) -> cases.addAll(uses(name, reduction)));
    cases.addAll(types());
    cases.add(
        one(
            "reduce_sum, an empty list of axes",
            in ->
                new Sum(in.get(0).getSameDiff(), in.get(0), noAxes(in.get(0)), false)
                    .outputVariable(),
            X));
    cases.add(
        one(
            "reduce_mean, an empty list of axes",
            in ->
                new Mean(in.get(0).getSameDiff(), in.get(0), noAxes(in.get(0)), true)
                    .outputVariable(),
            X));
    cases.addAll(moments());
    cases.addAll(distances());
    cases.addAll(conditions());
    cases.addAll(scans());
    cases.addAll(segments());
    cases.addAll(classes());
    cases.addAll(statistics());
    return cases.stream();
  }

  private static SDVariable noAxes(SDVariable x) {
    return x.getSameDiff().constant("none", Nd4j.empty(DataType.INT32));
  }

  private static Map<String, Reduction> reductions() {
    Map<String, Reduction> all = new TreeMap<>();
    all.put("reduce_sum", SDVariable::sum);
    all.put("reduce_mean", SDVariable::mean);
    all.put("reduce_prod", SDVariable::prod);
    all.put("reduce_max", SDVariable::max);
    all.put("reduce_min", SDVariable::min);
    all.put("reduce_norm1", SDVariable::norm1);
    all.put("reduce_norm2", SDVariable::norm2);
    all.put("reduce_normmax", SDVariable::normmax);
    all.put("reduce_sqnorm", (x, keep, axes) -> math(x).squaredNorm(x, keep, axes));
    all.put(
        "reduce_logsumexp",
        (x, keep, axes) -> new LogSumExp(x.getSameDiff(), x, keep, axes).outputVariable());
    all.put("asum", (x, keep, axes) -> math(x).asum(x, keep, axes));
    all.put("amax", (x, keep, axes) -> math(x).reduceAMax(x, keep, axes));
    all.put("amin", (x, keep, axes) -> math(x).reduceAmin(x, keep, axes));
    all.put("amean", (x, keep, axes) -> math(x).reduceAmean(x, keep, axes));
    all.put("countZero", (x, keep, axes) -> math(x).countZero(x, keep, axes));
    all.put("countNonZero", (x, keep, axes) -> math(x).countNonZero(x, keep, axes));
    all.put("var", (x, keep, axes) -> base(x).variance(x, true, keep, axes));
    all.put("std", (x, keep, axes) -> base(x).standardDeviation(x, true, keep, axes));
    all.put("argmax", (x, keep, axes) -> base(x).argmax(x, keep, axes));
    all.put("argmin", (x, keep, axes) -> base(x).argmin(x, keep, axes));
    all.put(
        "argamax",
        (x, keep, axes) ->
            new ArgAmax(x.getSameDiff(), new SDVariable[] {x}, keep, axes).outputVariable());
    return all;
  }

  private static List<OperatorCase> uses(String name, Reduction reduction) {
    List<OperatorCase> cases = new ArrayList<>();
    for (int[] axes : AXES) {
      for (boolean keep : new boolean[] {true, false}) {
        // SameDiff leaves elements out where it keeps an axis that is counted from the end.
        if (keep && axes.length > 0 && axes[0] < 0) {
          continue;
        }
        cases.add(
            one(
                "%s %s%s".formatted(name, List.of(box(axes)), keep ? " kept" : ""),
                in -> reduction.of(in.get(0), keep, axes),
                X));
      }
    }
    cases.add(
        one(name + " double", in -> reduction.of(in.get(0), false, 1), reals(DataType.DOUBLE, 3, 4))
            .within(1e-12));
    return cases;
  }

  private static List<OperatorCase> types() {
    List<OperatorCase> cases = new ArrayList<>();
    for (String name :
        List.of(
            "reduce_sum",
            "reduce_mean",
            "reduce_prod",
            "reduce_max",
            "reduce_min",
            "amax",
            "asum",
            "reduce_norm1",
            "countZero",
            "argmax")) {
      Reduction reduction = Objects.requireNonNull(reductions().get(name));
      for (DataType type :
          List.of(DataType.FLOAT16, DataType.INT32, DataType.INT64, DataType.INT16)) {
        cases.add(
            one(
                    name + " " + type,
                    in -> reduction.of(in.get(0), false, 1),
                    between(type, -3, 4, 3, 4))
                .within(type == DataType.FLOAT16 ? 2e-3 : 0));
      }
    }
    return cases;
  }

  private static List<OperatorCase> moments() {
    INDArray positive = between(DataType.FLOAT, 0.01, 0.4, 3, 4);
    return List.of(
        one("entropy", in -> math(in.get(0)).entropy(in.get(0), 1), positive),
        one("entropy kept", in -> math(in.get(0)).entropy(in.get(0), true, 0), positive),
        one("logentropy", in -> math(in.get(0)).logEntropy(in.get(0), 1), positive),
        one("shannonentropy", in -> math(in.get(0)).shannonEntropy(in.get(0), 1), positive),
        one("l2_loss", in -> in.get(0).getSameDiff().loss().l2Loss(in.get(0)), X),
        one("zero_fraction", in -> math(in.get(0)).zeroFraction(in.get(0)), SOME_ZEROS),
        one(
                "std not corrected",
                in -> base(in.get(0)).standardDeviation(in.get(0), false, false, 1),
                X)
            .inMemory(),
        one("var not corrected", in -> base(in.get(0)).variance(in.get(0), false, true, 0, 2), X)
            .inMemory(),
        all("moments", in -> List.of(math(in.get(0)).moments(in.get(0), new int[] {1}, false)), X),
        all(
            "moments kept",
            in -> List.of(math(in.get(0)).moments(in.get(0), new int[] {0, -1}, true)),
            X));
  }

  private static List<OperatorCase> distances() {
    INDArray ones = floats(3, 4);
    INDArray others = between(DataType.FLOAT, 0.1, 1, 3, 4);
    Map<String, Distance> all = new TreeMap<>();
    all.put("cosinesimilarity", SDMath::cosineSimilarity);
    all.put("cosinedistance", SDMath::cosineDistance);
    all.put("euclidean", SDMath::euclideanDistance);
    all.put("manhattan", SDMath::manhattanDistance);
    all.put("hammingdistance", SDMath::hammingDistance);
    all.put("jaccarddistance", SDMath::jaccardDistance);
    all.put(
        "dot",
        (math, x, y, keep, each, axes) -> {
          Dot dot = new Dot(x.getSameDiff(), x, y, axes);
          dot.setKeepDims(keep);
          return dot.outputVariable();
        });
    List<OperatorCase> cases = new ArrayList<>();
    all.forEach(
        (name, distance) -> {
          for (boolean keep : new boolean[] {true, false}) {
            for (int[] axes : List.of(new int[] {1}, new int[] {0}, new int[] {0, 1})) {
              cases.add(
                  one(
                          name + " " + List.of(box(axes)) + (keep ? " kept" : ""),
                          in ->
                              distance.of(math(in.get(0)), in.get(0), in.get(1), keep, false, axes),
                          between(DataType.FLOAT, 0, 1, 3, 4),
                          others)
                      // 1 - nearly 1 leaves few digits.
                      .within(1e-4));
            }
          }
        });
    cases.add(
        one(
            "hammingdistance, some equal",
            in -> math(in.get(0)).hammingDistance(in.get(0), in.get(1), 1),
            ints(0, 2, 3, 4).castTo(DataType.FLOAT),
            between(DataType.FLOAT, 0, 1, 3, 4).gt(0.5).castTo(DataType.FLOAT)));
    cases.add(
        one(
            "cosinesimilarity of opposites",
            in -> math(in.get(0)).cosineSimilarity(in.get(0), in.get(1), 1),
            ones,
            ones.neg()));
    return cases;
  }

  @FunctionalInterface
  private interface Distance {
    SDVariable of(
        SDMath math, SDVariable x, SDVariable y, boolean keep, boolean eachWithEach, int... axes);
  }

  private static List<OperatorCase> conditions() {
    List<OperatorCase> cases = new ArrayList<>();
    Map<String, Condition> all = new TreeMap<>();
    all.put("=", Conditions.equals(1));
    all.put("!=", Conditions.notEquals(1));
    all.put("<", Conditions.lessThan(0));
    all.put(">", Conditions.greaterThan(0));
    all.put("<=", Conditions.lessThanOrEqual(0));
    all.put(">=", Conditions.greaterThanOrEqual(0));
    all.put("|<|", Conditions.absLessThan(1));
    all.put("|>|", Conditions.absGreaterThan(1));
    all.put("eps", Conditions.epsEquals(1));
    all.put("nan", Conditions.isNan());
    all.put("inf", Conditions.isInfinite());
    all.put("finite", Conditions.isFinite());
    INDArray x = SOME_ZEROS.dup();
    x.putScalar(0, 1, Double.NaN);
    x.putScalar(2, 2, Double.POSITIVE_INFINITY);
    all.forEach(
        (name, condition) -> {
          cases.add(
              one(
                  "match_condition " + name,
                  in -> base(in.get(0)).matchConditionCount(in.get(0), condition, true, 1),
                  x));
          cases.add(
              one(
                  "first_index " + name,
                  in -> math(in.get(0)).firstIndex(in.get(0), condition, false, 1),
                  x));
          cases.add(
              one(
                  "last_index " + name,
                  in -> math(in.get(0)).lastIndex(in.get(0), condition, true, 0),
                  x));
        });
    cases.add(
        one(
            "any",
            in -> new Any(in.get(0).getSameDiff(), in.get(0)).outputVariable(),
            bools(3, 4)));
    cases.add(
        one(
            "all",
            in -> new All(in.get(0).getSameDiff(), in.get(0)).outputVariable(),
            bools(3, 4)));
    cases.add(one("any 1", in -> base(in.get(0)).any(in.get(0), 1), bools(3, 4)));
    cases.add(one("all 1", in -> base(in.get(0)).all(in.get(0), 1), bools(3, 4)));
    cases.add(
        one(
            "hasnan",
            in -> new IsNaN(in.get(0).getSameDiff(), in.get(0), new int[] {1}).outputVariable(),
            x));
    cases.add(
        one(
            "hasinf",
            in -> new IsInf(in.get(0).getSameDiff(), in.get(0), new int[] {1}).outputVariable(),
            x));
    return cases;
  }

  private static List<OperatorCase> scans() {
    List<OperatorCase> cases = new ArrayList<>();
    for (boolean exclusive : new boolean[] {true, false}) {
      for (boolean reverse : new boolean[] {true, false}) {
        for (int axis : new int[] {0, 1, -1}) {
          String how = (exclusive ? " exclusive" : "") + (reverse ? " reverse " : " ") + axis;
          cases.add(
              one(
                  "cumsum" + how,
                  in -> base(in.get(0)).cumsum(in.get(0), exclusive, reverse, axis),
                  X));
          cases.add(
              one(
                  "cumprod" + how,
                  in -> base(in.get(0)).cumprod(in.get(0), exclusive, reverse, axis),
                  X));
        }
      }
    }
    return cases;
  }

  private static List<OperatorCase> segments() {
    INDArray data = floats(6, 2);
    INDArray sorted = OperatorCase.of(DataType.INT32, 0, 0, 1, 2, 2, 2);
    INDArray unsorted = OperatorCase.of(DataType.INT32, 2, 0, 1, 0, 2, 2);
    Map<String, Pairwise> ofSorted = new TreeMap<>();
    ofSorted.put("segment_sum", SDBaseOps::segmentSum);
    ofSorted.put("segment_mean", SDBaseOps::segmentMean);
    ofSorted.put("segment_max", SDBaseOps::segmentMax);
    ofSorted.put("segment_min", SDBaseOps::segmentMin);
    ofSorted.put("segment_prod", SDBaseOps::segmentProd);
    Map<String, Pairwise> ofUnsorted = new TreeMap<>();
    ofUnsorted.put("sum", (b, x, ids) -> b.unsortedSegmentSum(x, ids, 4));
    ofUnsorted.put("mean", (b, x, ids) -> b.unsortedSegmentMean(x, ids, 3));
    ofUnsorted.put("max", (b, x, ids) -> b.unsortedSegmentMax(x, ids, 4));
    ofUnsorted.put("min", (b, x, ids) -> b.unsortedSegmentMin(x, ids, 4));
    ofUnsorted.put("prod", (b, x, ids) -> b.unsortedSegmentProd(x, ids, 4));
    ofUnsorted.put("sqrt_n", (b, x, ids) -> b.unsortedSegmentSqrtN(x, ids, 3));
    List<OperatorCase> cases = new ArrayList<>();
    ofSorted.forEach(
        (name, op) ->
            cases.add(one(name, in -> op.of(base(in.get(0)), in.get(0), in.get(1)), data, sorted)));
    ofUnsorted.forEach(
        (name, op) ->
            cases.add(
                one(
                    "unsorted_segment_" + name,
                    in -> op.of(base(in.get(0)), in.get(0), in.get(1)),
                    data,
                    unsorted)));
    return cases;
  }

  @FunctionalInterface
  private interface Pairwise {
    SDVariable of(SDBaseOps base, SDVariable x, SDVariable ids);
  }

  private static List<OperatorCase> classes() {
    INDArray labels = OperatorCase.of(DataType.INT32, 0, 1, 1, 3, 2);
    INDArray predicted = OperatorCase.of(DataType.INT32, 0, 1, 2, 3, 0);
    return List.of(
        one(
            "confusion_matrix",
            in -> math(in.get(0)).confusionMatrix(in.get(0), in.get(1), DataType.INT32),
            labels,
            predicted),
        one(
            "confusion_matrix of 5",
            in -> math(in.get(0)).confusionMatrix(in.get(0), in.get(1), 5),
            labels,
            predicted),
        one(
            "confusion_matrix weighted",
            in -> math(in.get(0)).confusionMatrix(in.get(0), in.get(1), in.get(2)),
            labels,
            predicted,
            OperatorCase.of(DataType.FLOAT, 1, 2, 3, 4, 5)),
        one(
            "in_top_k",
            in -> new InTopK(in.get(0).getSameDiff(), in.get(0), in.get(1), 2).outputVariable(),
            floats(5, 4),
            labels),
        all(
            "listdiff",
            in -> List.of(math(in.get(0)).listDiff(in.get(0), in.get(1))),
            OperatorCase.of(DataType.FLOAT, 1, 2, 3, 4, 5, 6),
            OperatorCase.of(DataType.FLOAT, 1, 3, 5)),
        all(
            "unique",
            in -> List.of(new Unique(in.get(0).getSameDiff(), in.get(0)).outputVariables()),
            OperatorCase.of(DataType.FLOAT, 3, 1, 3, 2, 1)),
        all(
            "unique_with_counts",
            in ->
                List.of(new UniqueWithCounts(in.get(0).getSameDiff(), in.get(0)).outputVariables()),
            OperatorCase.of(DataType.FLOAT, 3, 1, 3, 2, 1)));
  }

  private static List<OperatorCase> statistics() {
    List<OperatorCase> cases = new ArrayList<>();
    cases.add(
        one(
            "histogram_fixed_width",
            in ->
                new HistogramFixedWidth(in.get(0).getSameDiff(), in.get(0), in.get(1), bins(in))
                    .outputVariable(),
            OperatorCase.of(DataType.DOUBLE, -1, 0, 0.5, 1, 2, 3, 3.9, 4, 7),
            OperatorCase.of(DataType.DOUBLE, 0, 4)));
    cases.add(
        all(
            "sufficient_statistics",
            in ->
                List.of(
                    new SufficientStatistics(
                            in.get(0).getSameDiff(),
                            in.get(0),
                            in.get(0).getSameDiff().constant(Nd4j.createFromArray(0, 2)),
                            in.get(1))
                        .outputVariables()),
            reals(DataType.DOUBLE, 2, 3, 4),
            Nd4j.scalar(2.0)));
    for (double shift : new double[] {0, 1.5}) {
      cases.add(
          all(
              "normalize_moments " + shift,
              in ->
                  List.of(
                      new NormalizeMoments(
                              in.get(0).getSameDiff(), in.get(0), in.get(1), in.get(2), shift)
                          .outputVariables()),
              Nd4j.scalar(3.0),
              reals(DataType.DOUBLE, 2, 3),
              reals(DataType.DOUBLE, 2, 3).add(4)));
    }
    return cases;
  }

  private static SDVariable bins(List<SDVariable> in) {
    return in.get(0).getSameDiff().constant(Nd4j.scalar(4));
  }

  private static Integer[] box(int[] axes) {
    Integer[] boxed = new Integer[axes.length];
    for (int i = 0; i < axes.length; i++) {
      boxed[i] = axes[i];
    }
    return boxed;
  }

  private static SDMath math(SDVariable x) {
    return x.getSameDiff().math();
  }

  private static SDBaseOps base(SDVariable x) {
    return x.getSameDiff();
  }
}
