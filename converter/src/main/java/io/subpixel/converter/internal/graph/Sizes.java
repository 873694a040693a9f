package io.subpixel.converter.internal.graph;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.Shape;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which unknown sizes are one. Operators demand that sizes be equal; symbols that have to be,
 * become one, or a number. Two that came from others by the same steps are equal if these are.
 */
final class Sizes {
  /** How an unknown size came from another: by {@code function}. */
  private record Origin(String function, Dim.Symbol of) {}

  private final Map<String, Dim> known = new HashMap<>();
  private final Map<String, Origin> origins = new HashMap<>();
  private final Map<String, String> derived = new HashMap<>();
  private final Map<String, String> roles = new LinkedHashMap<>();

  /** What a size is, as far as it is known. */
  Dim root(Dim dim) {
    Dim found = dim;
    while (found instanceof Dim.Symbol symbol && known.containsKey(symbol.name())) {
      found = known.get(symbol.name()).times(symbol.factor());
    }
    return found;
  }

  /** The same of all axes. */
  Shape root(Shape shape) {
    boolean isKnown =
        shape.dims().stream()
            .noneMatch(dim -> dim instanceof Dim.Symbol s && known.containsKey(s.name()));
    return isKnown ? shape : new Shape(shape.dims().stream().map(this::root).toList());
  }

  /** Says that two sizes have to be equal; what contradicts is left as it is. */
  void same(Dim one, Dim other) {
    Dim a = root(one);
    Dim b = root(other);
    if (a.equals(b) || (!isNamed(a) && !isNamed(b))) {
      return;
    }
    if (a instanceof Dim.Symbol left && b instanceof Dim.Symbol right) {
      unite(left, right);
    } else if (a instanceof Dim.Symbol symbol) {
      bind(symbol, b.size());
    } else if (b instanceof Dim.Symbol symbol) {
      bind(symbol, a.size());
    }
  }

  private void unite(Dim.Symbol left, Dim.Symbol right) {
    if (!isNamed(left) || !isNamed(right) || left.factor() != right.factor()) {
      return;
    }
    Origin one = origins.get(left.name());
    Origin other = origins.get(right.name());
    if (one == null && other == null) {
      known.put(right.name(), new Dim.Symbol(left.name(), 1));
      String role = roles.remove(right.name());
      if (role != null) {
        roles.putIfAbsent(left.name(), role);
      }
    } else if (one != null && other != null && one.function().equals(other.function())) {
      same(one.of(), other.of());
      known.put(right.name(), new Dim.Symbol(left.name(), 1));
    }
  }

  private void bind(Dim.Symbol symbol, long size) {
    // A size that was computed from another doesn't tell which one that was.
    if (!origins.containsKey(symbol.name()) && size % symbol.factor() == 0 && size > 0) {
      known.put(symbol.name(), Dim.of(size / symbol.factor()));
    }
  }

  /** The name of what {@code function} makes of a size, if it was named before. */
  Optional<String> derived(String function, Dim.Symbol of) {
    return Optional.ofNullable(derived.get(function + of.label()));
  }

  /** Names what {@code function} makes of a size. */
  void derive(String name, String function, Dim.Symbol of) {
    derived.put(function + of.label(), name);
    origins.put(name, new Origin(function, of));
  }

  /**
   * Says that a size is what one usually calls {@code role}, such as H; the first to say so wins.
   */
  void call(Dim dim, String role) {
    if (root(dim) instanceof Dim.Symbol symbol && isNamed(symbol) && symbol.factor() == 1) {
      roles.putIfAbsent(symbol.name(), role);
    }
  }

  /** What an unknown size is usually called. */
  Optional<String> role(String symbol) {
    return Optional.ofNullable(roles.get(symbol));
  }

  /** Gives an unknown size, and all that are equal, another name. */
  void rename(String symbol, String name) {
    known.put(symbol, new Dim.Symbol(name, 1));
  }

  private static boolean isNamed(Dim dim) {
    return dim instanceof Dim.Symbol && !dim.equals(Dim.inferred());
  }
}
