package io.subpixel.networks;

/**
 * A network to build.
 *
 * @param name of its folder
 * @param origin where it comes from
 * @param building puts it into the folder
 */
record Candidate(String name, String origin, Building building) {
  /** Builds one network. */
  @FunctionalInterface
  interface Building {
    void build(Built into) throws Exception;
  }
}
