package io.subpixel.converter.operators;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One use of an operator: how it is built, and what it is fed. Immutable.
 *
 * @param name what is special about it
 * @param inputs what the placeholders are fed, in order
 * @param build makes the outputs from the placeholders
 * @param tolerance the largest difference, as a share of the largest magnitude
 * @param since the first opset that can express it
 * @param alsoUnknownSizes whether it is exported with symbolic sizes too
 * @param alsoLoaded whether it is saved and loaded before its export, as its users would
 */
public record OperatorCase(
    String name,
    List<INDArray> inputs,
    Function<List<SDVariable>, List<SDVariable>> build,
    double tolerance,
    int since,
    boolean alsoUnknownSizes,
    boolean alsoLoaded) {

  /** Of one output. */
  public static OperatorCase one(
      String name, Function<List<SDVariable>, SDVariable> build, INDArray... inputs) {
    return all(name, in -> List.of(build.apply(in)), inputs);
  }

  /** Of several outputs. */
  public static OperatorCase all(
      String name, Function<List<SDVariable>, List<SDVariable>> build, INDArray... inputs) {
    return new OperatorCase(name, List.of(inputs), build, 1e-5, 13, true, true);
  }

  /** With another tolerance. */
  public OperatorCase within(double share) {
    return new OperatorCase(name, inputs, build, share, since, alsoUnknownSizes, alsoLoaded);
  }

  /** Not before that opset. */
  public OperatorCase since(int opset) {
    return new OperatorCase(name, inputs, build, tolerance, opset, alsoUnknownSizes, alsoLoaded);
  }

  /** Only with sizes that are known at export. */
  public OperatorCase withKnownSizes() {
    return new OperatorCase(name, inputs, build, tolerance, since, false, alsoLoaded);
  }

  /** Without saving and loading, which SameDiff can't do with this operator. */
  public OperatorCase inMemory() {
    return new OperatorCase(name, inputs, build, tolerance, since, alsoUnknownSizes, false);
  }

  /** A network with this operator; placeholders are {@code in0}, {@code in1}, ... */
  SameDiff network(boolean knownSizes) {
    SameDiff network = SameDiff.create();
    List<SDVariable> placeholders = new ArrayList<>();
    for (INDArray input : inputs) {
      long[] sizes = input.shape().clone();
      if (!knownSizes) {
        Arrays.fill(sizes, -1);
      }
      placeholders.add(network.placeHolder("in" + placeholders.size(), input.dataType(), sizes));
    }
    List<SDVariable> outputs = build.apply(placeholders);
    List<String> names = new ArrayList<>();
    for (SDVariable output : outputs) {
      String name = "out" + names.size();
      output.rename(name);
      names.add(name);
    }
    network.setOutputs(names);
    return network;
  }

  /** What an operator makes that no method of SameDiff adds with these inputs, as imports do. */
  public static SDVariable made(DynamicCustomOp operator, SDVariable... inputs) {
    SameDiff network = inputs[0].getSameDiff();
    operator.setSameDiff(network);
    operator.setOwnName(network.getOpName(operator.opName()));
    network.putOpForId(operator.getOwnName(), operator);
    network.addArgsFor(inputs, operator);
    return operator.outputVariable();
  }

  /** The same of an operator whose types SameDiff can't tell. */
  public static SDVariable made(DynamicCustomOp operator, DataType type, SDVariable... inputs) {
    SameDiff network = inputs[0].getSameDiff();
    operator.setSameDiff(network);
    operator.setOwnName(network.getOpName(operator.opName()));
    network.putOpForId(operator.getOwnName(), operator);
    network.addArgsFor(inputs, operator);
    String name = operator.getOwnName();
    SDVariable result =
        network.addVariable(new SDVariable(name, VariableType.ARRAY, network, null, type));
    network.addOutgoingFor(new SDVariable[] {result}, operator);
    return result;
  }

  /** Pseudo-random fractions in -1..1, always the same. */
  public static INDArray reals(DataType type, long... sizes) {
    return between(type, -1, 1, sizes);
  }

  /** Pseudo-random floats in -1..1, always the same. */
  public static INDArray floats(long... sizes) {
    return reals(DataType.FLOAT, sizes);
  }

  /** Pseudo-random numbers, always the same; {@code most} is left out of whole ones. */
  public static INDArray between(DataType type, double least, double most, long... sizes) {
    SplittableRandom random = new SplittableRandom(Arrays.hashCode(sizes));
    double[] values = new double[(int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      double drawn = least + random.nextDouble() * (most - least);
      values[i] = type.isFPType() ? drawn : Math.floor(drawn);
    }
    return values.length == 0
        ? Nd4j.create(type, sizes)
        : Nd4j.create(values, sizes, DataType.DOUBLE).castTo(type);
  }

  /** Whole numbers {@code least..most-1}. */
  public static INDArray ints(int least, int most, long... sizes) {
    return between(DataType.INT32, least, most, sizes);
  }

  /** True and false. */
  public static INDArray bools(long... sizes) {
    return between(DataType.DOUBLE, -1, 1, sizes).gt(0);
  }

  /** A vector of these numbers. */
  public static INDArray of(DataType type, double... values) {
    return Nd4j.create(values, new long[] {values.length}, DataType.DOUBLE).castTo(type);
  }

  @Override
  public String toString() {
    return name;
  }
}
