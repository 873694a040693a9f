package io.subpixel.runtime;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The upscalers that one chooses from besides itself, each opened when the first picture needs it.
 * All of them share its threads and its memory. Thread-safe.
 */
final class Siblings {
  private final Settings settings;
  private final Workers.Places places;
  private final Map<Key, Upscaler> opened = new HashMap<>();
  private boolean closed;

  Siblings(Settings settings) {
    this.settings = settings;
    places = new Workers.Places(settings.threads());
  }

  private record Key(String model, OptionalDouble strength) {}

  Workers.Places places() {
    return places;
  }

  /** How many networks are open, the one that chooses counted. */
  synchronized int networks() {
    return 1 + opened.size();
  }

  /**
   * What upscales by a choice.
   *
   * @throws IllegalStateException if these are closed
   */
  synchronized Upscaler of(Choice choice) {
    if (closed) {
      throw new IllegalStateException("the upscaler is closed");
    }
    Key key = new Key(choice.model(), choice.strength());
    Upscaler known = opened.get(key);
    if (known == null) {
      try {
        Model model = Model.pretrained(choice.model()).at(choice.strength());
        known = new Upscaler(model, settings, places, this::networks, null);
      } catch (InvalidInputException e) {
        throw new IllegalStateException(e.getMessage(), e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      opened.put(key, known);
    }
    return known;
  }

  void close() {
    Map<Key, Upscaler> all;
    synchronized (this) {
      closed = true;
      all = Map.copyOf(opened);
    }
    all.values().forEach(Upscaler::close);
  }
}
