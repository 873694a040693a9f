package io.subpixel.trainer.network;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Collapsible networks (SESR, Bhardwaj et al., arXiv 2103.09404): a wide-trained convolution at
 * either end, m of 3x3 between, a long short cut around those, and the picture itself added to
 * every subpixel, so that the network learns only what nearest neighbour lacks.
 */
final class Sesr implements Architecture {
  private static final Pattern NAME =
      Pattern.compile("sesr-(?:c([1-9]\\d{0,2})-)?m([1-9]\\d?)(?:-k([35]))?(-edges)?");
  private static final int MOST_BLOCKS = 32;
  private static final int LEAST_WIDTH = 4;
  private static final int MOST_WIDTH = 64;

  private final String name;
  private final int blocks;
  private final int width;
  private final int outerKernel;
  private final boolean hasEdges;

  private Sesr(String name, int blocks, int width, int outerKernel) {
    this(name, blocks, width, outerKernel, false);
  }

  private Sesr(String name, int blocks, int width, int outerKernel, boolean hasEdges) {
    this.name = name;
    this.blocks = blocks;
    this.width = width;
    this.outerKernel = outerKernel;
    this.hasEdges = hasEdges;
  }

  /** As published: m blocks of 16 channels between convolutions of 5x5. */
  static Sesr m(int blocks) {
    return new Sesr("sesr-m" + blocks, blocks, 16, 5);
  }

  /**
   * The same between convolutions of 3x3: at x3 and x4, where the last one has many channels, this
   * leaves room for more blocks.
   */
  static Sesr k3(int blocks) {
    return new Sesr("sesr-m" + blocks + "-k3", blocks, 16, 3);
  }

  /**
   * Four blocks of 8 channels and 3x3 throughout, the size of ECBSR-M4C8 (Zhang et al., 2021):
   * 2,664 MACs per LR pixel at x2.
   */
  static Sesr tiny() {
    return new Sesr("sesr-tiny", 4, 8, 3);
  }

  /** Blocks of any width and 3x3 throughout, for colour pictures that were spoilt. */
  static Sesr compact(int width, int blocks) {
    return new Sesr("sesr-c" + width + "-m" + blocks, blocks, width, 3);
  }

  /** Blocks of any width between convolutions of 5x5, as SESR-XL's of 32 channels. */
  private static Sesr wide(int width, int blocks) {
    return new Sesr("sesr-c" + width + "-m" + blocks + "-k5", blocks, width, 5);
  }

  /** The same with ECBSR's edge branches in its blocks, which collapse like the rest. */
  private Sesr withEdges() {
    return new Sesr(name + "-edges", blocks, width, outerKernel, true);
  }

  /** Finds a network of the family by a name such as those above. */
  static Optional<Architecture> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String width = matcher.group(1);
    int blocks = Integer.parseInt(matcher.group(2));
    String kernel = matcher.group(3);
    // What a name says without it isn't said by another: one network, one name.
    boolean isSaidTwice = (width == null ? "5" : "3").equals(kernel);
    if (blocks > MOST_BLOCKS || isSaidTwice) {
      return Optional.empty();
    }
    boolean hasEdges = matcher.group(4) != null;
    return plain(width, blocks, kernel).map(plain -> hasEdges ? plain.withEdges() : plain);
  }

  private static Optional<Sesr> plain(@Nullable String width, int blocks, @Nullable String kernel) {
    if (width == null) {
      return Optional.of(kernel == null ? m(blocks) : k3(blocks));
    }
    int channels = Integer.parseInt(width);
    if (channels < LEAST_WIDTH || channels > MOST_WIDTH) {
      return Optional.empty();
    }
    return Optional.of(kernel == null ? compact(channels, blocks) : wide(channels, blocks));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Activation activation() {
    return Activation.LEAKY_RELU;
  }

  @Override
  public SDVariable build(Layers layers, SDVariable lr, int channels, int scale) {
    SDVariable first = layers.collapsible("first", lr, outerKernel, channels, width, 1);
    first = layers.activate("first_act", first, width);
    SDVariable x = first;
    for (int i = 0; i < blocks; i++) {
      String block = "block" + i;
      x =
          hasEdges
              ? layers.edgeOriented(block, x, width, width, 0.3)
              : layers.collapsible(block, x, 3, width, width, 0.3);
      x = layers.activate("block" + i + "_act", x, width);
    }
    x = x.add("features", first);
    int subpixels = scale * scale;
    x = layers.collapsible("last", x, outerKernel, width, subpixels * channels, 0.1);
    return x.add("subpixels", layers.repeated(lr, channels, subpixels));
  }
}
