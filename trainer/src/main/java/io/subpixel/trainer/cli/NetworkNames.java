package io.subpixel.trainer.cli;

import io.subpixel.trainer.network.Architectures;
import java.util.Iterator;

/** The networks that {@code --arch} takes, for the help text. */
public final class NetworkNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Architectures.names().iterator();
  }
}
