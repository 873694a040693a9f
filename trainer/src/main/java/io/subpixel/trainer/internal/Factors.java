package io.subpixel.trainer.internal;

import io.subpixel.pictures.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a collapsible convolution's kernel is made of.
 *
 * @param expand {@code [kH kW I, wide]}
 * @param project {@code [wide, O]}
 * @param shortcut the kernel of a short cut; null if there is none
 * @param edges the edge branches; null if there are none
 * @see io.subpixel.trainer.network.Layers#collapsible
 */
record Factors(
    INDArray expand, INDArray project, @Nullable INDArray shortcut, @Nullable Edges edges) {
  /** What the name of a convolution's first factor ends in. */
  static final String FIRST = "_expand";

  private static final String PROJECT = "_project";
  private static final String SHORTCUT = "_shortcut";
  private static final String EDGES = "_edges";
  private static final String EDGE_MIXTURES = "_edge_mixtures";
  private static final String EDGE_FACTORS = "_edge_factors";

  /**
   * Edge branches.
   *
   * @param kernels {@code [kH kW, branches]}, the same always
   * @param mixtures {@code [branches, I, O]}
   * @param factors {@code [branches, 1, O]}
   * @see io.subpixel.trainer.network.Layers#edgeOriented
   */
  record Edges(INDArray kernels, INDArray mixtures, INDArray factors) {
    private boolean isLike(@Nullable Edges other) {
      return other != null
          && mixtures.equalShapes(other.mixtures)
          && factors.equalShapes(other.factors);
    }

    /** Whether they are those of a kernel {@code [kH kW,I,O]}. */
    private boolean fit(long taps, long in, long out) {
      long branches = kernels.size(-1);
      return Arrays.equals(kernels.shape(), new long[] {taps, branches})
          && Arrays.equals(mixtures.shape(), new long[] {branches, in, out})
          && Arrays.equals(factors.shape(), new long[] {branches, 1, out});
    }

    private INDArray kernel() {
      long branches = mixtures.size(0);
      return kernels.mmul(mixtures.mul(factors).reshape(branches, mixtures.length() / branches));
    }
  }

  /** Finds the values of a name; null if there are none. */
  @FunctionalInterface
  interface Values {
    @Nullable INDArray of(String name) throws InvalidInputException;
  }

  /** Whether a name is that of a variable that belongs to a convolution's first factor. */
  static boolean isLater(String name) {
    return List.of(PROJECT, EDGE_MIXTURES, EDGE_FACTORS).stream().anyMatch(name::endsWith);
  }

  /** Whether a name is that of a constant of a collapsible convolution. */
  static boolean isConstant(String name) {
    return name.endsWith(SHORTCUT) || name.endsWith(EDGES);
  }

  /** Finds those of a convolution; null if it has none, or lacks one of two. */
  static @Nullable Factors of(Values values, String name) throws InvalidInputException {
    INDArray expand = values.of(name + FIRST);
    INDArray project = values.of(name + PROJECT);
    INDArray kernels = values.of(name + EDGES);
    INDArray mixtures = values.of(name + EDGE_MIXTURES);
    INDArray factors = values.of(name + EDGE_FACTORS);
    if (expand == null || project == null) {
      return null;
    }
    return new Factors(
        expand,
        project,
        values.of(name + SHORTCUT),
        kernels == null || mixtures == null || factors == null
            ? null
            : new Edges(kernels, mixtures, factors));
  }

  /** Whether all are of equal shapes. */
  boolean isLike(Factors other) {
    return expand.equalShapes(other.expand)
        && project.equalShapes(other.project)
        && (edges == null ? other.edges == null : edges.isLike(other.edges));
  }

  /** Takes the values of others like these. */
  void assign(Factors others) {
    expand.assign(others.expand);
    project.assign(others.project);
    if (edges != null && others.edges != null) {
      edges.mixtures.assign(others.edges.mixtures);
      edges.factors.assign(others.edges.factors);
    }
  }

  /**
   * Returns the kernel.
   *
   * @param shape that of a kernel {@code [kH,kW,I,O]}, of which only the sides count
   * @return null if the factors don't fit each other, or are of other sides
   */
  @Nullable INDArray kernel(long[] shape) {
    long taps = shape[0] * shape[1];
    if (expand.rank() != 2
        || project.rank() != 2
        || expand.size(1) != project.size(0)
        || expand.size(0) % taps != 0) {
      return null;
    }
    long in = expand.size(0) / taps;
    long out = project.size(1);
    if (edges != null && !edges.fit(taps, in, out)) {
      return null;
    }
    INDArray kernel = expand.mmul(project).reshape(shape[0], shape[1], in, out);
    if (edges != null) {
      kernel.addi(edges.kernel().reshape(kernel.shape()));
    }
    if (shortcut == null) {
      return kernel;
    }
    return shortcut.equalShapes(kernel) ? kernel.add(shortcut) : null;
  }

  /**
   * Takes the values that give a kernel: filter f is wide channel f, which the projection passes on
   * to output f. Both get the root of the filter's norm, since Adam moves both at the same pace.
   * The wide channels that are left keep their weights and are projected to nothing, so they can
   * still learn, and so do edge branches.
   *
   * @param kernel {@code [kH,kW,I,O]}, with the short cut
   */
  void assign(INDArray kernel) {
    INDArray rest = shortcut == null ? kernel : kernel.sub(shortcut);
    long filters = project.size(1);
    INDArray columns = rest.reshape(expand.size(0), filters);
    project.assign(0);
    if (edges != null) {
      edges.factors.assign(0);
    }
    for (long f = 0; f < filters; f++) {
      INDArray filter = columns.getColumn(f);
      double root = Math.sqrt(filter.norm2Number().doubleValue());
      if (root > 0) {
        expand.getColumn(f).assign(filter.div(root));
        project.putScalar(f, f, root);
      }
    }
  }
}
