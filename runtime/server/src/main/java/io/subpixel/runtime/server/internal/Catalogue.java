package io.subpixel.runtime.server.internal;

import io.subpixel.runtime.Device;
import io.subpixel.zoo.Pretrained;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What the service has: its models, and the machine's devices. Made once, as neither changes. */
final class Catalogue {
  private final String models =
      Pretrained.names().stream()
          .map(Pretrained::card)
          .map(card -> card.hasStrength() ? card.with("strength", true) : card)
          .map(card -> card.toJson().strip())
          .collect(Collectors.joining(",\n", "[", "]"));
  private final List<Usable> devices =
      Arrays.stream(Device.Kind.values())
          .filter(kind -> kind != Device.Kind.AUTO)
          .map(kind -> new Device(kind, 0))
          .map(device -> new Usable(device.toString(), device.missing().isEmpty()))
          .toList();

  /**
   * A device.
   *
   * @param usable whether this machine and this build have what it needs
   */
  record Usable(String device, boolean usable) {}

  /** Returns the cards of all models, as a JSON array. */
  String models() {
    return models;
  }

  List<Usable> devices() {
    return devices;
  }
}
