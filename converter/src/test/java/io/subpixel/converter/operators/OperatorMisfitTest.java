package io.subpixel.converter.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.converter.ExportOptions;
import io.subpixel.converter.OnnxExport;
import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;

/** Inputs of other ranks and sizes than an operator takes are the network's fault, not a bug. */
final class OperatorMisfitTest {
  private static final int SHAPES = Integer.getInteger("subpixel.misfits", 6);
  private static final long[] SIZES = {-1, 1, 2, 3, 7};

  static Stream<OperatorContract> families() {
    return OperatorCoverageTest.FAMILIES.stream();
  }

  @ParameterizedTest
  @MethodSource("families")
  void aHandlerRefusesWhatItsOperatorDoesNotTake(OperatorContract family) {
    List<String> bugs = new ArrayList<>();
    for (OperatorCase one : (Iterable<OperatorCase>) family.cases()::iterator) {
      SameDiff network = one.network(false);
      for (int seed = 0; seed < SHAPES; seed++) {
        ExportOptions options = options(one, seed);
        try {
          OnnxExport.problems(network, options);
        } catch (Exception e) {
          bugs.add(one.name() + " " + options.shapes() + ": " + described(e));
        }
      }
    }
    assertThat(bugs).isEmpty();
  }

  private static ExportOptions options(OperatorCase one, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ExportOptions options = ExportOptions.DEFAULT.withOpset(17 + random.nextInt(6));
    for (int input = 0; input < one.inputs().size(); input++) {
      List<Dim> dims = new ArrayList<>();
      for (int rank = random.nextInt(6); rank > 0; rank--) {
        long size = SIZES[random.nextInt(SIZES.length)];
        dims.add(size < 0 ? Dim.inferred() : Dim.of(size));
      }
      options = options.withShape("in" + input, new Shape(dims));
    }
    return options;
  }

  private static String described(Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    StackTraceElement[] trace = cause.getStackTrace();
    StringBuilder places = new StringBuilder(cause.toString());
    for (int i = 0; i < Math.min(6, trace.length); i++) {
      places.append("\n    ").append(trace[i]);
    }
    return places.toString();
  }
}
