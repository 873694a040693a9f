package io.subpixel.converter.graph;

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
record Call(
    OnnxOperator operator,
    List<Value> inputs,
    Map<String, Attribute> attributes,
    int outputs,
    Contents known,
    UnaryOperator<Dim> sizes) {

  Value input(int index) {
    return inputs.get(index);
  }

  Shape shape(int index) {
    return new Shape(inputs.get(index).shape().dims().stream().map(sizes).toList());
  }

  boolean has(int index) {
    return index < inputs.size() && inputs.get(index).isGiven();
  }

  /** The elements of input {@code index}, if it is given and they are known. */
  Optional<List<Dim>> contents(int index) {
    return has(index)
        ? known.find(inputs.get(index)).map(dims -> dims.stream().map(sizes).toList())
        : Optional.empty();
  }

  /** The same where all of them are numbers, negative ones too. */
  Optional<long[]> numbers(int index) {
    return has(index) ? known.numbers(inputs.get(index)) : Optional.empty();
  }

  long whole(String name, long otherwise) {
    return attributes.get(name) instanceof Attribute.Whole whole ? whole.value() : otherwise;
  }

  String text(String name, String otherwise) {
    return attributes.get(name) instanceof Attribute.Text text ? text.value() : otherwise;
  }

  Optional<long[]> wholes(String name) {
    return attributes.get(name) instanceof Attribute.Wholes wholes
        ? Optional.of(wholes.values().stream().mapToLong(Long::longValue).toArray())
        : Optional.empty();
  }

  /** Attribute {@code name}, or {@code count} times {@code otherwise}. */
  long[] wholes(String name, int count, long otherwise) {
    return wholes(name)
        .orElseGet(() -> IntStream.range(0, count).mapToLong(i -> otherwise).toArray());
  }

  int axis(String name, long otherwise, int rank) {
    long axis = whole(name, otherwise);
    return Math.toIntExact(axis < 0 ? axis + rank : axis);
  }
}
