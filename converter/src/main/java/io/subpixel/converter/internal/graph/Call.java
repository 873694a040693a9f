package io.subpixel.converter.internal.graph;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.graph.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * One use of an operator, as inference sees it.
 *
 * @param operator what is computed
 * @param inputs what from; left out ones are {@link Value#NONE}
 * @param attributes by name
 * @param outputs how many outputs are wanted
 * @param known what is known of the elements of short vectors and scalars of whole numbers
 * @param sizes what an unknown size is known to be
 */
public record Call(
    OnnxOperator operator,
    List<Value> inputs,
    Map<String, Attribute> attributes,
    int outputs,
    Contents known,
    UnaryOperator<Dim> sizes) {

  public Value input(int index) {
    return inputs.get(index);
  }

  public Shape shape(int index) {
    return new Shape(inputs.get(index).shape().dims().stream().map(sizes).toList());
  }

  /** The shape of an input that needs so many axes. */
  Shape shape(int index, int leastRank) {
    Shape shape = shape(index);
    if (shape.rank() < leastRank) {
      throw new MisfitException(
          "input %d: expected at least %d axes, received %s".formatted(index, leastRank, shape));
    }
    return shape;
  }

  public boolean has(int index) {
    return index < inputs.size() && inputs.get(index).isGiven();
  }

  /** The elements of input {@code index}, if it is given and they are known. */
  public Optional<List<Dim>> contents(int index) {
    return has(index)
        ? known.find(inputs.get(index)).map(dims -> dims.stream().map(sizes).toList())
        : Optional.empty();
  }

  /** The same where all of them are numbers, negative ones too. */
  public Optional<long[]> numbers(int index) {
    return has(index) ? known.numbers(inputs.get(index)) : Optional.empty();
  }

  public long whole(String name, long otherwise) {
    return attributes.get(name) instanceof Attribute.Whole whole ? whole.value() : otherwise;
  }

  public String text(String name, String otherwise) {
    return attributes.get(name) instanceof Attribute.Text text ? text.value() : otherwise;
  }

  public Optional<long[]> wholes(String name) {
    return attributes.get(name) instanceof Attribute.Wholes wholes
        ? Optional.of(wholes.values().stream().mapToLong(Long::longValue).toArray())
        : Optional.empty();
  }

  /** Attribute {@code name}, or {@code count} times {@code otherwise}. */
  public long[] wholes(String name, int count, long otherwise) {
    return wholes(name)
        .orElseGet(() -> IntStream.range(0, count).mapToLong(i -> otherwise).toArray());
  }

  public int axis(String name, long otherwise, int rank) {
    long axis = whole(name, otherwise);
    long index = axis < 0 ? axis + rank : axis;
    if (index < 0 || index >= rank) {
      throw new MisfitException(
          "%s: expected %d to %d, received %d".formatted(name, -rank, rank - 1, axis));
    }
    return (int) index;
  }
}
