/** Benchmarks for JMH, of one step each; {@code conformance bench jmh} runs them. */
@NullMarked
package io.subpixel.conformance.benchmark.jmh;

import org.jspecify.annotations.NullMarked;
