package io.subpixel.conformance.matrix.adapter;

import static java.util.Objects.requireNonNull;

import io.subpixel.conformance.matrix.Adapter;
import io.subpixel.conformance.matrix.MatrixResult.RuntimeEntry;
import io.subpixel.pictures.UnavailableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The runtimes of a run, open as far as the machine has them. Whoever opens them closes them. */
public final class Runtimes implements AutoCloseable {
  private final Map<String, Adapter> present = new LinkedHashMap<>();
  private final List<RuntimeEntry> entries = new ArrayList<>();

  private Runtimes() {}

  /**
   * Opens those that are wanted, SameDiff besides.
   *
   * @param strict whether one that is absent is a failure
   * @throws UnavailableException if one is absent and that is a failure
   */
  public static Runtimes open(List<Adapters> wanted, Places places, boolean strict) {
    Runtimes runtimes = new Runtimes();
    try {
      for (Adapters runtime : Adapters.values()) {
        if (runtime == Adapters.SAMEDIFF || wanted.contains(runtime)) {
          runtimes.add(runtime, places, strict);
        }
      }
      return runtimes;
    } catch (RuntimeException e) {
      runtimes.close();
      throw e;
    }
  }

  private void add(Adapters runtime, Places places, boolean strict) {
    try {
      Adapter adapter = runtime.open(places);
      present.put(runtime.id(), adapter);
      entries.add(new RuntimeEntry(runtime.id(), runtime.title(), adapter.version(), null));
    } catch (UnavailableException e) {
      if (strict) {
        throw e;
      }
      entries.add(new RuntimeEntry(runtime.id(), runtime.title(), null, e.getMessage()));
    }
  }

  /** What is there and what is absent, in the matrix's order. */
  public List<RuntimeEntry> entries() {
    return List.copyOf(entries);
  }

  /** SameDiff. */
  public Adapter reference() {
    return requireNonNull(present.get(Adapters.SAMEDIFF.id()));
  }

  /** The others that are there, by their ids. */
  public Map<String, Adapter> others() {
    Map<String, Adapter> others = new LinkedHashMap<>(present);
    others.remove(Adapters.SAMEDIFF.id());
    return others;
  }

  @Override
  public void close() {
    present.values().forEach(Adapter::close);
  }
}
