package io.subpixel.runtime;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The upscalers that an upscaler chooses from in addition to itself. Each is opened when first
 * needed. They share its threads and its memory. Thread-safe.
 */
final class ChosenUpscalers {
  private final Settings settings;
  private final Workers.TileSlots slots;
  private final Map<Key, Upscaler> opened = new HashMap<>();
  private boolean closed;

  ChosenUpscalers(Settings settings) {
    this.settings = settings;
    slots = new Workers.TileSlots(settings.threads());
  }

  private record Key(String model, OptionalDouble strength) {}

  Workers.TileSlots slots() {
    return slots;
  }

  /** Returns how many networks are open, including that of the choosing upscaler. */
  synchronized int networks() {
    return 1 + opened.size();
  }

  /**
   * Returns the upscaler for a choice, and opens it if needed.
   *
   * @throws IllegalStateException if this is closed
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
        known = new Upscaler(model, settings, slots, this::networks, null);
      } catch (InvalidInputException e) {
        throw new ModelException(String.valueOf(e.getMessage()), e);
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
